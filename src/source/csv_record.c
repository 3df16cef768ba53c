#include "source/csv_record.h"

#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

// What ends a run of ordinary bytes.
typedef struct {
    char stop[4];
} Stops;

// The first byte of p..end that is a stop, else end. Bytes over 0x7F and NUL on the way are noted.
static const char *find_stop(const char *p, const char *end, const Stops *s, CsvShape *out)
{
#ifdef __SSE2__
    const __m128i a = _mm_set1_epi8(s->stop[0]), b = _mm_set1_epi8(s->stop[1]), c = _mm_set1_epi8(s->stop[2]),
                  d = _mm_set1_epi8(s->stop[3]), zero = _mm_setzero_si128();
    while (end - p >= 16) {
        const __m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
        const __m128i hit = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(v, a), _mm_cmpeq_epi8(v, b)),
                                         _mm_or_si128(_mm_cmpeq_epi8(v, c), _mm_cmpeq_epi8(v, d)));
        const unsigned hits = (unsigned)_mm_movemask_epi8(hit), high = (unsigned)_mm_movemask_epi8(v),
                       nul = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(v, zero));
        const unsigned before = hits ? (1U << __builtin_ctz(hits)) - 1 : 0xFFFFU;
        out->high |= (high & before) != 0;
        out->nul |= (nul & before) != 0;
        if (hits)
            return p + __builtin_ctz(hits);
        p += 16;
    }
#endif
    for (; p < end; p++) {
        if (*p == s->stop[0] || *p == s->stop[1] || *p == s->stop[2] || *p == s->stop[3])
            return p;
        out->high |= (unsigned char)*p > 0x7F;
        out->nul |= *p == '\0';
    }
    return end;
}

size_t csv_line_length(Str text, bool last)
{
    for (const char *p = text.at, *end = text.at + text.len; p < end; p++) {
        if (*p == '\n')
            return (size_t)(p + 1 - text.at);
        if (*p == '\r') {
            if (p + 1 == end && !last)
                return 0;
            return (size_t)(p + 1 - text.at) + (p + 1 < end && p[1] == '\n');
        }
    }
    return last ? text.len : 0;
}

int64_t csv_count_lines(Str text)
{
    int64_t lines = 0;
    for (const char *p = text.at, *end = text.at + text.len; p < end; p++)
        lines += *p == '\n' || (*p == '\r' && (p + 1 == end || p[1] != '\n'));
    return lines;
}

typedef struct {
    const CsvDialect *d;
    const char *start, *end;
    size_t delimiter_len;
    bool last, own_escape; // own_escape: a character that is not the quote
    Stops bare, quoted;
    CsvShape *out;
} Scan;

typedef enum { AT_DELIMITER, AT_LINE_END, AT_TEXT, AT_UNKNOWN } Place;

// What stands at p, which moves behind it. AT_UNKNOWN: the text ends too early to tell.
static Place place(const Scan *s, const char **p)
{
    size_t left = (size_t)(s->end - *p);
    if (!left)
        return s->last ? AT_LINE_END : AT_UNKNOWN;
    if (**p == '\n') {
        *p += 1;
        return AT_LINE_END;
    }
    if (**p == s->d->delimiter[0]) {
        if (memcmp(*p, s->d->delimiter, MIN(left, s->delimiter_len)) == 0) {
            if (left < s->delimiter_len)
                return s->last ? AT_TEXT : AT_UNKNOWN;
            *p += s->delimiter_len;
            return AT_DELIMITER;
        }
    }
    if (**p == '\r') {
        if (left == 1 && !s->last)
            return AT_UNKNOWN;
        *p += left > 1 && (*p)[1] == '\n' ? 2 : 1;
        return AT_LINE_END;
    }
    return AT_TEXT;
}

// Behind the opening quote; *p ends behind the closing one.
static CsvVerdict quoted_field(const Scan *s, const char **p, CsvField *f)
{
    const char quote = (char)s->d->quote;
    const char *at = *p;
    f->start = (size_t)(at - s->start);
    f->quoted = true;
    for (;;) {
        at = find_stop(at, s->end, &s->quoted, s->out);
        if (at == s->end)
            return s->last ? CSV_SHAPE_OPEN : CSV_SHAPE_MORE;
        bool known = at + 1 < s->end;
        if (*at == quote && (s->d->escape != s->d->quote || (known ? at[1] != quote : s->last))) {
            f->len = (size_t)(at - s->start) - f->start;
            *p = at + 1;
            return CSV_SHAPE;
        }
        if (!known)
            return s->last ? CSV_SHAPE_OPEN : CSV_SHAPE_MORE;
        if (at[1] == quote || at[1] == (char)s->d->escape) {
            f->escaped = true;
            at++;
        }
        at++;
    }
}

static CsvVerdict bare_field(const Scan *s, const char **p, CsvField *f, Place *ended)
{
    const char *at = *p;
    f->start = (size_t)(at - s->start);
    for (;;) {
        const char *behind = at = find_stop(at, s->end, &s->bare, s->out);
        *ended = place(s, &behind);
        if (*ended == AT_UNKNOWN)
            return CSV_SHAPE_MORE;
        if (*ended != AT_TEXT) {
            f->len = (size_t)(at - s->start) - f->start;
            *p = behind;
            return CSV_SHAPE;
        }
        // An escape of its own also holds a delimiter or a line end, as MySQL and PostgreSQL write them.
        if (s->own_escape && *at == (char)s->d->escape) {
            f->escaped = true;
            at += at + 1 < s->end;
        }
        at++;
    }
}

