// What a step drags along, and how long it all takes by the times of the last runs.
#include <string.h>

#include "engine/planner.h"

// One run alone says little about the next: how much quicker and slower it may be.
static const double QUICKER = 0.8, SLOWER = 1.3;

// Whether what s reads is made by other.
static bool reads(const Planner *x, const Step *s, const Step *other)
{
    const Mapper *m = x->w.s.mapper;
    bool own = strcmp(s->entity, other->entity) == 0;
    switch (s->stage) {
    case STAGE_VALIDATE:
        if (other->stage == STAGE_EXTRACT)
            return own || (m && mapper_reads_source(m, s->entity, other->entity));
        return other->stage == STAGE_VALIDATE && !own && m && mapper_needs(m, s->entity, other->entity);
    case STAGE_INSERT: return own && other->stage == (step_is_raw(s) ? STAGE_EXTRACT : STAGE_VALIDATE);
    case STAGE_VERIFY: return own && other->stage == STAGE_INSERT;
    default: return false;
    }
}

static bool is_to_do(const PlannedStep *p)
{
    return p && p->status != STEP_SKIPPED && p->status != STEP_RUNNING && !planned_is_current(p);
}

static bool *who_reads(const Planner *x)
{
    size_t n = x->w.n;
    bool *list = arena_many(x->w.s.arena, bool, n *n + 1);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n; k++)
            list[i * n + k] =
                i != k && x->shown[i] && x->shown[k] && reads(x, &x->w.steps[k], &x->w.steps[i]);
    return list;
}

// Steps stand in the order in which they run, so that one pass forwards finds all that follow.
static void reach_from(const Planner *x, const bool *readers, size_t from)
{
    size_t n = x->w.n;
    Arena *a = x->w.s.arena;
    bool *reached = arena_many(a, bool, n);
    PlannedStep *p = x->shown[from];
    reached[from] = true;
    p->reached = arena_many(a, Reached, n);
    for (size_t i = from; i < n; i++)
        for (size_t k = i + 1; reached[i] && k < n; k++)
            reached[k] |= readers[i * n + k] && x->shown[k]->status != STEP_SKIPPED;
    for (size_t k = from + 1; k < n; k++)
        if (reached[k])
            p->reached[p->n_reached++] =
                (Reached){x->shown[k]->id, is_to_do(x->shown[k]) && !x->shown[k]->perhaps, x->shown[k]->rows};
}

static bool follows_one_to_do(const Planner *x, const bool *readers, size_t k)
{
    for (size_t i = 0; i < x->w.n; i++)
        if (readers[i * x->w.n + k] && is_to_do(x->shown[i]))
            return true;
    return false;
}

static bool estimate(Planner *x, PlannedStep *p, Err *err)
{
    StepPace own = {0}, stage = {0};
    p->eta_low_s = p->eta_high_s = p->rows == 0 ? 0 : -1;
    if (p->rows <= 0 || !x->w.s.control)
        return true;
    if (!control_pace(x->w.s.control, p->id, &own, err))
        return false;
    double low = own.low, high = own.high;
    if (!own.samples) {
        if (!control_pace(x->w.s.control, arena_text(x->w.s.arena, "%%/%s", stage_words[p->stage]), &stage,
                          err))
            return false;
        low = high = stage.mean;
    }
    if (!own.samples && !stage.samples)
        return true;
    bool one = own.samples < 2;
    p->eta_low_s = (double)p->rows * low * (one ? QUICKER : 1);
    p->eta_high_s = (double)p->rows * high * (one ? SLOWER : 1);
    return true;
}

// A row that is read, checked and written counts once: of an entity's steps to do the one with the most rows does.
static int64_t rows_to_do(const Plan *plan)
{
    int64_t all = 0;
    for (size_t i = 0; i < plan->n; i++) {
        const PlannedStep *p = &plan->steps[i];
        bool counts = is_to_do(p);
        for (size_t k = 0; counts && k < plan->n; k++) {
            const PlannedStep *other = &plan->steps[k];
            counts = k == i || !is_to_do(other) || strcmp(other->entity, p->entity) != 0 || other->rows < p->rows ||
                     (other->rows == p->rows && k > i);
        }
        if (counts && p->rows < 0)
            return -1;
        all += counts ? p->rows : 0;
    }
    return all;
}

static void sum_up(Plan *plan)
{
    plan->rows = rows_to_do(plan);
    for (size_t i = 0; i < plan->n; i++) {
        const PlannedStep *p = &plan->steps[i];
        if (!is_to_do(p))
            continue;
        plan->perhaps += p->perhaps && !p->untracked;
        bool known = plan->eta_low_s >= 0 && p->eta_low_s >= 0;
        plan->eta_low_s = !known ? -1 : plan->eta_low_s + (p->perhaps ? 0 : p->eta_low_s);
        plan->eta_high_s = !known ? -1 : plan->eta_high_s + p->eta_high_s;
    }
}

bool planner_reach(Planner *x, Err *err)
{
    const bool *readers = who_reads(x);
    for (size_t i = 0; i < x->plan->n; i++)
        if (!estimate(x, &x->plan->steps[i], err))
            return false;
    for (size_t i = 0; i < x->w.n; i++)
        if (is_to_do(x->shown[i]) && !follows_one_to_do(x, readers, i))
            reach_from(x, readers, i);
    sum_up(x->plan);
    return true;
}
