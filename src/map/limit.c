#include "map/limit.h"

#include <string.h>

#include "map/mapper_state.h"

// Rows of this table that the entities before this one make, of the chosen records alone or of all.
static void add_made(const Mapper *m, Buf *sql, const char *table, size_t before, bool chosen)
{
    buf_add_text(sql, "SELECT NULL WHERE 0");
    for (size_t e = 0; e < before; e++)
        for (size_t i = 0; i < m->entities[e].n; i++) {
            const Ready *r = &m->entities[e].parts[i];
            if (!r->table || strcmp(r->table->name, table) != 0)
                continue;
            buf_addf(sql, " UNION ALL SELECT id FROM \"%s\"", r->mapping->out);
            if (chosen)
                buf_addf(sql, " WHERE key IN (SELECT key FROM temp.\"chosen_%s\")", r->mapping->entity);
        }
}

// That row x refers to nothing, to rows that are chosen, too, or to rows that no entity before this one makes.
// References within the entity are left to its own order.
static void add_conditions(const Mapper *m, Buf *sql, const Ready *r, size_t entity)
{
    buf_add_text(sql, "1");
    for (size_t i = 0; r->table && i < r->n_filled; i++) {
        const Filled *f = &r->filled[i];
        if (!f->column->refers || strcmp(f->column->refers, r->table->name) == 0 ||
            strcmp(f->column->refers,
                   m->entities[entity].parts[0].table ? m->entities[entity].parts[0].table->name : "") == 0)
            continue;
        buf_addf(sql, " AND (x.\"%s\" IS NULL OR x.\"%s\" IN (", f->out, f->out);
        add_made(m, sql, f->column->refers, entity, true);
        buf_addf(sql, ") OR x.\"%s\" NOT IN (", f->out);
        add_made(m, sql, f->column->refers, entity, false);
        buf_add_text(sql, "))");
    }
}

static bool choose(Mapper *m, size_t entity, int64_t most, Err *err)
{
    const ReadyEntity *e = &m->entities[entity];
    const char *name = m->o.profile->entities[entity].mappings[0]->entity;
    AUTO(buf_free) Buf sql = {0};
    buf_addf(&sql,
             "DROP TABLE IF EXISTS temp.\"chosen_%s\"; CREATE TEMP TABLE \"chosen_%s\" (key TEXT PRIMARY "
             "KEY) WITHOUT ROWID;"
             "INSERT INTO temp.\"chosen_%s\" SELECT x.key FROM \"%s\" x WHERE ",
             name, name, name, e->parts[0].mapping->out);
    add_conditions(m, &sql, &e->parts[0], entity);
    for (size_t i = 1; i < e->n; i++) {
        buf_addf(&sql, " AND x.key NOT IN (SELECT x.key FROM \"%s\" x WHERE NOT (", e->parts[i].mapping->out);
        add_conditions(m, &sql, &e->parts[i], entity);
        buf_add_text(&sql, "))");
    }
    buf_addf(&sql, " ORDER BY x.key LIMIT %lld", (long long)most);
    return lite_exec(m->db, buf_text(&sql), err);
}

bool mapper_limit(Mapper *m, int64_t most, Err *err)
{
    for (size_t i = 0; i < m->o.profile->n; i++)
        if (m->entities[i].n && !choose(m, i, most, err))
            return false;
    m->limited = true;
    return true;
}
