// validate: every mapping evaluated once; what it made is what is previewed, written and verified.
#include <string.h>

#include "base/intl.h"
#include "engine/clinic_links.h"
#include "engine/job_life.h"
#include "engine/worker.h"
#include "map/figures.h"

// The first step an entity needs that is not there; NULL: nothing is in the way.
static const Step *missing_need(Worker *w, const Step *s)
{
    for (size_t i = 0; i < w->n; i++) {
        const Step *other = &w->steps[i];
        if (other->stage == STAGE_VALIDATE && other != s &&
            mapper_needs(w->s.mapper, s->entity, other->entity) && !step_is_good(other))
            return other;
    }
    return NULL;
}

// A step whose rejects are from before: the same rows are as much too many as when they were found.
static bool finish_current(Worker *w, Step *s, Err *err)
{
    if (!w->o->stop_on_reject || !s->rejected || !s->wanted)
        return worker_end_step(w, s, s->rejected ? STEP_PARTIAL : STEP_DONE, NULL, NULL, err);
    Err stop = {0};
    err_set(&stop, ERR_STEP,
            ngettext("%lld row is rejected", "%lld rows are rejected", (unsigned long)s->rejected),
            (long long)s->rejected);
    s->current = false;
    return worker_step_failed(w, s, &stop, err);
}

static bool finish(Worker *w, Step *s, const MapperResult *r, Err *err)
{
    s->done = r->kept;
    s->rejected = r->rejected;
    if (!links_keep(&w->s, s->entity, err) || !worker_take_issues(w, s->id, err))
        return false;
    if (!r->too_many)
        return worker_end_step(w, s, r->rejected ? STEP_PARTIAL : STEP_DONE, NULL, NULL, err);
    Err limit = {0};
    err_set(&limit, ERR_STEP, _("%lld of %lld rows rejected: more than the limit"), (long long)r->rejected,
            (long long)r->read);
    return worker_step_failed(w, s, &limit, err);
}

static bool current(Worker *w, Step *s, bool *yes, Err *err)
{
    CacheStep made;
    bool found;
    if (!cache_step(w->s.cache, w->s.arena, s->id, &made, &found, err))
        return false;
    *yes = found && strcmp(made.fingerprint, s->fingerprint) == 0;
    if (*yes) {
        s->rows = made.rows;
        s->rejected = made.rejected;
        s->done = made.rows - made.skipped - made.rejected;
    }
    return true;
}

static bool validate_entity(Worker *w, Step *s, Err *err)
{
    const Step *need = s->wanted ? missing_need(w, s) : NULL;
    if (need)
        return worker_block(w, s, need, err);
    s->inputs.arena = w->s.arena;
    if (!mapper_inputs(w->s.mapper, s->entity, &s->inputs, err))
        return false;
    s->fingerprint = inputs_fingerprint(&s->inputs);
    if (!current(w, s, &s->current, err))
        return false;
    s->current = s->current && !s->again;
    bool noted = true; // not so when a kill came between the step and its note
    if (s->current &&
        (!worker_step_noted(w, s, &noted, err) ||
         (!noted && !worker_take_issues(w, s->id, err))))
        return false;
    if (s->current && !links_keep(&w->s, s->entity, err))
        return false;
    if (s->current)
        return finish_current(w, s, err);
    if (!s->wanted)
        return worker_end_step(w, s, STEP_SKIPPED, worker_why_not(w, s), NULL, err);
    if (!job_validating(w, err))
        return false;
    const Step *source = worker_step(w, s->entity, STAGE_EXTRACT);
    worker_begin_step(w, s, source ? source->rows - source->rejected : -1);
    StepWatch x = {w, s};
    MapperWatch watch = worker_watch(&x);
    MapperResult result;
    Err failed = {0};
    if (!mapper_validate(w->s.mapper, s->entity, s->fingerprint, &watch, &result, &failed))
        return worker_step_failed(w, s, &failed, err);
    return finish(w, s, &result, err);
}

// What a preview tells beside the rows.
static bool tell_figures(Worker *w, Err *err)
{
    FigureLine *lines;
    size_t n;
    bool worked = strcmp(w->o->mode, "preview") == 0;
    for (size_t i = 0; i < w->n; i++)
        worked = worked || (w->steps[i].stage == STAGE_VALIDATE && w->steps[i].ran && !w->steps[i].current);
    return !worked || w->o->rehearse ||
           (mapper_figures(w->s.mapper, w->s.arena, &lines, &n, err) && cache_figures_save(w->s.cache, lines, n, err));
}

bool run_validate(Worker *w, Err *err)
{
    for (size_t i = 0; i < w->n; i++)
        if (w->steps[i].stage == STAGE_VALIDATE &&
            (!worker_may_begin(w, err) || !validate_entity(w, &w->steps[i], err)))
            return false;
    return tell_figures(w, err);
}
