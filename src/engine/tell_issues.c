// What a step found, from the cache into control.db, and the new ones of it as events.
#include <string.h>

#include "cache/issue_store.h"
#include "engine/worker.h"

enum { TOLD_OF_A_STEP = 20 }; // the rest is in control.db and here only counted: the events are no second list

#define NEW_ONES                                                                                             \
    "WHERE step = %Q AND present AND state = 'open' AND (first_run = %lld OR back_run = %lld)"

static const char *const severities[] = {"fatal", "error", "warning", "information"};
typedef struct {
    int64_t of[ARRAY_LEN(severities)];
} BySeverity;

static int64_t *count_of(BySeverity *counts, Str severity)
{
    size_t i = 0;
    while (i < ARRAY_LEN(severities) - 1 && !str_is(severity, severities[i]))
        i++;
    return &counts->of[i];
}

static void tell(Worker *w, const char *step, LiteStmt *s)
{
    char text[ISSUE_FP_SHOWN + 1];
    Str fp = lite_text(s, 0);
    memcpy(text, fp.at, ISSUE_FP_SHOWN);
    text[ISSUE_FP_SHOWN] = 0;
    JsonOut *j = event_begin(w->events, "warning", step);
    json_str(j, "code", lite_text(s, 1));
    json_str(j, "severity", lite_text(s, 2));
    json_str(j, "entity", lite_text(s, 3));
    json_str(j, "id", lite_text(s, 4));
    json_text(j, "fp", text);
    json_bool(j, "new", lite_int(s, 6));
    json_open(j, "at");
    if (lite_type(s, 5) == LITE_INTEGER)
        json_int(j, "row", lite_int(s, 5));
    else
        json_null(j, "row");
    json_close(j);
    event_send(w->events, &(Event){0});
}

// Whether any were noted of the step, also ones that have gone.
static bool has_issues(Worker *w, const char *step, bool *yes, Err *err)
{
    int64_t n = 0;
    bool ok = lite_one_int(control_db(w->s.control), &n, NULL, err,
                           "SELECT EXISTS (SELECT 1 FROM issues WHERE step = %Q)", step);
    *yes = n;
    return ok;
}

// told: those that were told one by one.
static bool tell_more(Worker *w, const char *step, const BySeverity *told, Err *err)
{
    const long long run = w->record.run;
    BySeverity more = {{0}};
    AUTO(lite_finish_at)
    LiteStmt *s = lite_preparef(control_db(w->s.control), err,
                                "SELECT severity, count(*) FROM issues " NEW_ONES " GROUP BY severity", step, run,
                                run);
    LiteStep got = LITE_FAILED;
    while (s && (got = lite_step(s, err)) == LITE_ROW)
        *count_of(&more, lite_text(s, 0)) += lite_int(s, 1);
    if (got != LITE_DONE)
        return false;
    JsonOut *j = event_begin(w->events, "issues", step);
    for (size_t i = 0; i < ARRAY_LEN(severities); i++)
        json_int(j, severities[i], more.of[i] - told->of[i]);
    event_send(w->events, &(Event){0});
    return true;
}

bool worker_tell_issues(Worker *w, const char *step, Err *err)
{
    const long long run = w->record.run;
    BySeverity told = {{0}};
    int64_t n = 0;
    bool any;
    if (!has_issues(w, step, &any, err))
        return false;
    if (!any)
        return true;
    w->news_told = false;
    AUTO(lite_finish_at)
    LiteStmt *s = lite_preparef(
        control_db(w->s.control), err,
        "SELECT fp, code, severity, entity, key, origin, first_run = %lld FROM issues " NEW_ONES
        " ORDER BY CASE severity WHEN 'fatal' THEN 0 WHEN 'error' THEN 1 WHEN 'warning' THEN 2"
        " ELSE 3 END, key, field, code LIMIT %d",
        run, step, run, run, TOLD_OF_A_STEP + 1);
    LiteStep got = LITE_FAILED;
    while (s && (got = lite_step(s, err)) == LITE_ROW && n++ < TOLD_OF_A_STEP) {
        tell(w, step, s);
        ++*count_of(&told, lite_text(s, 2));
    }
    return got == LITE_ROW ? tell_more(w, step, &told, err) : got == LITE_DONE;
}

bool worker_take_issues(Worker *w, const char *step, Err *err)
{
    return control_issues_sync(w->s.control, w->cache_path, step, w->record.run, err) &&
           worker_tell_issues(w, step, err);
}
