#include <string.h>

#include "base/intl.h"
#include "engine/beat_read.h"
#include "engine/planner.h"
#include "engine/stage_files.h"

// What control.db remembers of a step: all a reader has while a worker holds the cache.
static bool recall(Planner *x, const Step *s, PlannedStep *p, StepRecord *last, Err *err)
{
    bool found = false;
    *last = (StepRecord){.status = "pending"};
    if (x->w.s.control && !control_step(x->w.s.control, x->w.s.arena, s->id, last, &found, err))
        return false;
    for (StepStatus i = 0; i < STEP_STATUSES; i++)
        if (strcmp(step_status_words[i], last->status) == 0)
            p->status = i;
    p->rows = found ? last->rows : -1;
    p->done = last->done;
    p->rejected = last->rejected;
    p->took_s = last->took_s;
    p->run = last->run;
    return true;
}

// Rows a pending step would work on, from what the stages before it found.
static void estimate_rows(Planner *x, PlannedStep *p)
{
    for (Stage before = p->stage; before-- > STAGE_EXTRACT && p->rows < 0;) {
        const PlannedStep *from = planner_shown(x, p->entity, before);
        if (from && from->rows >= 0)
            p->rows = from->rows - from->rejected;
    }
}

static bool open_all(Planner *x, Problems *problems, Err *err)
{
    Worker *w = &x->w;
    Session *s = &w->s;
    const char *owner;
    bool busy = x->busy = lock_owner(s->arena, s->clinic->state_folder, &owner);
    WorkerSeen seen;
    if (busy && beat_read(s->arena, s->clinic->state_folder, &seen))
        x->running = seen.step;
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
    s->looks = true;
    s->cache = cache_open(s->clinic->state_folder, !busy, err); // the mapper keeps its own tables in it
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
    size_t n = 0, uncounted = 0;
    for (size_t i = 0; i < plan->n; i++)
        if (plan->steps[i].status == STEP_STALE) {
            uncounted += plan->steps[i].untracked;
            plan->steps[n++] = plan->steps[i];
        }
    plan->n = n;
    plan->uncounted = uncounted;
    plan->todo = n - uncounted;
}

static bool show(Planner *x, size_t i, Err *err)
{
    Step *s = &x->w.steps[i];
    StepRecord last;
    PlannedStep *p = x->shown[i] = &x->plan->steps[x->plan->n++];
    *p = (PlannedStep){.id = s->id,
                       .entity = s->entity,
                       .stage = s->stage,
                       .raw = step_is_raw(s) && !step_is_files(s),
                       .untracked = s->untracked,
                       .category = s->mapped ? s->mapped->entity->category : ""};
    if (!recall(x, s, p, &last, err) || !planner_judge(x, s, p, &last, err))
        return false;
    estimate_rows(x, p);
    if ((!planned_is_current(p) && p->status != STEP_SKIPPED) || s->again)
        (*(p->untracked ? &x->plan->uncounted : &x->plan->todo))++;
    return true;
}

static bool fill(Planner *x, Err *err)
{
    Worker *w = &x->w;
    if (!worker_make_steps(w, err))
        return false;
    x->plan->clinic_id = w->s.clinic_id;
    x->plan->clinic_name = w->s.clinic_name;
    x->plan->steps = arena_many(w->s.arena, PlannedStep, w->n);
    x->shown = arena_many(w->s.arena, PlannedStep *, w->n);
    bool all = !w->o->select || !w->o->select[0];
    for (size_t i = 0; i < w->n; i++)
        if ((w->steps[i].wanted || (w->steps[i].off && all)) && !show(x, i, err))
            return false;
    if (!planner_reach(x, err))
        return false;
    if (w->o->stale_only)
        keep_stale(x->plan);
    return true;
}

// Whether the steps to do would be written in bulk mode, as far as their rows are known.
static bool look_at_bulk(Planner *x, Err *err)
{
    Worker *w = &x->w;
    Buf fills = {0};
    BulkLook look;
    for (size_t i = 0; i < w->n; i++) {
        const PlannedStep *p = x->shown[i];
        if (p && p->stage == STAGE_INSERT && w->steps[i].mapped && !p->raw && p->rows > 0 && p->status != STEP_SKIPPED && !planned_is_current(p))
            bulk_wish_add(w->s.arena, &fills, w->steps[i].mapped, p->rows);
    }
    BulkWish wish = bulk_wish(w->s.arena, &fills, w->o);
    if (!wish.n || !w->s.target || !w->s.target->kind->bulk_look || !bulk_is_wanted(w->o))
        return true;
    if (!w->s.target->kind->bulk_look(w->s.target, w->s.arena, &wish, &look, err))
        return false;
    x->plan->bulk = !look.why_not;
    x->plan->bulk_text = bulk_words(w->s.arena, &look);
    return true;
}

Plan *engine_plan(Arena *a, const RunOptions *o, Problems *problems, Err *err)
{
    Planner x = {.w = {.s = {.arena = a, .clinic = o->clinic}, .o = o, .problems = problems},
                 .plan = arena_one(a, Plan)};
    err->kind = ERR_NONE;
    bool ok = open_all(&x, problems, err) && fill(&x, err) && look_at_bulk(&x, err);
    session_close(&x.w.s);
    return ok ? x.plan : NULL;
}
