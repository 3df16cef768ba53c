// rollback: what a run wrote taken back, batch by batch, as a run of its own.
#include <string.h>

#include "base/intl.h"
#include "cache/control_rollback.h"
#include "cache/issue_store.h"
#include "engine/job_life.h"
#include "engine/rollback.h"
#include "engine/worker.h"

typedef struct {
    Worker *w;
    const Rollback *r;
    const char *step; // under way; NULL: none yet
    int64_t done, of_step;
    Instant began; // by the steady clock
} Undoing;

static void end_step(Undoing *x)
{
    if (!x->step)
        return;
    double took = (double)(steady_now() - x->began) / 1e6;
    JsonOut *j = event_begin(x->w->events, "step.end", x->step);
    json_text(j, "status", step_status_words[STEP_PENDING]);
    json_text(j, "reason", "undone");
    json_int(j, "rows", x->of_step);
    json_num(j, "took_s", took, 3);
    event_send(x->w->events, &(Event){.status = step_status_words[STEP_PENDING],
                                      .rows = x->of_step,
                                      .done = x->of_step,
                                      .took_s = took});
}

static void begin_step(Undoing *x, const char *step)
{
    end_step(x);
    x->step = step;
    x->of_step = 0;
    x->began = steady_now();
    JsonOut *j = event_begin(x->w->events, "step.start", step);
    json_open_list(j, "why");
    json_text(j, NULL, "rollback");
    json_close_list(j);
    event_send(x->w->events, &(Event){.rows = -1, .status = step_status_words[STEP_RUNNING]});
    event_progress_reset(x->w->events, step);
}

// Rows kept raw beside a mapped entity have a step of their own in the ledger: patient/insert.raw.
static bool undone(void *arg, const char *step, int64_t rows, Err *err)
{
    Undoing *x = arg;
    Worker *w = x->w;
    const char *name = arena_text(w->s.arena, "%.*s", (int)strcspn(step, "."), step);
    if (!x->step || strcmp(x->step, name) != 0)
        begin_step(x, name);
    x->done += rows;
    x->of_step += rows;
    w->wrote = true;
    event_progress(w->events, name, "rollback", false, x->done, x->r->left.rows, 0);
    beat_tick(w->beat, "rollback", name, x->done, x->r->left.rows, 0);
    return worker_may_go_on(w, err);
}

// Said before the first batch goes: a kill in between leaves nothing that claims to be done.
static bool steps_again(Worker *w, const Rollback *r, Err *err)
{
    Control *c = w->s.control;
    const char *why = arena_text(w->s.arena, _("undone by run %lld"), (long long)w->record.run);
    for (size_t i = 0; i < r->left.n_steps; i++) {
        const char *step = r->left.steps[i];
        const char *verify = arena_text(w->s.arena, "%.*s/verify", (int)strcspn(step, "/"), step);
        if (!control_step_again(c, step, why, w->record.run, err) ||
            !control_step_again(c, verify, why, w->record.run, err) ||
            (file_exists(w->cache_path) && !control_issues_sync(c, w->cache_path, step, w->record.run, err)))
            return false;
    }
    return true;
}

static bool begin(Worker *w, const Rollback *r, Err *err)
{
    Target *t = w->s.target;
    const char *label = arena_text(w->s.arena, "%s run %lld: rollback of run %lld", w->s.clinic->name,
                                   (long long)w->record.run, (long long)w->o->undo_run);
    if (!t->kind->job_begin(t, &w->job, label, err) ||
        !control_run_job(w->s.control, w->record.run, w->job, w->s.clinic_name, err) ||
        !job_executing(w, err) ||
        !job_undone(w, r->jobs, r->n_jobs, arena_text(w->s.arena, _("run %lld is taking it back"), (long long)w->record.run),
                    -1, err) ||
        !steps_again(w, r, err))
        return false;
    JsonOut *j = event_begin(w->events, "plan", NULL);
    json_int(j, "steps", (int64_t)r->left.n_steps);
    json_int(j, "rows", r->left.rows);
    json_open_list(j, "undoes");
    for (size_t i = 0; i < r->n_runs; i++)
        json_int(j, NULL, r->runs[i]);
    json_close_list(j);
    event_send(w->events, &(Event){.rows = (int64_t)r->left.n_steps});
    return true;
}

