// Reading a database that may not be touched: a copy in a folder nobody may write, or for someone who only looks.
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "db/lite_inner.h"

static bool only_look;

void lite_only_look(void)
{
    only_look = true;
}

static bool there(const char *path, const char *end)
{
    AUTO(buf_free) Buf beside = {0};
    buf_addf(&beside, "%s%s", path, end);
    return access(buf_text(&beside), F_OK) == 0;
}

// Bytes 18 and 19 of a database say whether it has a write-ahead log (www.sqlite.org/fileformat.html, 1.3.3).
static bool has_wal_mode(const char *path)
{
    unsigned char head[20] = {0};
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool read_it = fd >= 0 && pread(fd, head, sizeof head, 0) == (ssize_t)sizeof head;
    if (fd >= 0)
        close(fd);
    return read_it && head[18] == 2 && head[19] == 2;
}

static bool may_make_files_beside(const char *path)
{
    AUTO(buf_free) Buf folder = {0};
    const char *slash = strrchr(path, '/');
    buf_add(&folder, slash ? (Str){path, MAX((size_t)(slash - path), (size_t)1)} : STR("."));
    return access(buf_text(&folder), W_OK) == 0;
}

// To read a database with a write-ahead log SQLite makes that log, empty, when there is none.
bool lite_as_it_lies(const char *path)
{
    return (only_look || !may_make_files_beside(path)) && has_wal_mode(path) && !there(path, "-wal") &&
           !there(path, "-journal");
}
