#include "files/walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cancel.h"
#include "base/intl.h"

enum { DEEPEST = 200 };

typedef struct {
    Arena *a;
    Walk *out;
    size_t cap;
    struct {
        dev_t device;
        ino_t inode;
    } above[DEEPEST];
    Err *err;
} Walker;

static void add(Walker *w, const char *path, int64_t size)
{
    Walk *o = w->out;
    if (o->n == w->cap) {
        w->cap = w->cap ? w->cap * 2 : 256;
        o->files = realloc(o->files, w->cap * sizeof *o->files);
        if (!o->files)
            abort();
    }
    o->files[o->n++] = (WalkedFile){path, size};
    o->bytes += size;
}

static bool walk(Walker *w, int fd, const char *path, size_t depth);

static bool visit(Walker *w, int folder, const char *path, const char *name, size_t depth)
{
    struct stat st;
    if (fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) != 0) {
        w->out->unreadable++;
        return true;
    }
    const char *own = *path ? arena_text(w->a, "%s/%s", path, name) : arena_text(w->a, "%s", name);
    if (S_ISREG(st.st_mode)) {
        add(w, own, st.st_size);
        return true;
    }
    if (!S_ISDIR(st.st_mode)) {
        *(S_ISLNK(st.st_mode) ? &w->out->links : &w->out->others) += 1;
        return true;
    }
    bool within = depth >= DEEPEST;
    for (size_t i = 0; i < depth && !within; i++)
        within = w->above[i].device == st.st_dev && w->above[i].inode == st.st_ino;
    if (within) {
        w->out->others++;
        return true;
    }
    w->above[depth].device = st.st_dev;
    w->above[depth].inode = st.st_ino;
    int fd = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) {
        w->out->unreadable++;
        return true;
    }
    return walk(w, fd, own, depth + 1);
}

// Takes over fd.
static bool walk(Walker *w, int fd, const char *path, size_t depth)
{
    DIR *d = fdopendir(fd);
    if (!d)
        abort();
    bool ok = true;
    for (struct dirent *e; ok && (errno = 0, e = readdir(d));)
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
            ok = cancel_check(w->err) && visit(w, dirfd(d), path, e->d_name, depth);
    if (ok && errno)
        w->out->unreadable++;
    closedir(d);
    return ok;
}

static int by_path(const void *one, const void *other)
{
    return strcmp(((const WalkedFile *)one)->path, ((const WalkedFile *)other)->path);
}

bool walk_folder(Arena *a, const char *folder, Walk *out, Err *err)
{
    Walker w = {.a = a, .out = out, .err = err};
    struct stat st;
    *out = (Walk){0};
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) != 0) {
        if (fd >= 0)
            close(fd);
        return err_sys(err, ERR_SOURCE, "%s", folder);
    }
    w.above[0].device = st.st_dev;
    w.above[0].inode = st.st_ino;
    bool ok = walk(&w, fd, "", 1);
    WalkedFile *found = out->files;
    if (out->n)
        qsort(found, out->n, sizeof *found, by_path);
    out->files = out->n ? arena_copy(a, found, out->n * sizeof *found) : NULL;
    free(found);
    return ok;
}

int walk_open(int folder, const char *path)
{
    int at = dup(folder);
    for (const char *slash; at >= 0 && (slash = strchr(path, '/')); path = slash + 1) {
        char *part = strndup(path, (size_t)(slash - path));
        if (!part)
            abort();
        int next = openat(at, part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        int why = errno;
        free(part);
        close(at);
        errno = why;
        at = next;
    }
    if (at < 0)
        return -1;
    int fd = openat(at, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    int why = errno;
    close(at);
    struct stat st;
    if (fd >= 0 && (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))) {
        close(fd);
        fd = -1;
        why = EINVAL;
    }
    errno = why;
    return fd;
}
