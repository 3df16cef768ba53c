// The two tables that cells point into: shared texts and cell formats.
#include <stdlib.h>
#include <string.h>

#include "base/intl.h"
#include "source/xlsx_inner.h"
#include "source/xlsx_values.h"

typedef struct {
    Xlsx *x;
    XlsxPart part;
    Buf raw; // of the text under way
    bool in_text, phonetic, too_much;
} Strings;

static void string_start(void *arg, const char *name, const char **attributes)
{
    Strings *s = arg;
    (void)attributes;
    if (strcmp(name, "si") == 0)
        buf_clear(&s->raw);
    s->phonetic |= strcmp(name, "rPh") == 0;
    s->in_text = strcmp(name, "t") == 0 && !s->phonetic;
}

static void string_text(void *arg, Str text)
{
    Strings *s = arg;
    if (s->in_text && s->raw.len < XLSX_MAX_CELL)
        buf_add(&s->raw, text);
}

static void string_end(void *arg, const char *name)
{
    Strings *s = arg;
    s->in_text = false;
    if (strcmp(name, "rPh") == 0)
        s->phonetic = false;
    if (strcmp(name, "si") != 0)
        return;
    SharedText one = {s->x->text.len, 0};
    xlsx_unescape(buf_str(&s->raw), &s->x->text);
    one.len = s->x->text.len - one.at;
    buf_add(&s->x->strings, (Str){(const char *)&one, sizeof one});
    if (s->x->text.len + s->x->strings.len > XLSX_MAX_STRINGS && !s->too_much) {
        s->too_much = true;
        xlsx_part_rest(&s->part);
    }
}

bool xlsx_read_strings(Xlsx *x, Err *err)
{
    bool found;
    Strings *s = arena_one(x->arena, Strings);
    if (x->strings_read)
        return true;
    x->strings_read = true;
    s->x = x;
    if (!xlsx_part_open(x->arena, x->archive, "xl/sharedStrings.xml", &s->part, &found, err) || !found)
        return !err->kind;
    s->part.arg = s;
    s->part.start = string_start;
    s->part.end = string_end;
    s->part.text = string_text;
    bool ok = true;
    while (ok && !s->part.ended && !s->too_much)
        ok = xlsx_part_more(&s->part, err);
    xlsx_part_close(&s->part);
    buf_free(&s->raw);
    if (ok && s->too_much)
        return err_set(err, ERR_SOURCE, _("its texts take more than %d MiB"), XLSX_MAX_STRINGS >> 20);
    return ok;
}

// ---- Formats ------------------------------------------------------------------------------------------

typedef struct {
    long id;
    bool date;
} OwnFormat;

typedef struct {
    Xlsx *x;
    Buf own; // of OwnFormat
    bool in_cells;
} Styles;

static void style_start(void *arg, const char *name, const char **attributes)
{
    Styles *s = arg;
    if (strcmp(name, "cellXfs") == 0)
        s->in_cells = true;
    const char *id_text = xlsx_attribute(attributes, "numFmtId"), *code = xlsx_attribute(attributes, "formatCode");
    const long id = id_text ? strtol(id_text, NULL, 10) : 0;
    if (strcmp(name, "numFmt") == 0 && code) {
        const OwnFormat own = {id, xlsx_format_is_date(id, code)};
        buf_add(&s->own, (Str){(const char *)&own, sizeof own});
    } else if (strcmp(name, "xf") == 0 && s->in_cells) {
        const OwnFormat *own = (const OwnFormat *)(const void *)s->own.at;
        bool date = xlsx_format_is_date(id, NULL);
        for (size_t i = 0; i < s->own.len / sizeof *own; i++)
            if (own[i].id == id)
                date = own[i].date;
        buf_add_char(&s->x->dates, (char)date);
    }
}

static void style_end(void *arg, const char *name)
{
    Styles *s = arg;
    if (strcmp(name, "cellXfs") == 0)
        s->in_cells = false;
}

bool xlsx_read_styles(Xlsx *x, Err *err)
{
    bool found;
    Styles s = {.x = x};
    XlsxPart *part = arena_one(x->arena, XlsxPart);
    if (!xlsx_part_open(x->arena, x->archive, "xl/styles.xml", part, &found, err) || !found)
        return !err->kind;
    part->arg = &s;
    part->start = style_start;
    part->end = style_end;
    bool ok = xlsx_part_all(part, err);
    xlsx_part_close(part);
    buf_free(&s.own);
    return ok;
}
