#include "files/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/intl.h"

#define BLOBS ".blobs"
#define INCOMING ".incoming"
enum { FOLDER_MODE = 0750, FILE_MODE = 0640, ROUND = 1 << 16 };

struct FileStore {
    char *root;
    int fd, blobs, incoming;
};

// An own folder below another, made when it is not there; never through a symbolic link.
static int folder_at(int at, const char *name)
{
    if (mkdirat(at, name, FOLDER_MODE) == 0)
        fsync(at);
    else if (errno != EEXIST)
        return -1;
    return openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

static bool refused(const FileStore *s, const char *what, Err *err)
{
    int why = errno;
    err_set(err, ERR_STEP, "%s%s%s", s->root, *what ? "/" : "", what);
    return err_because(err, why);
}

FileStore *store_open(const char *root, Err *err)
{
    if (!file_make_folder(root, FOLDER_MODE, err))
        return NULL;
    FileStore *s = calloc(1, sizeof *s);
    if (!s || !(s->root = strdup(root)))
        abort();
    s->blobs = s->incoming = -1;
    s->fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (s->fd >= 0)
        s->blobs = folder_at(s->fd, BLOBS);
    if (s->blobs >= 0)
        s->incoming = folder_at(s->fd, INCOMING);
    if (s->incoming >= 0)
        return s;
    refused(s, s->fd < 0 ? "" : s->blobs < 0 ? BLOBS : INCOMING, err);
    store_close(s);
    return NULL;
}

void store_close(FileStore *s)
{
    if (!s)
        return;
    const int fds[] = {s->incoming, s->blobs, s->fd};
    for (size_t i = 0; i < ARRAY_LEN(fds); i++)
        if (fds[i] >= 0)
            close(fds[i]);
    free(s->root);
    free(s);
}

// ---- Coming in --------------------------------------------------------------------------------------

static void chance_name(char out[32])
{
    unsigned char chance[12];
    random_bytes(chance, sizeof chance);
    memcpy(out, "new-", 4);
    hex_of(chance, sizeof chance, out + 4);
}

bool store_begin(FileStore *s, Incoming *in, Err *err)
{
    *in = (Incoming){.fd = openat(s->incoming, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, FILE_MODE)};
    if (in->fd < 0) {
        chance_name(in->name);
        in->fd = openat(s->incoming, in->name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, FILE_MODE);
    }
    if (in->fd < 0) {
        in->full = errno == ENOSPC || errno == EDQUOT;
        return refused(s, INCOMING, err);
    }
    in->sum = sha256_new();
    return true;
}

bool store_add(Incoming *in, Str bytes, Err *err)
{
    sha256_add(in->sum, bytes);
    while (bytes.len) {
        ssize_t put = write(in->fd, bytes.at, bytes.len);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0) {
            in->full = errno == ENOSPC || errno == EDQUOT || errno == EFBIG;
            return err_sys(err, ERR_STEP, "%s", _("the storage folder"));
        }
        in->size += put;
        bytes.at += put;
        bytes.len -= (size_t)put;
    }
    return true;
}

void store_digest(Incoming *in, char hex[SHA256_HEX + 1])
{
    sha256_finish_hex(in->sum, hex);
}

void store_end(FileStore *s, Incoming *in)
{
    if (in->fd >= 0)
        close(in->fd);
    if (*in->name)
        unlinkat(s->incoming, in->name, 0);
    sha256_free(in->sum);
    *in = (Incoming){.fd = -1};
}

// ---- Blobs ------------------------------------------------------------------------------------------

