// mudanza logs CLINIC [RUN]: the events of a run as they were written; with -f as they come.
#include <stdio.h>
#include <string.h>

#include "base/cancel.h"
#include "cli/commands.h"
#include "cli/run_records.h"
#include "cli/run_watch.h"

static bool wanted(const Cli *cli, const char *line)
{
    AUTO(arena_free_at) Arena *scratch = arena_new();
    const char *step = cli->flags[FLAG_STEP], *part = cli->flags[FLAG_GREP];
    if (step && !strstr(line, arena_text(scratch, "\"step\":\"%s\"", step)))
        return false;
    return !part || strstr(line, part);
}

// With --json the lines as they are, for people fit for a terminal.
static void tell(void *arg, Str line)
{
    Cli *cli = arg;
    if (!wanted(cli, line.at))
        return;
    if (cli->out.json)
        printf("%.*s\n", STR_ARG(line));
    else
        out_line(&cli->out, "%.*s", STR_ARG(line));
}

int cmd_logs(Cli *cli, Err *err)
{
    const Clinic *clinic;
    Control *control;
    RunRecord run;
    RunWatch *watch;
    if (!records_open(cli, &clinic, &control, err) || !records_run(cli, clinic, control, 1, &run, err) ||
        !(watch = run_watch_open(cli->arena, clinic, run.run, err)))
        return (int)err->kind;
    bool more = cli_has(cli, FLAG_FOLLOW);
    run_watch_lines(watch, tell, cli);
    while (more && !run_watch_ended(watch)) {
        more = run_watch_more(watch);
        run_watch_lines(watch, tell, cli);
    }
    return cancel_signal() ? 128 + cancel_signal() : EXIT_OK;
}
