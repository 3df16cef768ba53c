#include "base/cancel.h"
#include "source/dpmf_cursor.h"

enum { COLUMNS = 6, ROWS_PER_LOOK = 1000 };

static void free_shown(Buf (*shown)[COLUMNS])
{
    for (size_t i = 0; i < COLUMNS; i++)
        buf_free(&(*shown)[i]);
}

// As the hash took it: what is no text, as text.
static Str value_of(LiteStmt *s, int i, Buf *shown)
{
    LiteType type = lite_type(s, i);
    if (type == LITE_NULL || type == LITE_TEXT)
        return lite_text(s, i);
    buf_clear(shown);
    dpmf_render(s, i, shown);
    return buf_str(shown);
}

static bool each_row(Dpmf *d, DpmfCursor *c, const DpmfEntity *entity,
                     bool (*row)(void *arg, const DpmfRow *row, Err *err), void *arg, Err *err)
{
    AUTO(free_shown) Buf shown[COLUMNS] = {0};
    int64_t n = 0;
    for (bool end;;) {
        if (!dpmf_cursor_next(c, d, &end, err))
            return false;
        if (end)
            return true;
        Str v[COLUMNS];
        for (int i = 0; i < COLUMNS; i++)
            v[i] = value_of(c->rows, i, &shown[i]);
        if (!row(arg, &(DpmfRow){v[0], v[1], v[2], v[3], v[4], v[5]}, err))
            return false; // no judgement of the file
        if (++n % ROWS_PER_LOOK)
            continue;
        dpmf_progress(d, "read", n, entity->rows);
        if (!cancel_check(err))
            return dpmf_refuse_failed(d, DPMF_IO, err);
    }
}

bool dpmf_read_entity(Dpmf *d, const DpmfEntity *entity, bool (*row)(void *arg, const DpmfRow *row, Err *err),
                      void *arg, DpmfVerdict *verdict, Err *err)
{
    *err = (Err){0};
    d->verdict = DPMF_ACCEPT;
    AUTO(dpmf_cursor_close) DpmfCursor c = {0};
    dpmf_watch(d);
    bool ok =
        dpmf_unchanged(d, err) &&
        dpmf_cursor_open(&c, d, entity->name,
                         "canonical_uuid, source_id, source_system, payload, raw_source_data, extracted_at",
                         "canonical_uuid", err) &&
        each_row(d, &c, entity, row, arg, err) && dpmf_unchanged(d, err);
    *verdict = d->verdict;
    return ok;
}
