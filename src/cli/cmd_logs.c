// mudanza logs CLINIC [RUN]: the events of a run as they were written; with -f as they come.
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cancel.h"
#include "base/intl.h"
#include "cli/commands.h"
#include "cli/run_records.h"
#include "engine/lock.h"

enum { LOOK_EVERY_MS = 300 };

static bool wanted(const Cli *cli, Arena *a, const char *line)
{
    const char *step = cli->flags[FLAG_STEP], *part = cli->flags[FLAG_GREP];
    if (step && !strstr(line, arena_text(a, "\"step\":\"%s\"", step)))
        return false;
    return !part || strstr(line, part);
}

// With --json the lines as they are, for people fit for a terminal.
static void tell(Cli *cli, const char *line, size_t len)
{
    if (cli->out.json)
        printf("%.*s\n", (int)len, line);
    else
        out_line(&cli->out, "%.*s", (int)len, line);
}

static void tell_lines(Cli *cli, FILE *f, bool *ended)
{
    char *line = NULL;
    size_t cap = 0;
    ssize_t n;
    AUTO(arena_free_at) Arena *scratch = arena_new();
    long start = ftell(f);
    while ((n = getline(&line, &cap, f)) > 0) {
        if (line[n - 1] != '\n') {
            fseek(f, start, SEEK_SET); // half a line: the rest comes later
            break;
        }
        start = ftell(f);
        line[--n] = 0;
        if (wanted(cli, scratch, line))
            tell(cli, line, (size_t)n);
        *ended = *ended || strstr(line, "\"type\":\"run.end\"");
    }
    clearerr(f);
    free(line);
    fflush(stdout);
}

int cmd_logs(Cli *cli, Err *err)
{
    const Clinic *clinic;
    Control *control;
    RunRecord run;
    const char *owner;
    bool ended = false;
    if (!records_open(cli, &clinic, &control, err) || !records_run(cli, clinic, control, 1, &run, err))
        return (int)err->kind;
    const char *path =
        arena_text(cli->arena, "%s/events.ndjson", records_folder(cli->arena, clinic, run.run));
    FILE *f = fopen(path, "r");
    if (!f) {
        err_sys(err, ERR_INTERNAL, "%s", path);
        return (int)err->kind;
    }
    tell_lines(cli, f, &ended);
    while (cli_has(cli, FLAG_FOLLOW) && !ended && !cancel_requested()) {
        // a worker that died writes no run.end
        bool alive = lock_owner(cli->arena, clinic->state_folder, &owner);
        struct pollfd wait = {.fd = cancel_fd(), .events = POLLIN};
        poll(&wait, 1, LOOK_EVERY_MS);
        tell_lines(cli, f, &ended);
        if (!alive)
            break;
    }
    fclose(f);
    if (cancel_signal())
        return 128 + cancel_signal();
    return EXIT_OK;
}
