#include "cli/extract_rows.h"

#include "base/text.h"

enum { READY = 256 * 1024 }; // bytes printed at a time

static bool flush(ExtractRows *e, size_t at_least)
{
    if (e->ready.len < at_least || !e->ready.len)
        return true;
    bool ok = out_stream(e->out, buf_str(&e->ready));
    buf_clear(&e->ready);
    return ok;
}

static void add_line(ExtractRows *e)
{
    if (!e->terminal)
        buf_add(&e->ready, buf_str(&e->line));
    else if (e->csv)
        text_clean(&e->ready, buf_str(&e->line));
    else
        text_clean_json(&e->ready, buf_str(&e->line));
    buf_clear(&e->line);
}

bool extract_begin(ExtractRows *e, Arena *a)
{
    if (!e->csv) {
        buf_add_char(&e->ready, '[');
        return true;
    }
    if (e->entity)
        e->fields = arena_many(a, Str, e->entity->n_fields);
    extract_csv_header(e);
    add_line(e);
    buf_add_text(&e->ready, "\r\n");
    return flush(e, READY);
}

bool extract_row(ExtractRows *e, const DpmfRow *row)
{
    if (e->csv) {
        extract_csv_line(e, row);
        add_line(e);
        buf_add_text(&e->ready, "\r\n");
    } else {
        buf_add_text(&e->ready, e->rows ? ",\n" : "\n");
        extract_json_line(e, row);
        add_line(e);
    }
    e->rows++;
    return flush(e, READY);
}

bool extract_end(ExtractRows *e)
{
    if (!e->csv)
        buf_add_text(&e->ready, e->rows ? "\n]\n" : "]\n");
    return flush(e, 1);
}

void extract_free(ExtractRows *e)
{
    buf_free(&e->line);
    buf_free(&e->text);
    buf_free(&e->rest);
    buf_free(&e->ready);
}
