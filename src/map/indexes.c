// Which columns of other entities' tables are worth an index: those the planner would search by. To find out, it
// plans every mapping over empty tables that have all of them; what tables hold does not move it, since nothing
// is known of that. An index nobody uses would cost as much as some steps do.
#include "map/mapper_state.h"

#include <string.h>

typedef struct {
    const Entity *entity;
    const char *column, *index;
    bool used;
} Candidate;

typedef struct {
    Mapper *m;
    Candidate *list;
    size_t n;
} Candidates;

static void add_candidate(Candidates *c, const Entity *e, const char *column)
{
    const char *index = arena_text(c->m->arena, "%s_%s", e->name, column);
    for (size_t i = 0; i < c->n; i++)
        if (strcmp(c->list[i].index, index) == 0)
            return;
    c->list[c->n++] = (Candidate){e, column, index, false};
}

static size_t all_reads(const Mapper *m)
{
    size_t n = 0;
    for (size_t e = 0; e < m->o.profile->n; e++)
        for (size_t i = 0; i < m->entities[e].n; i++)
            n += 2 * m->entities[e].parts[i].composed.n_reads;
    for (size_t i = 0; i < m->o.profile->n_works; i++)
        n += 2 * m->works[i].composed.n_reads;
    return n;
}

// own: the entity whose rows the statement goes through; NULL: any.
static void add_candidates(Candidates *c, const Composed *composed, const char *own)
{
    const Profile *p = c->m->o.profile;
    for (size_t k = 0; k < composed->n_reads; k++) {
        const ColumnRead *read = &composed->reads[k];
        const MappedEntity *of = strcmp(read->schema, "main") == 0 ? profile_entity(p, read->table) : NULL;
        if (!of || (own && strcmp(read->table, own) == 0) || !cache_looks_up(of->entity, read->column))
            continue;
        add_candidate(c, of->entity, "source_id");
        add_candidate(c, of->entity, read->column);
    }
}

// Of tables a mapping reads beside its own. Every one has an index of the source's ids already.
static Candidates find_candidates(Mapper *m)
{
    Candidates c = {m, arena_many(m->arena, Candidate, all_reads(m)), 0};
    for (size_t e = 0; e < m->o.profile->n; e++)
        for (size_t i = 0; i < m->entities[e].n; i++)
            add_candidates(&c, &m->entities[e].parts[i].composed, m->entities[e].parts[i].mapping->entity);
    for (size_t i = 0; i < m->o.profile->n_works; i++)
        add_candidates(&c, &m->works[i].composed, NULL);
    return c;
}

// A table of that name in the temporary schema is found before the one of the cache.
static bool make_empty_tables(const Candidates *c, Err *err)
{
    static const char table[] = "CREATE TABLE";
    Mapper *m = c->m;
    for (size_t i = 0; i < c->n; i++) {
        const char *name = c->list[i].entity->name, *sql;
        bool there;
        if (!lite_one_int(m->db, &(int64_t){0}, &there, err, "SELECT 1 FROM temp.sqlite_schema WHERE name = %Q", name))
            return false;
        if (!there && (!lite_one_text(m->db, m->arena, &sql, err,
                                      "SELECT sql FROM main.sqlite_schema WHERE type = 'table' AND name = %Q", name) ||
                       !lite_execf(m->db, err, "CREATE TEMP TABLE%s", sql + sizeof table - 1)))
            return false;
        if (!lite_execf(m->db, err, "CREATE INDEX temp.\"%w\" ON \"%w\"(\"%w\")", c->list[i].index, name,
                        c->list[i].column))
            return false;
    }
    return true;
}

static void note_uses(Candidates *c, const char *plan)
{
    static const char before[] = " INDEX ";
    for (const char *at = plan; (at = strstr(at, before));) {
        at += sizeof before - 1;
        size_t len = strcspn(at, " ");
        for (size_t i = 0; i < c->n; i++)
            c->list[i].used |= str_is((Str){at, len}, c->list[i].index);
    }
}

static bool plan(Candidates *c, const Composed *composed, Err *err)
{
    if (!composed->sql) // it has a problem
        return true;
    AUTO(lite_finish_at)
    LiteStmt *s = lite_preparef(c->m->db, err, "EXPLAIN QUERY PLAN %s", composed->sql);
    AUTO(buf_free) Buf line = {0};
    LiteStep step = LITE_FAILED;
    while (s && (step = lite_step(s, err)) == LITE_ROW) {
        buf_clear(&line);
        buf_add(&line, lite_text(s, 3));
        note_uses(c, buf_text(&line));
    }
    return step == LITE_DONE;
}

static bool plan_all(Candidates *c, Err *err)
{
    Mapper *m = c->m;
    for (size_t e = 0; e < m->o.profile->n; e++)
        for (size_t i = 0; i < m->entities[e].n; i++)
            if (!plan(c, &m->entities[e].parts[i].composed, err))
                return false;
    for (size_t i = 0; i < m->o.profile->n_works; i++)
        if (!plan(c, &m->works[i].composed, err))
            return false;
    return true;
}

bool mapper_make_indexes(Mapper *m, Err *err)
{
    Candidates c = find_candidates(m);
    if (m->o.looks || !c.n)
        return true;
    if (!make_empty_tables(&c, err) || !plan_all(&c, err))
        return false;
    for (size_t i = 0; i < c.n; i++)
        if (!lite_execf(m->db, err, "DROP TABLE IF EXISTS temp.\"%w\"", c.list[i].entity->name))
            return false;
    for (size_t i = 0; i < c.n; i++)
        if (c.list[i].used && !cache_index_column(m->o.cache, c.list[i].entity, c.list[i].column, err))
            return false;
    return true;
}
