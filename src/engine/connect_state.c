// Where a clinic's state is kept, and what earlier runs left there.
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/intl.h"
#include "cache/cache.h"
#include "cache/control.h"
#include "engine/connect_parts.h"

const char *connect_existing(Arena *a, const char *path)
{
    char *part = str_keep(a, str_of(path));
    while (!file_exists(part)) {
        char *slash = strrchr(part, '/');
        if (!slash || slash == part)
            return "/";
        *slash = 0;
    }
    return part;
}

Finding connect_state(Arena *a, const Clinic *c)
{
    struct stat st;
    const char *folder = c->state_folder;
    if (stat(folder, &st) != 0) {
        const char *above = connect_existing(a, folder);
        if (access(above, W_OK | X_OK) == 0)
            return finding_good("state", arena_text(a, _("%s will be made"), folder));
        return finding_bad("state", ERR_INTERNAL,
                   arena_text(a, _("%s cannot be made: %s is not writable"), folder, above),
                   _("choose another place with --state-dir, or have the folder's owner make it"));
    }
    if (!S_ISDIR(st.st_mode))
        return finding_bad("state", ERR_INTERNAL, arena_text(a, _("%s is no folder"), folder),
                   _("move it away"));
    if (st.st_mode & S_IRWXO)
        return finding_bad("state", ERR_CONFIG,
                   arena_text(a,
                              _("everybody on this machine can enter %s, where patient data is kept"),
                              folder),
                   arena_text(a, "chmod o-rwx %s", folder));
    if (access(folder, W_OK | X_OK) != 0)
        return finding_bad("state", ERR_INTERNAL, arena_text(a, _("%s is not writable"), folder),
                   _("run as its owner, or use --state-dir"));
    return finding_good("state", folder);
}

static Finding unreadable(Arena *a, const char *name, const Err *err, const char *advice)
{
    return finding_bad(name, err->kind, arena_text(a, "%s", err->text),
                     err->hint[0] ? arena_text(a, "%s", err->hint) : advice);
}

static Finding not_yet(const char *name)
{
    return finding_good(name, _("none yet"));
}

Finding connect_history(Arena *a, const Clinic *c)
{
    Err err = {0};
    int64_t runs = 0;
    const char *path = file_join(a, c->state_folder, "control.db");
    if (!file_exists(path))
        return not_yet("history");
    if (!control_sound(c->state_folder, &runs, &err))
        return unreadable(a, "history", &err, _("move it away: it holds only the history of runs"));
    return finding_good("history", arena_text(a, ngettext("%s tells of %lld run", "%s tells of %lld runs", (unsigned long)runs),
                                            path, (long long)runs));
}

Finding connect_cache(Arena *a, const Clinic *c)
{
    Err err = {0};
    const char *digest = NULL, *path = file_join(a, c->state_folder, "cache.db");
    if (!file_exists(path))
        return not_yet("cache");
    AUTO(cache_close_at) Cache *cache = cache_open(c->state_folder, false, &err);
    if (!cache && err.kind == ERR_NONE)
        return finding_doubtful("cache", arena_text(a, _("%s is of another version: the next run reads the source again"), path),
                              NULL);
    if (!cache || !cache_about(cache, a, "source_digest", &digest, &err))
        return unreadable(a, "cache", &err, _("delete it: the next run reads the source again"));
    return finding_good("cache", path);
}
