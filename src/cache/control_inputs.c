#include "cache/control_inputs.h"

enum { TIMES_KEPT = 5 };

static bool save_all(Lite *db, const char *step, const Inputs *l, Err *err)
{
    if (!lite_execf(db, err, "DELETE FROM step_inputs WHERE step = %Q", step))
        return false;
    AUTO(lite_finish_at)
    LiteStmt *s = lite_prepare(db, "INSERT OR REPLACE INTO step_inputs VALUES(?,?,?,?,?,?)", err);
    for (size_t i = 0; s && i < l->n; i++) {
        const Input *in = &l->items[i];
        lite_bind_text(s, 0, str_of(step));
        lite_bind_int(s, 1, (int64_t)i);
        lite_bind_text(s, 2, str_of(in->kind));
        lite_bind_text(s, 3, str_of(in->name));
        lite_bind_text(s, 4, str_of(in->digest));
        lite_bind_text(s, 5, str_of(in->text));
        if (!lite_run(s, err))
            return false;
    }
    return s;
}

bool control_inputs_save(Control *c, const char *step, const Inputs *l, Err *err)
{
    Lite *db = control_db(c);
    if (!lite_begin(db, err))
        return false;
    if (save_all(db, step, l, err) && lite_commit(db, err))
        return true;
    lite_rollback(db);
    return false;
}

bool control_inputs(Control *c, const char *step, Inputs *out, Err *err)
{
    AUTO(lite_finish_at)
    LiteStmt *s = lite_preparef(control_db(c), err,
                                "SELECT kind, name, digest, text FROM step_inputs WHERE step = %Q"
                                " ORDER BY position",
                                step);
    LiteStep got = LITE_FAILED;
    while (s && (got = lite_step(s, err)) == LITE_ROW) {
        Arena *a = out->arena;
        inputs_add_digest(out, str_keep(a, lite_text(s, 0)), str_keep(a, lite_text(s, 1)),
                          str_keep(a, lite_text(s, 2)), str_keep(a, lite_text(s, 3)));
    }
    return got == LITE_DONE;
}

bool control_time_add(Control *c, const char *step, int64_t run, int64_t rows, double took_s, Err *err)
{
    return lite_execf(control_db(c), err, "INSERT OR REPLACE INTO step_times VALUES(%Q, %lld, %lld, %f)",
                      step, (long long)run, (long long)rows, took_s) &&
           lite_execf(control_db(c), err,
                      "DELETE FROM step_times WHERE step = %Q AND run NOT IN"
                      " (SELECT run FROM step_times WHERE step = %Q ORDER BY run DESC LIMIT %d)",
                      step, step, TIMES_KEPT);
}

bool control_pace(Control *c, const char *step, StepPace *out, Err *err)
{
    *out = (StepPace){0};
    AUTO(lite_finish_at)
    LiteStmt *s = lite_preparef(control_db(c), err,
                                "SELECT count(*), min(took_s / rows), max(took_s / rows),"
                                " sum(took_s) / sum(rows) FROM step_times"
                                " WHERE step LIKE %Q AND rows > 0",
                                step);
    if (!s || lite_step(s, err) != LITE_ROW)
        return false;
    *out = (StepPace){lite_double(s, 1), lite_double(s, 2), lite_double(s, 3), lite_int(s, 0)};
    return true;
}
