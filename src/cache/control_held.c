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
