#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cancel.h"
#include "base/intl.h"
#include "base/text.h"
#include "source/dpmf_cursor.h"
#include "source/dpmf_lines.h"
#include "source/dpmf_notes.h"

enum {
    MAX_COLUMNS = 7,
    ROWS_PER_LOOK = 1000, // rows between two looks at the request to stop
    LEAST_ROW = 8,        // bytes: no row of six columns takes less of a page
    TEXT_FACTOR = 4, // bytes of text that may come out of one byte of file (UTF-16 to UTF-8, blobs as repr)
};

typedef struct {
    Dpmf *d;
    const DpmfVisitor *visitor;
    Lines *lines;
    Buf shown[MAX_COLUMNS];         // what is no text, as text
    Str columns[MAX_COLUMNS];       // of the row under way; without value: NULL
    Str texts[MAX_COLUMNS];         // the same as the hash has them
    Notes notes;                    // of the table under way
    int64_t rows, total_rows, text; // of the whole file: read, declared, bytes of text
} Reader;

static void reader_end(Reader *r)
{
    lines_free(r->lines);
    for (size_t i = 0; i < MAX_COLUMNS; i++)
        buf_free(&r->shown[i]);
    notes_free(&r->notes);
}

static bool take_value(Reader *r, const char *table, LiteStmt *s, int i, Err *err)
{
    LiteType type = lite_type(s, i);
    if (type == LITE_TEXT) {
        r->columns[i] = r->texts[i] = lite_text(s, i);
        return text_is_utf8(r->texts[i]) ||
               dpmf_refuse(r->d, DPMF_HASH, err, _("table %s: a value of column %s is not UTF-8"), table,
                           lite_column_name(s, i));
    }
    buf_clear(&r->shown[i]);
    dpmf_render(s, i, &r->shown[i]);
    r->texts[i] = buf_str(&r->shown[i]);
    r->columns[i] = type == LITE_NULL ? (Str){NULL, 0} : r->texts[i];
    return true;
}

// The row's line goes into the hash: label|value|...\n of the first `hashed` columns. Pages that are used
// more than once could yield rows without end: their number and bytes are bounded by the size of the file.
static bool take_row(Reader *r, const char *label, LiteStmt *s, int hashed, bool look, Err *err)
{
    Dpmf *d = r->d;
    size_t bytes = 0;
    for (int i = 0; i < lite_columns(s); i++) {
        if (i >= hashed)
            r->columns[i] = lite_text(s, i);
        else if (!take_value(r, label, s, i, err))
            return false;
        bytes += r->columns[i].len;
        if (bytes > DPMF_MAX_ROW)
            return dpmf_refuse(d, DPMF_LIMIT, err,
                               _("table %s: a row has more than the %d bytes that are allowed"), label,
                               DPMF_MAX_ROW);
    }
    if (!lines_add(r->lines, label, r->texts, hashed, look ? r->columns : NULL, err))
        return dpmf_refuse_failed(d, DPMF_IO, err);
    r->text += (int64_t)bytes;
    r->rows++;
    if (r->rows > d->bytes / LEAST_ROW || r->text > TEXT_FACTOR * d->bytes + DPMF_MAX_ROW)
        return dpmf_refuse(d, DPMF_SQLITE, err,
                           _("the database is damaged: table %s has more rows than the file can hold"),
                           label);
    if (r->rows % ROWS_PER_LOOK)
        return true;
    dpmf_progress(d, "read", r->rows, MAX(r->rows, r->total_rows));
    return cancel_check(err) || dpmf_refuse_failed(d, DPMF_IO, err);
}

// A visitor's own failure is no judgement of the file.
static bool stopped_by_visitor(Reader *r)
{
    r->d->verdict = DPMF_ACCEPT;
    return false;
}

static bool read_list(Reader *r, Err *err)
{
    AUTO(dpmf_cursor_close) DpmfCursor c;
    if (!dpmf_cursor_open(&c, r->d, "_entities", "entity_type, row_count, schema_version", "entity_type",
                          err))
        return false;
    for (bool end;;) {
        if (!dpmf_cursor_next(&c, r->d, &end, err))
            return false;
        if (end)
            return true;
        if (!take_row(r, "_entities", c.rows, 3, false, err))
            return false;
    }
}

// extracted_at is outside the hash: bad bytes in it are replaced.
static void note_row(Reader *r, LiteStmt *s)
{
    enum { EXTRACTED_AT = 5 };
    notes_row(&r->notes, s, r->columns);
    Str at = r->columns[EXTRACTED_AT];
    if (!at.len || text_is_utf8(at))
        return;
    buf_clear(&r->shown[EXTRACTED_AT]);
    text_clean(&r->shown[EXTRACTED_AT], at);
    r->columns[EXTRACTED_AT] = buf_str(&r->shown[EXTRACTED_AT]);
}

