// What earlier runs of a clinic left, and the programs its hooks name.
#include <string.h>

#include "base/file.h"
#include "base/intl.h"
#include "cache/cache.h"
#include "cache/control.h"
#include "cli/doctor_checks.h"
#include "engine/hook_job.h"

static CheckResult unreadable(const Checkup *c, const char *name, const Err *err, const char *advice)
{
    return check_bad(name, err->kind, arena_text(c->arena, "%s", err->text),
                     err->hint[0] ? arena_text(c->arena, "%s", err->hint) : advice);
}

static CheckResult not_yet(const char *name)
{
    return check_good(name, _("none yet"));
}

CheckResult doctor_history(const Checkup *c)
{
    Err err = {0};
    int64_t runs = 0;
    const char *path = file_join(c->arena, c->clinic->state_folder, "control.db");
    if (!file_exists(path))
        return not_yet("history");
    if (!control_sound(c->clinic->state_folder, &runs, &err))
        return unreadable(c, "history", &err, _("move it away: it holds only the history of runs"));
    return check_good("history", arena_text(c->arena, ngettext("%s tells of %lld run", "%s tells of %lld runs", (unsigned long)runs),
                                            path, (long long)runs));
}

CheckResult doctor_cache(const Checkup *c)
{
    Err err = {0};
    const char *digest = NULL, *path = file_join(c->arena, c->clinic->state_folder, "cache.db");
    if (!file_exists(path))
        return not_yet("cache");
    AUTO(cache_close_at) Cache *cache = cache_open(c->clinic->state_folder, false, &err);
    if (!cache && err.kind == ERR_NONE)
        return check_doubtful("cache", arena_text(c->arena, _("%s is of another version: the next run reads the source again"), path),
                              NULL);
    if (!cache || !cache_about(cache, c->arena, "source_digest", &digest, &err))
        return unreadable(c, "cache", &err, _("delete it: the next run reads the source again"));
    return check_good("cache", path);
}

// A hook that fails never stops a run: the first that cannot be called is told.
CheckResult doctor_hooks(const Checkup *c)
{
    size_t bad = 0;
    CheckResult first = check_good("hooks", _("none"));
    const Clinic *clinic = c->clinic;
    for (size_t i = 0; i < clinic->n_hooks; i++) {
        Err err = {0};
        if (hook_may_call(clinic->hooks[i].exec[0], &err) || bad++)
            continue;
        first = check_doubtful("hooks", arena_text(c->arena, _("line %d of config.yaml: %s"), clinic->hooks[i].line, err.text),
                               err.hint[0] ? arena_text(c->arena, "%s", err.hint)
                                           : arena_text(c->arena, "mudanza hooks test %s", clinic->typed));
    }
    if (clinic->n_hooks && !bad)
        return check_good("hooks", arena_text(c->arena, ngettext("%zu program can be called", "%zu programs can be called", clinic->n_hooks),
                                              clinic->n_hooks));
    return first;
}
