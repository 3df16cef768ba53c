// verify: the target read back, every row and column of it, against out_*.
#include <string.h>

#include "base/intl.h"
#include "engine/worker.h"
#include "map/verify.h"

// Verified once, a table stays verified until insert writes again; `mudanza verify` looks all the same.
static bool verified_before(Worker *w, Step *s, bool *yes, Err *err)
{
    StepRecord last;
    bool found;
    if (!control_step(w->s.control, w->s.arena, s->id, &last, &found, err))
        return false;
    *yes = found && !w->o->again && !s->again && last.fingerprint &&
           strcmp(last.fingerprint, s->fingerprint) == 0 && strcmp(last.status, "done") == 0;
    s->rows = *yes ? last.rows : s->rows;
    s->done = *yes ? last.done : 0;
    return true;
}

// As an event, for the report, and in the target, for who comes later.
static bool tell(Worker *w, const Step *s, const VerifyResult *r, Attempts *retry, Err *err)
{
    AUTO(buf_free) Buf text = {0};
    JsonOut kept = {.out = &text};
    json_open(&kept, NULL);
    json_int(&kept, "v", 1);
    json_int(&kept, "run", w->record.run);
    json_text(&kept, "entity", s->entity);
    verify_json(r, &kept);
    json_close(&kept);
    JsonOut *j = event_begin(w->events, "verified", s->id);
    verify_json(r, j);
    event_send(w->events, &(Event){.rows = r->rows});
    while (!w->s.target->kind->keep_report(w->s.target, buf_str(&text), err))
        if (!worker_try_again(w, retry, s->id, err))
            return false;
    return true;
}

static void say_what_is_wrong(const VerifyResult *r, int64_t different, Err *why)
{
    if (r->missing || different) {
        err_set(why, ERR_UNBALANCED, _("rows missing: %lld, different: %lld; the first: %s, record %s, %s"),
                (long long)r->missing, (long long)different, r->where, r->key,
                r->column ? r->column : _("the whole row"));
        err_hint(
            why, "%s",
            _("Somebody else changed the target since: such rows are never written over by themselves."));
        return;
    }
    const TargetOrphans *o = r->orphans;
    while (!o->ours)
        o++;
    err_set(why, ERR_UNBALANCED, _("%lld rows of %s refer to rows of %s that are not there (%s)"),
            (long long)o->ours, o->table, o->parent, o->key);
    err_hint(why, "%s",
             _("Somebody deleted them while the foreign key was not enforced: put them back first."));
}

static bool judge(Worker *w, Step *s, const VerifyResult *r, Err *err)
{
    // What people change after the migration is theirs: only who asks for a comparison finds it amiss.
    int64_t different = r->different + (w->o->again ? r->edited : 0);
    s->rows = r->rows;
    s->done = r->rows - r->missing - r->different - r->edited;
    const char *edited =
        r->edited ? arena_text(w->s.arena,
                               ngettext("%lld row was changed in the target since it was written",
                                        "%lld rows were changed in the target since they were written",
                                        (unsigned long)r->edited),
                               (long long)r->edited)
                  : NULL;
    if (!r->missing && !different && !r->our_orphans)
        return worker_end_step(w, s, STEP_DONE, edited, NULL, err);
    Err failed = {0};
    say_what_is_wrong(r, different, &failed);
    s->fingerprint = NULL;
    return worker_step_failed(w, s, &failed, err);
}

static bool verify_entity(Worker *w, Step *s, Err *err)
{
    const Step *written = worker_step(w, s->entity, STAGE_INSERT);
    if (!s->wanted)
        return worker_end_step(w, s, STEP_SKIPPED, worker_why_not(w, s), NULL, err);
    if (!fingerprint_insert(&w->s, s->entity, false, &s->inputs, &s->fingerprint, err))
        return false;
    if (written && !step_is_good(written))
        return worker_block(w, s, written, err);
    if (!verified_before(w, s, &s->current, err))
        return false;
    s->current = s->current && !(written && written->ran && !written->current);
    if (s->current)
        return worker_end_step(w, s, STEP_DONE, NULL, NULL, err);
    worker_begin_step(w, s, written ? written->rows : -1);
    StepWatch x = {w, s};
    MapperWatch watch = worker_watch(&x);
    VerifyResult result;
    Err failed = {0};
    Attempts retry = {0};
    while (!mapper_verify(w->s.mapper, w->s.arena, s->entity, &watch, &result, &failed))
        if (!worker_try_again(w, &retry, s->id, &failed))
            return worker_step_failed(w, s, &failed, err);
    return tell(w, s, &result, &retry, err) && judge(w, s, &result, err);
}

bool run_verify(Worker *w, Err *err)
{
    if (!gate_schema(w, err))
        return false;
    for (size_t i = 0; i < w->n; i++)
        if (w->steps[i].stage == STAGE_VERIFY &&
            (!worker_may_begin(w, err) || !verify_entity(w, &w->steps[i], err)))
            return false;
    return true;
}