static int shelf_of(const FileStore *s, const char *sha256, bool make)
{
    const char name[] = {sha256[0], sha256[1], 0};
    return make ? folder_at(s->blobs, name)
                : openat(s->blobs, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

static bool give_name(const FileStore *s, const Incoming *in, int shelf, const char *name)
{
    char own[64];
    snprintf(own, sizeof own, "/proc/self/fd/%d", in->fd);
    return *in->name ? linkat(s->incoming, in->name, shelf, name, 0) == 0
                     : linkat(AT_FDCWD, own, shelf, name, AT_SYMLINK_FOLLOW) == 0;
}

bool store_keep(FileStore *s, Incoming *in, const char *sha256, Err *err)
{
    struct stat there;
    int shelf = fdatasync(in->fd) == 0 ? shelf_of(s, sha256, true) : -1;
    bool ok = shelf >= 0 && give_name(s, in, shelf, sha256);
    if (!ok && shelf >= 0 && errno == EEXIST &&
        fstatat(shelf, sha256, &there, AT_SYMLINK_NOFOLLOW) == 0) {
        ok = S_ISREG(there.st_mode) && there.st_size == in->size;
        if (!ok) // somebody cut it
            ok = unlinkat(shelf, sha256, 0) == 0 && give_name(s, in, shelf, sha256);
    }
    ok = ok && fsync(shelf) == 0;
    if (!ok) {
        in->full = errno == ENOSPC || errno == EDQUOT;
        refused(s, BLOBS, err);
    }
    if (shelf >= 0)
        close(shelf);
    return ok;
}

int store_blob(FileStore *s, const char *sha256)
{
    int shelf = shelf_of(s, sha256, false);
    if (shelf < 0)
        return -1;
    int fd = openat(shelf, sha256, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    close(shelf);
    return fd;
}

bool store_has(FileStore *s, const char *sha256, int64_t *size)
{
    struct stat st;
    int fd = store_blob(s, sha256);
    bool has = fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
    if (has)
        *size = st.st_size;
    if (fd >= 0)
        close(fd);
    return has;
}

// ---- Places -----------------------------------------------------------------------------------------

// The folder of a path, made step by step; *name: its last part.
static int walk_to(const FileStore *s, const char *path, const char **name)
{
    int at = dup(s->fd);
    const char *slash;
    while (at >= 0 && (slash = strchr(path, '/'))) {
        char part[256];
        size_t n = (size_t)(slash - path);
        int next = -1;
        errno = EINVAL;
        if (n > 0 && n < sizeof part && path[0] != '.') {
            memcpy(part, path, n);
            part[n] = 0;
            next = folder_at(at, part);
        }
        int why = errno;
        close(at);
        errno = why;
        at = next;
        path = slash + 1;
    }
    *name = path;
    if (at >= 0 && (!*path || *path == '.')) {
        close(at);
        at = -1;
        errno = EINVAL;
    }
    return at;
}

// Where a file can have no other name: on a file system without links, or after too many of them.
static bool copy(int from, int folder, const char *name)
{
    int to = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, FILE_MODE);
    char bytes[ROUND];
    ssize_t got = -1, put = 0;
    while (to >= 0 && (got = read(from, bytes, sizeof bytes)) > 0)
        for (ssize_t done = 0; done < got; done += put)
            if ((put = write(to, bytes + done, (size_t)(got - done))) < 0) {
                int why = errno;
                close(to);
                unlinkat(folder, name, 0);
                errno = why;
                return false;
            }
    bool ok = to >= 0 && got == 0 && fdatasync(to) == 0;
    if (to >= 0)
        close(to);
    return ok;
}

static bool link_blob(FileStore *s, const char *sha256, int folder, const char *name)
{
    int shelf = shelf_of(s, sha256, false);
    bool ok = shelf >= 0 && linkat(shelf, sha256, folder, name, 0) == 0;
    if (!ok && shelf >= 0 && (errno == EMLINK || errno == EPERM || errno == EXDEV || errno == EOPNOTSUPP)) {
        int from = store_blob(s, sha256);
        ok = from >= 0 && copy(from, folder, name);
        if (from >= 0)
            close(from);
    }
    int why = errno;
    if (shelf >= 0)
        close(shelf);
    errno = why;
    return ok;
}

static bool is_same(FileStore *s, const char *sha256, int folder, const char *name)
{
    struct stat one, other;
    int fd = store_blob(s, sha256);
    bool same = fd >= 0 && fstat(fd, &one) == 0 && fstatat(folder, name, &other, AT_SYMLINK_NOFOLLOW) == 0 &&
                one.st_dev == other.st_dev && one.st_ino == other.st_ino;
    if (fd >= 0)
        close(fd);
    return same;
}

bool store_place(FileStore *s, const char *sha256, const char *path, Err *err)
{
    const char *name;
    char fresh[32];
    int folder = walk_to(s, path, &name);
    bool ok = folder >= 0 && link_blob(s, sha256, folder, name);
    if (!ok && folder >= 0 && errno == EEXIST && !(ok = is_same(s, sha256, folder, name))) {
        chance_name(fresh);
        ok = link_blob(s, sha256, folder, fresh) && renameat(folder, fresh, folder, name) == 0;
    }
    ok = ok && fsync(folder) == 0;
    if (!ok)
        refused(s, path, err);
    if (folder >= 0)
        close(folder);
    return ok;
}
