#include "base/file.h"
#include "base/remove_tree.h"
#include "cache/control_held.h"
#include "engine/purge.h"

// A clock that was set back makes nothing old.
static bool is_older(const char *since, int64_t seconds)
{
    Instant then;
    bool has_offset;
    return instant_parse(str_of(since), &then, &has_offset) && instant_now() - then > seconds * 1000000;
}

bool retention_cache(Arena *a, const Clinic *clinic, Control *c, int64_t *bytes, Err *err)
{
    const char *since;
    PurgePlan plan;
    *bytes = 0;
    if (!control_cache_idle(c, a, &since, err))
        return false;
    if (!since || !is_older(since, clinic->retention_cache_s) || !file_exists(clinic->source_path))
        return true;
    if (!purge_look(a, clinic, PURGE_CACHE, &plan, err))
        return false;
    for (size_t i = 0; i < plan.n_items; i++) {
        if (!remove_tree(clinic->state_folder, plan.items[i].path, err))
            return false;
        *bytes += plan.items[i].bytes;
    }
    return true;
}
