// What comes after the last phase, whatever happened before: accounts, report, the last event.
#include <string.h>

#include "base/cancel.h"
#include "base/intl.h"
#include "cache/issue_list.h"
#include "engine/job_life.h"
#include "engine/purge.h"
#include "engine/reason_shown.h"
#include "engine/registry.h"
#include "engine/rejects.h"
#include "engine/worker.h"

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

static double seconds_of(const Worker *w)
{
    return (double)(steady_now() - w->began) / 1e6;
}

static void say_end(Worker *w)
{
    bool resumable =
        !w->o->rehearse && w->exit_code != 0 && w->exit_code != 5 && !(w->o->undo_run && w->exit_code == 3);
    JsonOut *j = event_begin(w->events, "run.end", NULL);
    json_text(j, "status", status_word(w));
    json_int(j, "exit", w->exit_code);
    json_text(j, "reason", reason_kept(w->s.arena, w->reason));
    json_bool(j, "resumable", resumable);
    if (resumable)
        json_text(j, "resume",
                  arena_text(w->s.arena, "mudanza %s %s", w->exit_code == 3 ? "rejects retry" : "resume",
                             w->s.clinic->typed));
    json_num(j, "took_s", seconds_of(w), 1);
    json_text(j, "report", arena_text(w->s.arena, "runs/%06lld/report.json", (long long)w->record.run));
    event_send(w->events, &(Event){.status = status_word(w), .text = w->reason});
}

static bool save_accounts(Worker *w, Err *err)
{
    int64_t rejected = 0;
    for (size_t i = 0; w->s.mapper && i < w->n; i++) {
        const Step *s = &w->steps[i];
        if (s->stage != STAGE_INSERT)
            continue;
        Account account;
        bool complete = !w->o->limit && (s->status == STEP_DONE || s->status == STEP_PARTIAL);
        if (!account_of(&w->s, s->entity, step_is_raw(s), complete, &account, err) ||
            !control_account_save(w->s.control, w->record.run, &account, err))
            return false;
        rejected += account.rejected;
        w->accounted += account.source - account.pending - account.lost;
        if (account.lost)
            worker_worse(
                w, ERR_UNBALANCED,
                ngettext("%s: %lld row is lost", "%s: %lld rows are lost", (unsigned long)account.lost),
                account.entity, (long long)account.lost);
    }
    IssueTotals issues;
    if (rejected && !worker_only_looks(w->o)) {
        if (!issue_totals(w->s.control, &issues, err))
            return false;
        w->excused = issues.rejecting || !issues.excused ? 0 : rejected;
    }
    if (rejected && !w->excused && !worker_only_looks(w->o))
        worker_worse(w, 3,
                     w->o->rehearse
                         ? ngettext("%lld row would be rejected, see the report; everything was rolled back",
                                    "%lld rows would be rejected, see the report; everything was rolled back",
                                    (unsigned long)rejected)
                     : w->wrote ? ngettext("finished; %lld row was rejected, see the report",
                                           "finished; %lld rows were rejected, see the report",
                                           (unsigned long)rejected)
                                : ngettext("nothing to do: everything is up to date; %lld row stays rejected",
                                           "nothing to do: everything is up to date; %lld rows stay rejected",
                                           (unsigned long)rejected),
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

void worker_close(Worker *w)
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
    bool ok = (strcmp(w->o->mode, "preview") == 0 || w->o->rehearse ||
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

// What people and scripts read of a run is missing: however well its rows went, it must not look so.
static void paper_failed(Worker *w, const Err *why)
{
    if (why->kind == ERR_STOPPED) // told already
        return;
    worker_tell_error(w, NULL, why);
    worker_worse(w, (int)why->kind, "%s", why->text);
}

// Of a part of the pipeline only: then not everything need be up to date.
static bool worked_on_some(const Worker *w)
{
    bool all = true, worked = false;
    for (size_t i = 0; i < w->n; i++) {
        all = all && w->steps[i].wanted;
        worked = worked || (w->steps[i].ran && !w->steps[i].current);
    }
    return worked && !all;
}

// A signal's own exit code is for the process; control.db and the report keep the kind of end.
static void note_outcome(Worker *w, Control *control, RunOutcome *out)
{
    Err err = {0};
    out->nothing_to_do = !w->wrote && !worked_on_some(w) && !worker_only_looks(w->o) && (w->exit_code == 0 || w->exit_code == 3);
    if (control && !control_run_end(control, w->record.run, status_word(w), w->exit_code,
                                    reason_kept(w->s.arena, w->reason),
                                    seconds_of(w), &err))
        paper_failed(w, &err);
    out->exit_code = w->exit_code;
    out->status = status_word(w);
    out->reason = w->reason;
}

// Always reached: accounts, report, the last event, whatever happened before.
void worker_finish(Worker *w, RunOutcome *out, Err *why)
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
            : w->o->rehearse        ? _("it would go well; everything was rolled back")
            : w->excused
                ? arena_text(w->s.arena,
                             ngettext("everything is done and balances; %lld row stays out by decision",
                                      "everything is done and balances; %lld rows stay out by decision",
                                      (unsigned long)w->excused),
                             (long long)w->excused)
            : w->wrote         ? _("everything is done and balances")
            : worked_on_some(w) ? _("the chosen steps are done; nothing was to be written")
                                : _("nothing to do: everything is up to date");
    // After a failure before the first extract there is no cache to take them from.
    if (w->s.control && w->s.cache && !rejects_write(w->s.clinic, w->s.control, w->run_folder, &err))
        paper_failed(w, &err);
    if (!events_whole(w->events, &err))
        paper_failed(w, &err);
    if (w->s.control && !job_ended(w, &err) && why->kind == ERR_NONE)
        paper_failed(w, &err);
    note_outcome(w, w->s.control, out);
    throw_old_away(w);
    beat_target(w->beat, NULL);
    session_close(&w->s);
    if (!report_write(w->s.arena, w->s.clinic, w->record.run, &err)) {
        paper_failed(w, &err);
        Control *control = control_open(w->s.clinic->state_folder, true, &err);
        note_outcome(w, control, out);
        control_close(control);
    }
    beat_stop(w->beat, out->status);
    control_socket_close(w->socket);
    hooks_hush(w->hooks);
    say_end(w);
    worker_close(w);
}
