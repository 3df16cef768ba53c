// mudanza logs CLINIC [RUN]: what happened in a run, line by line; with -f as it happens.
#include <stdio.h>
#include <string.h>

#include "base/cancel.h"
#include "cli/commands.h"
#include "cli/run_records.h"
#include "cli/run_watch.h"
#include "engine/event_read.h"
#include "engine/run_log.h"

typedef enum { LEVEL_PROGRESS, LEVEL_INFO, LEVEL_WARNING, LEVEL_ERROR } Level;

typedef struct {
    Cli *cli;
    Level least;
} Log;

static bool is_any(const char *word, const char *const *words, size_t n)
{
    for (size_t i = 0; word && i < n; i++)
        if (!strcmp(word, words[i]))
            return true;
    return false;
}

// By what it is and how it ended; a retry or a pause weighs no more than a start.
static Level level_of(const Event *e)
{
    static const char *const bad[] = {"failed", "unbalanced"};
    static const char *const doubtful[] = {"partial", "blocked", "stopped"};
    static const char *const warnings[] = {"warning", "issues", "gate", "stall"};
    if (!strcmp(e->type, "step.progress"))
        return LEVEL_PROGRESS;
    if (!strcmp(e->type, "error") || is_any(e->status, bad, ARRAY_LEN(bad)))
        return LEVEL_ERROR;
    return is_any(e->type, warnings, ARRAY_LEN(warnings)) || is_any(e->status, doubtful, ARRAY_LEN(doubtful))
               ? LEVEL_WARNING
               : LEVEL_INFO;
}

static Level least_level(const Cli *cli)
{
    const char *word = cli->flags[FLAG_LEVEL];
    if (!word)
        return cli->out.json || cli->verbose ? LEVEL_PROGRESS : LEVEL_INFO;
    return !strcmp(word, "error") ? LEVEL_ERROR : !strcmp(word, "warning") ? LEVEL_WARNING : LEVEL_INFO;
}

static void tell(void *arg, Str line)
{
    const Log *log = arg;
    Cli *cli = log->cli;
    AUTO(arena_free_at) Arena *scratch = arena_new();
    AUTO(buf_free) Buf text = {0};
    const char *step = cli->flags[FLAG_STEP], *part = cli->flags[FLAG_GREP];
    Event e;
    if (!event_read(scratch, line, &e) || level_of(&e) < log->least ||
        (step && (!e.step || strcmp(e.step, step) != 0)))
        return;
    if (cli->out.json)
        buf_add(&text, line);
    else
        run_log_text(&e, &text);
    if (part && !strstr(buf_text(&text), part))
        return;
    if (cli->out.json)
        printf("%s\n", buf_text(&text));
    else
        out_line(&cli->out, "%s", buf_text(&text));
}

int cmd_logs(Cli *cli, Err *err)
{
    const Clinic *clinic;
    Control *control;
    RunRecord run;
    RunWatch *watch;
    Log log = {cli, least_level(cli)};
    if (!records_open(cli, &clinic, &control, err) || !records_run(cli, clinic, control, 1, &run, err) ||
        !(watch = run_watch_open(cli->arena, clinic, run.run, err)))
        return (int)err->kind;
    bool more = cli_has(cli, FLAG_FOLLOW);
    run_watch_lines(watch, tell, &log);
    while (more && !run_watch_ended(watch)) {
        more = run_watch_more(watch);
        run_watch_lines(watch, tell, &log);
    }
    return cancel_signal() ? 128 + cancel_signal() : EXIT_OK;
}
