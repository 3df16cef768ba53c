#include "map/mapper.h"

#include <stdlib.h>
#include <string.h>

#include "base/intl.h"
#include "map/counters.h"
#include "map/figures.h"
#include "map/link_tables.h"
#include "map/mapper_state.h"
#include "map/snapshot.h"
#include "map/work_tables.h"

static const char *setting(void *arg, const char *name)
{
    return mapper_setting(arg, name);
}

const char *mapper_setting(const Mapper *m, const char *name)
{
    if (strcmp(name, "clinic_id") == 0)
        return m->o.clinic_id;
    if (strcmp(name, "source_system") == 0)
        return m->o.source_system;
    const char *value = m->o.clinic ? clinic_setting(m->o.clinic, name) : NULL;
    return value ? value : profile_default(m->o.profile, name);
}

static void pass_issue(void *arg, const char *code, const char *detail)
{
    Mapper *m = arg;
    if (m->on_issue)
        m->on_issue(m->on_issue_arg, code, detail);
}

// A table of that name in the temporary schema is found before the one of the cache.
static bool stand_in(Mapper *m, const char *create, Err *err)
{
    static const char table[] = "CREATE TABLE";
    return lite_execf(m->db, err, "CREATE TEMP TABLE%s", create + sizeof table - 1);
}

// An out_ table keeps its rows while its columns stay the same.
static bool make_out_table(Mapper *m, const Ready *r, Err *err)
{
    AUTO(buf_free) Buf sql = {0};
    buf_addf(&sql, "CREATE TABLE \"%s\"(key TEXT NOT NULL, part TEXT NOT NULL, id, link", r->mapping->out);
    for (size_t i = 0; i < r->n_filled; i++)
        buf_addf(&sql, ", \"%s\"", r->filled[i].out);
    buf_add_text(&sql, ", hash BLOB, PRIMARY KEY(key, part)) WITHOUT ROWID");
    const char *existing;
    if (!lite_one_text(m->db, m->arena, &existing, err,
                       "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = %Q", r->mapping->out))
        return false;
    if (existing && strcmp(existing, buf_text(&sql)) == 0)
        return true;
    if (m->o.looks)
        return stand_in(m, buf_text(&sql), err);
    return lite_execf(m->db, err, "DROP TABLE IF EXISTS \"%w\"", r->mapping->out) &&
           lite_execf(m->db, err, "DELETE FROM _steps WHERE step = '%q/validate'", r->mapping->entity) &&
           lite_execf(m->db, err, "DELETE FROM _about WHERE key = 'linked:%q'", r->mapping->entity) &&
           lite_exec(m->db, buf_text(&sql), err);
}

static bool each_ready(Mapper *m, bool (*act)(Mapper *m, Ready *r, Problems *p, Err *err), Problems *problems,
                       Err *err)
{
    for (size_t e = 0; e < m->o.profile->n; e++)
        for (size_t i = 0; i < m->entities[e].n; i++)
            if (!act(m, &m->entities[e].parts[i], problems, err))
                return false;
    return true;
}

static bool make_out(Mapper *m, Ready *r, Problems *problems, Err *err)
{
    (void)problems;
    return make_out_table(m, r, err);
}

static bool compose(Mapper *m, Ready *r, Problems *problems, Err *err)
{
    const char *main_out =
        r->mapping->part ? profile_entity(m->o.profile, r->mapping->entity)->mappings[0]->out : NULL;
    (void)err; // a mapping that cannot be composed is a problem; the others are looked at too
    if (compose_mapping(m->arena, m->db, r->mapping, main_out, problems, &r->composed)) {
        links_resolve(m, &r->composed);
        works_resolve(m, &r->composed, &r->works);
    }
    return true;
}

static size_t position(const Profile *p, const char *entity)
{
    for (size_t i = 0; i < p->n; i++)
        if (strcmp(p->entities[i].entity->name, entity) == 0)
            return i;
    return p->n;
}

