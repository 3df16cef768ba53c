#include "cli/night.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cancel.h"
#include "base/child.h"
#include "base/date.h"
#include "base/file.h"
#include "base/intl.h"
#include "base/json_read.h"
#include "cli/run_call.h"

enum { JOBS = 2, MOST_JOBS = 64, ANSWER_MAX = 1 << 20 };

typedef struct {
    NightShift *shift; // NULL: free
    Child child;
    Instant began;
    Buf said;
} Job;

typedef struct {
    Cli *cli;
    Night night;
    const char *program;
    Job jobs[MOST_JOBS];
    size_t next, running;
    bool stopping;
} Watchman;

static const char *own_program(Arena *a)
{
    char path[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);
    return n > 0 ? arena_text(a, "%.*s", (int)n, path) : NULL;
}

// The flags of this call, as they are for one clinic. A file descriptor can be read by one only.
static const char **command_line(Watchman *w, const char *clinic)
{
    Cli *cli = w->cli;
    const char **argv = arena_many(cli->arena, const char *, FLAG_TOTAL + 10);
    size_t n = 0;
    argv[n++] = w->program;
    argv[n++] = "autopilot";
    for (size_t i = 0; i < FLAG_TOTAL; i++) {
        const Flag *flag = &flag_table[i];
        bool ours = flag_in((FlagId)i, FLAGS(FLAGS_WORK, FLAG_LANG));
        if (ours && cli->flags[i])
            argv[n++] = flag->kind == FLAG_SWITCH
                            ? arena_text(cli->arena, "--%s", flag->name)
                            : arena_text(cli->arena, "--%s=%s", flag->name, cli->flags[i]);
    }
    if (cli->flags[FLAG_STATE_DIR]) // one folder for each
        argv[n++] = arena_text(cli->arena, "--state-dir=%s/%s", cli->flags[FLAG_STATE_DIR], clinic);
    argv[n++] = arena_text(cli->arena, "--workspace=%s", w->night.workspace);
    argv[n++] = "--no-input";
    argv[n++] = "--json";
    argv[n++] = "--quiet";
    argv[n++] = "--";
    argv[n++] = clinic;
    return argv;
}

// When we die, the kernel asks them to stop in good order.
static void begin(Watchman *w, Job *job, NightShift *shift)
{
    Err err = {0};
    Arena *a = w->cli->arena;
    shift->messages = w->night.folder ? arena_text(a, "%s/%s.err", w->night.folder, shift->clinic) : NULL;
    *job = (Job){.shift = shift, .began = steady_now()};
    if (child_start(command_line(w, shift->clinic), shift->messages, SIGTERM, &job->child, &err)) {
        w->running++;
        return;
    }
    job->shift = NULL;
    shift->exit_code = ERR_INTERNAL;
    shift->status = "error";
    shift->reason = arena_text(a, "%s", err.text);
}

// The last line is run.end, or an error: why there was no run.
static void read_answer(Watchman *w, NightShift *s, Str said)
{
    Arena *a = w->cli->arena;
    Str line, last = {0};
    while (str_cut(&said, '\n', &line))
        if (line.len)
            last = line;
    if (!json_is_object(last))
        return;
    const char *status = json_as_text(a, json_member(last, "status")),
               *reason = json_as_text(a, json_member(last, "reason")),
               *message = json_as_text(a, json_member(last, "message"));
    s->status = status ? status : "error";
    s->reason = reason ? reason : message ? message : "";
    s->hint = json_as_text(a, json_member(last, status ? "resume" : "hint"));
    s->run = json_as_int(json_member(last, "run"), 0);
    s->report = json_as_text(a, json_member(last, "report"));
}

static void tell_shift(Watchman *w, const NightShift *s)
{
    Output *out = &w->cli->out;
    if (out->quiet && (s->exit_code == EXIT_OK || s->exit_code == EXIT_NOOP))
        return;
    out_line(out, _("%s: exit %d (%s), %.1f s: %s"), s->clinic, s->exit_code, exit_code_name(s->exit_code),
             s->took_s, s->reason);
    fflush(stdout);
}

static int counted(int exit_code)
{
    if (exit_code == EXIT_NOOP)
        return EXIT_OK;
    return exit_code == EXIT_INTERRUPTED || exit_code == EXIT_TERMINATED ? ERR_STOPPED : exit_code;
}

static void finish(Watchman *w, Job *job)
{
    struct stat st;
    NightShift *s = job->shift;
    s->status = "error";
    s->exit_code = child_end(&job->child);
    s->reason = arena_text(w->cli->arena, _("its worker ended without a word (%d)"), s->exit_code);
    read_answer(w, s, buf_str(&job->said));
    s->took_s = (double)(steady_now() - job->began) / 1e6;
    if (s->messages && (stat(s->messages, &st) != 0 || !st.st_size)) {
        unlink(s->messages);
        s->messages = NULL;
    }
    buf_free(&job->said);
    job->shift = NULL;
    w->running--;
    tell_shift(w, s);
}

