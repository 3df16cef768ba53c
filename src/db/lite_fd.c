// A database that is an open file and has no name: SQLite reads and writes it through these few calls.
//
// Its own way of opening takes a path, and refuses the one under /proc since that is a symbolic link. No
// other file is ever opened here: no journal, no write-ahead log, nothing temporary.
#include "db/lite_inner.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct {
    sqlite3_file base;
    int fd; // ours: a duplicate
    bool immutable;
    int64_t *allowed; // bytes that may still be read; NULL: any number
} FdFile;

static int fd_close(sqlite3_file *f)
{
    close(((FdFile *)f)->fd);
    return SQLITE_OK;
}

static int fd_read(sqlite3_file *f, void *out, int n, sqlite3_int64 at)
{
    char *to = out;
    int64_t *allowed = ((FdFile *)f)->allowed;
    if (allowed && (*allowed -= n) <= 0)
        return SQLITE_IOERR_READ;
    while (n) {
        ssize_t got = pread(((FdFile *)f)->fd, to, (size_t)n, (off_t)at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return SQLITE_IOERR_READ;
        if (got == 0) {
            memset(to, 0, (size_t)n); // what SQLite asks of a read behind the end
            return SQLITE_IOERR_SHORT_READ;
        }
        to += got;
        at += got;
        n -= (int)got;
    }
    return SQLITE_OK;
}

static int fd_write(sqlite3_file *f, const void *bytes, int n, sqlite3_int64 at)
{
    const char *from = bytes;
    while (n) {
        ssize_t put = pwrite(((FdFile *)f)->fd, from, (size_t)n, (off_t)at);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return errno == ENOSPC || errno == EDQUOT ? SQLITE_FULL : SQLITE_IOERR_WRITE;
        from += put;
        at += put;
        n -= (int)put;
    }
    return SQLITE_OK;
}

static int fd_truncate(sqlite3_file *f, sqlite3_int64 size)
{
    return ftruncate(((FdFile *)f)->fd, (off_t)size) == 0 ? SQLITE_OK : SQLITE_IOERR_TRUNCATE;
}

static int fd_size(sqlite3_file *f, sqlite3_int64 *size)
{
    struct stat st;
    if (fstat(((FdFile *)f)->fd, &st) != 0)
        return SQLITE_IOERR_FSTAT;
    *size = st.st_size;
    return SQLITE_OK;
}

// Whoever makes a file that lasts gives it a name, and syncs it, afterwards.
static int fd_sync(sqlite3_file *f, int flags)
{
    (void)f;
    (void)flags;
    return SQLITE_OK;
}

// Nobody else can open it.
static int fd_lock(sqlite3_file *f, int level)
{
    (void)f;
    (void)level;
    return SQLITE_OK;
}

static int fd_is_reserved(sqlite3_file *f, int *reserved)
{
    (void)f;
    *reserved = 0;
    return SQLITE_OK;
}

static int fd_control(sqlite3_file *f, int what, void *arg)
{
    if (what != LITE_FD_ALLOW)
        return SQLITE_NOTFOUND;
    ((FdFile *)f)->allowed = arg;
    return SQLITE_OK;
}

static int fd_sector(sqlite3_file *f)
{
    (void)f;
    return 4096;
}

static int fd_characteristics(sqlite3_file *f)
{
    return ((FdFile *)f)->immutable ? SQLITE_IOCAP_IMMUTABLE : 0;
}

static const sqlite3_io_methods methods = {
    .iVersion = 1,
    .xClose = fd_close,
    .xRead = fd_read,
    .xWrite = fd_write,
    .xTruncate = fd_truncate,
    .xSync = fd_sync,
    .xFileSize = fd_size,
    .xLock = fd_lock,
    .xUnlock = fd_lock,
    .xCheckReservedLock = fd_is_reserved,
    .xFileControl = fd_control,
    .xSectorSize = fd_sector,
    .xDeviceCharacteristics = fd_characteristics,
};

// The name is the number of the file.
static int open_number(sqlite3_vfs *vfs, const char *name, sqlite3_file *f, int flags, int *out_flags)
{
    FdFile *file = (FdFile *)f;
    (void)vfs;
    *file = (FdFile){.fd = -1};
    if (!name || !(flags & SQLITE_OPEN_MAIN_DB))
        return SQLITE_CANTOPEN;
    file->fd = fcntl(atoi(name), F_DUPFD_CLOEXEC, 0);
    if (file->fd < 0)
        return SQLITE_CANTOPEN;
    file->immutable = flags & SQLITE_OPEN_READONLY;
    file->base.pMethods = &methods;
    if (out_flags)
        *out_flags = flags;
    return SQLITE_OK;
}

static int remove_nothing(sqlite3_vfs *vfs, const char *name, int sync)
{
    (void)vfs;
    (void)name;
    (void)sync;
    return SQLITE_IOERR_DELETE_NOENT;
}

static int nothing_is_there(sqlite3_vfs *vfs, const char *name, int flags, int *is_there)
{
    (void)vfs;
    (void)name;
    (void)flags;
    *is_there = 0;
    return SQLITE_OK;
}

static int name_as_it_is(sqlite3_vfs *vfs, const char *name, int n, char *out)
{
    (void)vfs;
    return snprintf(out, (size_t)n, "%s", name) < n ? SQLITE_OK : SQLITE_CANTOPEN;
}

void lite_fd_register(void)
{
    static sqlite3_vfs vfs; // SQLite keeps it in a list of its own
    vfs = *sqlite3_vfs_find(NULL);
    vfs.szOsFile = (int)sizeof(FdFile);
    vfs.zName = LITE_FD_VFS;
    vfs.xOpen = open_number;
    vfs.xDelete = remove_nothing;
    vfs.xAccess = nothing_is_there;
    vfs.xFullPathname = name_as_it_is;
    sqlite3_vfs_register(&vfs, 0);
}
