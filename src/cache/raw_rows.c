#include "cache/raw_rows.h"

#include <stdlib.h>

struct RawRows {
    LiteStmt *select;
    bool ended; // SQLite would begin again
};

RawRows *raw_rows_open(Cache *c, const char *entity, bool filtered, const char *after, Err *err)
{
    RawRows *r = calloc(1, sizeof *r);
    if (!r)
        abort();
    bool there = true; // an entity of earlier runs may not be in the source any more
    if (!filtered && !lite_table_exists(cache_db(c), entity, &there, err)) {
        free(r);
        return NULL;
    }
    const char *sql =
        !there     ? "SELECT NULL, NULL, NULL, NULL WHERE 0"
        : filtered ? "SELECT e.canonical_uuid, e.source_id, coalesce(e.payload_as_read, e.payload), "
                     "e.raw_source_data"
                     " FROM _skips s JOIN \"%w\" e ON e.canonical_uuid = s.key"
                     " WHERE s.step = '%q/validate' AND s.reason = 'raw' AND s.key > %Q ORDER BY s.key"
                   : "SELECT canonical_uuid, source_id, coalesce(payload_as_read, payload), raw_source_data"
                     " FROM \"%w\" WHERE %Q IS NOT NULL AND canonical_uuid > %Q ORDER BY canonical_uuid";
    r->select = lite_preparef(cache_db(c), err, sql, entity, entity, after);
    if (r->select)
        return r;
    free(r);
    return NULL;
}

void raw_rows_close(RawRows *r)
{
    if (!r)
        return;
    lite_finish(r->select);
    free(r);
}

bool raw_rows_next(RawRows *r, Arena *a, size_t most, size_t bytes, RawCacheRow **rows, size_t *n, Err *err)
{
    *rows = arena_many(a, RawCacheRow, most);
    *n = 0;
    size_t before = arena_used(a);
    while (!r->ended && *n < most && arena_used(a) - before < bytes) {
        LiteStep step = lite_step(r->select, err);
        r->ended = step == LITE_DONE;
        if (r->ended)
            break;
        if (step != LITE_ROW)
            return false;
        (*rows)[(*n)++] =
            (RawCacheRow){str_copy(a, lite_text(r->select, 0)), str_copy(a, lite_text(r->select, 1)),
                          str_copy(a, lite_text(r->select, 2)), str_copy(a, lite_text(r->select, 3))};
    }
    return true;
}

bool raw_rows_count(Cache *c, const char *entity, bool filtered, int64_t *count, Err *err)
{
    *count = 0;
    return lite_one_int(cache_db(c), count, NULL, err,
                        filtered ? "SELECT count(*) FROM _skips WHERE step = '%q/validate' AND reason = 'raw'"
                                 : "SELECT count(*) FROM \"%w\"",
                        entity);
}