// To the end of the line in which something is wrong.
static CsvVerdict spoilt(const Scan *s, const char *at, CsvVerdict verdict)
{
    size_t rest = csv_line_length((Str){at, (size_t)(s->end - at)}, s->last);
    if (!rest && !s->last)
        return CSV_SHAPE_MORE;
    s->out->length = (size_t)(at - s->start) + rest;
    return verdict;
}

// Blanks behind the closing quote are let pass, text is not.
static CsvVerdict behind_quote(const Scan *s, const char **p, Place *ended)
{
    const char *at = *p;
    for (;;) {
        *p = at;
        *ended = place(s, p);
        if (*ended == AT_UNKNOWN)
            return CSV_SHAPE_MORE;
        if (*ended != AT_TEXT)
            return CSV_SHAPE;
        if (*at != ' ')
            return spoilt(s, at, CSV_SHAPE_BEHIND);
        at++;
    }
}

CsvVerdict csv_shape(const CsvDialect *d, Str text, bool last, CsvShape *out)
{
    const bool own_escape = d->escape > 0 && d->escape != d->quote;
    Scan s = {.d = d,
              .start = text.at,
              .end = text.at + text.len,
              .delimiter_len = strlen(d->delimiter),
              .last = last,
              .own_escape = own_escape,
              .bare = {{d->delimiter[0], '\n', '\r', own_escape ? (char)d->escape : '\n'}},
              .quoted = {{(char)d->quote, (char)d->escape, (char)d->quote, (char)d->escape}},
              .out = out};
    const char *p = text.at;
    Place ended = AT_DELIMITER;
    if (d->escape < 0)
        s.quoted.stop[1] = s.quoted.stop[3] = (char)d->quote;
    *out = (CsvShape){.fields = out->fields};
    while (ended == AT_DELIMITER) {
        CsvField f = {0};
        if (out->n == CSV_MAX_COLUMNS)
            return spoilt(&s, p, CSV_SHAPE_COLUMNS);
        if (p == s.end && !last)
            return CSV_SHAPE_MORE;
        if (d->quote > 0 && p < s.end && *p == (char)d->quote) {
            p++;
            CsvVerdict v = quoted_field(&s, &p, &f);
            if (v == CSV_SHAPE)
                v = behind_quote(&s, &p, &ended);
            if (v == CSV_SHAPE_OPEN)
                out->length = csv_line_length(text, last);
            if (v != CSV_SHAPE)
                return v;
        } else {
            CsvVerdict v = bare_field(&s, &p, &f, &ended);
            if (v != CSV_SHAPE)
                return v;
        }
        out->fields[out->n++] = f;
    }
    out->length = (size_t)(p - s.start);
    out->blank = out->n == 1 && out->fields[0].len == 0 && !out->fields[0].quoted;
    return CSV_SHAPE;
}

Str csv_field_text(const CsvDialect *d, Str text, const CsvField *field, Buf *scratch)
{
    const Str as_is = {text.at + field->start, field->len};
    size_t begin = scratch->len;
    if (!field->escaped)
        return as_is;
    for (size_t i = 0; i < as_is.len; i++) {
        const char c = as_is.at[i];
        if (c == (char)d->escape && i + 1 < as_is.len) {
            const char next = as_is.at[i + 1];
            if (next == (char)d->quote || next == c || (!field->quoted && (next == d->delimiter[0] || next == '\n')))
                i++;
        }
        buf_add_char(scratch, as_is.at[i]);
    }
    return (Str){scratch->at + begin, scratch->len - begin};
}

// Inside a quoted field. The quote that closes is known as such only by what follows it.
static void pass_quoted(const CsvDialect *d, CsvPass *p, char c)
{
    if (p->held)
        p->held = false; // whatever it is, it is text
    else if (d->escape > 0 && d->escape != d->quote && c == (char)d->escape)
        p->held = true;
    else if (c == (char)d->quote) {
        p->in_quote = false;
        p->closed = true;
    }
}

size_t csv_pass(const CsvDialect *d, CsvPass *p, Str piece, bool *ended)
{
    const size_t delimiter_len = strlen(d->delimiter);
    *ended = false;
    for (size_t i = 0; i < piece.len; i++) {
        const char c = piece.at[i];
        if (p->cr) {
            *ended = true;
            return i + (c == '\n');
        }
        const bool again = p->closed && d->escape == d->quote; // a quote written twice
        p->closed = false;
        p->lines += c == '\n';
        if (p->in_quote) {
            pass_quoted(d, p, c);
            continue;
        }
        if (c == '\n') {
            *ended = true;
            return i + 1;
        }
        p->cr = c == '\r';
        p->matched = c == d->delimiter[p->matched] ? p->matched + 1 : c == d->delimiter[0];
        if (p->matched == delimiter_len) {
            p->matched = 0;
            p->begun = false;
        } else if (d->quote > 0 && c == (char)d->quote && (!p->begun || again)) {
            p->in_quote = p->begun = true;
        } else {
            p->begun |= !p->matched;
        }
    }
    return piece.len;
}
