#include "source/csv_header.h"

#include <string.h>

#include "base/intl.h"
#include "base/text.h"

enum { COMPARED = 50 }; // records the first one is compared with

typedef enum { CELL_EMPTY, CELL_NUMBER, CELL_DATE, CELL_TEXT } CellKind;

// Numbers as people write them, with signs, points, commas and a unit of money; dates by their digits.
static CellKind cell_kind(Str s)
{
    size_t digits = 0, signs = 0, separators = 0, others = 0;
    s = str_trim(s);
    if (!s.len)
        return CELL_EMPTY;
    for (size_t i = 0; i < s.len; i++) {
        const char c = s.at[i];
        if (c >= '0' && c <= '9')
            digits++;
        else if (c == '.' || c == ',' || c == '+' || c == '%' || c == ' ')
            signs++;
        else if (c == '-' || c == '/' || c == ':')
            separators++;
        else
            others++;
    }
    if (digits && !others)
        return separators > 1 ? CELL_DATE : CELL_NUMBER;
    return digits >= 6 && separators >= 2 && others <= 2 ? CELL_DATE : CELL_TEXT; // 2024-01-31T10:00:00Z
}

static bool has_letter(Str s)
{
    for (size_t i = 0; i < s.len; i++)
        if ((s.at[i] | 0x20) >= 'a' && (s.at[i] | 0x20) <= 'z')
            return true;
    return false;
}

static Str cell(const CsvDialect *d, Str text, const CsvField *f, Buf *scratch)
{
    return str_trim(csv_field_text(d, text, f, scratch));
}

// Votes for the first record being a header (positive) or a record like the others.
static int votes(const CsvDialect *d, Str text, bool whole, const CsvShape *head, CsvShape *shape)
{
    AUTO(buf_free) Buf scratch = {0};
    const Str first = text;
    int sum = 0;
    buf_room(&scratch, text.len + 1);
    for (size_t i = 0; i < head->n; i++) {
        CellKind k = cell_kind(cell(d, first, &head->fields[i], &scratch));
        sum += k == CELL_NUMBER || k == CELL_DATE ? -8 : k == CELL_EMPTY ? -1 : 0;
    }
    text = (Str){text.at + head->length, text.len - head->length};
    for (int seen = 0; seen < COMPARED && text.len; seen++) {
        if (csv_shape(d, text, whole, shape) != CSV_SHAPE)
            break;
        for (size_t i = 0; i < MIN(shape->n, head->n); i++) {
            scratch.len = 0;
            Str name = cell(d, first, &head->fields[i], &scratch), value = cell(d, text, &shape->fields[i], &scratch);
            CellKind k = cell_kind(value);
            if (name.len && str_eq(name, value))
                sum -= 4;
            else if (name.len && (k == CELL_NUMBER || k == CELL_DATE))
                sum += cell_kind(name) == CELL_TEXT ? 2 : 0;
            else if (has_letter(name) && name.len <= 40 && value.len > 2 * name.len)
                sum += 1;
        }
        text = (Str){text.at + shape->length, text.len - shape->length};
    }
    return sum;
}

static const char *unused_name(Arena *a, const char **names, size_t n, const char *wanted)
{
    const char *name = wanted;
    for (int k = 2;; k++) {
        size_t i = 0;
        while (i < n && strcmp(names[i], name) != 0)
            i++;
        if (i == n)
            return name;
        name = arena_text(a, "%s_%d", wanted, k);
    }
}

static bool name_columns(Arena *a, const Encoding *encoding, Str text, const CsvShape *head, CsvFinding *out, Err *err)
{
    AUTO(buf_free) Buf name = {0};
    AUTO(buf_free) Buf scratch = {0};
    buf_room(&scratch, text.len + 1);
    out->names = arena_many(a, const char *, out->columns + 1);
    for (size_t i = 0; i < out->columns; i++) {
        buf_clear(&name);
        scratch.len = 0;
        if (out->dialect.header && i < head->n) {
            Str as_read = cell(&out->dialect, text, &head->fields[i], &scratch);
            if (memchr(as_read.at, '\0', as_read.len) || !encoding_text(encoding, as_read, &name))
                return err_set(err, ERR_SOURCE, _("line 1: the name of column %zu cannot be read as %s"), i + 1, encoding->name);
        }
        const char *wanted = name.len ? str_keep(a, buf_str(&name)) : arena_text(a, "column_%zu", i + 1);
        out->names[i] = out->columns > 2000 ? wanted : unused_name(a, out->names, i, wanted);
    }
    return true;
}

bool csv_sniff_header(Arena *a, Str text, bool whole, const Encoding *encoding, CsvShape *shape, CsvFinding *out, Err *err)
{
    CsvShape head = {.fields = arena_many(a, CsvField, CSV_MAX_COLUMNS)};
    CsvVerdict v = CSV_SHAPE;
    CsvDialect *d = &out->dialect;
    while ((v = csv_shape(d, text, whole, &head)) == CSV_SHAPE && head.blank && out->columns != 1 && text.len)
        text = (Str){text.at + head.length, text.len - head.length};
    if (v == CSV_SHAPE_COLUMNS)
        return err_set(err, ERR_SOURCE, _("line 1: more than %d columns"), CSV_MAX_COLUMNS);
    out->sure_header = 100;
    if (d->header == CSV_DETECT) {
        int sum = v == CSV_SHAPE ? votes(d, text, whole, &head, shape) : -1;
        d->header = sum >= 0;
        out->sure_header = MIN(50 + 10 * (sum < 0 ? -sum : sum), 99);
    }
    if (d->header && v != CSV_SHAPE)
        return err_set(err, ERR_SOURCE, "%s", _("line 1: the names of the columns cannot be read"));
    if (d->header)
        out->columns = head.n;
    return name_columns(a, encoding, text, &head, out, err);
}
