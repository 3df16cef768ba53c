#include "cache/control_held.h"

#include "cache/issue_list.h"

bool control_run_hold(Control *c, int64_t run, RunHold *out, Err *err)
{
    const long long r = run;
    return lite_one_int(control_db(c), &out->issues, NULL, err,
                        "SELECT count(*) FROM issues WHERE present AND " ISSUE_STATE
                        " IN ('open', 'asked') AND %lld IN (first_run, last_run)",
                        r) &&
           lite_one_int(control_db(c), &out->steps, NULL, err,
                        "SELECT count(*) FROM steps WHERE run = %lld AND status IN ('done', 'partial')", r);
}

// A comparison (verify) reads what was made long ago.
bool control_cache_idle(Control *c, Arena *a, const char **since, const char **witness, Err *err)
{
    RunRecord unfinished;
    IssueTotals issues;
    int64_t to_do = 0;
    *since = *witness = NULL;
    err->kind = ERR_NONE;
    if (control_unfinished(c, a, &unfinished, err))
        return true;
    if (err->kind != ERR_NONE || !issue_totals(c, &issues, err) ||
        !lite_one_int(control_db(c), &to_do, NULL, err,
                      "SELECT count(*) FROM steps WHERE status NOT IN ('done', 'partial')"))
        return false;
    if (to_do || issues.rejecting)
        return true;
    return lite_one_text(control_db(c), a, since, err,
                         "SELECT max(ended_at) FROM steps WHERE step NOT LIKE '%%/verify'") &&
           lite_one_text(control_db(c), a, witness, err,
                         "SELECT (SELECT started_at FROM runs ORDER BY run DESC LIMIT 1 OFFSET 1)");
}
