#include "source/dpmf_plain.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/intl.h"
#include "base/relay.h"
#include "source/dpmf_inner.h"

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
        err_sys(err, ERR_INTERNAL, _("cannot make a temporary file in %s"), folder);
        err_hint(err, "%s", _("Choose a temporary folder that can be written, on a disk with room."));
    }
    return fd;
}

// ---- Writing -----------------------------------------------------------------------------------------

typedef struct {
    size_t used;
    char bytes[DPMF_PIECE];
} Piece;

struct PlainWriter {
    int fd;
    Relay *relay;
    Piece *piece; // being filled; NULL: none yet
};

static bool write_piece(void *arg, void *buffer, Err *err)
{
    const PlainWriter *w = arg;
    Piece *p = buffer;
    for (size_t done = 0; done < p->used;) {
        ssize_t put = write(w->fd, p->bytes + done, p->used - done);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0) {
            err_sys(err, ERR_INTERNAL, _("cannot write the unpacked content into the temporary folder"));
            return err_hint(
                err, "%s",
                _("Free space on that disk, or choose another folder with --state-dir or TMPDIR."));
        }
        done += (size_t)put;
    }
    p->used = 0;
    return true;
}

PlainWriter *plain_writer_new(int fd)
{
    PlainWriter *w = malloc(sizeof *w);
    if (!w)
        abort();
    *w = (PlainWriter){.fd = fd};
    w->relay = relay_new(sizeof(Piece), write_piece, w);
    return w;
}

void plain_writer_free(PlainWriter *w)
{
    if (!w)
        return;
    relay_free(w->relay);
    free(w);
}

bool plain_write(PlainWriter *w, Str bytes, Err *err)
{
    while (bytes.len) {
        if (!w->piece && !(w->piece = relay_get(w->relay, err)))
            return false;
        size_t n = MIN(bytes.len, sizeof w->piece->bytes - w->piece->used);
        memcpy(w->piece->bytes + w->piece->used, bytes.at, n);
        w->piece->used += n;
        bytes = (Str){bytes.at + n, bytes.len - n};
        if (w->piece->used < sizeof w->piece->bytes)
            return true;
        relay_put(w->relay);
        w->piece = NULL;
    }
    return true;
}

bool plain_finish(PlainWriter *w, Err *err)
{
    if (w->piece)
        relay_put(w->relay);
    w->piece = NULL;
    return relay_drain(w->relay, err);
}
