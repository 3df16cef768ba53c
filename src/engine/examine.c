#include "engine/examine.h"

#include <string.h>

#include "base/intl.h"
#include "engine/session.h"

static bool among(const char *const *list, size_t n, const char *one)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(list[i], one) == 0)
            return true;
    return false;
}

// Every table that a mapping fills, once.
static const char **tables_of(Arena *a, const Profile *p, size_t *n)
{
    size_t most = 0;
    for (size_t i = 0; i < p->n; i++)
        most += p->entities[i].n;
    const char **tables = arena_many(a, const char *, most + 1);
    *n = 0;
    for (size_t i = 0; i < p->n; i++)
        for (size_t k = 0; k < p->entities[i].n; k++) {
            const char *table = p->entities[i].mappings[k]->table;
            if (table && !among(tables, *n, table))
                tables[(*n)++] = table;
        }
    return tables;
}

bool target_examine(Arena *a, const Clinic *clinic, TargetFinding **out, size_t *n, Err *err)
{
    Session s = {.arena = a, .clinic = clinic};
    *n = 0;
    if (clinic->target_type != TARGET_POSTGRES)
        return true;
    s.target = session_open_target(clinic, a, true, err);
    if (!s.target)
        return false;
    size_t n_tables = 0;
    Problems *problems = problems_new(a);
    const char **tables = session_profile(&s, problems, err) ? tables_of(a, s.profile, &n_tables) : NULL;
    bool ok = tables && s.target->kind->examine(s.target, a, tables, n_tables, (size_t)clinic->jobs, out, n, err);
    if (!tables && err->kind == ERR_NONE)
        err_set(err, ERR_CONFIG, "%s", _("the profile or the model has mistakes"));
    session_close(&s);
    return ok;
}
