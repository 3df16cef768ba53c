// Where each step stands, and why: the inputs of its last run against those of now.
#include <string.h>

#include "base/intl.h"
#include "engine/planner.h"
#include "engine/stage_files.h"
#include "engine/reason_shown.h"

PlannedStep *planner_shown(const Planner *x, const char *entity, Stage stage)
{
    for (size_t i = 0; i < x->w.n; i++)
        if (x->w.steps[i].stage == stage && strcmp(x->w.steps[i].entity, entity) == 0)
            return x->shown[i];
    return NULL;
}

bool planned_is_current(const PlannedStep *p)
{
    return !p || p->status == STEP_DONE || p->status == STEP_PARTIAL;
}

void planned_because(Planner *x, PlannedStep *p, Cause cause)
{
    Cause *more = arena_many(x->w.s.arena, Cause, p->n_causes + 1);
    if (p->n_causes)
        memcpy(more, p->causes, p->n_causes * sizeof *more);
    more[p->n_causes++] = cause;
    p->causes = more;
}

static void mark_stale(PlannedStep *p)
{
    if (planned_is_current(p))
        p->status = STEP_STALE;
}

static bool tell_changes(Planner *x, PlannedStep *p, const Inputs *now, Err *err)
{
    const char *noted = p->stage == STAGE_EXTRACT ? SOURCE_STEP : p->id;
    InputChange *list;
    size_t n;
    if (!changed_inputs(&x->w.s, noted, now, &list, &n, err))
        return false;
    for (size_t i = 0; i < n; i++)
        planned_because(x, p,
                        (Cause){list[i].kind, list[i].name, list[i].before, list[i].after,
                                change_text(x->w.s.arena, &list[i])});
    if (!n)
        planned_because(
            x, p,
            (Cause){.cause = "unknown", .what = "", .text = _("an input changed; which one was not noted")});
    return true;
}

// The fingerprint of now with what it is made of; NULL: it cannot be told.
static bool look_now(Planner *x, Step *s, const char **now, Err *err)
{
    Session *session = &x->w.s;
    s->inputs = (Inputs){.arena = session->arena};
    *now = NULL;
    if (x->busy || !session->cache || !session->mapper)
        return true;
    if (s->stage == STAGE_EXTRACT) {
        *now = fingerprint_extract(session, x->w.source_digest, &s->inputs);
    } else if (s->stage == STAGE_VALIDATE) {
        if (!mapper_inputs(session->mapper, s->entity, &s->inputs, err))
            return false;
        *now = inputs_fingerprint(&s->inputs);
    } else {
        return fingerprint_insert(session, s->entity, step_is_raw(s), &s->inputs, now, err);
    }
    return true;
}

// What the step works on comes from one of its own entity that is to be done.
static const PlannedStep *to_do_first(Planner *x, const Step *s)
{
    if (s->stage == STAGE_EXTRACT)
        return NULL;
    for (size_t i = 0; step_is_files(s) && i < x->w.n; i++) // the list comes with whatever is read
        if (x->w.steps[i].stage == STAGE_EXTRACT && !planned_is_current(x->shown[i]))
            return x->shown[i];
    Stage before = s->stage == STAGE_VERIFY                      ? STAGE_INSERT
                   : s->stage == STAGE_INSERT && !step_is_raw(s) ? STAGE_VALIDATE
                                                                 : STAGE_EXTRACT;
    const PlannedStep *p = planner_shown(x, s->entity, before);
    return planned_is_current(p) ? NULL : p;
}

// control.db may say done of rows that the cache has lost: a column more or less makes their table anew.
static bool cache_has_it(Planner *x, const Step *s, bool *has, Err *err)
{
    CacheStep made;
    *has = true;
    return s->stage != STAGE_VALIDATE || x->busy || !x->w.s.cache ||
           cache_step(x->w.s.cache, x->w.s.arena, s->id, &made, has, err);
}

static bool find_changes(Planner *x, Step *s, PlannedStep *p, const char *fingerprint, Err *err)
{
    const char *now;
    bool has;
    if (!look_now(x, s, &now, err) || !cache_has_it(x, s, &has, err))
        return false;
    bool differs = now && *now && (!fingerprint || strcmp(now, fingerprint) != 0);
    if (differs && fingerprint && !tell_changes(x, p, &s->inputs, err))
        return false;
    p->perhaps = planned_is_current(p) && !differs && has;
    if (differs || (s->stage != STAGE_EXTRACT && now && !*now))
        mark_stale(p);
    if (!x->w.s.cache || (!has && !p->n_causes)) {
        if (planned_is_current(p))
            planned_because(
                x, p, (Cause){.cause = "cache", .what = "", .text = _("the rows are gone from the cache")});
        p->perhaps = false;
        mark_stale(p);
    }
    if (!x->w.s.target && s->stage > STAGE_VALIDATE && planned_is_current(p)) {
        planned_because(x, p, (Cause){.cause = "target", .what = "", .text = _("the target is not there")});
        p->perhaps = false;
        mark_stale(p);
    }
    return true;
}

// Whether a run refuses to begin s while other is not there; wider than what s reads.
static bool waits_for(const Planner *x, const Step *s, const Step *other)
{
    if (s == other || (s->stage != other->stage && strcmp(s->entity, other->entity) != 0))
        return false;
    if (s->stage != other->stage)
        return s->stage == STAGE_VERIFY ? other->stage == STAGE_INSERT : other->stage < s->stage;
    return x->w.s.mapper && (s->stage == STAGE_VALIDATE || s->stage == STAGE_INSERT) && !step_is_raw(s) &&
           !step_is_raw(other) && mapper_needs(x->w.s.mapper, s->entity, other->entity);
}

