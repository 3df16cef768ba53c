#include "map/mapper.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/intl.h"
#include "base/text.h"
#include "map/mapper_state.h"
#include "map/snapshot.h"

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

static const Column *find_column(const Table *t, const char *name)
{
    for (size_t i = 0; i < t->n; i++)
        if (strcmp(t->columns[i].name, name) == 0)
            return &t->columns[i];
    return NULL;
}

static void unknown_column(Mapper *m, const Ready *r, const char *name, int line, int col, Problems *problems)
{
    const char **names = arena_many(m->arena, const char *, r->table->n);
    for (size_t i = 0; i < r->table->n; i++)
        names[i] = r->table->columns[i].name;
    Problem *p = problems_add(problems, PROBLEM_ERROR, r->mapping->file, line, col, _("table %s has no column '%s'"), r->table->name, name);
    const char *near = text_nearest(name, names, r->table->n);
    p->hint = near ? arena_text(m->arena, _("did you mean '%s'?"), near) : NULL;
}

static const char *out_name(Arena *a, const char *name)
{
    static const char *const taken[] = {"key", "part", "id", "link", "hash"};
    for (size_t i = 0; i < ARRAY_LEN(taken); i++)
        if (strcasecmp(name, taken[i]) == 0)
            return arena_text(a, "%s_", name);
    return name;
}

static void fill(Mapper *m, Ready *r, const char *name, Origin origin, size_t index, int line, int col, Problems *problems)
{
    const Column *column = find_column(r->table, name);
    if (!column) {
        unknown_column(m, r, name, line, col, problems);
        return;
    }
    for (size_t i = 0; i < r->n_filled; i++)
        if (r->filled[i].column == column)
            problems_add(problems, PROBLEM_ERROR, r->mapping->file, line, col, _("column '%s' is filled twice"), name);
    r->filled[r->n_filled++] = (Filled){column, out_name(m->arena, column->name), origin, index};
}

// Which value goes into which live column; what is unknown, twice or forgotten is a problem.
static bool bind_table(Mapper *m, Ready *r, Problems *problems, Err *err)
{
    const Mapping *map = r->mapping;
    if (mapping_only_links(map))
        return true;
    err->kind = ERR_NONE;
    r->table = m->o.target->kind->table(m->o.target, map->table, err);
    if (!r->table && err->kind != ERR_NONE)
        return false;
    if (!r->table) {
        problems_add(problems, PROBLEM_ERROR, map->file, 0, 0, _("the target has no table '%s'"), map->table);
        return true;
    }
    r->id = find_column(r->table, map->id_column);
    if (!r->id)
        unknown_column(m, r, map->id_column, 0, 0, problems);
    r->filled = arena_many(m->arena, Filled, map->n_columns + map->n_references + map->n_values);
    for (size_t i = 0; i < map->n_columns; i++)
        fill(m, r, map->columns[i].name, FROM_COLUMN, i, map->columns[i].value.line, map->columns[i].value.col, problems);
    for (size_t i = 0; i < map->n_references; i++)
        fill(m, r, map->references[i].column, FROM_REFERENCE, i, map->references[i].key.line, map->references[i].key.col, problems);
    for (size_t i = 0; i < map->n_values; i++)
        fill(m, r, map->values[i].column, FROM_VALUES, i, map->values[i].of.line, map->values[i].of.col, problems);
    for (size_t i = 0; i < r->table->n; i++) {
        const Column *c = &r->table->columns[i];
        bool given = c == r->id;
        for (size_t k = 0; k < r->n_filled; k++)
            given |= r->filled[k].column == c;
        if (c->not_null && !given)
            problems_add(problems, PROBLEM_ERROR, map->file, 0, 0, _("column '%s' of %s must not be NULL and is not filled"), c->name,
                         r->table->name);
    }
    return true;
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
    if (!lite_one_text(m->db, m->arena, &existing, err, "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = %Q", r->mapping->out))
        return false;
    if (existing && strcmp(existing, buf_text(&sql)) == 0)
        return true;
    return lite_execf(m->db, err, "DROP TABLE IF EXISTS \"%w\"", r->mapping->out) &&
           lite_execf(m->db, err, "DELETE FROM _steps WHERE step = '%q/validate'", r->mapping->entity) &&
           lite_exec(m->db, buf_text(&sql), err);
}

