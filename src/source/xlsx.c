#include "source/xlsx.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/intl.h"
#include "source/xlsx_inner.h"

// Which part of the archive a relation of the workbook leads to.
typedef struct {
    const char *id, *target;
} Relation;

typedef struct {
    Xlsx *x;
    Buf relations; // of Relation
    Buf ids;       // of const char *: the relation of each sheet
} Workbook;

static void relation_start(void *arg, const char *name, const char **attributes)
{
    Workbook *w = arg;
    const char *id = xlsx_attribute(attributes, "Id"), *target = xlsx_attribute(attributes, "Target");
    if (strcmp(name, "Relationship") != 0 || !id || !target)
        return;
    const bool from_root = target[0] == '/';
    const Relation one = {arena_text(w->x->arena, "%s", id),
                          arena_text(w->x->arena, "%s%s", from_root ? "" : "xl/", target + from_root)};
    buf_add(&w->relations, (Str){(const char *)&one, sizeof one});
}

static void workbook_start(void *arg, const char *name, const char **attributes)
{
    Workbook *w = arg;
    if (strcmp(name, "workbookPr") == 0) {
        const char *way = xlsx_attribute(attributes, "date1904");
        w->x->from_1904 = way && (strcmp(way, "1") == 0 || strcmp(way, "true") == 0);
    }
    // The sheet's own number is called sheetId; r:id, without its prefix, is what leads to its part.
    const char *title = xlsx_attribute(attributes, "name"), *id = xlsx_attribute(attributes, "id"),
               *state = xlsx_attribute(attributes, "state");
    if (strcmp(name, "sheet") != 0 || !title || !id)
        return;
    const XlsxSheet sheet = {arena_text(w->x->arena, "%s", title), state && strcmp(state, "visible") != 0};
    const char *kept = arena_text(w->x->arena, "%s", id);
    buf_add(&w->x->sheets, (Str){(const char *)&sheet, sizeof sheet});
    buf_add(&w->ids, (Str){(const char *)&kept, sizeof kept});
}

static void nothing_ends(void *arg, const char *name)
{
    (void)arg;
    (void)name;
}

static bool read_part(Workbook *w, const char *name, void (*start)(void *, const char *, const char **), Err *err)
{
    bool found;
    XlsxPart *part = arena_one(w->x->arena, XlsxPart);
    if (!xlsx_part_open(w->x->arena, w->x->archive, name, part, &found, err))
        return false;
    if (!found)
        return err_set(err, ERR_SOURCE, _("it has no %s: no workbook"), name);
    part->arg = w;
    part->start = start;
    part->end = nothing_ends;
    bool ok = xlsx_part_all(part, err);
    xlsx_part_close(part);
    return ok;
}

static int by_id(const void *one, const void *other)
{
    return strcmp(((const Relation *)one)->id, ((const Relation *)other)->id);
}

static bool read_workbook(Xlsx *x, Err *err)
{
    Workbook w = {.x = x};
    bool ok = read_part(&w, "xl/_rels/workbook.xml.rels", relation_start, err) &&
              read_part(&w, "xl/workbook.xml", workbook_start, err);
    Relation *relations = (Relation *)(void *)w.relations.at;
    const size_t n = w.relations.len / sizeof *relations;
    if (n)
        qsort(relations, n, sizeof *relations, by_id);
    const char *const *ids = (const char *const *)(const void *)w.ids.at;
    for (size_t i = 0; ok && i < xlsx_sheet_count(x); i++) {
        const Relation wanted = {ids[i], NULL};
        const Relation *found = n ? bsearch(&wanted, relations, n, sizeof *relations, by_id) : NULL;
        const char *part = found ? found->target : NULL;
        if (!part)
            ok = err_set(err, ERR_SOURCE, _("sheet %s leads nowhere"), xlsx_sheet(x, i)->name);
        buf_add(&x->parts, (Str){(const char *)&part, sizeof part});
    }
    buf_free(&w.relations);
    buf_free(&w.ids);
    return ok;
}

void xlsx_close(Xlsx *x)
{
    if (!x)
        return;
    if (x->archive)
        zip_discard(x->archive);
    x->archive = NULL;
    buf_free(&x->sheets);
    buf_free(&x->parts);
    buf_free(&x->text);
    buf_free(&x->strings);
    buf_free(&x->dates);
}

static void close_at(void *x)
{
    xlsx_close(x);
}

// The old format and encrypted workbooks are compound files, not archives.
static bool not_an_archive(const char *path, Err *err)
{
    unsigned char head[4] = {0};
    FILE *f = fopen(path, "rbe");
    if (!f)
        return err_sys(err, ERR_SOURCE, "%s", path);
    size_t n = fread(head, 1, sizeof head, f);
    fclose(f);
    if (n == 4 && memcmp(head, "\xD0\xCF\x11\xE0", 4) == 0)
        return err_set(err, ERR_SOURCE, _("%s is an old .xls or an encrypted workbook"), path) ||
               err_hint(err, "%s", _("save it as .xlsx without a password"));
    return err_set(err, ERR_SOURCE, _("%s is no workbook"), path);
}

Xlsx *xlsx_open(Arena *a, const char *path, Err *err)
{
    int why;
    Xlsx *x = arena_one(a, Xlsx);
    FileStamp stamp;
    if (!file_stamp(path, &stamp, err) || file_is_folder(path)) {
        if (!err->kind)
            err_set(err, ERR_SOURCE, _("%s is no file"), path);
        err->kind = ERR_SOURCE;
        return NULL;
    }
    *x = (Xlsx){.arena = a, .path = path, .archive = zip_open(path, ZIP_RDONLY, &why)};
    if (!x->archive) {
        not_an_archive(path, err);
        return NULL;
    }
    arena_defer(a, close_at, x);
    if (!read_workbook(x, err) || !xlsx_read_styles(x, err)) {
        err_wrap(err, "%s", path);
        return NULL;
    }
    return x;
}

size_t xlsx_sheet_count(const Xlsx *x)
{
    return x->sheets.len / sizeof(XlsxSheet);
}

const XlsxSheet *xlsx_sheet(const Xlsx *x, size_t i)
{
    return (const XlsxSheet *)(const void *)x->sheets.at + i;
}
