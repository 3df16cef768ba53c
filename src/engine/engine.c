#include "config.h"

#include "engine/engine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cancel.h"
#include "base/file.h"
#include "base/intl.h"
#include "cache/issue_list.h"
#include "engine/decisions.h"
#include "engine/purge.h"
#include "engine/rejects.h"
#include "engine/registry.h"
#include "engine/worker.h"

static void say_start(Worker *w)
{
    JsonOut *j = event_begin(w->events, "run.start", NULL);
    json_text(j, "mode", w->o->mode);
    json_text(j, "by", w->record.by);
    json_text(j, "host", w->record.host);
    json_int(j, "pid", w->record.pid);
    if (w->record.resumes)
        json_int(j, "resumes", w->record.resumes);
    json_open(j, "target");
    json_text(j, "env", w->s.clinic->env);
    json_text(j, "type", w->s.clinic->target_type == TARGET_SQLITE ? "sqlite" : "postgres");
    json_close(j);
    json_text(j, "version", PACKAGE_VERSION);
    event_send(w->events, &(Event){.status = "running"});
}

static void say_plan(Worker *w)
{
    JsonOut *j = event_begin(w->events, "plan", NULL);
    json_int(j, "steps", (int64_t)w->n);
    json_open_list(j, "order");
    for (size_t i = 0; i < w->n; i++)
        json_text(j, NULL, w->steps[i].id);
    json_close_list(j);
    event_send(w->events, &(Event){.rows = (int64_t)w->n});
}

static const char *status_word(const Worker *w)
{
    switch (w->exit_code) {
    case 0: return "done";
    case 3: return "partial";
    case 11: return "stopped";
    case 12: return "unbalanced";
    default: return w->exit_code > 128 ? "stopped" : "failed";
    }
}

static void say_end(Worker *w)
{
    bool resumable = w->exit_code != 0 && w->exit_code != 5 && !(w->o->undo_run && w->exit_code == 3);
    JsonOut *j = event_begin(w->events, "run.end", NULL);
    json_text(j, "status", status_word(w));
    json_int(j, "exit", w->exit_code);
    json_text(j, "reason", w->reason);
    json_bool(j, "resumable", resumable);
    if (resumable)
        json_text(j, "resume", arena_text(w->s.arena, "mudanza resume %s", w->s.clinic->typed));
    json_num(j, "took_s", (double)(steady_now() - w->began) / 1e6, 1);
    json_text(j, "report", arena_text(w->s.arena, "runs/%06lld/report.json", (long long)w->record.run));
    event_send(w->events, &(Event){.status = status_word(w), .text = w->reason});
}

static bool listen(Worker *w)
{
    w->log = run_log_open(w->run_folder, w->events, RUN_LOG_MAX);
    w->hooks = hooks_start(w->s.clinic, w->record.run, w->events, w->log);
    return true;
}

// The run this one goes on with, if any. A rollback that was cut short is gone on with before anything else.
static bool find_unfinished(Worker *w, RunRecord *out, Err *err)
{
    bool same = false;
    *out = (RunRecord){0};
    if (worker_only_looks(w->o))
        return true;
    if (!control_unfinished(w->s.control, w->s.arena, out, err))
        return err->kind == ERR_NONE;
    if (strcmp(out->mode, "rollback") != 0) {
        if (w->o->undo_run)
            *out = (RunRecord){0};
        return true;
    }
    if (w->o->undo_run &&
        !rollback_is_of(w->s.control, w->s.arena, out->run, w->o->undo_run, w->o->undo_step, &same, err))
        return false;
    if (same)
        return true;
    err_set(err, ERR_DECISION, _("run %lld, a rollback, was cut short and has to be finished first"),
            (long long)out->run);
    return err_hint(err, "mudanza resume %s", w->s.clinic->typed);
}

