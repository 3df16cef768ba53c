// Starting mudanza for work: a process that outlives the screens, and what is said when it could not begin.
#include <stdlib.h>
#include <string.h>

#include "base/detach.h"
#include "base/file.h"
#include "base/intl.h"
#include "cache/control.h"
#include "ui/app_inner.h"

enum { OUTPUT_READ = 64 * 1024, ARGS_MORE = 10 };

struct Launched {
    Arena *arena;
    Detached process;
    const char *command, *clinic; // "run", "demo"
    const char *out_path, *state_folder;
};

void app_launch_close(App *app)
{
    if (!app->launched)
        return;
    detach_leave(&app->launched->process);
    arena_free(app->launched->arena);
    app->launched = NULL;
}

static size_t count(const char *const *list)
{
    size_t n = 0;
    while (list[n])
        n++;
    return n;
}

// mudanza run ... --yes --no-input -C W --state-dir D -- CLINIC ...
static const char *const *arguments(Arena *a, const AppOptions *o, const Launch *l)
{
    size_t n = 0;
    const char **argv = arena_many(a, const char *, count(l->args) + count(l->names) + ARGS_MORE);
    argv[n++] = o->program;
    for (size_t i = 0; l->args[i]; i++)
        argv[n++] = l->args[i];
    argv[n++] = "--yes";
    argv[n++] = "--no-input";
    argv[n++] = "-C";
    argv[n++] = o->workspace;
    if (o->state_dir) {
        argv[n++] = "--state-dir";
        argv[n++] = o->state_dir;
    }
    if (l->passphrase.at) {
        argv[n++] = "--passphrase-fd";
        argv[n++] = arena_text(a, "%d", DETACH_GIVEN_FD);
    }
    argv[n++] = "--";
    for (size_t i = 0; l->names[i]; i++)
        argv[n++] = l->names[i];
    return argv;
}

bool app_launch(App *app, const Launch *l, Err *err)
{
    if (app->options.read_only)
        return err_set(err, ERR_USAGE, "%s", _("Nothing is started with --read-only."));
    if (!app->clinic)
        return err_set(err, ERR_CONFIG, "%s", _("Open a clinic with a valid configuration first."));
    if (app->launched)
        app_launch_ended(app);
    if (app->launched) {
        err_set(err, ERR_IN_USE, _("%s: what was started here is still at work"), app->launched->clinic);
        return err_hint(err, "%s", _("A watches it."));
    }
    if (!file_make_folder(app->clinic->state_folder, 0700, err))
        return false;
    Arena *a = arena_new();
    struct Launched *x = arena_one(a, struct Launched);
    *x = (struct Launched){.arena = a,
                           .command = arena_text(a, "%s", l->args[0]),
                           .clinic = arena_text(a, "%s", app->clinic->name),
                           .state_folder = arena_text(a, "%s", app->clinic->state_folder)};
    x->out_path = file_join(a, x->state_folder, "worker.out");
    DetachPlan plan = {arguments(a, &app->options, l), x->out_path, l->passphrase};
    app->launched = x;
    if (detach_start(&plan, &x->process, err))
        return true;
    app_launch_close(app);
    return false;
}

int64_t app_launch_pid(const App *app)
{
    return app->launched ? app->launched->process.pid : 0;
}

int app_launch_fd(const App *app)
{
    return app->launched ? app->launched->process.fd : -1;
}

// The last line of what it said; of an error the sentence, without the hint below it.
static const char *last_line(const struct Launched *x, bool error)
{
    Str text, line;
    Err ignored = {0};
    const char *found = "";
    if (!file_read(x->arena, x->out_path, OUTPUT_READ, &text, &ignored))
        return found;
    while (str_cut(&text, '\n', &line)) {
        bool told = str_starts(line, "mudanza: ");
        if (!line.len || (error && *found && !told))
            continue;
        if (told)
            line = (Str){line.at + 9, line.len - 9};
        found = str_keep(x->arena, line);
    }
    return found;
}

// A run that began tells of its end by itself.
static bool began_a_run(const struct Launched *x, pid_t pid)
{
    RunRecord run;
    Err ignored = {0};
    Control *control = control_open(x->state_folder, false, &ignored);
    bool found = control && control_run(control, x->arena, 0, &run, &ignored) && run.pid == pid;
    control_close(control);
    return found;
}

void app_launch_ended(App *app)
{
    struct Launched *x = app->launched;
    int code;
    if (!x || !detach_ended(&x->process, &code))
        return;
    app->launched = NULL; // app_launch_fd() is right for whoever is told
    if (code == EXIT_SUCCESS && !strcmp(x->command, "purge"))
        app_say(app, SAY_GOOD, "%s", last_line(x, false));
    else if (code == 127)
        app_say(app, SAY_ERROR, _("%s cannot be started"), app->options.program);
    else if (!began_a_run(x, x->process.pid))
        app_say(app, code == EXIT_SUCCESS ? SAY_INFO : SAY_ERROR,
                _("mudanza %s %s ended with exit code %d: %s"), x->command, x->clinic, code,
                last_line(x, code != EXIT_SUCCESS));
    arena_free(x->arena);
    app_changed(app, CHANGED_RUN | CHANGED_RECORDS);
}
