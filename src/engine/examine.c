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

// Every table that a mapping fills, once; and those that say which clinics and people there are.
static TargetTables tables_of(Arena *a, const Profile *p)
{
    TargetTables t = {0};
    size_t most = 0;
    for (size_t i = 0; i < p->n; i++)
        most += p->entities[i].n;
    t.filled = arena_many(a, const char *, most + 1);
    t.looked_up = arena_many(a, const char *, p->n_snapshots + 1);
    for (size_t i = 0; i < p->n; i++)
        for (size_t k = 0; k < p->entities[i].n; k++) {
            const char *table = p->entities[i].mappings[k]->table;
            if (table && !among(t.filled, t.n_filled, table))
                t.filled[t.n_filled++] = table;
        }
    if (!among(t.filled, t.n_filled, p->clinic_table))
        t.looked_up[t.n_looked_up++] = p->clinic_table;
    for (size_t i = 0; i < p->n_snapshots; i++) {
        const Snapshot *s = &p->snapshots[i];
        if (!s->optional && !among(t.filled, t.n_filled, s->table) && !among(t.looked_up, t.n_looked_up, s->table))
            t.looked_up[t.n_looked_up++] = s->table;
    }
    return t;
}

static bool tables_are_fit(const TargetFinding *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(list[i].name, "tables") == 0)
            return list[i].state == FINDING_GOOD;
    return false;
}

// Which of its clinics the rows are for.
static void look_for_clinic(Session *s, TargetFinding **list, size_t *n)
{
    Err err = {0};
    TargetFinding *more = arena_many(s->arena, TargetFinding, *n + 1);
    memcpy(more, *list, *n * sizeof *more);
    if (session_which_clinic(s, &err))
        more[*n] = (TargetFinding){"clinic", FINDING_GOOD,
                                   arena_text(s->arena, "%s (%s)", s->clinic_name, s->clinic_id), NULL};
    else
        more[*n] = (TargetFinding){"clinic", FINDING_BAD, arena_text(s->arena, "%s", err.text),
                                   *err.hint ? arena_text(s->arena, "%s", err.hint)
                                             : _("Set settings.clinic_id in config.yaml to one that is there.")};
    *list = more;
    (*n)++;
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
    Problems *problems = problems_new(a);
    bool ok = session_profile(&s, problems, err);
    if (ok) {
        const TargetTables tables = tables_of(a, s.profile);
        ok = s.target->kind->examine(s.target, a, &tables, (size_t)clinic->jobs, out, n, err);
    } else if (err->kind == ERR_NONE) {
        err_set(err, ERR_CONFIG, "%s", _("the profile or the model has mistakes"));
    }
    if (ok && tables_are_fit(*out, *n))
        look_for_clinic(&s, out, n);
    session_close(&s);
    return ok;
}
