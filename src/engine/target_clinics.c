#include "engine/target_clinics.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/intl.h"
#include "config/conninfo.h"
#include "engine/session.h"

#define SQLITE_PREFIX "sqlite:"

typedef struct {
    Arena *arena;
    TargetClinic *items;
    size_t n;
} Found;

static bool note(void *arg, const Str *values, Err *err)
{
    Found *f = arg;
    (void)err;
    f->items[f->n++] = (TargetClinic){str_keep(f->arena, values[0]),
                                      str_keep(f->arena, values[1].at ? values[1] : STR("?"))};
    return true;
}

// A clinic that has no folder yet, as far as opening its target goes.
static bool imagine(Arena *a, const char *target, Clinic *c, Err *err)
{
    Conninfo server;
    if (str_starts(str_of(target), SQLITE_PREFIX)) {
        char *cwd = getcwd(NULL, 0);
        c->target_type = TARGET_SQLITE;
        c->target_path = cwd ? file_join(a, cwd, target + strlen(SQLITE_PREFIX)) : NULL;
        free(cwd);
        return c->target_path || err_sys(err, ERR_INTERNAL, "%s", _("the current folder"));
    }
    c->target_type = TARGET_POSTGRES;
    if (!conninfo_parse(a, target, &server, err))
        return false;
    c->target_conninfo = conninfo_text(a, &server);
    return true;
}

bool target_clinics(Arena *a, const char *workspace, const char *profile, const char *target, size_t most,
                    TargetClinic **out, size_t *n, Err *err)
{
    Clinic c = {.workspace = workspace, .name = "init", .typed = "CLINIC", .folder = workspace, .profile = profile};
    Session s = {.arena = a, .clinic = &c};
    Problems *problems = problems_new(a);
    Found found = {a, arena_many(a, TargetClinic, most + 1), 0};
    *out = found.items;
    *n = 0;
    if (!target || !most)
        return true;
    if (!imagine(a, target, &c, err))
        return false;
    if (c.target_type == TARGET_SQLITE && !file_exists(c.target_path))
        return true;
    if (!session_profile(&s, problems, err)) {
        if (err->kind == ERR_NONE)
            err_set(err, ERR_CONFIG, "%s", _("the profile or the model has mistakes"));
        return false;
    }
    if (!session_target(&s, false, err))
        return false;
    const char *columns[] = {s.profile->clinic_id_column, s.profile->clinic_name_column};
    bool ok = s.target->kind->read(s.target, s.profile->clinic_table, columns, ARRAY_LEN(columns), false, columns[0],
                                   NULL, (int64_t)most, note, &found, err);
    session_close(&s);
    *n = found.n;
    return ok;
}
