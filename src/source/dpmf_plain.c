#include "source/dpmf_plain.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/intl.h"
#include "source/dpmf.h"

#define NAME_START "mudanza-plain-"

// A name is in use as long as its process lives, because that process holds a lock on the file.
static void sweep(const char *folder)
{
    Arena *a = arena_new();
    for (char **name = file_list(a, folder); *name; name++) {
        if (!str_starts(str_of(*name), NAME_START))
            continue;
        const char *path = file_join(a, folder, *name);
        int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
        if (fd < 0)
            continue; // somebody else's: not ours to remove
        if (flock(fd, LOCK_EX | LOCK_NB) == 0)
            unlink(path);
        close(fd);
    }
    arena_free(a);
}

static bool is_private(const char *folder)
{
    struct stat st;
    return lstat(folder, &st) == 0 && S_ISDIR(st.st_mode) && st.st_uid == geteuid() &&
           (st.st_mode & 077) == 0;
}

void dpmf_remove_leftovers(const char *temp_folder)
{
    AUTO(buf_free) Buf own = {0};
    buf_addf(&own, "%s/mudanza-%u", temp_folder, (unsigned)geteuid());
    sweep(temp_folder);
    if (!is_private(own.at))
        return;
    sweep(own.at);
    rmdir(own.at); // fails while another process uses it, and then it stays
}

// folder itself when only we can enter it, else one of ours inside.
static bool choose_folder(PlainFile *p, const char *folder, Err *err)
{
    if (!file_make_folder(folder, 0700, err))
        return false;
    p->own_folder = !is_private(folder);
    if (asprintf(&p->folder, p->own_folder ? "%s/mudanza-%u" : "%s", folder, (unsigned)geteuid()) < 0)
        abort();
    if (!p->own_folder)
        return true;
    if (mkdir(p->folder, 0700) != 0 && errno != EEXIST)
        return err_sys(err, ERR_SOURCE, _("cannot make the folder %s"), p->folder);
    return is_private(p->folder) ||
           err_set(err, ERR_SOURCE, _("the temporary folder %s is not ours alone (mode 0700)"), p->folder);
}

bool plain_make(PlainFile *p, const char *folder, Err *err)
{
    *p = (PlainFile){.fd = -1};
    if (!choose_folder(p, folder, err))
        return false;
    sweep(p->folder);
    p->fd = open(p->folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (p->fd < 0) {
        err_sys(err, ERR_SOURCE, _("cannot make a nameless file in %s"), p->folder);
        return err_hint(err, "%s",
                        _("Choose a temporary folder on a local disk (ext4, xfs, btrfs or tmpfs)."));
    }
    return flock(p->fd, LOCK_EX) == 0 || err_sys(err, ERR_SOURCE, _("cannot lock a file in %s"), p->folder);
}

void plain_close(PlainFile *p)
{
    if (p->fd >= 0)
        close(p->fd);
    if (p->own_folder && p->folder)
        rmdir(p->folder); // fails while another process uses it, and then it stays
    free(p->folder);
    *p = (PlainFile){.fd = -1};
}

bool plain_write(PlainFile *p, Str bytes, Err *err)
{
    while (bytes.len) {
        ssize_t put = write(p->fd, bytes.at, bytes.len);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return err_sys(err, ERR_SOURCE, _("cannot write the plaintext into %s"), p->folder);
        bytes.at += put;
        bytes.len -= (size_t)put;
    }
    return true;
}

int64_t plain_room(const PlainFile *p)
{
    return file_free_bytes(p->folder);
}

Lite *plain_open_database(PlainFile *p, Err *err)
{
    unsigned char chance[8];
    char word[2 * sizeof chance + 1], self[40];
    random_bytes(chance, sizeof chance);
    hex_of(chance, sizeof chance, word);
    snprintf(self, sizeof self, "/proc/self/fd/%d", p->fd);
    AUTO(buf_free) Buf path = {0};
    buf_addf(&path, "%s/" NAME_START "%s", p->folder, word);
    if (linkat(AT_FDCWD, self, AT_FDCWD, path.at, AT_SYMLINK_FOLLOW) != 0) {
        err_sys(err, ERR_SOURCE, _("cannot name the plaintext %s"), path.at);
        return NULL;
    }
    Lite *db = lite_open(path.at, LITE_HOSTILE, ERR_SOURCE, err);
    unlink(path.at);
    return db;
}
