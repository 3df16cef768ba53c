#include "source/dpmf_cursor.h"

#include <string.h>

#include "base/intl.h"

enum {
    SORT_MEMORY = 48 << 20, // bytes of keys that may be sorted; SQLite takes about twice as much for it
    SORT_PER_ROW = 64,
    SORT_WHOLE = 8 << 20, // bytes of a database of which rows may be sorted instead of keys
};

static bool needs_sort(Dpmf *d, const char *table, const char *columns, const char *order, bool *sort,
                       Err *err)
{
    *sort = false;
    AUTO(lite_finish_at)
    LiteStmt *s = lite_preparef(d->db, err, "EXPLAIN QUERY PLAN SELECT %s FROM \"%w\" ORDER BY %s", columns,
                                table, order);
    if (!s)
        return dpmf_refuse_sqlite(d, err);
    for (;;) {
        LiteStep step = lite_step(s, err);
        if (step == LITE_DONE)
            return true;
        if (step != LITE_ROW)
            return dpmf_refuse_sqlite(d, err);
        Str detail = lite_text(s, 3);
        if (detail.at && strstr(detail.at, "TEMP B-TREE"))
            *sort = true;
    }
}

// How SQL calls the row's number: the first of its names that is no column's. NULL: the table has none.
static const char *row_number(Dpmf *d, const char *table)
{
    static const char *const names[] = {"rowid", "_rowid_", "oid"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        Err err = {0};
        int64_t columns;
        bool found;
        if (!lite_one_int(d->db, &columns, &found, &err,
                          "SELECT count(*) FROM pragma_table_xinfo(%Q) WHERE name = %Q COLLATE NOCASE", table,
                          names[i]) ||
            columns)
            continue;
        AUTO(lite_finish_at)
        LiteStmt *s = lite_preparef(d->db, &err, "SELECT %s FROM \"%w\"", names[i], table);
        return s ? names[i] : NULL;
    }
    return NULL;
}

// A table without row numbers that is keyed by something else: no exporter writes it, but a small one can
// be sorted whole.
static bool open_whole(DpmfCursor *c, Dpmf *d, const char *table, const char *columns, const char *order,
                       Err *err)
{
    if (d->bytes > SORT_WHOLE)
        return dpmf_refuse(d, DPMF_LIMIT, err, _("table %s has no index on %s and is too large to be sorted"),
                           table, order);
    c->rows = lite_preparef(d->db, err, "SELECT %s FROM \"%w\" ORDER BY %s", columns, table, order);
    return c->rows || dpmf_refuse_sqlite(d, err);
}

// Whole rows would be sorted on disk or in unbounded memory: only the keys are, and only so many.
static bool open_sorted(DpmfCursor *c, Dpmf *d, const char *table, const char *columns, const char *order,
                        Err *err)
{
    int64_t size = 0;
    if (!lite_one_int(d->db, &size, NULL, err,
                      "SELECT total(length(CAST(%s AS BLOB))) + %d * count(*) FROM \"%w\"", order,
                      SORT_PER_ROW, table))
        return dpmf_refuse_sqlite(d, err);
    if (size > SORT_MEMORY)
        return dpmf_refuse(d, DPMF_LIMIT, err, _("table %s has no index on %s and is too large to be sorted"),
                           table, order);
    if (!lite_exec(d->db, "PRAGMA " DPMF_SORT_CACHE "; PRAGMA shrink_memory", err))
        return dpmf_refuse_sqlite(d, err);
    const char *number = row_number(d, table);
    if (!number)
        return open_whole(c, d, table, columns, order, err);
    c->numbers =
        lite_preparef(d->db, err, "SELECT %s FROM \"%w\" ORDER BY %s, %s", number, table, order, number);
    if (!c->numbers)
        return dpmf_refuse_sqlite(d, err);
    c->rows = lite_preparef(d->db, err, "SELECT %s FROM \"%w\" WHERE %s = ?", columns, table, number);
    return c->rows || dpmf_refuse_sqlite(d, err);
}

bool dpmf_cursor_open(DpmfCursor *c, Dpmf *d, const char *table, const char *columns, const char *order,
                      Err *err)
{
    *c = (DpmfCursor){0};
    bool sort;
    const char *cache = *table == '_' ? "PRAGMA " DPMF_SORT_CACHE
                        : d->utf16    ? "PRAGMA " DPMF_UTF16_CACHE
                                      : "PRAGMA " DPMF_READ_CACHE;
    if (!lite_exec(d->db, cache, err))
        return dpmf_refuse_sqlite(d, err);
    if (!needs_sort(d, table, columns, order, &sort, err))
        return false;
    if (sort)
        return open_sorted(c, d, table, columns, order, err);
    c->rows = lite_preparef(d->db, err, "SELECT %s FROM \"%w\" ORDER BY %s", columns, table, order);
    return c->rows || dpmf_refuse_sqlite(d, err);
}

bool dpmf_cursor_next(DpmfCursor *c, Dpmf *d, bool *end, Err *err)
{
    LiteStep step = lite_step(c->numbers ? c->numbers : c->rows, err);
    *end = step == LITE_DONE;
    if (step == LITE_FAILED || step == LITE_CONSTRAINT)
        return dpmf_refuse_sqlite(d, err);
    if (*end || !c->numbers)
        return true;
    lite_reset(c->rows);
    lite_bind_int(c->rows, 0, lite_int(c->numbers, 0));
    step = lite_step(c->rows, err);
    if (step == LITE_DONE)
        return dpmf_refuse(d, DPMF_SQLITE, err,
                           _("the database is damaged: a row that is listed is not there"));
    return step == LITE_ROW || dpmf_refuse_sqlite(d, err);
}

void dpmf_cursor_close(DpmfCursor *c)
{
    lite_finish(c->rows);
    lite_finish(c->numbers);
    *c = (DpmfCursor){0};
}
