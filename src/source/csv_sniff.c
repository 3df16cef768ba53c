#include <string.h>
#include <strings.h>

#include "base/intl.h"
#include "base/text.h"
#include "source/csv_header.h"
#include "source/csv_input.h"
#include "source/csv_record.h"

enum { SAMPLE = 256 << 10, SAMPLE_RECORDS = 1000 };

// The sample: the beginning of the file as text, cut behind its last line end unless it is all of the file.
typedef struct {
    Str text;
    bool whole;
} Sample;

static bool read_sample(CsvInput *in, Buf *text, Sample *out, Err *err)
{
    bool last = false;
    while (!last && text->len < SAMPLE)
        if (!csv_input_fill(in, text, &last, err))
            return false;
    *out = (Sample){buf_str(text), last};
    return true;
}

// ASCII says little of a file in which the first accent comes late: the sample is then what surrounds that.
static bool find_accents(CsvInput *in, Buf *text, Err *err)
{
    bool last = false;
    while (!last) {
        buf_clear(text);
        if (!csv_input_fill(in, text, &last, err))
            return false;
        for (size_t i = 0; i < text->len; i++)
            if ((unsigned char)text->at[i] > 0x7F)
                return true;
    }
    buf_clear(text);
    return true;
}

static bool sniff_encoding(Arena *a, const char *path, CsvFinding *out, size_t *mark, Err *err)
{
    AUTO(buf_free) Buf head = {0};
    Sample s;
    int sure;
    CsvInput *in = csv_input_open(a, path, NULL, 0, err);
    if (!in || !read_sample(in, &head, &s, err))
        return false;
    out->packed = csv_input_packed(in);
    out->size = csv_input_size(in);
    const char *found = encoding_detect(s.text, s.whole, &sure, mark);
    if (!out->dialect.encoding && sure == 70 && !s.whole) {
        if (!find_accents(in, &head, err))
            return false;
        size_t none;
        if (head.len)
            found = encoding_detect(buf_str(&head), false, &sure, &none);
    }
    if (*mark && out->dialect.encoding && strncasecmp(out->dialect.encoding, found, 5) != 0)
        *mark = 0; // these bytes are text in the encoding asked for
    else if (*mark || !out->dialect.encoding)
        out->dialect.encoding = found;
    out->sure_encoding = sure;
    out->bom = *mark > 0;
    csv_input_close(in);
    return true;
}

// A packed file that is damaged further on is refused before any of its records is used.
static bool unpacks(Arena *a, const char *path, Err *err)
{
    AUTO(buf_free) Buf text = {0};
    bool last = false;
    CsvInput *in = csv_input_open(a, path, NULL, 0, err);
    if (!in)
        return false;
    for (; !last; buf_clear(&text))
        if (!csv_input_fill(in, &text, &last, err))
            return false;
    csv_input_close(in);
    return true;
}

static void cut_to_lines(Sample *s)
{
    while (!s->whole && s->text.len && s->text.at[s->text.len - 1] != '\n' && s->text.at[s->text.len - 1] != '\r')
        s->text.len--;
}

static const char *line_end(Str text)
{
    for (const char *p = text.at; p < text.at + text.len; p++)
        if (*p == '\n' || *p == '\r')
            return *p == '\n' ? "\n" : p + 1 < text.at + text.len && p[1] == '\n' ? "\r\n" : "\r";
    return "";
}

// What a dialect makes of the sample.
typedef struct {
    size_t records, errors, most, with_most, quoted, between_digits;
    bool first_fits;
} Look;

static void look(const CsvDialect *d, Sample s, CsvShape *shape, Look *out)
{
    size_t counts[256] = {0}, first = 0;
    Str text = s.text;
    *out = (Look){0};
    while (text.len && out->records < SAMPLE_RECORDS) {
        CsvVerdict v = csv_shape(d, text, s.whole, shape);
        if (v == CSV_SHAPE_MORE || (v == CSV_SHAPE_OPEN && !s.whole))
            break;
        if (v != CSV_SHAPE)
            out->errors++;
        else if (!shape->blank) {
            size_t n = MIN(shape->n, ARRAY_LEN(counts) - 1);
            counts[n]++;
            out->records++;
            first = first ? first : n;
            for (size_t i = 0; i < shape->n; i++) {
                const CsvField *f = &shape->fields[i];
                out->quoted += f->quoted;
                out->between_digits += i > 0 && f->len && !f->quoted && f->start >= 2 && (unsigned)(text.at[f->start] - '0') < 10 &&
                                       (unsigned)(text.at[f->start - 2] - '0') < 10;
            }
        }
        text = (Str){text.at + shape->length, text.len - shape->length};
    }
    for (size_t n = 1; n < ARRAY_LEN(counts); n++)
        if (counts[n] > out->with_most || (counts[n] == out->with_most && n == first)) {
            out->most = n;
            out->with_most = counts[n];
        }
    out->first_fits = first == out->most;
}

