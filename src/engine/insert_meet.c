#include <string.h>

#include "engine/insert.h"

static const char *filled(const Step *s, size_t i)
{
    const Mapping *m = s->mapped->mappings[i];
    if (mapping_only_links(m))
        return NULL;
    return strncmp(m->table, "public.", 7) == 0 ? m->table + 7 : m->table; // as a foreign key names it
}

static bool leads_to(const Table *from, const char *table)
{
    for (size_t i = 0; from->parents && from->parents[i]; i++)
        if (strcmp(from->parents[i], table) == 0)
            return true;
    for (size_t i = 0; i < from->n; i++)
        if (from->columns[i].refers && strcmp(from->columns[i].refers, table) == 0)
            return true;
    return false;
}

static bool tables_meet(Worker *w, const char *one, const char *other, bool *yes, Err *err)
{
    Target *t = w->s.target;
    const char *pair[] = {one, other};
    *yes = strcmp(one, other) == 0;
    for (size_t i = 0; !*yes && i < 2; i++) {
        err->kind = ERR_NONE;
        const Table *table = t->kind->table(t, pair[i], err);
        if (!table && err->kind != ERR_NONE)
            return false;
        *yes = table && leads_to(table, pair[1 - i]);
    }
    return true;
}

bool insert_meets(Worker *w, const Step *a, const Step *b, bool *yes, Err *err)
{
    *yes = false;
    if (step_is_raw(a) || step_is_raw(b)) // raw rows stand beside each other, each under its own key
        return true;
    *yes = mapper_needs(w->s.mapper, a->entity, b->entity) || mapper_needs(w->s.mapper, b->entity, a->entity);
    for (size_t i = 0; i < a->mapped->n; i++)
        for (size_t k = 0; !*yes && k < b->mapped->n; k++)
            if (filled(a, i) && filled(b, k) && !tables_meet(w, filled(a, i), filled(b, k), yes, err))
                return false;
    return true;
}
