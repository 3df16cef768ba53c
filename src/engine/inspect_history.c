// The issues of a record, and every run that touched it.
#include <string.h>

#include "engine/inspect_inner.h"

typedef struct {
    Inspecting *x;
    Buf list;
} Issues;

static const char *kept(Arena *a, const char *text)
{
    return text ? arena_text(a, "%s", text) : NULL;
}

static bool take_issue(void *arg, const IssueItem *item, Err *err)
{
    Issues *all = arg;
    Arena *a = all->x->a;
    (void)err;
    IssueItem one = *item;
    const char **texts[] = {&one.fp,  &one.code,  &one.severity, &one.entity, &one.step,
                            &one.key, &one.field, &one.detail,   &one.state,  &one.source_id,
                            &one.by,  &one.at,    &one.reason,   &one.until,  &one.note};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        *texts[i] = kept(a, *texts[i]);
    buf_add(&all->list, (Str){(const char *)&one, sizeof one});
    return true;
}

// The source names a row in its own warnings by the id it has there.
static bool find_issues(Inspecting *x, Err *err)
{
    enum { MOST = 1000 };
    Issues all = {.x = x};
    const char *keys[] = {x->out->key, x->out->source_id};
    bool ok = true;
    for (size_t i = 0; ok && i < ARRAY_LEN(keys); i++) {
        if (!keys[i] || !*keys[i] || (i && strcmp(keys[0], keys[1]) == 0))
            continue;
        const IssueFilter f = {.entity = x->entity, .key = keys[i]};
        ok = issue_each(x->s.control, &f, MOST, take_issue, &all, err);
    }
    x->out->issues = inspect_list(x->a, &all.list, sizeof(IssueItem), &x->out->n_issues);
    buf_free(&all.list);
    return ok;
}

// A run and those that went on with it share a job of the ledger, which knows no time of a batch: it is told by
// when its step ended, and while that is at work by when the run began.
static bool name_runs(Inspecting *x, InspectTouch *t, Err *err)
{
    if (!x->s.control)
        return true;
    const char *at;
    if (!lite_one_text(
            control_db(x->s.control), x->a, &t->runs, err,
            "SELECT group_concat(run, ', ') FROM (SELECT run FROM runs WHERE job = %lld ORDER BY run)",
            (long long)t->job) ||
        !lite_one_text(control_db(x->s.control), x->a, &at, err,
                       "SELECT coalesce(max(s.ended_at), max(r.started_at)) FROM runs r LEFT JOIN step_runs s"
                       " ON s.run = r.run AND s.step = %Q WHERE r.job = %lld",
                       t->step, (long long)t->job))
        return false;
    t->at = at ? at : t->at;
    return true;
}

static bool add_ledger(Inspecting *x, Buf *list, InspectTouch t, Err *err)
{
    t.step = arena_text(x->a, "%s/insert", x->entity);
    if (!name_runs(x, &t, err))
        return false;
    buf_add(list, (Str){(const char *)&t, sizeof t});
    return true;
}

// What the worker last did with the whole entity before it wrote.
static bool add_step(Inspecting *x, Buf *list, const char *stage, const char *what, Err *err)
{
    StepRecord r;
    bool found;
    const char *step = arena_text(x->a, "%s/%s", x->entity, stage);
    if (!x->s.control)
        return true;
    if (!control_step(x->s.control, x->a, step, &r, &found, err))
        return false;
    if (!found || !r.run)
        return true;
    const InspectTouch t = {
        .runs = arena_text(x->a, "%lld", (long long)r.run), .at = r.ended_at, .step = step, .what = what};
    buf_add(list, (Str){(const char *)&t, sizeof t});
    return true;
}

// Insert passes from key to key: one that was kept back before lies between two that it looked at.
static bool got_so_far(const Inspecting *x)
{
    return x->out->outcome.step && str_ends(str_of(x->out->outcome.step), "/insert");
}

static bool find_touches(Inspecting *x, Err *err)
{
    AUTO(buf_free) Buf list = {0};
    const TargetTrace *t = &x->trace;
    bool made = false, ok = add_step(x, &list, "extract", "read", err) &&
                            (x->kept_back || add_step(x, &list, "validate", "checked", err));
    int64_t wrote = 0;
    for (size_t i = 0; ok && i < t->n_touches; i++) {
        const TargetTouch *touch = &t->touches[i];
        ok = add_ledger(x, &list,
                        (InspectTouch){.job = touch->job,
                                       .at = touch->started_at,
                                       .what = made        ? "changed"
                                               : t->linked ? "linked"
                                                           : "written",
                                       .batch = touch->batch,
                                       .undone = touch->undone},
                        err);
        made |= !touch->undone;
        wrote = touch->job;
    }
    if (ok && t->refused_by)
        ok = add_ledger(x, &list, (InspectTouch){.job = wrote = t->refused_by, .what = "refused"}, err);
    if (ok && got_so_far(x) && t->seen_by && t->seen_by != wrote)
        ok = add_ledger(x, &list, (InspectTouch){.job = t->seen_by, .what = "seen"}, err);
    x->out->touches = inspect_list(x->a, &list, sizeof(InspectTouch), &x->out->n_touches);
    return ok;
}

bool inspect_history(Inspecting *x, Err *err)
{
    return (!x->s.control || find_issues(x, err)) && find_touches(x, err);
}