static bool is_stuck(const PlannedStep *p)
{
    return p->status == STEP_FAILED || p->status == STEP_BLOCKED || p->status == STEP_SKIPPED;
}

static const char *wait_text(Arena *a, const PlannedStep *other)
{
    switch (other->status) {
    case STEP_FAILED: return arena_text(a, _("waits for %s, which failed"), other->id);
    case STEP_SKIPPED: return arena_text(a, _("waits for %s, which is switched off"), other->id);
    case STEP_BLOCKED: return arena_text(a, _("waits for %s, which waits itself"), other->id);
    default: return arena_text(a, _("waits for %s, which is to be done"), other->id);
    }
}

// A step to do is blocked while what it needs is stuck; one that the last run left blocked, while what it
// needs is to be done at all.
static void find_block(Planner *x, const Step *s, PlannedStep *p)
{
    if (planned_is_current(p) || p->status == STEP_FAILED)
        return;
    for (size_t i = 0; i < x->w.n; i++) {
        const PlannedStep *other = x->shown[i];
        if (!other || !waits_for(x, s, &x->w.steps[i]) || planned_is_current(other) ||
            (p->status != STEP_BLOCKED && !is_stuck(other)))
            continue;
        p->status = STEP_BLOCKED;
        p->perhaps = false;
        p->n_causes = 0;
        planned_because(x, p,
                        (Cause){.cause = "waits", .what = other->id, .text = wait_text(x->w.s.arena, other)});
        return;
    }
    if (p->status == STEP_BLOCKED)
        p->status = STEP_PENDING;
}

// Rows that somebody has to decide about are not written before.
static bool find_decision(Planner *x, const Step *s, PlannedStep *p, Err *err)
{
    const char *code, *why;
    int64_t open = 0;
    if (!x->w.s.control || s->stage != STAGE_INSERT || planned_is_current(p) || p->status == STEP_FAILED ||
        p->status == STEP_BLOCKED)
        return true;
    if (!gate_undecided(&x->w, s, &code, &open, &why, err))
        return false;
    if (why) {
        p->status = STEP_BLOCKED;
        p->perhaps = false;
        p->n_causes = 0;
        planned_because(x, p, (Cause){.cause = "decision", .what = code, .text = why});
    }
    return true;
}

static void tell_last(Planner *x, PlannedStep *p, const StepRecord *last)
{
    Arena *a = x->w.s.arena;
    const char *run = arena_text(a, "%lld", (long long)last->run);
    if (p->status == STEP_FAILED && last->why)
        planned_because(
            x, p,
            (Cause){.cause = "error", .what = run, .text = arena_text(a, _("run %s: %s"), run, reason_shown(a, last->why))});
    if (p->status == STEP_PENDING && last->why)
        planned_because(x, p, (Cause){.cause = "undone", .what = run, .text = reason_shown(a, last->why)});
    if (p->status == STEP_BLOCKED && last->why && x->busy)
        planned_because(x, p, (Cause){.cause = "waits", .what = "", .text = reason_shown(a, last->why)});
}

static void tell_rejects(Planner *x, PlannedStep *p)
{
    Arena *a = x->w.s.arena;
    if (p->status == STEP_PARTIAL)
        planned_because(
            x, p,
            (Cause){.cause = "rejects",
                    .what = arena_text(a, "%lld", (long long)p->rejected),
                    .text = arena_text(a,
                                       ngettext("%lld row was rejected", "%lld rows were rejected",
                                                (unsigned long)p->rejected),
                                       (long long)p->rejected)});
}

bool planner_judge(Planner *x, Step *s, PlannedStep *p, const StepRecord *last, Err *err)
{
    Arena *a = x->w.s.arena;
    if (s->off && !s->wanted) {
        p->status = STEP_SKIPPED;
        planned_because(
            x, p,
            (Cause){.cause = "off", .what = arena_text(a, "%d", s->off), .text = worker_why_not(&x->w, s)});
        return true;
    }
    if (x->running && (strcmp(x->running, s->id) == 0 ||
                       (s->stage == STAGE_EXTRACT && strcmp(x->running, SOURCE_STEP) == 0))) {
        p->status = STEP_RUNNING;
        return true;
    }
    tell_last(x, p, last);
    if (!find_changes(x, s, p, last->fingerprint, err))
        return false;
    const PlannedStep *first = x->busy ? NULL : to_do_first(x, s);
    if (first && (p->status == STEP_STALE || planned_is_current(p))) {
        mark_stale(p);
        planned_because(x, p,
                        (Cause){.cause = "first",
                                .what = first->id,
                                .text = arena_text(a, _("%s is to be done first"), first->id)});
    }
    if (!x->busy)
        find_block(x, s, p);
    if (!x->busy && !find_decision(x, s, p, err))
        return false;
    p->perhaps = p->perhaps && p->status == STEP_STALE;
    tell_rejects(x, p);
    if (s->again && planned_is_current(p))
        planned_because(
            x, p, (Cause){.cause = "again", .what = "", .text = _("its rejected rows are tried again")});
    return true;
}