static void tell_kept(Worker *w, const UndoPlan *done)
{
    for (size_t i = 0; i < done->n_kept; i++) {
        JsonOut *j = event_begin(w->events, "kept", NULL);
        rollback_kept_json(j, &done->kept[i]);
        event_send(w->events, &(Event){0});
    }
}

// How the jobs stand that were taken back, as a whole or but for what stays.
static bool tell_jobs(Worker *w, const Rollback *r, const UndoPlan *done, Err *err)
{
    long long run = w->record.run;
    const char *why =
        r->step        ? arena_text(w->s.arena, _("run %lld took back %s"), run, r->step)
        : done->n_kept ? arena_text(w->s.arena,
                                    ngettext("run %lld took it back but for %lld row",
                                             "run %lld took it back but for %lld rows", (unsigned long)done->n_kept),
                                    run, (long long)done->n_kept)
                       : arena_text(w->s.arena, _("run %lld took it back"), run);
    return job_undone(w, r->jobs, r->n_jobs, why, r->step ? -1 : (int64_t)done->n_kept, err);
}

static bool remember(Worker *w, const Rollback *r, const UndoPlan *done, Err *err)
{
    AUTO(buf_free) Buf text = {0};
    JsonOut j = {.out = &text};
    json_open(&j, NULL);
    json_open_list(&j, "undid");
    for (size_t i = 0; i < r->n_runs; i++)
        json_int(&j, NULL, r->runs[i]);
    json_close_list(&j);
    json_text(&j, "step", r->step);
    rollback_json(&j, done);
    json_close(&j);
    bool ok = control_rollback_save(w->s.control, w->record.run, buf_text(&text), err);
    for (size_t i = 0; ok && !r->step && i < r->n_runs; i++)
        ok = control_undone_save(w->s.control, r->runs[i], w->record.run, err);
    return ok;
}

// A target that is busy or lost is asked again: what it did not commit is told anew.
static bool undo_patiently(Undoing *x, const UndoWhat *what, Err *err)
{
    Target *t = x->w->s.target;
    UndoWatch watch = {undone, x};
    Attempts retry = {0};
    while (!t->kind->undo(t, what, &watch, err)) {
        if (!worker_try_again(x->w, &retry, x->step ? x->step : "rollback", err))
            return false;
        x->done = 0;
    }
    return true;
}

// What a bulk load cut short has left off tells who refers to a row, and finds them. A key that does not hold may
// hold once the rows are gone.
static bool restore_keys(Worker *w, Err *err)
{
    Attempts retry = {0};
    while (!worker_bulk_recover(w, true, err)) {
        bool holds_not = err->kind == ERR_TARGET && w->s.target->kind->trouble(w->s.target) == TROUBLE_NONE;
        if (!holds_not && !worker_try_again(w, &retry, "rollback", err))
            return false;
        err->kind = ERR_NONE;
        if (holds_not)
            return true;
    }
    return true;
}

bool run_rollback(Worker *w, Err *err)
{
    Rollback r;
    if (!rollback_open(&w->s, true, w->problems, err) ||
        !rollback_find(&w->s, w->o->undo_run, w->o->undo_step, &r, err) ||
        !rollback_may_begin(w->s.clinic, &r, err))
        return false;
    beat_target(w->beat, w->s.target);
    if (r.left.nothing && !w->job) {
        w->reason = _("nothing is left to undo");
        return restore_keys(w, err) && control_run_job(w->s.control, w->record.run, 0, w->s.clinic_name, err);
    }
    Target *t = w->s.target;
    Undoing x = {.w = w, .r = &r};
    UndoPlan done;
    if (!begin(w, &r, err) || !restore_keys(w, err))
        return false;
    UndoWhat what = {r.jobs, r.n_jobs, r.step, w->job};
    bool ok = undo_patiently(&x, &what, err);
    end_step(&x);
    if (!ok || !worker_bulk_recover(w, true, err) || !t->kind->undone(t, w->s.arena, &what, &done, err) || !tell_jobs(w, &r, &done, err) ||
        !remember(w, &r, &done, err))
        return false;
    tell_kept(w, &done);
    w->reason = _("everything the run wrote is undone");
    if (done.n_kept)
        worker_worse(w, 3,
                     ngettext("undone; %lld row stays, because it was changed or built upon since",
                              "undone; %lld rows stay, because they were changed or built upon since",
                              done.n_kept),
                     (long long)done.n_kept);
    return true;
}
