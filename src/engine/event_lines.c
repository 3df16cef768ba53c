#include "engine/event_lines.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/intl.h"

const char *event_lines_path(Arena *a, const char *state_folder, int64_t run)
{
    return arena_text(a, "%s/runs/%06lld/events.ndjson", state_folder, (long long)run);
}

// Bytes of the whole lines in what begins at start.
static size_t whole_lines(const Buf *b, size_t start)
{
    const char *end = b->len > start ? memrchr(b->at + start, '\n', b->len - start) : NULL;
    return end ? (size_t)(end + 1 - (b->at + start)) : 0;
}

// Until there is a whole line, or the end.
static bool read_lines(int fd, int64_t offset, size_t most, Buf *out, size_t *lines)
{
    size_t start = out->len;
    *lines = 0;
    for (ssize_t n = 1; n > 0 && !*lines;) {
        n = pread(fd, buf_room(out, most), most, offset + (int64_t)(out->len - start));
        if (n < 0)
            return false;
        out->len += (size_t)n;
        *lines = whole_lines(out, start);
    }
    return true;
}

bool event_lines_read(const char *path, int64_t *offset, size_t most, Buf *out, bool *more, Err *err)
{
    struct stat st;
    size_t start = out->len, lines = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); // be it a pipe
    bool ok = fd >= 0 && fstat(fd, &st) == 0;
    if (ok && st.st_size < *offset)
        *offset = 0;
    ok = ok && read_lines(fd, *offset, most, out, &lines);
    if (!ok)
        err_sys(err, ERR_INTERNAL, _("cannot read %s"), path);
    if (fd >= 0)
        close(fd);
    out->len = start + lines;
    if (out->at)
        out->at[out->len] = 0;
    *offset += (int64_t)lines;
    *more = ok && lines && *offset < st.st_size;
    return ok;
}
