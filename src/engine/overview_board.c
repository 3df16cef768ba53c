// The board of one clinic as it stood when somebody last worked on it.
#include <string.h>

#include "base/intl.h"
#include "cache/pipeline_note.h"
#include "engine/lock.h"
#include "engine/overview_inner.h"
#include "engine/reason_shown.h"
#include "engine/report_data.h"
#include "engine/worker.h"

typedef struct {
    Arena *arena;
    const Clinic *clinic;
    EntityOverview *list;
    size_t n;
    bool running;
    const char *at; // the step a worker is on; NULL: none
    int64_t run;    // of that worker
} Board;

static Stage stage_of(const char *step)
{
    const char *slash = strrchr(step, '/');
    for (Stage i = 0; slash && i < STAGES; i++)
        if (strcmp(slash + 1, stage_words[i]) == 0)
            return i;
    return STAGES;
}

static EntityOverview *entity_of(Board *b, const char *step, const char *category, bool make)
{
    Str name = {step, strcspn(step, "/")};
    for (size_t i = 0; i < b->n; i++)
        if (str_is(name, b->list[i].entity))
            return &b->list[i];
    if (!make)
        return NULL;
    b->list[b->n] = (EntityOverview){
        .entity = str_keep(b->arena, name), .category = category, .source = -1, .cache = -1, .target = -1};
    return &b->list[b->n++];
}

static void add_step(Board *b, const PipelineStep *p)
{
    Stage stage = stage_of(p->step);
    if (stage == STAGES)
        return;
    StageSeen *seen = &entity_of(b, p->step, p->category, true)->stages[stage];
    *seen = (StageSeen){.there = true, .untracked = p->untracked, .status = STEP_PENDING, .rows = -1};
    if (p->off) {
        seen->status = STEP_SKIPPED;
        seen->why = _("switched off in commands.yaml");
    }
}

static StepStatus status_of(const Board *b, const StepRecord *s, const StageSeen *seen)
{
    StepStatus status = seen->status == STEP_SKIPPED ? STEP_SKIPPED : STEP_PENDING;
    for (StepStatus i = 0; i < STEP_STATUSES && seen->status != STEP_SKIPPED; i++)
        if (strcmp(step_status_words[i], s->status) == 0)
            status = i;
    return status == STEP_RUNNING && !b->running ? STEP_PENDING : status;
}

static void take_step(Board *b, const StepRecord *s)
{
    Stage stage = stage_of(s->step);
    EntityOverview *e = stage == STAGES ? NULL : entity_of(b, s->step, "", false);
    if (!e || !e->stages[stage].there)
        return;
    StageSeen *seen = &e->stages[stage];
    *seen = (StageSeen){
        .there = true,
        .untracked = seen->untracked,
        .status = status_of(b, s, seen),
        .why = seen->status == STEP_SKIPPED ? seen->why : reason_shown(b->arena, s->why),
        .rows = s->rows,
        .done = s->done,
        .rejected = s->rejected,
        .run = s->run,
        .took_s = s->took_s,
        .at = s->ended_at,
    };
    if (stage == STAGE_EXTRACT && s->run && s->rows >= 0) {
        e->source = s->rows;
        e->cache = s->rows - s->rejected;
    }
    e->rejected += s->rejected;
}

// The newest run that worked on an entity, and how long that took for it.
static void sum_up(EntityOverview *e)
{
    for (Stage i = 0; i < STAGES; i++)
        e->run = MAX(e->run, e->stages[i].run);
    for (Stage i = 0; i < STAGES; i++) {
        const StageSeen *s = &e->stages[i];
        if (!e->run || s->run != e->run)
            continue;
        e->took_s += s->took_s;
        if (!e->at || (s->at && strcmp(s->at, e->at) > 0))
            e->at = s->at;
    }
}

// What has ended in this run is over, whatever the worker, which tells of itself once a second, said last.
static void tell_running(Board *b)
{
    for (size_t i = 0; i < b->n && b->at; i++)
        for (Stage k = 0; k < STAGES; k++) {
            StageSeen *s = &b->list[i].stages[k];
            bool here = strcmp(b->at, arena_text(b->arena, "%s/%s", b->list[i].entity, stage_words[k])) == 0;
            if (s->there && s->run != b->run && (here || (k == STAGE_EXTRACT && strcmp(b->at, SOURCE_STEP) == 0)))
                s->status = STEP_RUNNING;
        }
}

// Accounts are of the rows of the source, so each row is counted once, whichever step decided it.
static bool take_accounts(Board *b, Control *c, Err *err)
{
    AUTO(lite_finish_at)
    LiteStmt *s = lite_prepare(control_db(c),
                               "SELECT entity, inserted + updated + unchanged + linked, rejected, max(run)"
                               " FROM accounts GROUP BY entity",
                               err);
    LiteStep step = LITE_FAILED;
    while (s && (step = lite_step(s, err)) == LITE_ROW) {
        EntityOverview *e = entity_of(b, str_keep(b->arena, lite_text(s, 0)), "", false);
        if (!e)
            continue;
        e->target = lite_int(s, 1);
        e->rejected = lite_int(s, 2);
    }
    return step == LITE_DONE;
}

static bool take_issues(Board *b, Control *c, Err *err)
{
    IssueKind *kinds;
    size_t n;
    if (!overview_issues(c, b->arena, &kinds, &n, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        EntityOverview *e = entity_of(b, kinds[i].entity, "", false);
        if (!e)
            continue;
        e->open += kinds[i].open;
        e->rejecting += kinds[i].rejecting ? kinds[i].open : 0;
    }
    return true;
}

// A control.db whose last run noted no pipeline: what it worked on is all that is known.
static PipelineStep *worked_on(Arena *a, const StepRecord *steps, size_t n)
{
    PipelineStep *list = arena_many(a, PipelineStep, n + 1);
    for (size_t i = 0; i < n; i++)
        list[i] = (PipelineStep){.step = steps[i].step, .category = ""};
    return list;
}

static bool read_board(Board *b, Control *c, Err *err)
{
    PipelineStep *pipeline;
    StepRecord *steps;
    size_t n_pipeline, n;
    if (!pipeline_noted(c, b->arena, &pipeline, &n_pipeline, err) ||
        !(steps = control_steps(c, b->arena, &n, err)))
        return false;
    if (!n_pipeline) {
        pipeline = worked_on(b->arena, steps, n);
        n_pipeline = n;
    }
    b->list = arena_many(b->arena, EntityOverview, n_pipeline + 1);
    for (size_t i = 0; i < n_pipeline; i++)
        add_step(b, &pipeline[i]);
    for (size_t i = 0; i < n; i++)
        take_step(b, &steps[i]);
    for (size_t i = 0; i < b->n; i++)
        sum_up(&b->list[i]);
    tell_running(b);
    return take_accounts(b, c, err) && take_issues(b, c, err);
}

EntityOverview *overview_board(Arena *a, const Clinic *clinic, size_t *n, Err *err)
{
    Board b = {.arena = a, .clinic = clinic};
    WorkerSeen seen;
    const char *owner;
    *n = 0;
    b.running = lock_owner(a, clinic->state_folder, &owner);
    if (b.running && beat_read(a, clinic->state_folder, &seen) && *seen.step)
        b.at = seen.step, b.run = seen.run;
    Control *c = control_open(clinic->state_folder, false, err);
    if (!c)
        return err->kind == ERR_NONE ? arena_many(a, EntityOverview, 1) : NULL;
    bool ok = read_board(&b, c, err);
    control_close(c);
    *n = b.n;
    return ok ? b.list : NULL;
}
