#include "ui/watch_places.h"

#include <stdlib.h>

#include "base/file.h"

enum { CLINICS_MOST = 256, FOLDERS_EACH = 2 };

// The page below the overlays is about no clinic: it lists them.
static bool is_about_all(const App *app)
{
    const Screen *s = app_top(app);
    while (s && s->type->overlay && s->below)
        s = s->below;
    return !app_clinic_name(app) || (s && s->type->alone);
}

static const char *state_folder(Arena *a, const AppOptions *o, const char *name)
{
    const char *elsewhere = getenv("MUDANZA_STATE_DIR");
    if (o->state_dir)
        return o->state_dir;
    if (elsewhere && *elsewhere)
        return file_join(a, elsewhere, name);
    return file_join(a, file_join(a, o->workspace, name), "state");
}

static size_t add_clinic(Arena *a, const AppOptions *o, const char *name, const char **folders, size_t n)
{
    folders[n++] = file_join(a, o->workspace, name);
    folders[n++] = state_folder(a, o, name);
    return n;
}

static void watch_now(Watch *w, WatchedPlaces *p, const App *app)
{
    const AppOptions *o = app_options(app);
    Arena *a = p->arena;
    const char **folders = arena_many(a, const char *, CLINICS_MOST * FOLDERS_EACH + 4);
    size_t n = 0;
    if (o->workspace && p->all) {
        folders[n++] = o->workspace;
        char **clinics = workspace_clinics(a, o->workspace);
        for (size_t i = 0; clinics[i] && i < CLINICS_MOST; i++)
            n = add_clinic(a, o, clinics[i], folders, n);
    } else if (o->workspace) {
        n = add_clinic(a, o, app_clinic_name(app), folders, n);
    }
    if (p->run > 0)
        folders[n++] = arena_text(a, "%s/runs/%06lld", p->clinic->state_folder, (long long)p->run);
    watch_folders(w, folders);
}

bool watch_places(Watch *w, WatchedPlaces *p, const App *app)
{
    const WorkerSeen *worker = app_worker(app);
    bool all = is_about_all(app), before = p->all || !p->arena;
    int64_t run = worker && app_clinic(app) ? worker->run : 0;
    if (p->arena && p->clinic == app_clinic(app) && p->all == all && p->run == run)
        return false;
    arena_free(p->arena);
    *p = (WatchedPlaces){.arena = arena_new(), .clinic = app_clinic(app), .all = all, .run = run};
    watch_now(w, p, app);
    return all && !before;
}

void watch_places_free(WatchedPlaces *p)
{
    arena_free(p->arena);
    p->arena = NULL;
}
