// The clinic the screens are about, and the worker that may be at it.
#include <string.h>

#include "engine/beat_read.h"
#include "engine/lock.h"
#include "ui/app_inner.h"

// Loaded anew each time its files change; what threads still read of the one before lives as long as the app.
// A screen that is open goes on showing what the one before leads to, and starts nothing.
bool app_open_clinic(App *app, const char *name, Problems **problems)
{
    if (!app->clinic_name || strcmp(app->clinic_name, name) != 0) {
        app->clinic_name = arena_text(app->arena, "%s", name);
        app->readable = NULL;
    }
    app->problems = problems_new(app->arena);
    app->clinic = clinic_load(app->arena, app->options.workspace, app->clinic_name, app->options.state_dir,
                              app->problems);
    if (app->clinic)
        app->readable = app->clinic;
    if (problems)
        *problems = app->problems;
    app_look_at_worker(app);
    return app->clinic;
}

void app_set_workspace(App *app, const char *workspace)
{
    if (!app->options.workspace)
        app->options.workspace = arena_text(app->arena, "%s", workspace);
}

const Clinic *app_clinic(const App *app)
{
    return app->clinic;
}

const char *app_clinic_name(const App *app)
{
    return app->clinic_name;
}

void app_look_at_worker(App *app)
{
    const char *owner;
    app->worker = NULL;
    arena_reset(app->worker_arena);
    WorkerSeen *seen = arena_one(app->worker_arena, WorkerSeen);
    if (app->clinic && lock_owner(app->worker_arena, app->clinic->state_folder, &owner) &&
        beat_read(app->worker_arena, app->clinic->state_folder, seen))
        app->worker = seen;
}

const WorkerSeen *app_worker(const App *app)
{
    return app->worker;
}

// The value of a keyword in a connection string: service=x, or dbname='a b'.
static const char *keyword(Arena *a, const char *conninfo, const char *name)
{
    const char *at = conninfo;
    size_t len = strlen(name);
    while ((at = strstr(at, name))) {
        if ((at == conninfo || at[-1] == ' ') && at[len] == '=') {
            at += len + 1;
            bool quoted = *at == '\'';
            at += quoted;
            return arena_text(a, "%.*s", (int)strcspn(at, quoted ? "'" : " "), at);
        }
        at++;
    }
    return NULL;
}

const char *app_target_label(Arena *a, const Clinic *c)
{
    if (c->target_type == TARGET_SQLITE)
        return c->target_path && strrchr(c->target_path, '/') ? strrchr(c->target_path, '/') + 1 : "sqlite";
    const char *service = keyword(a, c->target_conninfo, "service"), *base = keyword(a, c->target_conninfo, "dbname"),
               *host = keyword(a, c->target_conninfo, "host");
    if (service)
        return service;
    if (host && base)
        return arena_text(a, "%s/%s", *host == '/' ? "local" : host, base);
    return base ? base : "postgres";
}
