#include "source/csv.h"

#include <string.h>

#include "base/intl.h"
#include "base/text.h"
#include "source/csv_input.h"
#include "source/csv_record.h"

struct CsvReader {
    CsvDialect dialect;
    Encoding encoding;
    CsvInput *input;
    Buf window;      // text not yet consumed starts at `at`
    size_t at;
    bool last;       // nothing follows the window
    int64_t given;   // text in front of the window
    int64_t line;    // of the file, at `at`
    size_t columns;
    bool header_passed;
    CsvShape shape;
    Str *fields;
    Buf scratch, raw;
};

void csv_dialect_unknown(CsvDialect *d)
{
    *d = (CsvDialect){.quote = CSV_DETECT, .escape = CSV_DETECT, .header = CSV_DETECT};
}

void csv_close(CsvReader *r)
{
    if (!r)
        return;
    csv_input_close(r->input);
    buf_free(&r->window);
    buf_free(&r->scratch);
    buf_free(&r->raw);
}

static void close_at(void *r)
{
    csv_close(r);
}

int64_t csv_position(const CsvReader *r)
{
    return csv_input_read(r->input);
}

static Str rest(const CsvReader *r)
{
    return (Str){buf_text(&r->window) + r->at, r->window.len - r->at};
}

// Forgets what was consumed and reads on.
static bool more(CsvReader *r, Err *err)
{
    if (r->at) {
        memmove(r->window.at, r->window.at + r->at, r->window.len - r->at);
        r->window.len -= r->at;
        r->given += (int64_t)r->at;
        r->at = 0;
    }
    return csv_input_fill(r->input, &r->window, &r->last, err);
}

static void consume(CsvReader *r, size_t n, bool one_line)
{
    r->line += one_line ? 1 : csv_count_lines((Str){r->window.at + r->at, n});
    r->at += n;
}

static bool skip_lines(CsvReader *r, int64_t n, Err *err)
{
    while (n > 0) {
        size_t line = csv_line_length(rest(r), r->last);
        if (line) {
            consume(r, line, true);
            n--;
        } else if (r->last) {
            return true;
        } else {
            // A line may be as long as the file: it is not held. A CR at the end may have its LF in what follows.
            const Str text = rest(r);
            r->at += text.len && text.at[text.len - 1] == '\r' ? text.len - 1 : text.len;
            if (!more(r, err))
                return false;
        }
    }
    return true;
}

CsvReader *csv_open(Arena *a, const char *path, const CsvFinding *found, Err *err)
{
    CsvReader *r = arena_one(a, CsvReader);
    r->dialect = found->dialect;
    r->line = 1;
    r->columns = found->columns;
    r->header_passed = found->dialect.header <= 0;
    r->shape.fields = arena_many(a, CsvField, CSV_MAX_COLUMNS);
    r->fields = arena_many(a, Str, CSV_MAX_COLUMNS);
    static const size_t marks[] = {3, 2};
    size_t mark = !found->bom ? 0 : marks[strcmp(found->dialect.encoding, "utf-8") != 0];
    if (!encoding_open(found->dialect.encoding, &r->encoding, err) ||
        !(r->input = csv_input_open(a, path, &r->encoding, mark, err)))
        return NULL;
    arena_defer(a, close_at, r);
    return skip_lines(r, found->dialect.skip, err) ? r : NULL;
}

// The next record's shape. CSV_SHAPE_MORE: it is over the limit. false: err.
static bool find_record(CsvReader *r, CsvVerdict *v, Err *err)
{
    for (;;) {
        *v = csv_shape(&r->dialect, rest(r), r->last, &r->shape);
        if (*v != CSV_SHAPE_MORE)
            return true;
        if (rest(r).len > CSV_MAX_RECORD)
            return true;
        if (!more(r, err))
            return false;
    }
}

static CsvOutcome refuse(CsvReader *r, CsvRecord *out, size_t length, const char *reason)
{
    const int64_t from = csv_input_place(r->input, r->given + (int64_t)r->at);
    const Str text = {r->window.at + r->at, length};
    buf_clear(&r->raw);
    out->line = r->line;
    out->offset = from;
    out->n = 0;
    out->reason = reason;
    consume(r, length, false);
    const int64_t to = csv_input_place(r->input, r->given + (int64_t)r->at);
    if (r->encoding.kind == ENCODING_STREAM)
        out->raw = csv_input_bytes(r->input, &r->raw, from, to, CSV_MAX_RAW);
    else
        buf_add(&r->raw, (Str){text.at, MIN(text.len, CSV_MAX_RAW)});
    out->raw = r->raw.at ? buf_str(&r->raw) : text;
    return CSV_REFUSED;
}

// The fields as UTF-8; false: a byte that the encoding does not have.
static bool take_fields(CsvReader *r, Str text)
{
    const CsvDialect *d = &r->dialect;
    const bool convert = r->shape.high && r->encoding.kind == ENCODING_BYTES;
    buf_clear(&r->scratch);
    // What the fields point to does not move: room for all that is converted, and once more without its escapes.
    buf_room(&r->scratch, text.len * (convert ? 2 * sizeof r->encoding.utf8[0] : 1) + 1);
    for (size_t i = 0; i < r->shape.n; i++) {
        const CsvField *f = &r->shape.fields[i];
        Str bytes = {text.at + f->start, f->len};
        if (convert) {
            // Escapes are ASCII: they are still in their places in what is converted.
            const size_t begin = r->scratch.len;
            if (!encoding_text(&r->encoding, bytes, &r->scratch))
                return false;
            const size_t end = r->scratch.len;
            const CsvField whole = {begin, end - begin, f->quoted, f->escaped};
            r->fields[i] = csv_field_text(d, buf_str(&r->scratch), &whole, &r->scratch);
        } else {
            r->fields[i] = csv_field_text(d, text, f, &r->scratch);
        }
        if (d->null && !f->quoted && str_is(r->fields[i], d->null))
            r->fields[i] = (Str){0};
    }
    return true;
}

