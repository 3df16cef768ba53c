// What a step found, from the cache into control.db, and the new ones of it as events.
#include <string.h>

#include "cache/issue_store.h"
#include "engine/worker.h"

enum { TOLD_OF_A_STEP = 20 }; // the rest is in control.db: the events are no second list

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

bool worker_tell_issues(Worker *w, const char *step, Err *err)
{
    const long long run = w->record.run;
    bool any;
    if (!has_issues(w, step, &any, err))
        return false;
    if (!any)
        return true;
    w->news_told = false;
    AUTO(lite_finish_at)
    LiteStmt *s = lite_preparef(
        control_db(w->s.control), err,
        "SELECT fp, code, severity, entity, key, origin, first_run = %lld FROM issues"
        " WHERE step = %Q AND present AND state = 'open' AND (first_run = %lld OR back_run = %lld)"
        " ORDER BY CASE severity WHEN 'fatal' THEN 0 WHEN 'error' THEN 1 WHEN 'warning' THEN 2"
        " ELSE 3 END, key, field, code LIMIT %d",
        run, step, run, run, TOLD_OF_A_STEP);
    LiteStep got = LITE_FAILED;
    while (s && (got = lite_step(s, err)) == LITE_ROW)
        tell(w, step, s);
    return got == LITE_DONE;
}

bool worker_take_issues(Worker *w, const char *step, Err *err)
{
    return control_issues_sync(w->s.control, w->cache_path, step, w->record.run, err) &&
           worker_tell_issues(w, step, err);
}
