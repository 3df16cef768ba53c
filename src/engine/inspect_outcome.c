// What became of a source row: the same words and the same order as the account of a run.
#include <string.h>

#include "engine/inspect_inner.h"

// Whether extract or validate kept the row back. A key that came twice was kept back once and read once.
static bool find_reject(const Inspecting *x, const char *entity, const char *key, bool there,
                        InspectOutcome *out, Err *err)
{
    AUTO(lite_finish_at)
    LiteStmt *s = lite_preparef(cache_db(x->s.cache), err,
                                "SELECT step, code, by_parent FROM _rejects WHERE entity = ? AND key = ?"
                                " AND step GLOB '*/%s' LIMIT 1",
                                there ? "validate" : "*");
    if (!s)
        return false;
    lite_bind_text(s, 0, str_of(entity));
    lite_bind_text(s, 1, str_of(key));
    LiteStep step = lite_step(s, err);
    if (step == LITE_ROW) {
        out->word = "rejected";
        out->step = str_keep(x->a, lite_text(s, 0));
        out->reason = str_keep(x->a, lite_text(s, 1));
        out->by_parent = lite_int(s, 2) != 0;
    }
    return step == LITE_ROW || step == LITE_DONE;
}

static bool find_skip(const Inspecting *x, const char *entity, const char *key, InspectOutcome *out, Err *err)
{
    const char *step = arena_text(x->a, "%s/validate", entity), *reason;
    if (!lite_one_text(cache_db(x->s.cache), x->a, &reason, err,
                       "SELECT reason FROM _skips WHERE step = %Q AND key = %Q", step, key))
        return false;
    if (reason && strcmp(reason, "raw") != 0) {
        out->word = "skipped";
        out->step = step;
        out->reason = reason;
    }
    return true;
}

static bool is_there(const Inspecting *x, const char *entity, const char *key, bool *there, Err *err)
{
    bool exists;
    *there = false;
    return lite_table_exists(cache_db(x->s.cache), entity, &exists, err) &&
           (!exists || lite_one_int(cache_db(x->s.cache), &(int64_t){0}, there, err,
                                    "SELECT 1 FROM \"%w\" WHERE canonical_uuid = %Q", entity, key));
}

void outcome_by_ledger(const char *insert, const TargetTrace *t, InspectOutcome *out)
{
    out->table = t->table;
    out->id = t->id;
    if (out->word) // kept back by now; the row of an earlier run may still be there
        return;
    out->step = insert;
    if (t->code) {
        out->word = "rejected";
        out->reason = t->code;
        out->detail = t->detail;
    } else if (t->mapped || t->raw) {
        int64_t last = t->seen_by ? t->seen_by : t->made_by;
        out->word = t->absent               ? "absent"
                    : t->linked             ? "linked"
                    : t->raw                ? "raw"
                    : t->made_by == last    ? "inserted"
                    : t->changed_by == last ? "updated"
                                            : "unchanged";
    } else {
        out->step = NULL;
    }
}

bool inspect_outcome(Inspecting *x, const char *entity, const char *key, InspectOutcome *out,
                     TargetTrace *trace, Err *err)
{
    TargetTrace own = {0};
    bool there = false;
    err->kind = ERR_NONE;
    *out = (InspectOutcome){0};
    if (x->s.cache &&
        (!is_there(x, entity, key, &there, err) || !find_reject(x, entity, key, there, out, err) ||
         (!out->word && !find_skip(x, entity, key, out, err))))
        return false;
    if (x->s.target && !x->s.target->kind->trace(x->s.target, x->a, entity, str_of(key), &own, err))
        return false;
    outcome_by_ledger(arena_text(x->a, "%s/insert", entity), &own, out);
    if (!out->word)
        out->word = there || !x->s.cache ? "pending" : "absent";
    if (trace)
        *trace = own;
    return true;
}