static bool reads_out_of(const Ready *r, const ReadyEntity *other)
{
    for (size_t x = 0; x < r->composed.n_reads; x++)
        for (size_t q = 0; q < other->n; q++)
            if (strcmp(r->composed.reads[x].table, other->parts[q].mapping->out) == 0)
                return true;
    return false;
}

static bool is_after(const char *const *after, const char *other)
{
    while (*after && strcmp(*after, other) != 0)
        after++;
    return *after;
}

bool mapper_needs(const Mapper *m, const char *entity, const char *other)
{
    const ReadyEntity *e = mapper_entity(m, entity), *from = mapper_entity(m, other);
    for (size_t i = 0; e && from && i < e->n; i++) {
        const Ready *r = &e->parts[i];
        if (reads_out_of(r, from) || is_after(r->mapping->after, other))
            return true;
        for (size_t k = 0; k < m->o.profile->n_works; k++)
            if (r->works[k] && is_after(m->works[k].work->after, other))
                return true;
    }
    return false;
}

bool mapper_reads_source(const Mapper *m, const char *entity, const char *other)
{
    const ReadyEntity *e = mapper_entity(m, entity);
    for (size_t i = 0; e && i < e->n; i++)
        for (size_t x = 0; x < e->parts[i].composed.n_reads; x++) {
            const ColumnRead *read = &e->parts[i].composed.reads[x];
            if (strcmp(read->schema, "target") != 0 && strcmp(read->table, other) == 0)
                return true;
        }
    return false;
}

static bool *find_needs(Mapper *m)
{
    Profile *p = m->o.profile;
    bool *needs = arena_many(m->arena, bool, p->n * p->n);
    for (size_t i = 0; i < p->n; i++)
        for (size_t j = 0; j < p->n; j++)
            needs[i * p->n + j] =
                i != j && mapper_needs(m, p->entities[i].entity->name, p->entities[j].entity->name);
    return needs;
}

// The mappings of an entity are evaluated main first, then its parts by name: one can read what those before
// it made, and nothing else of its own entity.
static bool self_reference(Mapper *m, Ready *r, Problems *problems, Err *err)
{
    const ReadyEntity *e = mapper_entity(m, r->mapping->entity);
    (void)err;
    for (const Ready *later = r; later < e->parts + e->n; later++)
        for (size_t i = 0; i < r->composed.n_reads; i++)
            if (strcmp(r->composed.reads[i].table, later->mapping->out) == 0) {
                problems_add(problems, PROBLEM_ERROR, r->mapping->file, r->mapping->from.line,
                             r->mapping->from.col,
                             later == r ? _("the mapping reads its own result %s")
                                        : _("the mapping reads %s, which is made after it"),
                             later->mapping->out);
                break;
            }
    return true;
}

static void collect(Mapper *m)
{
    Profile *p = m->o.profile;
    m->entities = arena_many(m->arena, ReadyEntity, p->n);
    for (size_t e = 0; e < p->n; e++) {
        ReadyEntity *ready = &m->entities[e];
        ready->n = p->entities[e].n;
        ready->parts = arena_many(m->arena, Ready, ready->n);
        for (size_t i = 0; i < ready->n; i++) {
            ready->parts[i].mapping = p->entities[e].mappings[i];
            ready->parts[i].layout = composed_layout(ready->parts[i].mapping);
        }
    }
}

// Sorting the profile's entities moves them: the ready ones follow.
static bool sort(Mapper *m, Problems *problems)
{
    Profile *p = m->o.profile;
    MappedEntity *before = arena_copy(m->arena, p->entities, p->n * sizeof *before);
    if (!profile_order(m->arena, p, find_needs(m), problems))
        return false;
    ReadyEntity *moved = arena_many(m->arena, ReadyEntity, p->n);
    for (size_t i = 0; i < p->n; i++)
        for (size_t j = 0; j < p->n; j++)
            if (before[j].entity == p->entities[i].entity)
                moved[i] = m->entities[j];
    m->entities = moved;
    return true;
}

