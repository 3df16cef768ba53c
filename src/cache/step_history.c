#include "cache/step_history.h"

#include <string.h>

bool step_history_add(Control *c, const StepRecord *s, const char *at, Err *err)
{
    if (!s->run || strcmp(s->status, "running") == 0)
        return true;
    return lite_execf(control_db(c), err,
                      "INSERT OR REPLACE INTO step_runs(step, run, status, why, rows, done, rejected, "
                      "took_s, ended_at)"
                      " VALUES(%Q, %lld, %Q, %Q, %lld, %lld, %lld, %f, %Q)",
                      s->step, (long long)s->run, s->status, s->why, (long long)s->rows, (long long)s->done,
                      (long long)s->rejected, s->took_s, at) &&
           lite_execf(control_db(c), err,
                      "DELETE FROM step_runs WHERE step = %Q AND run < (SELECT min(run) FROM"
                      " (SELECT run FROM step_runs WHERE step = %Q ORDER BY run DESC LIMIT %d))",
                      s->step, s->step, STEP_HISTORY_MOST);
}

// -1: not noted.
static int64_t count_of(LiteStmt *s, int column)
{
    return lite_type(s, column) == LITE_NULL ? -1 : lite_int(s, column);
}

StepRun *step_history(Control *c, Arena *a, const char *step, int64_t before, size_t most, size_t *n,
                      bool *more, Err *err)
{
    StepRun *list = arena_many(a, StepRun, most + 1);
    LiteStep got = LITE_FAILED;
    *n = 0;
    AUTO(lite_finish_at)
    LiteStmt *s =
        lite_preparef(control_db(c), err,
                      "SELECT s.run, r.mode, r.by, s.status, s.why, s.rows, s.done, s.rejected, s.took_s,"
                      " coalesce(s.ended_at, r.ended_at) FROM step_runs s LEFT JOIN runs r ON r.run = s.run"
                      " WHERE s.step = %Q AND s.run < %lld ORDER BY s.run DESC LIMIT %lld",
                      step, before ? (long long)before : (long long)INT64_MAX, (long long)most + 1);
    while (s && (got = lite_step(s, err)) == LITE_ROW)
        list[(*n)++] = (StepRun){
            .run = lite_int(s, 0),
            .mode = str_keep(a, lite_text(s, 1)),
            .by = str_keep(a, lite_text(s, 2)),
            .status = str_keep(a, lite_text(s, 3)),
            .why = str_keep(a, lite_text(s, 4)),
            .rows = lite_int(s, 5),
            .done = count_of(s, 6),
            .rejected = count_of(s, 7),
            .took_s = lite_double(s, 8),
            .at = str_keep(a, lite_text(s, 9)),
        };
    *more = *n > most;
    *n = MIN(*n, most);
    return got == LITE_DONE ? list : NULL;
}