static bool each_ready(Mapper *m, bool (*act)(Mapper *m, Ready *r, Problems *p, Err *err), Problems *problems, Err *err)
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

// Entity tables a mapping reads beside its own get their indexes before it is planned.
static bool compose(Mapper *m, Ready *r, Problems *problems, Err *err)
{
    const char *main_out = r->mapping->part ? profile_entity(m->o.profile, r->mapping->entity)->mappings[0]->out : NULL;
    if (!compose_mapping(m->arena, m->db, r->mapping, main_out, problems, &r->composed))
        return true; // the problem is noted; the other mappings are looked at too
    for (size_t i = 0; i < r->composed.n_reads; i++) {
        const ColumnRead *read = &r->composed.reads[i];
        MappedEntity *e = strcmp(read->schema, "main") == 0 ? profile_entity(m->o.profile, read->table) : NULL;
        if (e && strcmp(read->table, r->mapping->entity) != 0 && !cache_index_column(m->o.cache, e->entity, read->column, err))
            return false;
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

bool mapper_needs(const Mapper *m, const char *entity, const char *other)
{
    const ReadyEntity *e = mapper_entity(m, entity), *from = mapper_entity(m, other);
    for (size_t i = 0; e && from && i < e->n; i++) {
        if (reads_out_of(&e->parts[i], from))
            return true;
        for (const char **after = e->parts[i].mapping->after; *after; after++)
            if (strcmp(*after, other) == 0)
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
            needs[i * p->n + j] = i != j && mapper_needs(m, p->entities[i].entity->name, p->entities[j].entity->name);
    return needs;
}

static bool self_reference(Mapper *m, Ready *r, Problems *problems, Err *err)
{
    (void)m;
    (void)err;
    for (size_t i = 0; !r->mapping->part && i < r->composed.n_reads; i++)
        if (strcmp(r->composed.reads[i].table, r->mapping->out) == 0)
            problems_add(problems, PROBLEM_ERROR, r->mapping->file, r->mapping->from.line, r->mapping->from.col,
                         _("the mapping reads its own result %s"), r->mapping->out);
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
        !snapshot_attach(a, m->db, o->target, o->profile, problems, &m->snapshot_digest, err))
        return NULL;
    collect(m);
    if (!each_ready(m, bind_table, problems, err) || problems->errors || !lite_begin(m->db, err))
        return NULL;
    if (!each_ready(m, make_out, problems, err) || !each_ready(m, compose, problems, err) || !lite_commit(m->db, err)) {
        lite_rollback(m->db);
        return NULL;
    }
    if (problems->errors || !each_ready(m, self_reference, problems, err) || problems->errors || !sort(m, problems))
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

const Table *mapper_table(const Mapper *m, const Mapping *mapping)
{
    const Ready *r = ready_of(m, mapping);
    return r ? r->table : NULL;
}

bool mapper_explain(Mapper *m, const Mapping *mapping, Buf *out, Err *err)
{
    const Composed *composed = mapper_composed(m, mapping);
    if (!composed)
        return err_set(err, ERR_INTERNAL, "%s is no mapping of this profile", mapping->name);
    AUTO(lite_finish_at) LiteStmt *s = lite_preparef(m->db, err, "EXPLAIN QUERY PLAN %s", composed->sql);
    LiteStep step = LITE_FAILED;
    while (s && (step = lite_step(s, err)) == LITE_ROW)
        buf_addf(out, "--   %.*s\n", STR_ARG(lite_text(s, 3)));
    return step == LITE_DONE;
}
