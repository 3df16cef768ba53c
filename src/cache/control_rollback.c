#include "cache/control_rollback.h"

bool control_rollback_save(Control *c, int64_t run, const char *json, Err *err)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    return control_note(c, arena_text(a, "rollback:%lld", (long long)run), json, err);
}

bool control_undone_save(Control *c, int64_t run, int64_t by, Err *err)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    return control_note(c, arena_text(a, "undone:%lld", (long long)run), arena_text(a, "%lld", (long long)by),
                        err);
}

bool control_step_again(Control *c, const char *step, const char *why, int64_t run, Err *err)
{
    return lite_execf(
        control_db(c), err,
        "UPDATE steps SET status = 'pending', fingerprint = NULL, why = %Q, rows = -1, done = 0,"
        " rejected = 0, run = %lld, took_s = 0 WHERE step = %Q",
        why, (long long)run, step);
}

static bool read_tables(Control *c, Arena *a, RollbackRecord *out, Err *err)
{
    AUTO(lite_finish_at)
    LiteStmt *s = lite_prepare(control_db(c),
                               "SELECT value ->> 'table', value ->> 'removed', value ->> 'restored',"
                               " value ->> 'kept', count(*) OVER () FROM json_each(?, '$.tables')",
                               err);
    if (!s)
        return false;
    lite_bind_text(s, 0, str_of(out->json));
    LiteStep step;
    while ((step = lite_step(s, err)) == LITE_ROW) {
        if (!out->tables)
            out->tables = arena_many(a, RollbackTable, (size_t)lite_int(s, 4));
        out->tables[out->n_tables++] =
            (RollbackTable){str_keep(a, lite_text(s, 0)), lite_int(s, 1), lite_int(s, 2), lite_int(s, 3)};
    }
    return step == LITE_DONE;
}

static bool read_kept(Control *c, Arena *a, RollbackRecord *out, Err *err)
{
    AUTO(lite_finish_at)
    LiteStmt *s =
        lite_prepare(control_db(c),
                     "SELECT value ->> 'table', value ->> 'id', value ->> 'reason',"
                     " (SELECT group_concat((b.value ->> 'table') || ' ' || (b.value ->> 'rows'), ', ')"
                     " FROM json_each(k.value, '$.built') b), count(*) OVER ()"
                     " FROM json_each(?, '$.kept') k",
                     err);
    if (!s)
        return false;
    lite_bind_text(s, 0, str_of(out->json));
    LiteStep step;
    while ((step = lite_step(s, err)) == LITE_ROW) {
        if (!out->kept)
            out->kept = arena_many(a, RollbackKept, (size_t)lite_int(s, 4));
        out->kept[out->n_kept++] = (RollbackKept){str_keep(a, lite_text(s, 0)), str_keep(a, lite_text(s, 1)),
                                                  str_keep(a, lite_text(s, 2)), str_keep(a, lite_text(s, 3))};
    }
    return step == LITE_DONE;
}

bool control_rollback(Control *c, Arena *a, int64_t run, RollbackRecord *out, bool *found, Err *err)
{
    *out = (RollbackRecord){0};
    if (!control_noted(c, a, arena_text(a, "rollback:%lld", (long long)run), &out->json, err))
        return false;
    *found = out->json != NULL;
    Lite *db = control_db(c);
    return !*found ||
           (lite_one_text(db, a, &out->undid, err,
                          "SELECT group_concat(value, ', ') FROM json_each(%Q, '$.undid')", out->json) &&
            lite_one_text(db, a, &out->step, err, "SELECT %Q ->> 'step'", out->json) &&
            lite_one_int(db, &out->links, NULL, err, "SELECT %Q ->> 'links'", out->json) &&
            lite_one_int(db, &out->raw, NULL, err, "SELECT %Q ->> 'raw'", out->json) &&
            read_tables(c, a, out, err) && read_kept(c, a, out, err));
}
