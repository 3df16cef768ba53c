#include "source/csv_input.h"

#include <errno.h>
#include <fcntl.h>
#include <iconv.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/compress.h"
#include "base/intl.h"

enum { PIECE = 256 << 10, PACKED_PIECE = 256 }; // unpacked, a byte becomes 32 KiB at most

// The beginning of a line: where it stands in the text given out, and in the file.
typedef struct {
    int64_t text, file;
} LineStart;

struct CsvInput {
    const char *path;
    int fd;
    int64_t size, read;
    Inflate *inflate; // NULL: not packed
    const Encoding *encoding;
    iconv_t convert; // ENCODING_STREAM only
    int64_t mark, skip; // bytes of the byte order mark; those to be left out before the next text
    bool ended;
    // ENCODING_STREAM only:
    Buf raw;              // read and unpacked, not yet converted
    int64_t taken, given; // bytes converted, and given out, since the beginning
    Buf lines;            // LineStart of the text given out
    size_t first_line;    // the one last asked for
    size_t got, fed;      // bytes in piece, and those of them that were unpacked
    char piece[PIECE];
};

static bool streams(const CsvInput *in)
{
    return in->encoding && in->encoding->kind == ENCODING_STREAM;
}

void csv_input_close(CsvInput *in)
{
    if (in->fd >= 0)
        close(in->fd);
    in->fd = -1;
    inflate_free_at(&in->inflate);
    if (streams(in) && in->convert != (iconv_t)-1)
        iconv_close(in->convert);
    in->convert = (iconv_t)-1;
    buf_free(&in->raw);
    buf_free(&in->lines);
}

static void close_at(void *in)
{
    csv_input_close(in);
}

CsvInput *csv_input_open(Arena *a, const char *path, const Encoding *encoding, size_t skip, Err *err)
{
    CsvInput *in = arena_one(a, CsvInput);
    struct stat st;
    unsigned char magic[4] = {0};
    *in = (CsvInput){.path = path, .encoding = encoding, .mark = (int64_t)skip, .skip = (int64_t)skip, .taken = (int64_t)skip, .convert = (iconv_t)-1};
    in->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); // a pipe without a writer must not hold us
    arena_defer(a, close_at, in);
    if (in->fd < 0 || fstat(in->fd, &st) != 0) {
        err_sys(err, ERR_SOURCE, "%s", path);
        return NULL;
    }
    if (!S_ISREG(st.st_mode)) {
        err_set(err, ERR_SOURCE, _("%s is no file"), path);
        return NULL;
    }
    in->size = st.st_size;
    if (pread(in->fd, magic, sizeof magic, 0) == 4 && memcmp(magic, "\x28\xB5\x2F\xFD", 4) == 0)
        in->inflate = inflate_new();
    if (streams(in) && (in->convert = iconv_open("UTF-8", encoding->name)) == (iconv_t)-1) {
        err_sys(err, ERR_SOURCE, _("encoding %s is not known"), encoding->name);
        return NULL;
    }
    return in;
}

bool csv_input_packed(const CsvInput *in)
{
    return in->inflate != NULL;
}

int64_t csv_input_size(const CsvInput *in)
{
    return in->size;
}

int64_t csv_input_read(const CsvInput *in)
{
    return in->read;
}

static bool keep_piece(void *arg, Str piece, Err *err)
{
    (void)err;
    buf_add(arg, piece);
    return true;
}

static bool unpack(CsvInput *in, Buf *to, Err *err)
{
    for (const size_t before = to->len; in->fed < in->got && to->len - before < PIECE;) {
        const Str some = {in->piece + in->fed, MIN(in->got - in->fed, (size_t)PACKED_PIECE)};
        in->fed += some.len;
        if (!inflate_add(in->inflate, some, keep_piece, to, err))
            return err_wrap(err, "%s", in->path);
    }
    return true;
}

static bool read_piece(CsvInput *in, Buf *to, Err *err)
{
    ssize_t n;
    if (in->inflate && in->fed < in->got)
        return unpack(in, to, err);
    do
        n = read(in->fd, in->piece, sizeof in->piece);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return err_sys(err, ERR_SOURCE, "%s", in->path);
    in->read += n;
    in->ended = n == 0;
    in->got = (size_t)n;
    in->fed = 0;
    if (!in->inflate)
        buf_add(to, (Str){in->piece, (size_t)n});
    else if (n)
        return unpack(in, to, err);
    else if (!inflate_end(in->inflate, err))
        return err_wrap(err, "%s", in->path);
    return true;
}