// Whatever the reason a worker died, what it left half done is known now that we hold its lock.
static bool begin(Worker *w, RunOutcome *out, Err *err)
{
    Arena *a = w->s.arena;
    const Clinic *c = w->s.clinic;
    w->lock = lock_take(c, err);
    if (!w->lock || !(w->s.control = control_open(c->state_folder, true, err)) ||
        !control_recover(w->s.control, &out->interrupted, err) ||
        !decisions_first(a, c, w->s.control, lock_user(a), w->problems, err))
        return false;
    report_catch_up(a, c);
    RunRecord interrupted = {0}; // stopped, failed or killed: this run goes on with its job
    if (!find_unfinished(w, &interrupted, err))
        return false;
    out->interrupted = interrupted.run;
    w->record = (RunRecord){.mode = w->o->mode,
                            .host = lock_host(a),
                            .by = lock_user(a),
                            .pid = getpid(),
                            .note = w->o->note,
                            .options = w->o->options ? w->o->options : "{}",
                            .resumes = interrupted.run,
                            .job = interrupted.job}; // from now on: a kill must not make two of it
    w->job = interrupted.job;
    if (!control_run_begin(w->s.control, &w->record, err))
        return false;
    lock_run(w->lock, w->record.run);
    registry_add(c->name, c->workspace, c->state_folder, w->o->mode, w->record.run);
    out->run = w->record.run;
    w->run_folder = arena_text(a, "%s/runs/%06lld", c->state_folder, (long long)w->record.run);
    w->cache_path = file_join(a, c->state_folder, "cache.db");
    int64_t limit = w->o->max_duration_s >= 0 ? w->o->max_duration_s : c->max_duration_s;
    w->limit_us = limit * 1000000;
    w->has_window = w->o->window && window_parse(str_of(w->o->window), &w->window);
    return file_make_folder(w->run_folder, 0700, err) &&
           (w->events = events_open(w->run_folder, c->name, w->record.run, w->o->listener, err)) && listen(w);
}

// Without a control socket a run can still be stopped by signals.
static void open_socket(Worker *w)
{
    Err err = {0};
    w->orders = orders_new();
    w->socket = control_socket_open(w->s.clinic->state_folder, w->record.run, w->orders, &err);
    if (w->socket)
        return;
    JsonOut *j = event_begin(w->events, "control", NULL);
    json_text(j, "cmd", "listen");
    json_text(j, "state", "failed");
    json_text(j, "message", err.text);
    event_send(w->events, &(Event){.text = err.text});
}

static bool start_beat(Worker *w, Err *err)
{
    open_socket(w);
    cancel_listen_user();
    BeatOptions o = {.state_folder = w->s.clinic->state_folder,
                     .clinic = w->s.clinic->name,
                     .run = w->record.run,
                     .events = w->events,
                     .socket = w->socket,
                     .stall_after_s = w->s.clinic->stall_after_s,
                     .stall_kill_s = w->s.clinic->stall_kill_s};
    w->beat = beat_start(&o, err);
    return w->beat;
}

// The target is opened before anything is read: a night should not be spent on a target that is not there.
static bool prepare(Worker *w, Err *err)
{
    Session *s = &w->s;
    if (!session_profile(s, w->problems, err))
        return err->kind != ERR_NONE
                   ? false
                   : err_set(err, ERR_CONFIG, "%s", _("the profile or the model has mistakes"));
    if (!session_target(s, true, err) || !session_which_clinic(s, err))
        return false;
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
    w->has_job = w->s.target->kind->job_begin(w->s.target, &w->job, label, err);
    return w->has_job && control_run_job(w->s.control, w->record.run, w->job, w->s.clinic_name, err);
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
    if (!s->target->kind->prepare(s->target, scope, err) ||
        !control_run_job(w->s.control, w->record.run, w->job, s->clinic_name, err) ||
        (w->job && !worker_need_job(w, err)))
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
    return true;
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
    return run_validate(w, err) && run_insert(w, err) && run_verify(w, err);
}

static bool save_accounts(Worker *w, Err *err)
{
    int64_t rejected = 0;
    for (size_t i = 0; w->s.mapper && i < w->n; i++) {
        const Step *s = &w->steps[i];
        if (s->stage != STAGE_INSERT)
            continue;
        Account account;
        bool complete = s->status == STEP_DONE || s->status == STEP_PARTIAL;
        if (!account_of(&w->s, s->entity, step_is_raw(s), complete, &account, err) ||
            !control_account_save(w->s.control, w->record.run, &account, err))
            return false;
        rejected += account.rejected;
        if (account.lost)
            worker_worse(w, ERR_UNBALANCED, _("%s: %lld rows are lost"), account.entity,
                         (long long)account.lost);
    }
    IssueTotals issues;
    if (rejected && !worker_only_looks(w->o)) {
        if (!issue_totals(w->s.control, &issues, err))
            return false;
        w->excused = issues.rejecting || !issues.excused ? 0 : rejected;
    }
    if (rejected && !w->excused && !worker_only_looks(w->o))
        worker_worse(w, 3,
                     w->wrote ? _("finished; %lld rows were rejected, see the report")
                              : _("nothing to do: everything is up to date; %lld rows stay rejected"),
                     (long long)rejected);
    return true;
}