static const char *wrong_bytes(const CsvReader *r, Str text)
{
    if (r->shape.nul)
        return _("it holds a NUL byte");
    if (r->shape.high && r->encoding.ascii_only)
        return _("it holds bytes that are not ASCII");
    if (r->shape.high && r->encoding.kind == ENCODING_UTF8 && !text_is_utf8(text))
        return _("it is not UTF-8");
    if (r->shape.high && r->encoding.kind == ENCODING_STREAM && !text_is_utf8(text))
        return _("it holds bytes that the encoding does not have");
    return NULL;
}

static const char *wrong_columns(const CsvReader *r)
{
    return r->shape.n < r->columns   ? _("it has fewer fields than there are columns")
           : r->shape.n > r->columns ? _("it has more fields than there are columns")
                                     : NULL;
}

static CsvOutcome give(CsvReader *r, CsvRecord *out)
{
    const Str text = {r->window.at + r->at, r->shape.length};
    const char *wrong = wrong_bytes(r, text);
    if (!wrong)
        wrong = wrong_columns(r);
    if (!wrong && !take_fields(r, text))
        wrong = _("it holds bytes that the encoding does not have");
    if (wrong)
        return refuse(r, out, r->shape.length, wrong);
    *out = (CsvRecord){.line = r->line,
                       .offset = csv_input_place(r->input, r->given + (int64_t)r->at),
                       .fields = r->fields,
                       .n = r->shape.n};
    bool quoted = false;
    for (size_t i = 0; i < r->shape.n && !quoted; i++)
        quoted = r->shape.fields[i].quoted || r->shape.fields[i].escaped;
    consume(r, r->shape.length, !quoted);
    return CSV_RECORD;
}

// A record over the limit is passed by in pieces. When a quote in it is open to the end of the file, only its
// first line is refused, and reading goes on behind that: a quote too many does not cost the rest of the file.
static CsvOutcome pass_by(CsvReader *r, CsvRecord *out, Err *err)
{
    const int64_t at = r->given + (int64_t)r->at, place = csv_input_place(r->input, at), line = r->line;
    CsvPass pass = {0};
    bool ended = false;
    buf_clear(&r->raw);
    buf_add(&r->raw, (Str){r->window.at + r->at, MIN(rest(r).len, CSV_MAX_RAW)});
    while (!ended) {
        r->at += csv_pass(&r->dialect, &pass, rest(r), &ended);
        if (ended || (r->last && r->at == r->window.len))
            break;
        if (!more(r, err))
            return CSV_FAILED;
    }
    *out = (CsvRecord){.line = line, .offset = place, .raw = buf_str(&r->raw)};
    if (!pass.in_quote) {
        r->line += pass.lines;
        out->reason = _("it is longer than 4 MiB");
        return CSV_REFUSED;
    }
    out->reason = _("a quote is opened and not closed");
    size_t first = csv_line_length(out->raw, false);
    out->raw.len = first ? first : out->raw.len;
    r->window.len = r->at = 0;
    r->given = at;
    r->last = false;
    return csv_input_back(r->input, place, at, err) && skip_lines(r, 1, err) ? CSV_REFUSED : CSV_FAILED;
}

// Whether the record is one to be given out: no empty line between others, and not the header.
static bool is_data(CsvReader *r, CsvVerdict v)
{
    if (v != CSV_SHAPE)
        return true;
    if (r->shape.blank && r->columns != 1)
        return false;
    bool data = r->header_passed;
    r->header_passed = true;
    return data;
}

static bool at_end(CsvReader *r, bool *end, Err *err)
{
    if (r->at == r->window.len && !r->last && !more(r, err))
        return false;
    *end = r->last && r->at == r->window.len;
    return true;
}

CsvOutcome csv_next(CsvReader *r, CsvRecord *out, Err *err)
{
    for (;;) {
        CsvVerdict v;
        bool end;
        if (!at_end(r, &end, err))
            return CSV_FAILED;
        if (end)
            return CSV_END;
        if (!find_record(r, &v, err))
            return CSV_FAILED;
        if (!is_data(r, v)) {
            consume(r, r->shape.length, false);
            continue;
        }
        switch (v) {
        case CSV_SHAPE:
            return give(r, out);
        case CSV_SHAPE_MORE:
            return pass_by(r, out, err);
        case CSV_SHAPE_OPEN:
            return refuse(r, out, r->shape.length, _("a quote is opened and not closed"));
        case CSV_SHAPE_BEHIND:
            return refuse(r, out, r->shape.length, _("text stands behind a closing quote"));
        case CSV_SHAPE_COLUMNS:
            return refuse(r, out, r->shape.length, _("it has too many fields"));
        }
    }
}
