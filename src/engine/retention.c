#include "base/file.h"
#include "base/remove_tree.h"
#include "cache/control_held.h"
#include "engine/purge.h"

// The run before this one must have found it old too: a clock that is wrong for a night makes nothing old.
static bool is_older(const char *since, const char *witness, int64_t seconds)
{
    Instant then, before;
    bool has_offset;
    return witness && instant_parse(str_of(since), &then, &has_offset) &&
           instant_parse(str_of(witness), &before, &has_offset) &&
           MIN(instant_now(), before) - then > seconds * 1000000;
}

bool retention_cache(Arena *a, const Clinic *clinic, Control *c, int64_t *bytes, Err *err)
{
    const char *since, *witness;
    PurgePlan plan;
    *bytes = 0;
    if (!control_cache_idle(c, a, &since, &witness, err))
        return false;
    if (!since || !is_older(since, witness, clinic->retention_cache_s) || !file_exists(clinic->source_path))
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
