#include "engine/engine.h"

#include "base/intl.h"
#include "cache/pipeline_note.h"
#include "engine/job_life.h"
#include "engine/worker.h"

static void say_plan(Worker *w)
{
    JsonOut *j = event_begin(w->events, "plan", NULL);
    json_int(j, "steps", (int64_t)w->n);
    json_open_list(j, "order");
    for (size_t i = 0; i < w->n; i++)
        json_text(j, NULL, w->steps[i].id);
    json_close_list(j);
    if (worker_wanted(w) < w->n) {
        json_open_list(j, "left_out");
        for (size_t i = 0; i < w->n; i++)
            if (!w->steps[i].wanted)
                json_text(j, NULL, w->steps[i].id);
        json_close_list(j);
    }
    event_send(w->events, &(Event){.rows = (int64_t)w->n});
}

// The target is opened before anything is read: a night should not be spent on a target that is not there.
static bool prepare(Worker *w, Err *err)
{
    Session *s = &w->s;
    if (!session_profile(s, w->problems, err))
        return err->kind != ERR_NONE
                   ? false
                   : err_set(err, ERR_CONFIG, "%s", _("the profile or the model has mistakes"));
    if (!session_target(s, true, err) || !session_which_clinic(s, err) ||
        !s->target->kind->lock(s->target, s->clinic_id, err) ||
        !worker_bulk_recover(w, worker_only_looks(w->o) || w->o->rehearse, err) ||
        (w->o->rehearse && !s->target->kind->rehearse(s->target, err)))
        return false;
    beat_target(w->beat, s->target);
    err->kind = ERR_NONE;
    s->cache = cache_open(s->clinic->state_folder, true, err);
    return (s->cache || err->kind == ERR_NONE) && worker_make_steps(w, err);
}

// A job is begun with the first batch, so that a run with nothing to do leaves the target untouched; one
// that was interrupted goes on.
bool worker_need_job(Worker *w, Err *err)
{
    if (w->has_job)
        return true;
    const char *label = arena_text(w->s.arena, "%s run %lld", w->s.clinic->name, (long long)w->record.run);
    if (!job_executing(w, err))
        return false;
    w->has_job = w->s.target->kind->job_begin(w->s.target, &w->job, label, err);
    return w->has_job &&
           (w->o->rehearse || control_run_job(w->s.control, w->record.run, w->job, w->s.clinic_name, err));
}

// For readers that want to know which steps there are without what makes them.
static bool note_pipeline(Worker *w, Err *err)
{
    PipelineStep *list = arena_many(w->s.arena, PipelineStep, w->n + 1);
    for (size_t i = 0; i < w->n; i++) {
        const Step *s = &w->steps[i];
        list[i] = (PipelineStep){s->id, s->mapped ? s->mapped->entity->category : "", s->untracked, s->off != 0};
    }
    return pipeline_note(w->s.control, list, w->n, err);
}

// After extract: the source's own name decides the ledger's scope.
static bool prepare_writing(Worker *w, Err *err)
{
    Session *s = &w->s;
    if (!session_as_of(s, w->o->as_of, w->source_digest, true, err))
        return false;
    if (!session_mapper(s, w->problems, err))
        return err->kind != ERR_NONE ? false
                                     : err_set(err, ERR_CONFIG, "%s", _("the mappings have mistakes"));
    TargetScope scope = {s->clinic_id, s->source_system};
    bool read_anew = false;
    for (size_t i = 0; i < w->n; i++)
        read_anew = read_anew || (w->steps[i].stage == STAGE_EXTRACT && !w->steps[i].current);
    if (!s->target->kind->prepare(s->target, scope, err) ||
        !control_run_job(w->s.control, w->record.run, w->job, s->clinic_name, err) ||
        !job_prepared(w, read_anew, err))
        return false;
    // The mapper has put the entities in order: the steps follow it, what extract said stays.
    Step *before = w->steps;
    size_t n = w->n;
    if (!worker_make_steps(w, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        Step *now = worker_step(w, before[i].entity, before[i].stage);
        if (before[i].stage == STAGE_EXTRACT && now)
            *now = before[i];
    }
    return note_pipeline(w, err);
}

static bool run_phases(Worker *w, Err *err)
{
    if (!worker_wait_for_window(w, err))
        return false;
    w->deadline = w->limit_us ? steady_now() + w->limit_us : 0;
    if (!prepare(w, err) || !worker_may_begin(w, err))
        return false;
    if (!run_extract(w, err) || !prepare_writing(w, err))
        return false;
    if (!gate_schema(w, err))
        return false;
    say_plan(w);
    return worker_bulk_announce(w, err) && run_validate(w, err) && job_validated(w, err) &&
           run_insert(w, err) && run_verify(w, err);
}

bool engine_run(Arena *a, const RunOptions *o, Problems *problems, RunOutcome *out, Err *err)
{
    *out = (RunOutcome){0};
    Worker w = {.s = {.arena = a, .clinic = o->clinic}, .o = o, .problems = problems};
    err->kind = ERR_NONE;
    if (!worker_begin(&w, out, err)) {
        control_close(w.s.control);
        worker_close(&w);
        return false;
    }
    Err why = {0};
    if (worker_start(&w, &why) && (o->undo_run ? run_rollback(&w, &why) : run_phases(&w, &why)))
        why.kind = ERR_NONE;
    worker_finish(&w, out, &why);
    *err = why;
    return true;
}
