#include "ui/board_data.h"

#include <string.h>

#include "base/intl.h"
#include "engine/overview.h"
#include "ui/when.h"

// Later ones win: of an entity that is partial in one stage and to be done in the next, what is to be done tells more.
static const int weights[STEP_STATUSES] = {
    [STEP_SKIPPED] = 0, [STEP_DONE] = 1,    [STEP_PARTIAL] = 2, [STEP_PENDING] = 3,
    [STEP_BLOCKED] = 4, [STEP_STALE] = 5, [STEP_FAILED] = 6,  [STEP_RUNNING] = 7,
};

const char *board_category_word(const char *category)
{
    static const char *const known[] = {N_("Agenda"),  N_("Budgets"),   N_("Catalogue"), N_("Clinical"), N_("Configuration"),
                                        N_("Documents"), N_("Money"), N_("People"),    N_("Other")};
    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        if (strcmp(known[i], category) == 0)
            return _(known[i]);
    return category;
}

StepStatus board_weightier(StepStatus one, StepStatus other)
{
    return weights[other] > weights[one] ? other : one;
}

void board_sum(BoardModel *m)
{
    m->steps = 0;
    memset(m->count, 0, sizeof m->count);
    for (size_t i = 0; i < m->n; i++) {
        BoardEntity *e = &m->items[i];
        bool any = false;
        for (int stage = 0; stage < STAGES; stage++) {
            const BoardStage *s = &e->stages[stage];
            if (!s->there)
                continue;
            if (!any || board_weightier(e->status, s->status) != e->status) {
                e->status = s->status;
                e->telling = (Stage)stage;
            }
            any = true;
            m->count[s->status] += !s->untracked;
            m->steps += !s->untracked;
        }
        if (e->status == STEP_DONE && e->stages[STAGE_INSERT].there)
            e->telling = STAGE_INSERT; // what became of its rows tells more than that they were read
    }
}

static bool same_text(const char *one, const char *other)
{
    return one == other || (one && other && strcmp(one, other) == 0);
}

void board_keep_plan(BoardModel *m, const BoardModel *planned)
{
    for (size_t i = 0; planned && i < m->n; i++)
        for (size_t k = 0; k < planned->n; k++) {
            if (strcmp(m->items[i].name, planned->items[k].name) != 0)
                continue;
            for (int stage = 0; stage < STAGES; stage++) {
                BoardStage *s = &m->items[i].stages[stage];
                const BoardStage *old = &planned->items[k].stages[stage];
                if (s->there && old->there && s->run == old->run && same_text(s->at, old->at) &&
                    s->status != STEP_RUNNING)
                    *s = *old;
            }
            break;
        }
    board_sum(m);
}

// ---- As control.db has it ------------------------------------------------------------------------

static BoardStage stage_of(Arena *a, const StageSeen *seen, Instant now)
{
    const char **why = arena_many(a, const char *, 1);
    why[0] = seen->why;
    return (BoardStage){
        .there = seen->there,
        .untracked = seen->untracked,
        .status = seen->status,
        .why = why,
        .n_why = seen->why && *seen->why,
        .cause = "",
        .rows = seen->rows,
        .done = seen->done,
        .rejected = seen->rejected,
        .run = seen->run,
        .took_s = seen->took_s,
        .eta_low_s = -1,
        .eta_high_s = -1,
        .at = seen->at,
        .last = when_short(a, seen->at, now),
    };
}

static const char *category_of(const char *category)
{
    return category && *category ? category : "Other";
}

static BoardEntity entity_of(Arena *a, const EntityOverview *o, Instant now)
{
    BoardEntity e = {
        .name = o->entity,
        .category = category_of(o->category),
        .source = o->source,
        .cache = o->cache,
        .target = o->target,
        .rejected = o->rejected,
        .open = o->open,
        .rejecting = o->rejecting,
        .run = o->run,
        .last = when_short(a, o->at, now),
        .took_s = o->run ? o->took_s : -1,
    };
    for (int stage = 0; stage < STAGES; stage++)
        e.stages[stage] = stage_of(a, &o->stages[stage], now);
    return e;
}

