#include "base/file.h"

#include "base/intl.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

bool file_exists(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0;
}

bool file_is_folder(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

// One byte more than the limit is asked for: what fills it is too big, however much it grew meanwhile.
static bool read_all(int fd, const char *path, size_t limit, Buf *out, Err *err)
{
    enum { PIECE = 64 * 1024 };
    while (out->len <= limit) {
        size_t room = MIN(limit - out->len + 1, (size_t)PIECE);
        ssize_t got = read(fd, buf_room(out, room), room);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return err_sys(err, ERR_INTERNAL, _("cannot read %s"), path);
        if (got == 0)
            return true;
        out->len += (size_t)got;
    }
    return err_set(err, ERR_INTERNAL, _("%s is larger than the %zu bytes allowed"), path, limit);
}

bool file_is_other(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode);
}

bool file_read(Arena *a, const char *path, size_t limit, Str *out, Err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_sys(err, ERR_INTERNAL, _("cannot open %s"), path);
    AUTO(buf_free) Buf bytes = {0};
    struct stat st;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0)
        buf_room(&bytes, MIN((size_t)st.st_size, limit) + 1);
    bool ok = read_all(fd, path, MIN(limit, (size_t)SSIZE_MAX - 1), &bytes, err);
    close(fd);
    if (ok)
        *out = str_copy(a, buf_str(&bytes));
    return ok;
}

// ---- Writing: beside, then rename -----------------------------------------------------

static bool write_all(int fd, Str bytes)
{
    while (bytes.len) {
        ssize_t put = write(fd, bytes.at, bytes.len);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return false;
        bytes.at += put;
        bytes.len -= (size_t)put;
    }
    return true;
}

// The folder is synced too: without it a crash may forget the rename.
void file_sync_folder_of(const char *path)
{
    AUTO(buf_free) Buf folder = {0};
    const char *slash = strrchr(path, '/');
    buf_add(&folder, slash ? (Str){path, (size_t)(slash - path) + 1} : STR("."));
    int fd = open(buf_text(&folder), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return;
    fsync(fd); // some file systems cannot sync folders; the file itself is safe
    close(fd);
}

bool file_cannot_write(const char *path, int why, Err *err)
{
    errno = why;
    err_sys(err, ERR_INTERNAL, _("cannot write %s"), path);
    if (why == ENOSPC || why == EDQUOT)
        return err_hint(err, "%s", _("The disk is full: free some space, then try again."));
    if (why == EROFS)
        return err_hint(err, "%s", _("The disk can only be read now: see what the system says of it (dmesg), then try again."));
    if (why == EACCES || why == EPERM)
        return err_hint(err, "%s", _("The file or its folder cannot be written: check owner and permissions."));
    return false;
}

bool file_write(const char *path, Str bytes, unsigned mode, Err *err)
{
    AUTO(buf_free) Buf beside = {0};
    buf_addf(&beside, "%s.XXXXXX", path);
    int fd = mkostemp(beside.at, O_CLOEXEC);
    if (fd < 0)
        return file_cannot_write(path, errno, err);
    bool ok = fchmod(fd, (mode_t)mode) == 0 && write_all(fd, bytes) && fsync(fd) == 0;
    int why = errno;
    if (close(fd) != 0 && ok) {
        ok = false;
        why = errno;
    }
    if (ok && rename(beside.at, path) != 0) {
        ok = false;
        why = errno;
    }
    if (!ok) {
        unlink(beside.at);
        return file_cannot_write(path, why, err);
    }
    file_sync_folder_of(path);
    return true;
}

bool file_make_folder(const char *path, unsigned mode, Err *err)
{
    AUTO(buf_free) Buf part = {0};
    for (const char *at = path; *at;) {
        const char *end = at + strspn(at, "/");
        end += strcspn(end, "/");
        buf_add(&part, (Str){at, (size_t)(end - at)});
        at = end;
        if (mkdir(part.at, (mode_t)mode) == 0)
            continue;
        int why = errno;
        if (file_is_folder(part.at))
            continue;
        errno = why; // of mkdir: looking at what is not there says less
        return err_sys(err, ERR_INTERNAL, _("cannot make the folder %s"), part.at);
    }
    return file_is_folder(path) ||
           err_set(err, ERR_INTERNAL, _("cannot make the folder %s"), *path ? path : "\"\"");
}

// ---- Names ----------------------------------------------------------------------------------

const char *file_inside(Arena *a, const char *folder, const char *relative)
{
    if (!*relative || *relative == '/')
        return NULL;
    // Any ".." is refused, also "a/../b": behind a symbolic link it would leave the folder.
    Str rest = str_of(relative), part;
    while (str_cut(&rest, '/', &part))
        if (str_is(part, ".."))
            return NULL;
    return file_join(a, folder, relative);
}

const char *file_join(Arena *a, const char *folder, const char *name)
{
    if (*name == '/' || !*folder)
        return arena_text(a, "%s", name);
    bool slash = str_ends(str_of(folder), "/");
    return arena_text(a, slash ? "%s%s" : "%s/%s", folder, name);
}

int64_t file_free_bytes(const char *path)
{
    struct statvfs fs;
    int64_t bytes;
    // Without a size (ramfs) there is none to run out of.
    if (statvfs(path, &fs) != 0 || fs.f_blocks == 0 || __builtin_mul_overflow(fs.f_bavail, fs.f_frsize, &bytes))
        return -1;
    return bytes;
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

char **file_list(Arena *a, const char *folder)
{
    size_t n = 0, cap = 16;
    char **names = arena_many(a, char *, cap);
    DIR *dir = opendir(folder);
    if (!dir)
        return names;
    for (struct dirent *entry; (entry = readdir(dir));) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        if (n + 1 == cap) {
            char **more = arena_many(a, char *, cap * 2);
            memcpy(more, names, n * sizeof *names);
            names = more;
            cap *= 2;
        }
        names[n++] = str_keep(a, str_of(entry->d_name));
    }
    closedir(dir);
    qsort(names, n, sizeof *names, by_bytes);
    return names;
}

static int64_t nanoseconds(struct timespec t)
{
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

bool file_stamp(const char *path, FileStamp *out, Err *err)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return err_sys(err, ERR_INTERNAL, _("cannot look at %s"), path);
    *out = (FileStamp){
        .device = st.st_dev,
        .inode = st.st_ino,
        .size = st.st_size,
        .mtime_ns = nanoseconds(st.st_mtim),
        .ctime_ns = nanoseconds(st.st_ctim),
    };
    return true;
}
