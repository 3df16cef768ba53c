// mudanza monitor CLINIC: what a worker elsewhere tells, as if it ran here. Leaving leaves it alone.
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/cancel.h"
#include "base/intl.h"
#include "base/json_read.h"
#include "cli/commands.h"
#include "cli/run_call.h"
#include "cli/run_records.h"
#include "cli/run_watch.h"
#include "engine/event_read.h"
#include "engine/lock.h"
#include "engine/reason_shown.h"
#include "engine/words_shown.h"
#include "engine/worker_words.h"

enum { SECOND_US = 1000000, PLAIN_EVERY_S = 10 };

typedef struct {
    RunCall call;
    Listener listener;
    RunRecord run;
    int exit_code; // of run.end; -1: not yet
    const char *status, *reason;
    Instant told;
} Monitor;

static void take_line(void *arg, Str line)
{
    Monitor *m = arg;
    AUTO(arena_free_at) Arena *scratch = arena_new();
    Event e;
    if (!event_read(scratch, line, &e))
        return;
    if (!strcmp(e.type, "run.end")) {
        m->exit_code = (int)json_as_int(json_member(line, "exit"), ERR_INTERNAL);
        m->status = arena_text(m->call.cli->arena, "%s", e.status ? e.status : "");
        m->reason = arena_text(m->call.cli->arena, "%s", e.text ? e.text : "");
    }
    // how far it is comes from status.json, which is never old
    if (m->call.cli->out.json || strcmp(e.type, "step.progress") != 0)
        m->listener.event(m->listener.arg, &e);
}

static void tell_progress(Monitor *m)
{
    WorkerSeen seen;
    AUTO(arena_free_at) Arena *scratch = arena_new();
    AUTO(buf_free) Buf line = {0}, trouble = {0};
    if (m->call.cli->out.json || m->call.cli->out.quiet || steady_now() - m->told < m->call.interval_us ||
        !beat_read(scratch, m->call.clinic->state_folder, &seen) || seen.run != m->run.run)
        return;
    m->told = steady_now();
    worker_progress_words(&seen, &line);
    worker_trouble_words(&seen, &trouble);
    if (trouble.len)
        buf_addf(&line, "  [%s]", buf_text(&trouble));
    run_listener_line(&m->call, buf_text(&line));
}

static int tell_end(Monitor *m)
{
    Output *out = &m->call.cli->out;
    const char *clinic = m->call.clinic->typed;
    run_listener_end(&m->call);
    if (m->exit_code >= 0) {
        out_line(out, _("run %lld ended: %s (exit %d): %s"), (long long)m->run.run, run_word(m->status),
                 m->exit_code, reason_shown(m->call.cli->arena, m->reason));
        return m->exit_code;
    }
    if (cancel_signal()) {
        out_note(out, _("left; run %lld goes on (mudanza monitor %s, mudanza stop %s)"), (long long)m->run.run,
                 clinic, clinic);
        return 128 + cancel_signal();
    }
    out_note(out, _("the worker is gone without a last word; `mudanza resume %s` goes on"), clinic);
    return ERR_INTERNAL;
}

// Nobody works: how it ended last, and how to begin.
static int tell_idle(Monitor *m, RunWatch *watch)
{
    Output *out = &m->call.cli->out;
    const char *clinic = m->call.clinic->typed;
    if (out->json) {
        run_watch_lines(watch, take_line, m);
        return EXIT_OK;
    }
    const RunRecord *r = &m->run;
    out_line(out, _("%s: nobody is at work"), m->call.clinic->name);
    out_line(out, _("last run: %lld (%s), %s, began %s"), (long long)r->run, word_shown(r->mode), run_word(r->status),
             r->started_at);
    if (r->reason)
        out_line(out, "%s", reason_shown(m->call.cli->arena, r->reason));
    bool finished = !strcmp(r->status, "done") || !strcmp(r->status, "partial");
    out_line(out, finished ? _("mudanza report %s tells it all, mudanza autopilot %s runs again")
                           : _("mudanza report %s tells why, mudanza resume %s goes on"),
             clinic, clinic);
    return EXIT_OK;
}

static bool open_monitor(Monitor *m, Cli *cli, RunWatch **watch, bool *alive, Err *err)
{
    Control *control;
    const char *owner;
    if (!records_open(cli, &m->call.clinic, &control, err))
        return false;
    *alive = lock_owner(cli->arena, m->call.clinic->state_folder, &owner);
    if (!records_run(cli, m->call.clinic, control, 1, &m->run, err))
        return false;
    *watch = run_watch_open(cli->arena, m->call.clinic, m->run.run, err);
    return *watch;
}

int cmd_monitor(Cli *cli, Err *err)
{
    Monitor m = {.call = {.cli = cli}, .exit_code = -1};
    RunWatch *watch;
    bool alive;
    if (full_screen_fits(cli)) {
        int code = full_screen_show(cli, cli->args[0], "autopilot", err);
        if (err->kind != ERR_USAGE || !cli_clinic(cli, cli->args[0], &(Err){0}))
            return code;
        out_note(&cli->out, "%s", err->text); // a terminal without screens: lines
        *err = (Err){0};
    }
    if (!open_monitor(&m, cli, &watch, &alive, err))
        return (int)err->kind;
    m.listener = run_listener(&m.call);
    if (!cli_has(cli, FLAG_PROGRESS_INTERVAL) && !run_listener_moves(&m.call))
        m.call.interval_us = (int64_t)PLAIN_EVERY_S * SECOND_US;
    if (!alive)
        return tell_idle(&m, watch);
    bool more = true;
    run_watch_lines(watch, take_line, &m);
    while (more && !run_watch_ended(watch)) {
        tell_progress(&m);
        more = run_watch_more(watch);
        run_watch_lines(watch, take_line, &m);
    }
    return ferror(stdout) ? EXIT_OK : tell_end(&m); // nobody reads: the end of the program sees to that
}