static void note_end(Worker *w, const Err *why)
{
    int64_t still_s;
    if (why->kind == ERR_STOPPED)
        worker_glance(w, STAGE_INSERT); // who asked may not have been heard yet
    if (beat_gave_up(w->beat, &still_s) && why->kind == ERR_STOPPED)
        worker_worse(w, ERR_STALLED, _("the run stalled: nothing moved for %lld s"), (long long)still_s);
    else if (why->kind == ERR_STOPPED && w->why_stopped)
        worker_worse(w, ERR_STOPPED, "%s", w->why_stopped);
    else if (why->kind == ERR_STOPPED && cancel_signal())
        worker_worse(w, 11, "%s", _("stopped by a signal after the running batch"));
    else if (why->kind != ERR_NONE)
        worker_worse(w, (int)why->kind, "%s", why->text);
}

static void close_all(Worker *w)
{
    orders_free(w->orders);
    if (w->record.run)
        registry_remove();
    lock_drop(w->lock);
    hooks_stop(w->hooks); // nobody waits for them but this process
    run_log_close(w->log);
    events_close(w->events);
}

// What a preview read is for whoever looks at it next.
static void throw_old_away(Worker *w)
{
    Err err = {0};
    int64_t runs = 0, bytes = 0;
    if (!w->s.control)
        return;
    cache_close(w->s.cache);
    w->s.cache = NULL;
    bool ok = (strcmp(w->o->mode, "preview") == 0 ||
               retention_cache(w->s.arena, w->s.clinic, w->s.control, &bytes, &err)) &&
              retention_apply(w->s.arena, w->s.clinic, w->s.control, &runs, &err);
    if (ok && !runs && !bytes)
        return;
    JsonOut *j = event_begin(w->events, "retention", NULL);
    json_int(j, "runs", runs);
    json_int(j, "cache_bytes", bytes);
    json_text(j, "message", ok ? NULL : err.text);
    event_send(w->events, &(Event){.text = ok ? NULL : err.text});
}

// Always reached: accounts, report, the last event, whatever happened before.
static void finish(Worker *w, RunOutcome *out, Err *why)
{
    Err err = {0};
    beat_finishing(w->beat);
    note_end(w, why);
    if (why->kind != ERR_NONE && why->kind != ERR_STOPPED && !w->error_told)
        worker_tell_error(w, NULL, why);
    if (w->s.control && !save_accounts(w, &err))
        worker_worse(w, (int)err.kind, "%s", err.text);
    if (!w->exit_code && !w->o->undo_run)
        w->reason =
            worker_only_looks(w->o) ? _("nothing was found amiss")
            : w->excused
                ? arena_text(w->s.arena, _("everything is done and balances; %lld rows stay out by decision"),
                             (long long)w->excused)
            : w->wrote ? _("everything is done and balances")
                       : _("nothing to do: everything is up to date");
    // A signal's own exit code is for the process; control.db and the report keep the kind of end.
    out->exit_code = w->exit_code;
    out->status = status_word(w);
    out->reason = w->reason;
    out->nothing_to_do = !w->wrote && !worker_only_looks(w->o) && (w->exit_code == 0 || w->exit_code == 3);
    if (w->record.run &&
        !control_run_end(w->s.control, w->record.run, out->status, out->exit_code, out->reason, &err))
        w->reason = err.text;
    err.kind = ERR_NONE;
    // After a failure before the first extract there is no cache to take them from.
    if (w->s.control && w->s.cache && !rejects_write(w->s.clinic, w->s.control, w->run_folder, &err))
        out->reason = arena_text(w->s.arena, "%s (%s)", out->reason, err.text);
    throw_old_away(w);
    session_close(&w->s);
    if (w->record.run && !report_write(w->s.arena, w->s.clinic, w->record.run, &err))
        out->reason = arena_text(w->s.arena, "%s (%s)", out->reason, err.text);
    beat_stop(w->beat, out->status);
    control_socket_close(w->socket);
    hooks_hush(w->hooks);
    say_end(w);
    close_all(w);
}

bool engine_run(Arena *a, const RunOptions *o, Problems *problems, RunOutcome *out, Err *err)
{
    *out = (RunOutcome){0};
    Worker w = {.s = {.arena = a, .clinic = o->clinic}, .o = o, .problems = problems};
    err->kind = ERR_NONE;
    if (!begin(&w, out, err)) {
        control_close(w.s.control);
        close_all(&w);
        return false;
    }
    w.began = steady_now();
    say_start(&w);
    Err why = {0};
    if (start_beat(&w, &why) && (o->undo_run ? run_rollback(&w, &why) : run_phases(&w, &why)))
        why.kind = ERR_NONE;
    finish(&w, out, &why);
    *err = why;
    return true;
}
