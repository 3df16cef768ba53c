#include "source/dpmf_plain.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/intl.h"
#include "source/dpmf.h"

#define NAME_START "mudanza-plain-"

// No file keeps such a name longer than an instant, so whatever has one may go.
static void sweep(const char *folder)
{
    Arena *a = arena_new();
    for (char **name = file_list(a, folder); *name; name++) {
        const char *path = file_join(a, folder, *name);
        struct stat st;
        if (str_starts(str_of(*name), NAME_START) && lstat(path, &st) == 0 && S_ISREG(st.st_mode) &&
            st.st_uid == geteuid())
            unlink(path);
    }
    arena_free(a);
}

void dpmf_remove_leftovers(const char *temp_folder)
{
    // Earlier versions made a folder of their own in a shared one.
    AUTO(buf_free) Buf own = {0};
    struct stat st;
    buf_addf(&own, "%s/mudanza-%u", temp_folder, (unsigned)geteuid());
    sweep(temp_folder);
    if (lstat(own.at, &st) != 0 || !S_ISDIR(st.st_mode) || st.st_uid != geteuid())
        return;
    sweep(own.at);
    rmdir(own.at); // fails when it is not empty, and then it stays
}

// Where the file system knows no nameless files (NFS, some overlays): the name is gone before the first byte
// is written.
static int make_and_unlink(const char *folder)
{
    unsigned char chance[16];
    char word[2 * sizeof chance + 1];
    AUTO(buf_free) Buf path = {0};
    random_bytes(chance, sizeof chance);
    hex_of(chance, sizeof chance, word);
    buf_addf(&path, "%s/" NAME_START "%s", folder, word);
    int fd = open(path.at, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0 || unlink(path.at) == 0 || errno == ENOENT)
        return fd;
    close(fd);
    return -1;
}

int plain_make(const char *folder, Err *err)
{
    if (!file_make_folder(folder, 0700, err))
        return -1;
    dpmf_remove_leftovers(folder);
    int fd = open(folder, O_TMPFILE | O_EXCL | O_RDWR | O_CLOEXEC, 0600); // O_EXCL: never gets a name
    if (fd < 0)
        fd = make_and_unlink(folder);
    if (fd < 0) {
        err_sys(err, ERR_SOURCE, _("cannot make a temporary file in %s"), folder);
        err_hint(err, "%s", _("Choose a temporary folder that can be written, on a disk with room."));
    }
    return fd;
}

bool plain_write(int fd, Str bytes, Err *err)
{
    while (bytes.len) {
        ssize_t put = write(fd, bytes.at, bytes.len);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0) {
            err_sys(err, ERR_SOURCE, _("cannot write the unpacked content into the temporary folder"));
            return err_hint(err, "%s", _("Free space on that disk, or choose another temporary folder."));
        }
        bytes.at += put;
        bytes.len -= (size_t)put;
    }
    return true;
}