// Whoever only looks keeps nobody from writing: what it makes is temporary.
static bool begin(Mapper *m, Err *err)
{
    return m->o.looks ? lite_exec(m->db, "BEGIN", err) : lite_begin(m->db, err);
}

Mapper *mapper_new(Arena *a, const MapperOptions *o, Problems *problems, Err *err)
{
    Mapper *m = arena_one(a, Mapper);
    m->o = *o;
    m->arena = a;
    m->db = cache_db(o->cache);
    m->host = (FunctionHost){.arg = m, .setting = setting, .as_of = o->as_of, .issue = pass_issue};
    m->cell.column = -1;
    err->kind = ERR_NONE;
    if (!functions_register(m->db, &m->host, &m->cell, err) || !lite_lower_limits(m->db, err) ||
        !snapshot_attach(a, m->db, o->target, o->profile, problems, &m->snapshot_digests, err) ||
        !links_prepare(m, problems, err))
        return NULL;
    figures_prepare(m, problems);
    collect(m);
    if (!each_ready(m, mapper_bind, problems, err) || problems->errors || !begin(m, err))
        return NULL;
    if (!each_ready(m, make_out, problems, err) || !works_prepare(m, problems, err) ||
        (!problems->errors && !each_ready(m, compose, problems, err)) ||
        (!problems->errors && (counters_check(m, problems), !mapper_make_indexes(m, err))) || !lite_commit(m->db, err)) {
        lite_rollback(m->db);
        return NULL;
    }
    if (problems->errors || !each_ready(m, self_reference, problems, err) || problems->errors ||
        !sort(m, problems))
        return NULL;
    return m;
}

ReadyEntity *mapper_entity(const Mapper *m, const char *entity)
{
    size_t i = position(m->o.profile, entity);
    return i < m->o.profile->n ? &m->entities[i] : NULL;
}

static const Ready *ready_of(const Mapper *m, const Mapping *mapping)
{
    const ReadyEntity *e = mapper_entity(m, mapping->entity);
    for (size_t i = 0; e && i < e->n; i++)
        if (e->parts[i].mapping == mapping)
            return &e->parts[i];
    return NULL;
}

const Composed *mapper_composed(const Mapper *m, const Mapping *mapping)
{
    const Ready *r = ready_of(m, mapping);
    return r ? &r->composed : NULL;
}

const Composed *mapper_composed_work(const Mapper *m, size_t i)
{
    return &m->works[i].composed;
}

static bool add_plan(Mapper *m, const Composed *composed, Buf *out, Err *err)
{
    AUTO(lite_finish_at) LiteStmt *s = lite_preparef(m->db, err, "EXPLAIN QUERY PLAN %s", composed->sql);
    LiteStep step = LITE_FAILED;
    while (s && (step = lite_step(s, err)) == LITE_ROW)
        buf_addf(out, "--   %.*s\n", STR_ARG(lite_text(s, 3)));
    return step == LITE_DONE;
}

bool mapper_explain(Mapper *m, const Mapping *mapping, Buf *out, Err *err)
{
    const Composed *composed = mapper_composed(m, mapping);
    return composed ? add_plan(m, composed, out, err)
                    : err_set(err, ERR_INTERNAL, "%s is no mapping of this profile", mapping->name);
}

bool mapper_explain_works(Mapper *m, const char *entity, Buf *out, Err *err)
{
    const ReadyEntity *e = mapper_entity(m, entity);
    for (size_t k = 0; e && k < m->o.profile->n_works; k++) {
        const ReadyWork *w = &m->works[k];
        bool used = false;
        for (size_t i = 0; i < e->n; i++)
            used |= e->parts[i].works[k];
        if (!used)
            continue;
        buf_addf(out, "-- %s -> %s (%s)\n%s\n", w->work->label, w->work->table, w->work->file, w->composed.sql);
        if (!add_plan(m, &w->composed, out, err))
            return false;
    }
    return true;
}
