// `mapping check` and `mapping explain`: the mappings of a profile or a clinic, without a run.
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/intl.h"
#include "cache/load.h"
#include "engine/worker.h"

// A folder of its own with an empty cache and an empty target, gone afterwards.
typedef struct {
    char path[64];
} Workbench;

static bool workbench_make(Workbench *b, Err *err)
{
    *b = (Workbench){"/tmp/mudanza-check-XXXXXX"};
    return mkdtemp(b->path) || err_sys(err, ERR_INTERNAL, "%s", _("cannot make a temporary folder"));
}

static void workbench_remove(Workbench *b)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    char **names = file_list(a, b->path);
    for (size_t i = 0; names[i]; i++)
        unlink(file_join(a, b->path, names[i]));
    rmdir(b->path);
}

static bool empty_cache(Session *s, const char *folder, Err *err)
{
    AUTO(cache_load_abandon_at) CacheLoad *load = cache_load_begin(folder, s->model, err);
    if (!load || !cache_load_about(load, "source_system", "check", err) || !cache_load_finish(load, "", err))
        return false;
    s->cache = cache_open(folder, true, err);
    return s->cache;
}

static bool has_target(const Clinic *c)
{
    return c->target_type != TARGET_SQLITE || file_exists(c->target_path);
}

// Without a profile the clinic's own against its target, once there is one; else against its schema and seed.
static bool open_profile(Session *s, const Clinic *clinic, const char *profile, const char *folder,
                         Problems *problems, Err *err)
{
    Clinic *bench = arena_one(s->arena, Clinic);
    bool live = !profile && has_target(clinic);
    if (clinic)
        *bench = *clinic;
    if (profile)
        bench->profile = profile;
    if (!live) {
        bench->target_type = TARGET_SQLITE;
        bench->target_path = file_join(s->arena, folder, "target.db");
    }
    bench->state_folder = folder;
    if (!bench->n_settings) {
        bench->n_settings = 1;
        bench->settings = arena_one(s->arena, Setting);
        bench->settings[0] =
            (Setting){"secret", "0000000000000000000000000000000000000000000000000000000000000000", 0};
    }
    s->clinic = bench;
    return session_profile(s, problems, err) && empty_cache(s, folder, err) &&
           session_target(s, !live, err) && session_which_clinic(s, err) && session_mapper(s, problems, err);
}

bool engine_check_mappings(Arena *a, const Clinic *clinic, const char *profile, Problems *problems, Err *err)
{
    Workbench bench;
    err->kind = ERR_NONE;
    if (!workbench_make(&bench, err))
        return false;
    Session s = {.arena = a};
    bool ok = open_profile(&s, clinic, profile, bench.path, problems, err);
    session_close(&s);
    workbench_remove(&bench);
    return ok || (err->kind == ERR_NONE && problems->errors);
}

static bool explain(Session *s, const char *entity, Buf *out, Err *err)
{
    const MappedEntity *e = profile_entity(s->profile, entity);
    if (!e)
        return err_set(err, ERR_USAGE, _("the model has no entity '%s'"), entity);
    if (!e->n)
        buf_addf(out, _("%s has no mapping: its rows are kept raw.\n"), entity);
    if (!mapper_explain_works(s->mapper, entity, out, err))
        return false;
    for (size_t i = 0; i < e->n; i++) {
        const Mapping *m = e->mappings[i];
        buf_addf(out, "-- %s -> %s (%s)\n%s\n", m->name, m->table ? m->table : _("links only"), m->file,
                 mapper_composed(s->mapper, m)->sql);
        if (!mapper_explain(s->mapper, m, out, err))
            return false;
    }
    return true;
}

bool engine_explain_mapping(Arena *a, const Clinic *clinic, const char *entity, Buf *out, Problems *problems,
                            Err *err)
{
    Workbench bench;
    err->kind = ERR_NONE;
    if (!workbench_make(&bench, err))
        return false;
    Session s = {.arena = a};
    bool ok = open_profile(&s, clinic, NULL, bench.path, problems, err) && explain(&s, entity, out, err);
    session_close(&s);
    workbench_remove(&bench);
    return ok;
}