// 0..100: how even the table is that comes out.
static double worth(const Look *l, double usual)
{
    size_t all = l->records + l->errors;
    if (!all || !l->with_most)
        return 0;
    double even = (double)l->with_most / (double)all;
    if (l->most == 1)
        return 30 * even;
    // A comma between digits is more often a decimal sign than a delimiter.
    double digits = (double)l->between_digits / (double)(l->records * (l->most - 1));
    return usual * 100 * even * even * (l->first_fits ? 1 : 0.7) * (1 - 0.3 * digits) + (l->most > 2 ? 1 : 0) +
           (l->quoted ? 1 : 0);
}

typedef struct {
    CsvDialect dialect;
    Look look;
    double worth;
} Best;

static void consider(Best *best, const CsvDialect *d, double usual, Sample s, CsvShape *shape)
{
    Look l;
    look(d, s, shape, &l);
    double w = worth(&l, usual);
    if (w > best->worth + 0.001 || !best->look.records)
        *best = (Best){*d, l, w};
}

static void consider_quotes(Best *best, CsvDialect d, double usual, Sample s, CsvShape *shape)
{
    const char quotes[] = "\"'";
    const bool has_backslash = s.text.len && memchr(s.text.at, '\\', s.text.len);
    for (const char *q = quotes; *q; q++) {
        CsvDialect with = d;
        if (d.quote != CSV_DETECT && d.quote != *q && q > quotes)
            continue;
        if (d.quote == CSV_DETECT) {
            if (q > quotes && !(s.text.len && memchr(s.text.at, *q, s.text.len)))
                continue;
            with.quote = *q;
        }
        // The single quote is also an apostrophe: it has to make a better table.
        double by_quote = q > quotes ? usual * 0.97 : usual;
        with.escape = d.escape == CSV_DETECT ? (with.quote > 0 ? with.quote : CSV_NONE) : d.escape;
        consider(best, &with, by_quote, s, shape);
        if (d.escape == CSV_DETECT && has_backslash && with.quote > 0) {
            with.escape = '\\';
            consider(best, &with, by_quote * 0.99, s, shape);
        }
    }
}

static void sniff_delimiter(CsvFinding *out, Sample s, CsvShape *shape)
{
    static const struct {
        char delimiter;
        double usual;
    } delimiters[] = {{',', 1}, {';', 1}, {'\t', 1}, {'|', 1}, {'\x1F', 1}, {'^', 0.95}, {'~', 0.9}, {':', 0.8}};
    Best best = {.worth = -1};
    if (*out->dialect.delimiter) {
        consider_quotes(&best, out->dialect, 1, s, shape);
        out->sure_delimiter = 100;
    } else {
        double second = 0;
        for (size_t i = 0; i < ARRAY_LEN(delimiters); i++) {
            Best one = {.worth = -1};
            CsvDialect d = out->dialect;
            d.delimiter[0] = delimiters[i].delimiter;
            d.delimiter[1] = '\0';
            consider_quotes(&one, d, delimiters[i].usual, s, shape);
            if (one.worth > best.worth) {
                second = MAX(best.worth, 0);
                best = one;
            } else {
                second = MAX(second, one.worth);
            }
        }
        if (best.look.most <= 1)
            memcpy(best.dialect.delimiter, ",", 2);
        out->sure_delimiter = (int)MIN(MAX(best.worth - second * 0.5, 0), 99);
    }
    out->dialect = best.dialect;
    out->columns = best.look.most;
    out->n_sample = best.look.records;
}

bool csv_sniff(Arena *a, const char *path, const CsvDialect *given, CsvFinding *out, Err *err)
{
    AUTO(buf_free) Buf text = {0};
    Encoding encoding;
    Sample s;
    CsvShape shape = {.fields = arena_many(a, CsvField, CSV_MAX_COLUMNS)};
    size_t mark;
    *out = (CsvFinding){.dialect = *given};
    if (!sniff_encoding(a, path, out, &mark, err) || !encoding_open(out->dialect.encoding, &encoding, err) ||
        (out->packed && !unpacks(a, path, err)))
        return false;
    CsvInput *in = csv_input_open(a, path, &encoding, mark, err);
    if (!in || !read_sample(in, &text, &s, err))
        return false;
    csv_input_close(in);
    if (!s.text.len && given->header != 0)
        return err_set(err, ERR_SOURCE, _("%s is empty"), path);
    cut_to_lines(&s);
    for (int64_t i = 0; i < given->skip && s.text.len; i++) {
        size_t line = csv_line_length(s.text, true);
        s.text = (Str){s.text.at + line, s.text.len - line};
    }
    out->line_end = line_end(s.text);
    sniff_delimiter(out, s, &shape);
    return csv_sniff_header(a, s.text, s.whole, &encoding, &shape, out, err) || err_wrap(err, "%s", path);
}
