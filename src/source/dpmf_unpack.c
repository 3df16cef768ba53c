#include "source/dpmf_unpack.h"

#include <string.h>
#include <unistd.h>

#include "base/intl.h"

enum {
    UNKNOWN_SIZE_FLOOR = 64 << 20, // what a database that does not know its size may take in any case
    UNKNOWN_SIZE_FACTOR = 100,     // and how many times the compressed bytes otherwise
    ROOM_STEP = 16 << 20,          // bytes written between two looks at the free disk
    ROOM_LEFT = 64 << 20,          // bytes never taken from the disk
};

void unpacking_end(Unpacking *p)
{
    inflate_free(p->inflate);
    plain_writer_free(p->writer);
    if (p->fd >= 0)
        close(p->fd);
}

static bool check_room(Unpacking *p, Err *err)
{
    int64_t room = file_free_bytes(p->folder);
    p->room_at = p->written + ROOM_STEP;
    if (room < 0 || room >= (int64_t)ROOM_LEFT + ROOM_STEP)
        return true;
    err_set(err, ERR_INTERNAL, _("the disk of %s is full: %lld MB are free for the unpacked content"),
            p->folder, (long long)room / 1000000);
    err_hint(err, "%s", _("Free space on that disk, or choose another folder with --state-dir or TMPDIR."));
    return dpmf_refuse_folder(p->d, err);
}

// What is no database is counted on instead of written: out of all proportion it is a bomb, and told as one.
static bool put_nothing(Unpacking *p, Str piece, Err *err)
{
    p->written += (int64_t)piece.len;
    if (p->written < (int64_t)UNKNOWN_SIZE_FLOOR)
        return true;
    if (p->written > UNKNOWN_SIZE_FACTOR * p->d->stamp.size)
        return dpmf_refuse(p->d, DPMF_LIMIT, err,
                           _("more than %d MiB come out of %lld bytes, and no database"),
                           UNKNOWN_SIZE_FLOOR >> 20, (long long)p->d->stamp.size);
    return dpmf_judge_header(p->d, p->header, p->header_n, &p->declared, err);
}

// A piece of the database: its size is bounded as soon as its header is known.
static bool put_database(Unpacking *p, Str piece, Err *err)
{
    if (p->header_n < SQLITE_HEADER) {
        size_t n = MIN(piece.len, SQLITE_HEADER - p->header_n);
        memcpy(p->header + p->header_n, piece.at, n);
        p->header_n += n;
        if (p->header_n == SQLITE_HEADER) {
            if (!dpmf_judge_header(p->d, p->header, p->header_n, &p->declared, err)) {
                if (!p->inflate)
                    return false;
                p->no_database = true;
            }
            int64_t unknown = MAX((int64_t)UNKNOWN_SIZE_FLOOR, p->d->stamp.size * UNKNOWN_SIZE_FACTOR);
            p->allowed = !p->inflate ? p->d->stamp.size : p->declared ? p->declared : unknown;
        }
    }
    if (p->no_database)
        return put_nothing(p, piece, err);
    if (p->allowed && p->written + (int64_t)piece.len > p->allowed)
        return dpmf_refuse(p->d, DPMF_LIMIT, err,
                           _("more than the %lld bytes that the database declares come out of it"),
                           (long long)p->allowed);
    if (p->written >= p->room_at && !check_room(p, err))
        return false;
    p->written += (int64_t)piece.len;
    return plain_write(p->writer, piece, err) || dpmf_refuse_folder(p->d, err);
}

static bool put_inflated(void *arg, Str piece, Err *err)
{
    Unpacking *p = arg;
    p->refused = !put_database(p, piece, err);
    return !p->refused;
}

static bool refuse_inflate(Unpacking *p, Err *err)
{
    if (p->refused)
        return false;
    if (p->taken)
        err_wrap(err, _("behind byte %lld"), (long long)p->taken);
    return dpmf_refuse_failed(p->d, err->kind == ERR_STEP ? DPMF_LIMIT : DPMF_ZSTD, err);
}

bool unpacking_put(Unpacking *p, Str piece, Err *err)
{
    if (!p->inflate)
        return put_database(p, piece, err);
    if (!inflate_add(p->inflate, piece, put_inflated, p, err))
        return refuse_inflate(p, err);
    p->taken += (int64_t)piece.len;
    return true;
}

bool unpacking_start(Unpacking *p, Dpmf *d, bool zstd, const char *temp_folder, Err *err)
{
    p->d = d;
    p->folder = temp_folder;
    p->fd = plain_make(temp_folder, err);
    if (p->fd < 0)
        return dpmf_refuse_folder(d, err);
    p->writer = plain_writer_new(p->fd);
    p->inflate = zstd ? inflate_new() : NULL;
    return true;
}

bool unpacking_finish(Unpacking *p, Err *err)
{
    if (p->inflate && !inflate_end(p->inflate, err))
        return refuse_inflate(p, err);
    inflate_free(p->inflate); // up to 128 MiB that the database may want
    p->inflate = NULL;
    int64_t declared = p->declared;
    if ((p->header_n < SQLITE_HEADER || p->no_database) &&
        !dpmf_judge_header(p->d, p->header, p->header_n, &declared, err))
        return false;
    if (!dpmf_whole(p->d, declared, p->written, err))
        return false;
    if (!plain_finish(p->writer, err))
        return dpmf_refuse_folder(p->d, err);
    p->d->db = lite_open_fd(p->fd, p->d->path, LITE_HOSTILE, ERR_SOURCE, err);
    return p->d->db || dpmf_refuse_failed(p->d, DPMF_IO, err);
}
