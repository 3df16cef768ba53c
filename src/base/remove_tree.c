#include "base/remove_tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/intl.h"

enum { DEPTH_MAX = 32, FOLDER = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC };

// What is done with each thing that is found, from the leaves up.
typedef struct {
    bool remove;
    int64_t bytes;
} Walk;

static bool visit(int at, const char *name, Walk *w, int depth);

static bool visit_all(int folder, Walk *w, int depth)
{
    DIR *dir = fdopendir(folder);
    const struct dirent *entry;
    bool ok = dir && depth < DEPTH_MAX;
    while (ok && (entry = readdir(dir)))
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            ok = visit(folder, entry->d_name, w, depth + 1);
    int why = depth < DEPTH_MAX ? errno : ELOOP;
    if (dir)
        closedir(dir);
    else
        close(folder);
    errno = why;
    return ok;
}

static bool visit(int at, const char *name, Walk *w, int depth)
{
    struct stat st;
    if (fstatat(at, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
        return errno == ENOENT;
    bool is_folder = S_ISDIR(st.st_mode);
    if (is_folder) {
        int folder = openat(at, name, FOLDER);
        if (folder < 0 || !visit_all(folder, w, depth))
            return false;
    } else {
        w->bytes += st.st_size;
    }
    return !w->remove || unlinkat(at, name, is_folder ? AT_REMOVEDIR : 0) == 0 || errno == ENOENT;
}

// The folder that holds the last part of path, opened without following a link; -1 with errno.
static int open_parent(const char *folder, Str path, Str *last)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    int at = open(folder, FOLDER);
    *last = path;
    while (at >= 0 && memchr(last->at, '/', last->len)) {
        Str part;
        if (!str_cut(last, '/', &part))
            break;
        int next = openat(at, str_keep(a, part), FOLDER);
        int why = errno;
        close(at);
        errno = why;
        at = next;
    }
    return at;
}

static bool walk(const char *folder, const char *path, Walk *w)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    Str last;
    int at = open_parent(folder, str_of(path), &last);
    if (at < 0)
        return errno == ENOENT;
    bool ok = visit(at, str_keep(a, last), w, 0);
    int why = errno;
    close(at);
    errno = why;
    return ok;
}

bool remove_tree(const char *folder, const char *path, Err *err)
{
    return walk(folder, path, &(Walk){.remove = true}) ||
           err_sys(err, ERR_INTERNAL, _("cannot remove %s/%s"), folder, path);
}

int64_t tree_bytes(const char *folder, const char *path)
{
    Walk w = {0};
    return walk(folder, path, &w) ? w.bytes : 0;
}
