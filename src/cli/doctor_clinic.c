// A clinic: its files, its source, its target, and who is at work on it.
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/intl.h"
#include "cli/doctor_checks.h"
#include "engine/lock.h"

enum { SPACE_FACTOR = 3 }; // source, cache and embedded target lie side by side

// The path itself, or the nearest folder above it that exists.
static const char *existing_part(Arena *a, const char *path)
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

static CheckResult configuration(const Checkup *c)
{
    struct stat st;
    if (stat(c->clinic->config_path, &st) == 0 && (st.st_mode & S_IROTH) &&
        clinic_setting(c->clinic, "secret"))
        return check_doubtful("configuration",
                        _("valid, but everybody on this machine can read the key in config.yaml"),
                        arena_text(c->arena, "chmod o-rwx %s", c->clinic->config_path));
    return check_good("configuration", _("valid"));
}

static CheckResult state_folder(const Checkup *c)
{
    struct stat st;
    const char *folder = c->clinic->state_folder;
    if (stat(folder, &st) != 0) {
        const char *above = existing_part(c->arena, folder);
        if (access(above, W_OK | X_OK) == 0)
            return check_good("state", arena_text(c->arena, _("%s will be made"), folder));
        return check_bad("state", ERR_INTERNAL,
                   arena_text(c->arena, _("%s cannot be made: %s is not writable"), folder, above),
                   _("choose another place with --state-dir, or have the folder's owner make it"));
    }
    if (!S_ISDIR(st.st_mode))
        return check_bad("state", ERR_INTERNAL, arena_text(c->arena, _("%s is no folder"), folder),
                   _("move it away"));
    if (st.st_mode & S_IRWXO)
        return check_bad("state", ERR_CONFIG,
                   arena_text(c->arena,
                              _("everybody on this machine can enter %s, where patient data is kept"),
                              folder),
                   arena_text(c->arena, "chmod o-rwx %s", folder));
    if (access(folder, W_OK | X_OK) != 0)
        return check_bad("state", ERR_INTERNAL, arena_text(c->arena, _("%s is not writable"), folder),
                   _("run as its owner, or use --state-dir"));
    return check_good("state", folder);
}

static const char *gigabytes(Arena *a, int64_t bytes)
{
    return arena_text(a, "%.1f GB", (double)bytes / 1e9);
}

static CheckResult disk(const Checkup *c)
{
    struct stat st;
    Arena *a = c->arena;
    int64_t free_bytes = file_free_bytes(existing_part(a, c->clinic->state_folder));
    if (free_bytes < 0)
        return check_doubtful("disk", _("how much is free is not known"), NULL);
    if (!c->clinic->source_path || stat(c->clinic->source_path, &st) != 0 || !S_ISREG(st.st_mode))
        return check_good("disk", arena_text(a, _("%s free"), gigabytes(a, free_bytes)));
    int64_t need = (int64_t)st.st_size * SPACE_FACTOR;
    if (free_bytes >= need)
        return check_good("disk",
                    arena_text(a, _("%s free, %s wanted"), gigabytes(a, free_bytes), gigabytes(a, need)));
    return check_bad("disk", ERR_STEP,
               arena_text(a, _("%s free, %s wanted: three times the source"), gigabytes(a, free_bytes),
                          gigabytes(a, need)),
               _("make room, or put the state on another disk with --state-dir"));
}

static CheckResult target(const Checkup *c)
{
    FILE *f;
    char magic[16] = "";
    const char *path = c->clinic->target_path;
    if (c->clinic->target_type == TARGET_POSTGRES)
        return (CheckResult){0}; // doctor_server
    if (!file_exists(path)) {
        const char *above = existing_part(c->arena, path);
        if (access(above, W_OK | X_OK) == 0)
            return check_good("target", arena_text(c->arena, _("%s will be made"), path));
        return check_bad("target", ERR_TARGET,
                   arena_text(c->arena, _("%s cannot be made: %s is not writable"), path, above),
                   _("set target.path to a place where you may write"));
    }
    if (access(path, R_OK | W_OK) != 0 || !(f = fopen(path, "rb")))
        return check_bad("target", ERR_TARGET, arena_text(c->arena, "%s: %s", path, strerror(errno)),
                   _("check its permissions"));
    size_t n = fread(magic, 1, sizeof magic, f);
    fclose(f);
    if (n && (n < sizeof magic || memcmp(magic, "SQLite format 3", sizeof magic) != 0))
        return check_bad("target", ERR_TARGET, arena_text(c->arena, _("%s is not a SQLite database"), path),
                   _("set target.path to another file"));
    return check_good("target", path);
}

static CheckResult lock(const Checkup *c)
{
    const char *owner;
    if (!lock_owner(c->arena, c->clinic->state_folder, &owner))
        return check_good("lock", _("free"));
    return check_doubtful("lock", arena_text(c->arena, _("a worker holds the clinic: %s"), owner ? owner : "-"),
                    arena_text(c->arena, "mudanza status %s", c->clinic->typed));
}

DoctorCheck *const clinic_checks[] = {configuration, state_folder, disk, doctor_source, target,
                                       doctor_history, doctor_cache, doctor_hooks, lock, NULL};
