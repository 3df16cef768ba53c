// A clinic: its files, its source, its target, and who is at work on it.
#include <sys/stat.h>

#include "base/file.h"
#include "base/intl.h"
#include "cli/doctor_checks.h"
#include "engine/connect_parts.h"
#include "engine/lock.h"

enum { SPACE_FACTOR = 3 }; // source, cache and embedded target lie side by side

static Finding configuration(const Checkup *c)
{
    struct stat st;
    if (stat(c->clinic->config_path, &st) == 0 && (st.st_mode & S_IROTH) &&
        clinic_setting(c->clinic, "secret"))
        return finding_doubtful("configuration",
                        _("valid, but everybody on this machine can read the key in config.yaml"),
                        arena_text(c->arena, "chmod o-rwx %s", c->clinic->config_path));
    return finding_good("configuration", _("valid"));
}

static const char *gigabytes(Arena *a, int64_t bytes)
{
    return arena_text(a, "%.1f GB", (double)bytes / 1e9);
}

static Finding disk(const Checkup *c)
{
    struct stat st;
    Arena *a = c->arena;
    int64_t free_bytes = file_free_bytes(connect_existing(a, c->clinic->state_folder));
    if (free_bytes < 0)
        return finding_doubtful("disk", _("how much is free is not known"), NULL);
    if (!c->clinic->source_path || stat(c->clinic->source_path, &st) != 0 || !S_ISREG(st.st_mode))
        return finding_good("disk", arena_text(a, _("%s free"), gigabytes(a, free_bytes)));
    int64_t need = (int64_t)st.st_size * SPACE_FACTOR;
    if (free_bytes >= need)
        return finding_good("disk",
                    arena_text(a, _("%s free, %s wanted"), gigabytes(a, free_bytes), gigabytes(a, need)));
    return finding_bad("disk", ERR_STEP,
               arena_text(a, _("%s free, %s wanted: three times the source"), gigabytes(a, free_bytes),
                          gigabytes(a, need)),
               _("make room, or put the state on another disk with --state-dir"));
}

static Finding lock(const Checkup *c)
{
    const char *owner;
    if (!lock_owner(c->arena, c->clinic->state_folder, &owner))
        return finding_good("lock", _("free"));
    return finding_doubtful("lock", arena_text(c->arena, _("a worker holds the clinic: %s"), owner ? owner : "-"),
                    arena_text(c->arena, "mudanza status %s", c->clinic->typed));
}

static Finding state_folder(const Checkup *c)
{
    return connect_state(c->arena, c->clinic);
}
static Finding embedded_target(const Checkup *c)
{
    return connect_embedded(c->arena, c->clinic);
}
static Finding history(const Checkup *c)
{
    return connect_history(c->arena, c->clinic);
}
static Finding cache(const Checkup *c)
{
    return connect_cache(c->arena, c->clinic);
}

// In one line what the server is found by; its troubles are said where they matter.
static Finding places(const Checkup *c)
{
    FoundValue found[SERVER_VALUES];
    AUTO(buf_free) Buf text = {0};
    const char *trouble = NULL;
    if (c->clinic->target_type != TARGET_POSTGRES)
        return (Finding){0};
    server_places(c->arena, c->clinic, found);
    for (size_t i = 0; i < ARRAY_LEN(found); i++) {
        const FoundValue *v = &found[i];
        if (v->trouble && !trouble)
            trouble = v->trouble;
        if (v->in == FOUND_NOWHERE || v->trouble)
            continue;
        buf_addf(&text, "%s%s%s%s (%s)", text.len ? ", " : "", v->name, v->value ? " " : "", v->value ? v->value : "",
                 found_place(c->arena, v));
    }
    const char *all = str_keep(c->arena, buf_str(&text));
    return trouble ? finding_doubtful("places", trouble, all) : finding_good("places", all);
}

DoctorCheck *const clinic_checks[] = {configuration, state_folder, disk, doctor_source, embedded_target,
                                       history, cache, doctor_hooks, lock, places, NULL};
