// What comes before the first phase: the lock, what an earlier worker left, the run's record and events, the
// heartbeat.
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cancel.h"
#include "base/file.h"
#include "base/intl.h"
#include "engine/decisions.h"
#include "engine/clinic_links.h"
#include "engine/purge.h"
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
    if (worker_only_looks(w->o) || w->o->rehearse)
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
bool worker_begin(Worker *w, RunOutcome *out, Err *err)
{
    Arena *a = w->s.arena;
    const Clinic *c = w->s.clinic;
    w->lock = lock_take(c, err);
    if (!w->lock || !(w->s.control = control_open(c->state_folder, true, err)) ||
        !control_recover(w->s.control, &out->interrupted, err) ||
        !decisions_first(a, c, w->s.control, lock_user(a), w->problems, err) ||
        !links_first(a, c, w->s.control, lock_user(a), w->problems, err))
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
    if (file_make_folder(w->run_folder, 0700, err) &&
        (w->events = events_open(w->run_folder, c->name, w->record.run, w->o->listener, err)))
        return listen(w);
    Err ignored = {0}; // the run is over: it must not look as if it were at work
    (void)!control_run_end(w->s.control, w->record.run, "failed", (int)err->kind, err->text, 0, &ignored);
    return false;
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

bool worker_start(Worker *w, Err *err)
{
    w->began = steady_now();
    say_start(w);
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