// false: it has closed its output, so it has ended.
static bool listen_to(Job *job)
{
    char piece[4096];
    ssize_t n;
    while ((n = read(job->child.out, piece, sizeof piece)) > 0)
        if (job->said.len < ANSWER_MAX)
            buf_add(&job->said, (Str){piece, (size_t)n});
    return n < 0 && (errno == EAGAIN || errno == EINTR);
}

static void stop_all(Watchman *w)
{
    w->stopping = true;
    for (int64_t i = 0; i < w->night.jobs; i++)
        if (w->jobs[i].shift)
            kill(w->jobs[i].child.pid, SIGTERM);
}

static void fill_jobs(Watchman *w)
{
    for (int64_t i = 0; i < w->night.jobs && !w->stopping && w->next < w->night.n; i++)
        if (!w->jobs[i].shift)
            begin(w, &w->jobs[i], &w->night.shifts[w->next++]);
}

static void watch(Watchman *w)
{
    struct pollfd fds[MOST_JOBS + 1];
    for (fill_jobs(w); w->running || (!w->stopping && w->next < w->night.n); fill_jobs(w)) {
        for (int64_t i = 0; i < w->night.jobs; i++)
            fds[i] = (struct pollfd){.fd = w->jobs[i].shift ? w->jobs[i].child.out : -1, .events = POLLIN};
        fds[w->night.jobs] = (struct pollfd){.fd = w->stopping ? -1 : cancel_fd(), .events = POLLIN};
        poll(fds, (nfds_t)w->night.jobs + 1, -1);
        if (cancel_requested() && !w->stopping)
            stop_all(w);
        for (int64_t i = 0; i < w->night.jobs; i++)
            if (w->jobs[i].shift && fds[i].revents && !listen_to(&w->jobs[i]))
                finish(w, &w->jobs[i]);
    }
    for (; w->next < w->night.n; w->next++) {
        w->night.shifts[w->next].exit_code = ERR_STOPPED;
        w->night.shifts[w->next].reason = _("not begun: the night was stopped before");
    }
}

// One folder a night, beside the clinics or where their state is.
static const char *make_folder(Cli *cli, const char *workspace)
{
    AUTO(buf_free) Buf now = {0};
    Err err = {0};
    const char *env = getenv("MUDANZA_STATE_DIR");
    const char *above = cli->flags[FLAG_STATE_DIR] ? cli->flags[FLAG_STATE_DIR]
                        : env && *env              ? env
                                                   : workspace;
    instant_rfc3339(instant_now(), &now);
    const char *folder = arena_text(cli->arena, "%s/logs/autopilot-%.10s-%.2s%.2s%.2s", above, buf_text(&now),
                                    buf_text(&now) + 11, buf_text(&now) + 14, buf_text(&now) + 17);
    for (int i = 2; file_exists(folder) && i < 100; i++)
        folder = arena_text(cli->arena, "%s.%d", folder, i);
    if (file_make_folder(folder, 0700, &err))
        return folder;
    out_note(&cli->out, "%s", err.text); // the night is more than its papers
    return NULL;
}

static bool prepare(Watchman *w, Err *err)
{
    Cli *cli = w->cli;
    if (cli->n_args)
        return err_set(err, ERR_USAGE, "%s", _("either a clinic or --all"));
    if (cli_has(cli, FLAG_PASSPHRASE_FD))
        return err_set(err, ERR_USAGE, "%s", _("--passphrase-fd serves one clinic: use --passphrase-file"));
    w->night.jobs = cli_number(cli, FLAG_JOBS, JOBS);
    if (w->night.jobs < 1 || w->night.jobs > MOST_JOBS)
        return err_set(err, ERR_USAGE, _("--jobs is a number from 1 to %d"), MOST_JOBS);
    w->night.workspace = cli_workspace(cli, err);
    w->program = own_program(cli->arena);
    if (!w->night.workspace || !w->program)
        return w->program ? false : err_sys(err, ERR_INTERNAL, "%s", "/proc/self/exe");
    char **names = workspace_clinics(cli->arena, w->night.workspace);
    while (names[w->night.n])
        w->night.n++;
    if (!w->night.n)
        return err_set(err, ERR_USAGE, _("no clinics in %s"), w->night.workspace);
    w->night.shifts = arena_many(cli->arena, NightShift, w->night.n);
    for (size_t i = 0; i < w->night.n; i++)
        w->night.shifts[i] = (NightShift){.clinic = names[i], .status = "stopped", .reason = ""};
    return true;
}

int night_run(Cli *cli, Err *err)
{
    Watchman *w = arena_one(cli->arena, Watchman);
    *w = (Watchman){.cli = cli};
    if (!run_call_may_write(cli, err) || !prepare(w, err))
        return (int)err->kind;
    cancel_outlive_terminal();
    Instant began = steady_now();
    w->night.folder = make_folder(cli, w->night.workspace);
    watch(w);
    w->night.took_s = (double)(steady_now() - began) / 1e6;
    for (size_t i = 0; i < w->night.n; i++)
        w->night.exit_code = exit_worse(w->night.exit_code, counted(w->night.shifts[i].exit_code));
    night_report(cli, &w->night);
    return cancel_signal() ? 128 + cancel_signal() : w->night.exit_code;
}
