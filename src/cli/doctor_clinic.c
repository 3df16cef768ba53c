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
#include "source/dpmf.h"

enum { SPACE_FACTOR = 3 }; // source, cache and embedded target lie side by side

static CheckResult good(const char *name, const char *text)
{
    return (CheckResult){name, CHECK_OK, ERR_NONE, text, NULL};
}

static CheckResult doubtful(const char *name, const char *text, const char *advice)
{
    return (CheckResult){name, CHECK_WARN, ERR_NONE, text, advice};
}

static CheckResult bad(const char *name, ErrKind kind, const char *text, const char *advice)
{
    return (CheckResult){name, CHECK_FAIL, kind, text, advice};
}

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
        return doubtful("configuration",
                        _("valid, but everybody on this machine can read the key in config.yaml"),
                        arena_text(c->arena, "chmod o-rwx %s", c->clinic->config_path));
    return good("configuration", _("valid"));
}

static CheckResult state_folder(const Checkup *c)
{
    struct stat st;
    const char *folder = c->clinic->state_folder;
    if (stat(folder, &st) != 0) {
        const char *above = existing_part(c->arena, folder);
        if (access(above, W_OK | X_OK) == 0)
            return good("state", arena_text(c->arena, _("%s will be made"), folder));
        return bad("state", ERR_INTERNAL,
                   arena_text(c->arena, _("%s cannot be made: %s is not writable"), folder, above),
                   _("choose another place with --state-dir, or have the folder's owner make it"));
    }
    if (!S_ISDIR(st.st_mode))
        return bad("state", ERR_INTERNAL, arena_text(c->arena, _("%s is no folder"), folder),
                   _("move it away"));
    if (st.st_mode & S_IRWXO)
        return bad("state", ERR_CONFIG,
                   arena_text(c->arena,
                              _("everybody on this machine can enter %s, where patient data is kept"),
                              folder),
                   arena_text(c->arena, "chmod o-rwx %s", folder));
    if (access(folder, W_OK | X_OK) != 0)
        return bad("state", ERR_INTERNAL, arena_text(c->arena, _("%s is not writable"), folder),
                   _("run as its owner, or use --state-dir"));
    return good("state", folder);
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
        return doubtful("disk", _("how much is free is not known"), NULL);
    if (!c->clinic->source_path || stat(c->clinic->source_path, &st) != 0 || !S_ISREG(st.st_mode))
        return good("disk", arena_text(a, _("%s free"), gigabytes(a, free_bytes)));
    int64_t need = (int64_t)st.st_size * SPACE_FACTOR;
    if (free_bytes >= need)
        return good("disk",
                    arena_text(a, _("%s free, %s wanted"), gigabytes(a, free_bytes), gigabytes(a, need)));
    return bad("disk", ERR_STEP,
               arena_text(a, _("%s free, %s wanted: three times the source"), gigabytes(a, free_bytes),
                          gigabytes(a, need)),
               _("make room, or put the state on another disk with --state-dir"));
}

static CheckResult encrypted_source(const Checkup *c, const char *path)
{
    Err err = {0};
    AUTO(secret_free_at) Secret *secret = NULL;
    SecretSource from = {
        .file = c->cli->flags[FLAG_PASSPHRASE_FILE],
        .fd = (int)cli_number(c->cli, FLAG_PASSPHRASE_FD, -1),
        .reference = c->clinic->passphrase,
    };
    secret = secret_find(&from, "", &err);
    if (secret)
        return good("source", arena_text(c->arena, _("%s, encrypted; its passphrase is at hand"), path));
    if (err.kind != ERR_NONE)
        return bad("source", err.kind, arena_text(c->arena, "%s", err.text),
                   arena_text(c->arena, "%s", err.hint));
    return doubtful("source",
                    arena_text(c->arena,
                               _("%s is encrypted and no passphrase is configured: it will be asked for"),
                               path),
                    _("set source.passphrase, MUDANZA_PASSPHRASE or --passphrase-file for unattended runs"));
}

static CheckResult source(const Checkup *c)
{
    struct stat st;
    Err err = {0};
    bool encrypted;
    const char *path = c->clinic->source_path;
    if (!path)
        return bad("source", ERR_CONFIG, _("config.yaml names no source"), _("set source.path"));
    if (stat(path, &st) != 0 || access(path, R_OK) != 0)
        return bad("source", ERR_SOURCE, arena_text(c->arena, "%s: %s", path, strerror(errno)),
                   _("check source.path and the permissions of the file"));
    if (S_ISDIR(st.st_mode))
        return good("source", path);
    if (!S_ISREG(st.st_mode))
        return bad("source", ERR_SOURCE, arena_text(c->arena, _("%s is neither a file nor a folder"), path),
                   _("set source.path"));
    if (!dpmf_is_encrypted(path, &encrypted, &err))
        return bad("source", ERR_SOURCE, arena_text(c->arena, "%s", err.text),
                   arena_text(c->arena, "%s", err.hint));
    if (!dpmf_recognised(path))
        return bad("source", ERR_SOURCE,
                   arena_text(c->arena, _("%s is not a DPMF file: it begins like none"), path),
                   _("Check that this is the exported file and not an archive or a folder around it."));
    return encrypted ? encrypted_source(c, path) : good("source", path);
}

static CheckResult target(const Checkup *c)
{
    FILE *f;
    char magic[16] = "";
    const char *path = c->clinic->target_path;
    if (c->clinic->target_type == TARGET_POSTGRES)
        return doubtful("target", _("the server has not been asked: that is done when the work begins"),
                        NULL);
    if (!file_exists(path)) {
        const char *above = existing_part(c->arena, path);
        if (access(above, W_OK | X_OK) == 0)
            return good("target", arena_text(c->arena, _("%s will be made"), path));
        return bad("target", ERR_TARGET,
                   arena_text(c->arena, _("%s cannot be made: %s is not writable"), path, above),
                   _("set target.path to a place where you may write"));
    }
    if (access(path, R_OK | W_OK) != 0 || !(f = fopen(path, "rb")))
        return bad("target", ERR_TARGET, arena_text(c->arena, "%s: %s", path, strerror(errno)),
                   _("check its permissions"));
    size_t n = fread(magic, 1, sizeof magic, f);
    fclose(f);
    if (n && (n < sizeof magic || memcmp(magic, "SQLite format 3", sizeof magic) != 0))
        return bad("target", ERR_TARGET, arena_text(c->arena, _("%s is not a SQLite database"), path),
                   _("set target.path to another file"));
    return good("target", path);
}

static CheckResult lock(const Checkup *c)
{
    const char *owner;
    if (!lock_owner(c->arena, c->clinic->state_folder, &owner))
        return good("lock", _("free"));
    return doubtful("lock", arena_text(c->arena, _("a worker holds the clinic: %s"), owner ? owner : "-"),
                    arena_text(c->arena, "mudanza status %s", c->clinic->typed));
}

DoctorCheck *const clinic_checks[] = {configuration, state_folder, disk, source, target, lock, NULL};
