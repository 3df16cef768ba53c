// A changed file in the place of the old one, which stays whole until then.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/intl.h"
#include "config/config_fix.h"

static bool may_replace(const char *path, const struct stat *st, Err *err)
{
    if (!S_ISREG(st->st_mode))
        return err_set(err, ERR_CONFIG, _("%s is no ordinary file: nothing was changed"), path);
    if (st->st_nlink > 1) {
        err_set(err, ERR_CONFIG, _("%s has several names (hard links): nothing was changed"), path);
        return err_hint(err, "%s", _("edit it in place, so that they stay one file"));
    }
    if (!(st->st_mode & S_IWUSR) || access(path, W_OK) != 0) {
        err_set(err, ERR_CONFIG, _("%s is read-only: nothing was changed"), path);
        return err_hint(err, "chmod u+w %s", path);
    }
    return true;
}

static bool write_whole(int fd, Str bytes)
{
    while (bytes.len) {
        ssize_t put = write(fd, bytes.at, bytes.len);
        if (put < 0 && errno != EINTR)
            return false;
        if (put > 0)
            bytes = (Str){bytes.at + put, bytes.len - (size_t)put};
    }
    return fsync(fd) == 0;
}

// The owner first: giving a file away takes bits of its mode.
static bool same_rights(int fd, const struct stat *st)
{
    struct stat now;
    if (fstat(fd, &now) != 0)
        return false;
    if ((now.st_uid != st->st_uid || now.st_gid != st->st_gid) && fchown(fd, st->st_uid, st->st_gid) != 0)
        return false;
    return fchmod(fd, st->st_mode & 07777) == 0;
}

static bool replace(const ConfigFile *f, const char *path, const struct stat *st, Str bytes, Err *err)
{
    AUTO(buf_free) Buf beside = {0};
    buf_addf(&beside, "%s.XXXXXX", path);
    int fd = mkostemp(beside.at, O_CLOEXEC);
    if (fd < 0)
        return file_cannot_write(path, errno, err);
    bool ok = true;
    if (!same_rights(fd, st))
        ok = err_sys(err, ERR_CONFIG, _("%s would get another owner: nothing was changed"), path);
    else if (!write_whole(fd, bytes))
        ok = file_cannot_write(path, errno, err);
    close(fd);
    // as late as can be: somebody may be at work in an editor
    if (ok && config_file_changed(f))
        ok = err_set(err, ERR_CONFIG, _("%s has changed since it was read: nothing was changed"), path);
    if (ok && rename(beside.at, path) != 0)
        ok = file_cannot_write(path, errno, err);
    if (!ok)
        unlink(beside.at);
    else
        file_sync_folder_of(path);
    return ok;
}

bool config_fix_write(const ConfigFile *f, Str bytes, Err *err)
{
    struct stat st;
    if (!f->bytes.at || config_file_changed(f))
        return err_set(err, ERR_CONFIG, _("%s has changed since it was read: nothing was changed"), f->path);
    char *real = realpath(f->path, NULL); // a link keeps leading to it
    bool ok = real && stat(real, &st) == 0;
    if (!ok)
        err_sys(err, ERR_CONFIG, "%s", f->path);
    ok = ok && may_replace(real, &st, err) && replace(f, real, &st, bytes, err);
    free(real);
    return ok;
}
