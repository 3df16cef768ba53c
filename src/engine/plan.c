#include <string.h>

#include "base/intl.h"
#include "engine/worker.h"

// What control.db remembers of a step: all a reader has while a worker holds the cache.
static bool recall(Worker *w, Step *s, PlannedStep *p, Err *err)
{
    StepRecord last = {.status = "pending"};
    bool found = false;
    if (w->s.control && !control_step(w->s.control, w->s.arena, s->id, &last, &found, err))
        return false;
    for (StepStatus i = 0; i < STEP_STATUSES; i++)
        if (strcmp(step_status_words[i], last.status) == 0)
            p->status = i;
    p->why = last.why;
    p->rows = found ? last.rows : -1;
    p->done = last.done;
    p->rejected = last.rejected;
    p->took_s = last.took_s;
    s->fingerprint = last.fingerprint;
    return true;
}

static void mark_stale(PlannedStep *p, const char *why)
{
    if (p->status == STEP_DONE || p->status == STEP_PARTIAL) {
        p->status = STEP_STALE;
        p->why = why;
    }
}

static PlannedStep *planned(Plan *plan, const char *entity, Stage stage)
{
    for (size_t i = 0; i < plan->n; i++)
        if (plan->steps[i].stage == stage && strcmp(plan->steps[i].entity, entity) == 0)
            return &plan->steps[i];
    return NULL;
}

static bool is_current(const PlannedStep *p)
{
    return !p || p->status == STEP_DONE || p->status == STEP_PARTIAL;
}

// Compares the fingerprint of now with the one of the last run, stage by stage.
static bool judge(Worker *w, Plan *plan, Step *s, PlannedStep *p, Err *err)
{
    const char *now = NULL, *why = _("an input changed");
    if (s->stage == STAGE_EXTRACT) {
        why = _("the source file changed");
        if (!w->s.cache || (w->source_digest && !fingerprint_extract(&w->s, w->source_digest, &now, err)))
            return w->s.cache ? false : (mark_stale(p, _("the cache is gone")), true);
    } else if (s->stage == STAGE_VALIDATE) {
        why = _("the mapping, a setting or something it reads changed");
        if (!is_current(planned(plan, s->entity, STAGE_EXTRACT)))
            return mark_stale(p, _("waits for extract")), true;
        if (w->s.mapper && !mapper_fingerprint(w->s.mapper, w->s.arena, s->entity, &now, err))
            return false;
    } else if (!w->s.target) {
        return mark_stale(p, _("the target is not there")), true;
    } else {
        Stage before = s->stage == STAGE_VERIFY ? STAGE_INSERT
                       : step_is_raw(s)         ? STAGE_EXTRACT
                                                : STAGE_VALIDATE;
        if (!is_current(planned(plan, s->entity, before)))
            return mark_stale(p, arena_text(w->s.arena, _("%s/%s is to be done first"), s->entity,
                                            stage_words[before])),
                   true;
        if (w->s.cache && w->s.clinic_id && !fingerprint_insert(&w->s, s->entity, step_is_raw(s), &now, err))
            return false;
    }
    if (now && (!s->fingerprint || strcmp(now, s->fingerprint) != 0))
        mark_stale(p, why);
    return true;
}

// Rows a pending step would work on, from what the stages before it found.
static void estimate_rows(Plan *plan, PlannedStep *p)
{
    for (Stage before = p->stage; before-- > STAGE_EXTRACT && p->rows < 0;) {
        const PlannedStep *from = planned(plan, p->entity, before);
        if (from && from->rows >= 0)
            p->rows = from->rows - from->rejected;
    }
}

static bool open_all(Worker *w, Problems *problems, Err *err)
{
    Session *s = &w->s;
    const char *owner;
    bool busy = lock_owner(s->arena, s->clinic->state_folder, &owner);
    if (!session_profile(s, problems, err))
        return err->kind != ERR_NONE
                   ? false
                   : err_set(err, ERR_CONFIG, "%s", _("the profile or the model has mistakes"));
    s->control = control_open(s->clinic->state_folder, false, err);
    if (!s->control && err->kind != ERR_NONE)
        return false;
    err->kind = ERR_NONE;
    if (!session_target(s, false, err) || (s->target && !session_which_clinic(s, err)))
        return false;
    s->cache = cache_open(s->clinic->state_folder, !busy, err);
    if (!s->cache)
        return err->kind == ERR_NONE;
    if (busy || !s->target)
        return true; // the worker is writing: what control.db says is the newest there is
    if (!source_digest(s, &w->source_digest, err) ||
        !session_as_of(s, w->o->as_of, w->source_digest, false, err))
        return false;
    if (session_mapper(s, problems, err))
        return true;
    return err->kind != ERR_NONE ? false : err_set(err, ERR_CONFIG, "%s", _("the mappings have mistakes"));
}

// What was done before and has to be done anew.
static void keep_stale(Plan *plan)
{
    size_t n = 0;
    for (size_t i = 0; i < plan->n; i++)
        if (plan->steps[i].status == STEP_STALE)
            plan->steps[n++] = plan->steps[i];
    plan->n = plan->todo = n;
}

static Plan *fill(Worker *w, Err *err)
{
    Arena *a = w->s.arena;
    Plan *plan = arena_one(a, Plan);
    if (!worker_make_steps(w, err))
        return NULL;
    plan->clinic_id = w->s.clinic_id;
    plan->clinic_name = w->s.clinic_name;
    plan->steps = arena_many(a, PlannedStep, w->n);
    for (size_t i = 0; i < w->n; i++) {
        Step *s = &w->steps[i];
        if (!s->wanted)
            continue;
        PlannedStep *p = &plan->steps[plan->n++];
        *p = (PlannedStep){.id = s->id,
                           .entity = s->entity,
                           .stage = s->stage,
                           .raw = step_is_raw(s),
                           .category = s->mapped ? s->mapped->entity->category : ""};
        if (!recall(w, s, p, err) || !judge(w, plan, s, p, err))
            return NULL;
        estimate_rows(plan, p);
        if (s->again && is_current(p))
            p->why = _("its rejected rows are tried again");
        plan->todo += !is_current(p) || s->again;
    }
    if (w->o->stale_only)
        keep_stale(plan);
    return plan;
}

Plan *engine_plan(Arena *a, const RunOptions *o, Problems *problems, Err *err)
{
    Worker w = {.s = {.arena = a, .clinic = o->clinic}, .o = o, .problems = problems};
    err->kind = ERR_NONE;
    Plan *plan = open_all(&w, problems, err) ? fill(&w, err) : NULL;
    session_close(&w.s);
    return plan;
}
