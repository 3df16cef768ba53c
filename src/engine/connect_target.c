// A clinic's target: the database file, or the server that is asked, and only asked.
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/intl.h"
#include "engine/connect_parts.h"
#include "engine/examine.h"

Finding connect_embedded(Arena *a, const Clinic *c)
{
    FILE *f;
    char magic[16] = "";
    const char *path = c->target_path;
    if (c->target_type == TARGET_POSTGRES)
        return (Finding){0}; // connect_server
    if (!file_exists(path)) {
        const char *above = connect_existing(a, path);
        if (access(above, W_OK | X_OK) == 0)
            return finding_good("target", arena_text(a, _("%s will be made"), path));
        return finding_bad("target", ERR_TARGET,
                   arena_text(a, _("%s cannot be made: %s is not writable"), path, above),
                   _("set target.path to a place where you may write"));
    }
    if (access(path, R_OK | W_OK) != 0 || !(f = fopen(path, "rb")))
        return finding_bad("target", ERR_TARGET, arena_text(a, "%s: %s", path, strerror(errno)),
                   _("check its permissions"));
    size_t n = fread(magic, 1, sizeof magic, f);
    fclose(f);
    if (n && (n < sizeof magic || memcmp(magic, "SQLite format 3", sizeof magic) != 0))
        return finding_bad("target", ERR_TARGET, arena_text(a, _("%s is not a SQLite database"), path),
                   _("set target.path to another file"));
    return finding_good("target", path);
}

size_t connect_server(Arena *a, const Clinic *c, Finding *out, size_t most)
{
    Err err = {0};
    TargetFinding *found;
    size_t n, kept = 0;
    if (c->jobs > 1 && c->target_type == TARGET_SQLITE)
        out[kept++] = finding_doubtful("jobs", _("an embedded target is written on one connection, whatever limits.jobs says"),
                                     _("take limits.jobs out of config.yaml"));
    bool ok = target_examine(a, c, &found, &n, &err);
    for (size_t i = 0; i < n && kept < most; i++)
        out[kept++] = (Finding){found[i].name, found[i].state, ERR_TARGET, found[i].text, found[i].advice};
    if (!ok && kept < most)
        out[kept++] = finding_bad("target", err.kind, arena_text(a, "%s", err.text),
                                arena_text(a, "%s", err.hint));
    return kept;
}
