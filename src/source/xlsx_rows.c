// The rows of one sheet, as a stream: the parser rests at the end of each.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/intl.h"
#include "source/xlsx_inner.h"
#include "source/xlsx_values.h"

typedef struct {
    size_t at, len;
    bool there;
} Cell;

struct XlsxReader {
    Xlsx *x;
    XlsxPart part;
    // The row under way.
    int64_t row;
    Cell *cells; // XLSX_MAX_COLUMNS
    size_t n;
    Buf text;
    const char *reason;
    bool complete;
    // The cell under way.
    int column;
    char type[16];
    long style;
    Buf value;
    bool in_value, in_inline, phonetic, too_long;
    Str *out;
};

static void start_cell(XlsxReader *r, const char **attributes)
{
    const char *reference = xlsx_attribute(attributes, "r"), *type = xlsx_attribute(attributes, "t"),
               *style = xlsx_attribute(attributes, "s");
    const int named = reference ? xlsx_column(reference) : r->column + 1;
    r->column = named >= 0 ? named : r->column + 1;
    if (named < 0 || r->column >= XLSX_MAX_COLUMNS) {
        r->reason = _("it has a cell outside of the sheet");
        r->column = XLSX_MAX_COLUMNS;
    }
    snprintf(r->type, sizeof r->type, "%s", type ? type : "n");
    r->style = style ? strtol(style, NULL, 10) : 0;
    r->too_long = false;
    buf_clear(&r->value);
}

static void on_start(void *arg, const char *name, const char **attributes)
{
    XlsxReader *r = arg;
    if (strcmp(name, "row") == 0) {
        const char *number = xlsx_attribute(attributes, "r");
        const int64_t said = number ? strtoll(number, NULL, 10) : 0;
        r->reason = said && (said <= r->row || said > XLSX_MAX_ROWS) ? _("its number is not after that of the row before") : NULL;
        r->row = said && !r->reason ? said : r->row + 1;
        r->n = 0;
        r->column = -1;
        buf_clear(&r->text);
    } else if (strcmp(name, "c") == 0) {
        start_cell(r, attributes);
    } else if (strcmp(name, "v") == 0) {
        r->in_value = true;
    } else if (strcmp(name, "is") == 0) {
        r->in_inline = true;
    } else if (strcmp(name, "rPh") == 0) {
        r->phonetic = true;
    } else if (strcmp(name, "t") == 0) {
        r->in_value = r->in_inline && !r->phonetic;
    }
}

static void on_text(void *arg, Str text)
{
    XlsxReader *r = arg;
    if (!r->in_value)
        return;
    r->too_long |= r->value.len + text.len > XLSX_MAX_CELL;
    if (!r->too_long)
        buf_add(&r->value, text);
}

static bool shared_text(XlsxReader *r, Str index)
{
    const SharedText *strings = (const SharedText *)(const void *)r->x->strings.at;
    char *end;
    AUTO(buf_free) Buf copy = {0};
    buf_add(&copy, str_trim(index));
    const unsigned long i = strtoul(buf_text(&copy), &end, 10);
    if (!copy.len || *end || i >= r->x->strings.len / sizeof *strings)
        return false;
    buf_add(&r->text, (Str){r->x->text.at + strings[i].at, strings[i].len});
    return true;
}

static void add_value(XlsxReader *r)
{
    const Str v = buf_str(&r->value);
    const bool date = r->style >= 0 && (size_t)r->style < r->x->dates.len && r->x->dates.at[r->style];
    if (strcmp(r->type, "s") == 0) {
        if (!shared_text(r, v))
            r->reason = _("a cell leads to a text the workbook does not have");
    } else if (strcmp(r->type, "n") == 0) {
        if (!date || !xlsx_date(v, r->x->from_1904, &r->text))
            xlsx_number(v, &r->text);
    } else if (strcmp(r->type, "b") == 0) {
        buf_add_text(&r->text, str_is(str_trim(v), "1") ? "true" : "false");
    } else {
        xlsx_unescape(v, &r->text); // str, inlineStr, d (ISO 8601), e (#N/A and the like)
    }
}

static void end_cell(XlsxReader *r)
{
    if (r->too_long)
        r->reason = _("a cell is longer than 1 MiB");
    if (!r->value.len || r->column >= XLSX_MAX_COLUMNS || r->too_long)
        return;
    const size_t begin = r->text.len;
    if (begin > XLSX_MAX_ROW) {
        r->reason = _("its texts take more than 32 MiB");
        return;
    }
    add_value(r);
    while (r->n <= (size_t)r->column)
        r->cells[r->n++] = (Cell){0};
    r->cells[r->column] = (Cell){begin, r->text.len - begin, true};
}

static void on_end(void *arg, const char *name)
{
    XlsxReader *r = arg;
    if (strcmp(name, "v") == 0 || strcmp(name, "t") == 0) {
        r->in_value = false;
    } else if (strcmp(name, "is") == 0) {
        r->in_inline = false;
    } else if (strcmp(name, "rPh") == 0) {
        r->phonetic = false;
    } else if (strcmp(name, "c") == 0) {
        end_cell(r);
    } else if (strcmp(name, "row") == 0 && (r->n || r->reason)) {
        r->complete = true;
        xlsx_part_rest(&r->part);
    }
}

static void free_buffers(void *arg)
{
    XlsxReader *r = arg;
    buf_free(&r->text);
    buf_free(&r->value);
}

XlsxReader *xlsx_read(Xlsx *x, size_t sheet, Err *err)
{
    bool found;
    XlsxReader *r = arena_one(x->arena, XlsxReader);
    const char *part = ((const char *const *)(const void *)x->parts.at)[sheet];
    *r = (XlsxReader){.x = x};
    r->cells = arena_many(x->arena, Cell, XLSX_MAX_COLUMNS);
    r->out = arena_many(x->arena, Str, XLSX_MAX_COLUMNS);
    arena_defer(x->arena, free_buffers, r);
    if (!xlsx_read_strings(x, err) || !xlsx_part_open(x->arena, x->archive, part, &r->part, &found, err)) {
        err_wrap(err, "%s", x->path);
        return NULL;
    }
    if (!found) {
        err_set(err, ERR_SOURCE, _("%s: sheet %s leads nowhere"), x->path, xlsx_sheet(x, sheet)->name);
        return NULL;
    }
    r->part.arg = r;
    r->part.start = on_start;
    r->part.end = on_end;
    r->part.text = on_text;
    return r;
}

XlsxOutcome xlsx_next(XlsxReader *r, XlsxRow *out, Err *err)
{
    r->complete = false;
    while (!r->complete && !r->part.ended)
        if (!xlsx_part_more(&r->part, err)) {
            err_wrap(err, "%s", r->x->path);
            return XLSX_FAILED;
        }
    if (!r->complete)
        return XLSX_END;
    for (size_t i = 0; i < r->n; i++)
        r->out[i] = r->cells[i].there ? (Str){r->text.at + r->cells[i].at, r->cells[i].len} : (Str){0};
    *out = (XlsxRow){r->row, r->out, r->n, r->reason};
    return r->reason ? XLSX_REFUSED : XLSX_ROW;
}
