#include "cache/control_totals.h"

#include "cache/issue_list.h"

// rows counts a row once, however many of its columns have the issue.
#define ROWS "count(DISTINCT entity || '/' || key)"
#define FRESH "count(DISTINCT CASE WHEN first_run = %lld THEN entity || '/' || key END)"
#define IGNORED "count(DISTINCT CASE WHEN " ISSUE_STATE " = 'ignored' THEN entity || '/' || key END)"

// Runs a SELECT of entity, code, severity, rows, fresh and ignored; run is asked for twice.
static IssueCount *counts(Control *c, Arena *a, const char *sql, int64_t run, size_t *n, Err *err)
{
    AUTO(lite_finish_at) LiteStmt *s = lite_preparef(control_db(c), err, sql, (long long)run, (long long)run);
    AUTO(buf_free) Buf list = {0};
    *n = 0;
    LiteStep step = LITE_FAILED;
    while (s && (step = lite_step(s, err)) == LITE_ROW) {
        IssueCount one = {
            .entity = str_keep(a, lite_text(s, 0)),
            .code = str_keep(a, lite_text(s, 1)),
            .severity = str_keep(a, lite_text(s, 2)),
            .rows = lite_int(s, 3),
            .fresh = lite_int(s, 4),
            .ignored = lite_int(s, 5),
        };
        buf_add(&list, (Str){(const char *)&one, sizeof one});
        (*n)++;
    }
    return step == LITE_DONE ? arena_copy(a, buf_text(&list), list.len) : NULL;
}

IssueCount *control_issue_counts(Control *c, Arena *a, int64_t run, size_t *n, Err *err)
{
    return counts(
        c, a,
        "SELECT NULL, code, severity, " ROWS " AS rows, " FRESH ", " IGNORED " FROM issues"
        " WHERE first_run BETWEEN 1 AND %lld AND present"
        " GROUP BY code, severity"
        " ORDER BY CASE severity WHEN 'fatal' THEN 0 WHEN 'error' THEN 1 WHEN 'warning' THEN 2 ELSE 3 END,"
        " rows DESC, code",
        run, n, err);
}

bool control_issues_fresh(Control *c, int64_t run, int64_t *rows, Err *err)
{
    return lite_one_int(control_db(c), rows, NULL, err,
                        "SELECT count(*) FROM (SELECT DISTINCT code, severity, entity, key FROM issues"
                        " WHERE first_run = %lld AND present)",
                        (long long)run);
}

IssueCount *control_reject_causes(Control *c, Arena *a, int64_t run, size_t *n, Err *err)
{
    return counts(c, a,
                  "SELECT entity, code, severity, " ROWS " AS rows, " FRESH ", " IGNORED " FROM issues"
                  " WHERE first_run BETWEEN 1 AND %lld AND present AND severity IN ('fatal', 'error') AND "
                  "code NOT LIKE 'dpmf.%%' GROUP BY "
                  "entity, code ORDER BY rows DESC, "
                  "entity, code",
                  run, n, err);
}

int64_t *control_reject_places(Control *c, Arena *a, const IssueCount *cause, int64_t run, size_t most,
                               size_t *n, Err *err)
{
    AUTO(lite_finish_at)
    LiteStmt *s = lite_preparef(control_db(c), err,
                                "SELECT DISTINCT origin FROM issues WHERE entity = %Q AND code = %Q AND present"
                                " AND severity IN ('fatal', 'error') AND first_run BETWEEN 1 AND %lld"
                                " AND origin > 0 ORDER BY origin LIMIT %lld",
                                cause->entity, cause->code, (long long)run, (long long)most);
    int64_t *list = arena_many(a, int64_t, most + 1);
    LiteStep step = LITE_FAILED;
    *n = 0;
    while (s && (step = lite_step(s, err)) == LITE_ROW)
        list[(*n)++] = lite_int(s, 0);
    return step == LITE_DONE ? list : NULL;
}

bool control_issue_delta(Control *c, int64_t run, IssueDelta *out, Err *err)
{
    const long long r = run;
    AUTO(lite_finish_at)
    LiteStmt *s = lite_preparef(control_db(c), err,
                                "SELECT total(first_run = %lld), total(NOT present AND gone_run = %lld),"
                                " total(present AND back_run = %lld), total(present AND " ISSUE_STATE
                                " = 'open'), total(state = 'asked'), total(" ISSUE_STATE " = 'ignored')"
                                " FROM issues WHERE first_run BETWEEN 1 AND %lld",
                                r, r, r, r);
    int64_t *numbers[] = {&out->fresh, &out->fixed, &out->back, &out->open, &out->asked, &out->ignored};
    if (!s || lite_step(s, err) != LITE_ROW)
        return false;
    for (int i = 0; i < (int)ARRAY_LEN(numbers); i++)
        *numbers[i] = lite_int(s, i);
    return true;
}

StepRecord *control_run_steps(Control *c, Arena *a, int64_t run, size_t *n, Err *err)
{
    AUTO(lite_finish_at)
    LiteStmt *s = lite_preparef(control_db(c), err,
                                "SELECT step, status, fingerprint, why, rows, done, rejected, run, took_s, "
                                "ended_at FROM steps WHERE run = %lld ORDER BY step",
                                (long long)run);
    AUTO(buf_free) Buf list = {0};
    *n = 0;
    LiteStep got = LITE_FAILED;
    while (s && (got = lite_step(s, err)) == LITE_ROW) {
        StepRecord one = {
            .step = str_keep(a, lite_text(s, 0)),
            .status = str_keep(a, lite_text(s, 1)),
            .fingerprint = str_keep(a, lite_text(s, 2)),
            .why = str_keep(a, lite_text(s, 3)),
            .rows = lite_int(s, 4),
            .done = lite_int(s, 5),
            .rejected = lite_int(s, 6),
            .run = lite_int(s, 7),
            .took_s = lite_double(s, 8),
            .ended_at = str_keep(a, lite_text(s, 9)),
        };
        buf_add(&list, (Str){(const char *)&one, sizeof one});
        (*n)++;
    }
    return got == LITE_DONE ? arena_copy(a, buf_text(&list), list.len) : NULL;
}