static bool each_row(Reader *r, DpmfEntity *entity, Err *err)
{
    AUTO(dpmf_cursor_close) DpmfCursor c;
    if (!dpmf_cursor_open(&c, r->d, entity->name,
                          "canonical_uuid, source_id, source_system, payload, raw_source_data, extracted_at",
                          "canonical_uuid", err))
        return false;
    for (bool end;; entity->rows++) {
        if (!dpmf_cursor_next(&c, r->d, &end, err))
            return false;
        if (end)
            return true;
        if (!take_row(r, entity->name, c.rows, 5, true, err))
            return false;
        note_row(r, c.rows);
        const Str *v = r->columns;
        DpmfRow row = {v[0], v[1], v[2], v[3], v[4], v[5]};
        if (r->visitor->row && !r->visitor->row(r->visitor->arg, &row, err))
            return stopped_by_visitor(r);
    }
}

static bool read_entity(Reader *r, DpmfEntity *entity, Err *err)
{
    const DpmfVisitor *v = r->visitor;
    Dpmf *d = r->d;
    char hash[SHA256_HEX + 1];
    entity->rows = 0;
    if (v->entity && !v->entity(v->arg, entity, err))
        return stopped_by_visitor(r);
    if (!lines_begin_part(r->lines, v->entity_end != NULL, err) || !each_row(r, entity, err) ||
        !lines_end_part(r->lines, hash, err))
        return false;
    if (entity->rows != entity->declared)
        dpmf_warn(d, "dpmf.rowcount_differs", _("%s: %lld rows are declared and %lld are there"),
                  entity->name, (long long)entity->declared, (long long)entity->rows);
    notes_tell(&r->notes, d, entity->name);
    return !v->entity_end || v->entity_end(v->arg, entity, hash, err) || stopped_by_visitor(r);
}

// _files or _warnings: all seven columns are hashed and handed over.
static bool read_side(Reader *r, const char *table, const char *columns, const char *order,
                      void (*look)(Notes *n, LiteStmt *s, const Str columns[7]),
                      bool (*take)(void *arg, Str columns[7], Err *err), int64_t *count, Err *err)
{
    AUTO(dpmf_cursor_close) DpmfCursor c;
    if (!dpmf_cursor_open(&c, r->d, table, columns, order, err))
        return false;
    for (bool end;; ++*count) {
        if (!dpmf_cursor_next(&c, r->d, &end, err))
            return false;
        if (end) {
            notes_tell(&r->notes, r->d, table);
            return true;
        }
        if (!take_row(r, table, c.rows, MAX_COLUMNS, false, err))
            return false;
        look(&r->notes, c.rows, r->columns);
        if (take && !take(r->visitor->arg, r->columns, err))
            return stopped_by_visitor(r);
    }
}

static bool compare_hash(Dpmf *d, Err *err)
{
    const Str *declared = dpmf_meta_value(d, "integrity_hash"); // whole: a NUL in it makes it another
    if (!declared || !declared->len || str_is(*declared, d->hash))
        return true;
    if (str_is(*declared, "PENDING")) {
        dpmf_refuse(d, DPMF_HASH, err, _("the export was interrupted: its integrity hash is still PENDING"));
        return err_hint(err, "%s", _("Ask for a new export: the one that wrote this file did not finish."));
    }
    return dpmf_refuse(d, DPMF_HASH, err,
                       _("the content differs from its integrity hash (declared %.64s, computed %s)"),
                       declared->at, d->hash);
}

bool dpmf_read(Dpmf *d, const DpmfVisitor *visitor, DpmfVerdict *verdict, Err *err)
{
    AUTO(reader_end) Reader r = {.d = d, .visitor = visitor, .lines = lines_new(visitor->look, visitor->arg)};
    *err = (Err){0};
    d->verdict = DPMF_ACCEPT;
    dpmf_watch(d);
    d->files = d->notices = 0;
    for (size_t i = 0; i < d->entities_n; i++)
        if (d->entities[i].declared > 0)
            r.total_rows += MIN(d->entities[i].declared, d->bytes);
    bool ok = read_list(&r, err);
    for (size_t i = 0; ok && i < d->entities_n; i++)
        ok = read_entity(&r, &d->entities[i], err);
    ok = ok && read_side(&r, "_files",
                         "canonical_uuid, parent_entity_type, parent_canonical_uuid, relative_path, "
                         "declared_size_bytes, sha256, mime_hint",
                         "canonical_uuid", notes_file, visitor->file, &d->files, err);
    ok = ok && read_side(&r, "_warnings", "id, entity_type, source_id, severity, code, message, raw_data",
                         "id", notes_warning, visitor->warning, &d->notices, err);
    if (ok && lines_end(r.lines, d->hash, err)) {
        dpmf_progress(d, "read", r.rows, r.rows);
        ok = dpmf_unchanged(d, err) && compare_hash(d, err) && dpmf_judge_indexes(d, err);
    }
    *verdict = d->verdict;
    return ok;
}
