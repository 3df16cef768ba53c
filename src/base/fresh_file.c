#include "base/fresh_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/intl.h"

static bool taken(const char *path, Err *err)
{
    err_set(err, ERR_DECISION, _("%s is there already"), path);
    return err_hint(err, "%s", _("Choose another name, or remove it first: nothing is overwritten."));
}

bool fresh_begin(FreshFile *f, const char *path, Err *err)
{
    *f = (FreshFile){.fd = -1};
    struct stat st;
    if (lstat(path, &st) == 0)
        return taken(path, err);
    unsigned char chance[8];
    char word[2 * sizeof chance + 1];
    random_bytes(chance, sizeof chance);
    hex_of(chance, sizeof chance, word);
    char *beside;
    if (asprintf(&f->path, "%s", path) < 0 || asprintf(&beside, "%s.new-%s", path, word) < 0)
        abort();
    f->fd = open(beside, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (f->fd >= 0) {
        f->beside = beside;
        return true;
    }
    free(beside);
    file_cannot_write(path, errno, err);
    return err_hint(err, "%s", _("Its folder must be there and let you write into it."));
}

bool fresh_write(FreshFile *f, Str bytes, Err *err)
{
    while (bytes.len) {
        ssize_t put = write(f->fd, bytes.at, bytes.len);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return file_cannot_write(f->path, errno, err);
        bytes.at += put;
        bytes.len -= (size_t)put;
    }
    return true;
}

// Not every file system can rename without replacing; a link never replaces either.
static bool rename_fresh(FreshFile *f)
{
    if (renameat2(AT_FDCWD, f->beside, AT_FDCWD, f->path, RENAME_NOREPLACE) == 0)
        return true;
    return (errno == EINVAL || errno == ENOSYS) && link(f->beside, f->path) == 0 && unlink(f->beside) == 0;
}

bool fresh_finish(FreshFile *f, Err *err)
{
    if (fsync(f->fd) != 0)
        return file_cannot_write(f->path, errno, err);
    if (!rename_fresh(f))
        return errno == EEXIST ? taken(f->path, err) : file_cannot_write(f->path, errno, err);
    free(f->beside);
    f->beside = NULL;
    file_sync_folder_of(f->path);
    return true;
}

void fresh_end(FreshFile *f)
{
    if (f->fd >= 0)
        close(f->fd);
    if (f->beside)
        unlink(f->beside);
    free(f->beside);
    free(f->path);
    *f = (FreshFile){.fd = -1};
}
