#include "cli/csv_read.h"

#include <string.h>

#include "base/intl.h"

CsvReader csv_reader(Arena *a, Str text)
{
    CsvReader r = {.arena = a, .at = text.at, .end = text.at + text.len, .next_line = 1};
    size_t commas = 0, semicolons = 0;
    if (str_starts(text, "\xEF\xBB\xBF"))
        r.at += 3;
    for (const char *c = r.at; c < r.end && *c != '\n'; c++) {
        commas += *c == ',';
        semicolons += *c == ';';
    }
    r.separator = semicolons > commas ? ';' : ',';
    return r;
}

// What stands between quotes; two of them are one.
static bool quoted(CsvReader *r, Buf *out)
{
    for (r->at++; r->at < r->end; r->at++) {
        r->next_line += *r->at == '\n';
        if (*r->at == '"' && (++r->at == r->end || *r->at != '"'))
            return true;
        buf_add_char(out, *r->at);
    }
    return false;
}

static bool ends_cell(const CsvReader *r)
{
    return r->at == r->end || *r->at == r->separator || *r->at == '\n' || *r->at == '\r';
}

static const char *read_cell(CsvReader *r, Err *err)
{
    AUTO(buf_free) Buf cell = {0};
    if (r->at < r->end && *r->at == '"' && !quoted(r, &cell)) {
        err_set(err, ERR_USAGE, _("line %d: a quote is not closed"), r->line);
        return NULL;
    }
    for (; !ends_cell(r); r->at++)
        buf_add_char(&cell, *r->at);
    return str_keep(r->arena, buf_str(&cell));
}

bool csv_read(CsvReader *r, const char **cells, size_t *n, Err *err)
{
    for (*n = 0; r->at < r->end && (*r->at == '\n' || *r->at == '\r'); r->at++)
        r->next_line += *r->at == '\n';
    r->line = r->next_line;
    while (r->at < r->end && *r->at != '\n' && *r->at != '\r') {
        if (*n == CSV_CELLS)
            return err_set(err, ERR_USAGE, _("line %d: more than %d cells"), r->line, CSV_CELLS);
        if (!(cells[*n] = read_cell(r, err)))
            return false;
        ++*n;
        if (r->at == r->end || *r->at != r->separator)
            continue;
        if (++r->at == r->end || *r->at == '\n' || *r->at == '\r') // the last one is empty
            cells[(*n)++] = "";
    }
    return true;
}