// Those of a category together, in the order in which their first ones run.
static void group(Arena *a, BoardModel *m)
{
    BoardEntity *sorted = arena_many(a, BoardEntity, m->n + 1);
    bool *taken = arena_many(a, bool, m->n + 1);
    size_t n = 0;
    for (size_t i = 0; i < m->n; i++)
        for (size_t k = i; !taken[i] && k < m->n; k++)
            if (!taken[k] && (k == i || strcmp(m->items[k].category, m->items[i].category) == 0)) {
                taken[k] = k != i;
                sorted[n++] = m->items[k];
            }
    m->items = sorted;
}

static BoardModel *overview(Arena *a, const Clinic *clinic, Err *err)
{
    BoardModel *m = arena_one(a, BoardModel);
    Instant now = instant_now();
    size_t n;
    const EntityOverview *seen = overview_board(a, clinic, &n, err);
    if (!seen && err->kind != ERR_NONE)
        return NULL;
    m->items = arena_many(a, BoardEntity, n + 1);
    for (size_t i = 0; i < n; i++)
        m->items[m->n++] = entity_of(a, &seen[i], now);
    return m;
}

void *board_read(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err)
{
    (void)o, (void)wish;
    BoardModel *m = clinic ? overview(a, clinic, err) : NULL;
    if (!m)
        return NULL;
    group(a, m);
    board_sum(m);
    return m;
}

// ---- As a plan says it --------------------------------------------------------------------------------

static BoardEntity *entity_named(BoardModel *m, const PlannedStep *s)
{
    for (size_t i = 0; i < m->n; i++)
        if (strcmp(m->items[i].name, s->entity) == 0)
            return &m->items[i];
    m->items[m->n] = (BoardEntity){.name = s->entity,
                                   .category = category_of(s->category),
                                   .source = -1,
                                   .cache = -1,
                                   .target = -1,
                                   .last = _("never"),
                                   .took_s = -1};
    return &m->items[m->n++];
}

static void plan_stage(Arena *a, BoardStage *stage, const PlannedStep *s)
{
    const char **why = arena_many(a, const char *, s->n_causes + 1);
    const char **holds = arena_many(a, const char *, s->n_reached + 1);
    for (size_t i = 0; i < s->n_causes; i++)
        why[i] = s->causes[i].text;
    for (size_t i = 0; i < s->n_reached; i++)
        holds[i] = s->reached[i].step;
    if (!stage->there)
        stage->last = _("never");
    stage->there = true;
    stage->untracked = s->untracked;
    stage->perhaps = s->perhaps;
    stage->status = s->status;
    if (s->n_causes || s->status == STEP_DONE || s->status == STEP_PENDING) {
        stage->why = why;
        stage->n_why = s->n_causes;
        const char *what = s->n_causes ? s->causes[0].what : NULL;
        stage->cause = what && strcmp(what, NEED_LINKS) == 0 ? NEED_LINKS
                       : s->n_causes                         ? s->causes[0].cause
                                                             : "";
    }
    stage->holds = holds;
    stage->n_holds = s->n_reached;
    stage->rows = s->rows;
    stage->done = s->done;
    stage->rejected = s->rejected;
    stage->run = s->run;
    stage->took_s = s->took_s;
    stage->eta_low_s = s->eta_low_s;
    stage->eta_high_s = s->eta_high_s;
}

void *board_read_plan(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err)
{
    (void)o, (void)wish;
    BoardModel *m = clinic ? overview(a, clinic, err) : NULL;
    if (!m)
        return NULL;
    SecretSource passphrase = {.fd = -1};
    RunOptions options = {.clinic = clinic,
                          .mode = "run",
                          .passphrase = &passphrase,
                          .max_rejects = -1,
                          .max_reject_ratio = -1,
                          .max_duration_s = -1,
                          .jobs = -1};
    Problems *problems = problems_new(a);
    const Plan *plan = engine_plan(a, &options, problems, err);
    if (!plan) {
        problems_first(problems, err);
        return NULL;
    }
    BoardEntity *items = arena_many(a, BoardEntity, m->n + plan->n + 1);
    memcpy(items, m->items, m->n * sizeof *items);
    m->items = items;
    for (size_t i = 0; i < plan->n; i++)
        plan_stage(a, &entity_named(m, &plan->steps[i])->stages[plan->steps[i].stage], &plan->steps[i]);
    group(a, m);
    board_sum(m);
    m->planned = true;
    return m;
}