// Converts the bytes; what is no character becomes 0xFF, which is no UTF-8 either, so that its record is refused.
// Bytes of a character that is not complete are left over; their number is returned.
static size_t convert(CsvInput *in, Str bytes, bool last, Buf *out)
{
    char *from = (char *)(uintptr_t)bytes.at;
    size_t left = bytes.len;
    while (left) {
        size_t room = left * 4 + 16, before = room;
        char *to = buf_room(out, room);
        size_t done = iconv(in->convert, &from, &left, &to, &room);
        out->len += before - room;
        out->at[out->len] = '\0';
        if (done != (size_t)-1 || errno == E2BIG)
            continue;
        if (errno == EINVAL && !last)
            return left;
        size_t skip = MIN(left, in->encoding->unit);
        buf_add_char(out, (char)0xFF);
        from += skip;
        left -= skip;
    }
    return 0;
}

// Bytes up to and with the next line end in the file's own encoding; all of them when there is none.
static size_t raw_line(Str bytes, size_t unit, bool big_endian)
{
    for (size_t i = 0; i + unit <= bytes.len; i += unit) {
        const char *u = bytes.at + i;
        const char c = u[big_endian ? unit - 1 : 0];
        bool plain = true;
        for (size_t k = 0; k < unit; k++)
            plain &= k == (big_endian ? unit - 1 : 0) || !u[k];
        // Of CR LF the text's own CR is followed by the LF in the next line, which is then empty: so only LF
        // and a CR that no LF follows end a line here.
        if (plain && c == '\n')
            return i + unit;
    }
    return bytes.len;
}

static void give_lines(CsvInput *in, Buf *text)
{
    Str rest = buf_str(&in->raw);
    size_t used = 0;
    while (rest.len) {
        size_t before = text->len, line = raw_line(rest, in->encoding->unit, in->encoding->big);
        bool whole = line < rest.len || in->ended;
        const LineStart start = {in->given, in->taken};
        buf_add(&in->lines, (Str){(const char *)&start, sizeof start});
        size_t left = convert(in, (Str){rest.at, line}, in->ended && line == rest.len, text);
        in->given += (int64_t)(text->len - before);
        in->taken += (int64_t)(line - left);
        used += line - left;
        rest = (Str){rest.at + line, rest.len - line};
        if (!whole || left)
            break;
    }
    if (used)
        memmove(in->raw.at, in->raw.at + used, in->raw.len - used);
    in->raw.len -= used;
}

static void leave_out(CsvInput *in, Buf *buf)
{
    size_t n = MIN((size_t)in->skip, buf->len);
    if (!n)
        return;
    memmove(buf->at, buf->at + n, buf->len - n);
    buf->len -= n;
    in->skip -= (int64_t)n;
}

bool csv_input_fill(CsvInput *in, Buf *text, bool *last, Err *err)
{
    const size_t before = text->len;
    Buf *to = streams(in) ? &in->raw : text;
    while (text->len == before && !in->ended) {
        if (!read_piece(in, to, err))
            return false;
        leave_out(in, to); // nothing precedes it: it stands at the beginning
        if (streams(in))
            give_lines(in, text);
    }
    *last = in->ended;
    return true;
}

int64_t csv_input_place(CsvInput *in, int64_t at)
{
    const LineStart *lines = (const LineStart *)(const void *)in->lines.at;
    size_t n = in->lines.len / sizeof *lines;
    if (!streams(in) || !n)
        return at + in->mark;
    while (in->first_line + 1 < n && lines[in->first_line + 1].text <= at)
        in->first_line++;
    const LineStart found = lines[in->first_line];
    if (in->first_line > 4096) { // those behind us are asked for no more
        size_t drop = in->first_line * sizeof *lines;
        memmove(in->lines.at, in->lines.at + drop, in->lines.len - drop);
        in->lines.len -= drop;
        in->first_line = 0;
    }
    // Behind the beginning of its line only where lines end in CR alone: then what precedes counts in characters.
    return found.file + (at - found.text) * (int64_t)in->encoding->unit;
}

bool csv_input_back(CsvInput *in, int64_t place, int64_t at, Err *err)
{
    in->skip = in->inflate ? place : 0;
    if (lseek(in->fd, in->inflate ? 0 : place, SEEK_SET) < 0)
        return err_sys(err, ERR_SOURCE, "%s", in->path);
    if (in->inflate) {
        inflate_free(in->inflate);
        in->inflate = inflate_new();
    }
    if (streams(in))
        iconv(in->convert, NULL, NULL, NULL, NULL);
    buf_clear(&in->raw);
    buf_clear(&in->lines);
    in->first_line = 0;
    in->ended = false;
    in->got = in->fed = 0;
    in->taken = place;
    in->given = at;
    in->read = in->inflate ? 0 : place;
    return true;
}

Str csv_input_bytes(const CsvInput *in, Buf *out, int64_t from, int64_t to, size_t max)
{
    size_t want = MIN((size_t)MAX(to - from, 0), max);
    if (in->inflate || in->fd < 0)
        return (Str){0};
    buf_clear(out);
    char *room = buf_room(out, want);
    ssize_t n = pread(in->fd, room, want, from);
    if (n < 0)
        return (Str){0};
    out->len = (size_t)n;
    return buf_str(out);
}
