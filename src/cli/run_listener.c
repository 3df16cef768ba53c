// What the engine tells while it works: events for scripts, lines for people, one moving line on a terminal.
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/date.h"
#include "base/intl.h"
#include "base/text.h"
#include "cli/run_call.h"
#include "engine/reason_shown.h"
#include "engine/worker_words.h"

enum { SECOND_US = 1000000, TERMINAL_WIDTH = 79, CLOCK_AT = 11 }; // where HH:MM:SS begins in an instant

bool run_listener_moves(const RunCall *call)
{
    return isatty(STDERR_FILENO) && !cli_has(call->cli, FLAG_PLAIN) && !call->cli->out.json &&
           !call->cli->out.quiet;
}

static bool progress_is_due(RunCall *call)
{
    Instant now = steady_now();
    if (now - call->told_us < call->interval_us)
        return false;
    call->told_us = now;
    return true;
}

static void progress_text(const Event *e, Buf *line)
{
    buf_addf(line, "%s  ", e->step ? e->step : e->text ? e->text : "");
    if (e->bytes)
        buf_addf(line, "%s %.1f/%.1f MB (%d %%)", _(e->text), (double)e->done / 1e6, (double)e->rows / 1e6,
                 e->rows > 0 ? (int)(100.0 * (double)e->done / (double)e->rows) : 0);
    else if (e->rows > 0)
        buf_addf(line, "%lld/%lld (%d %%)", (long long)e->done, (long long)e->rows,
                 (int)(100.0 * (double)e->done / (double)e->rows));
    else
        buf_addf(line, "%lld", (long long)e->done);
    if (e->rate > 0 && e->bytes)
        buf_addf(line, "  %.1f MB/s", e->rate / 1e6);
    else if (e->rate > 0)
        buf_addf(line, _("  %.0f rows/s"), e->rate);
    if (e->eta_high_s >= 0) {
        buf_add_text(line, ", ");
        add_time_left(line, e->eta_low_s, e->eta_high_s);
    }
    if (e->rejected)
        buf_addf(line, _("  %lld rejected"), (long long)e->rejected);
}

void run_listener_line(RunCall *call, const char *line)
{
    AUTO(buf_free) Buf shown = {0};
    if (!run_listener_moves(call)) {
        out_line(&call->cli->out, "%s", line);
        fflush(stdout);
        return;
    }
    text_fit(&shown, str_of(line), TERMINAL_WIDTH, false);
    fprintf(stderr, "\r%s", buf_text(&shown));
    fflush(stderr);
    call->line_open = true;
}

static void tell_progress(RunCall *call, const Event *e)
{
    AUTO(buf_free) Buf line = {0};
    if (!progress_is_due(call))
        return;
    progress_text(e, &line);
    run_listener_line(call, buf_text(&line));
}

// A line for each stage that had something to do.
static void tell_phase(RunCall *call, const char *at)
{
    AUTO(buf_free) Buf line = {0};
    if (call->phase.steps && !call->cli->out.quiet) {
        buf_addf(&line, "%.8s  %-8s  ", at + CLOCK_AT,
                 call->options.undo_run ? _("undo") : _(call->phase.name));
        buf_addf(&line, ngettext("%lld step, ", "%lld steps, ", (unsigned long)call->phase.steps),
                 (long long)call->phase.steps);
        buf_addf(&line,
                 ngettext("%lld row, %lld rejected, %.1f s", "%lld rows, %lld rejected, %.1f s",
                          (unsigned long)call->phase.rows),
                 (long long)call->phase.rows, (long long)call->phase.rejected, call->phase.took_s);
        if (call->phase.took_s > 0)
            buf_addf(&line, _(", %.0f rows/s"), (double)call->phase.rows / call->phase.took_s);
        run_listener_end(call);
        out_line(&call->cli->out, "%s", buf_text(&line));
        fflush(stdout); // a log is read while it is written
    }
    call->phase.steps = call->phase.rows = call->phase.rejected = 0;
    call->phase.took_s = 0;
}

static void count_step(RunCall *call, const Event *e)
{
    const char *slash = e->step ? strrchr(e->step, '/') : NULL;
    const char *stage = NULL;
    for (int i = 0; slash && i < STAGES; i++)
        if (!strcmp(slash + 1, stage_words[i]))
            stage = stage_words[i];
    if (!strcmp(e->type, "run.end") || (stage && stage != call->phase.name)) {
        tell_phase(call, e->at);
        call->phase.name = stage;
    }
    if (!stage || strcmp(e->type, "step.end") != 0 || e->current || e->took_s <= 0)
        return;
    call->phase.steps++;
    call->phase.rows += MAX(e->rows, 0);
    call->phase.rejected += e->rejected;
    call->phase.took_s += e->took_s;
}

static void tell_people(RunCall *call, const Event *e)
{
    Output *out = &call->cli->out;
    count_step(call, e);
    if (out->quiet && strcmp(e->type, "error") != 0)
        return;
    if (!strcmp(e->type, "step.progress")) {
        tell_progress(call, e);
        return;
    }
    // single warnings are listed by `warnings list`; the end of a run is told by its report
    if (!e->text || !strcmp(e->type, "warning") || !strcmp(e->type, "run.end"))
        return;
    AUTO(arena_free_at) Arena *a = arena_new();
    const char *text = reason_shown(a, e->text);
    run_listener_end(call);
    if (!strcmp(e->type, "error")) {
        out_note(out, "%s%s%s", e->step ? e->step : "", e->step ? ": " : "", text);
        if (e->hint && *e->hint)
            out_note(out, _("hint: %s"), e->hint);
        return;
    }
    if (!strcmp(e->type, "step.start") && !call->cli->verbose)
        return;
    out_line(out, "%.8s  %s%s%s", e->at + CLOCK_AT, e->step ? e->step : "", e->step ? "  " : "", text);
    if (e->hint && *e->hint)
        out_line(out, _("  hint: %s"), e->hint);
    fflush(stdout);
}

static void tell_scripts(RunCall *call, const Event *e)
{
    if (call->cli->out.quiet && strcmp(e->type, "run.end") != 0)
        return;
    printf("%.*s\n", STR_ARG(e->json));
    fflush(stdout);
}

static void tell(void *arg, const Event *e)
{
    RunCall *call = arg;
    if (call->cli->out.json)
        tell_scripts(call, e);
    else
        tell_people(call, e);
}

Listener run_listener(RunCall *call)
{
    const Cli *cli = call->cli;
    call->interval_us = SECOND_US; // a terminal is redrawn more often than a log gets lines
    if (cli_has(cli, FLAG_PROGRESS_INTERVAL))
        call->interval_us = flag_seconds(cli->flags[FLAG_PROGRESS_INTERVAL]) * SECOND_US;
    else if (run_listener_moves(call))
        call->interval_us = SECOND_US / 4;
    else if (!cli->out.json)
        call->interval_us = (int64_t)30 * SECOND_US;
    // scripts get what the file gets, or seq would have gaps
    return (Listener){tell, call, cli->out.json ? call->interval_us : 0};
}

void run_listener_end(RunCall *call)
{
    if (call->line_open)
        fprintf(stderr, "\r%*s\r", TERMINAL_WIDTH, "");
    call->line_open = false;
}
