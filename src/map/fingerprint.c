#include "map/mapper.h"

#include <string.h>

#include "map/link_tables.h"
#include "map/mapper_state.h"
#include "map/snapshot.h"
#include "map/work_tables.h"

// Raised when the meaning of mappings or functions changes: everything is evaluated anew.
static const char EVALUATOR_VERSION[] = "1";

static bool is_default(const Profile *p, const char *name)
{
    for (size_t i = 0; i < p->n_settings; i++)
        if (strcmp(p->settings[i].name, name) == 0)
            return true;
    return false;
}

static bool is_secret(const char *name)
{
    static const char *const words[] = {"secret", "password", "passphrase", "token"};
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (strstr(name, words[i]))
            return true;
    return false;
}

static void add_setting(Inputs *out, const char *name, const char *value)
{
    inputs_add(out, INPUT_SETTING, name, value, is_secret(name) ? NULL : value);
}

static void add_settings(const Mapper *m, Inputs *out)
{
    static const char *const own[] = {"as_of", "clinic_id", "source_system"}; // told below as they count
    const Profile *p = m->o.profile;
    const Clinic *c = m->o.clinic;
    for (size_t i = 0; i < p->n_settings; i++)
        add_setting(out, p->settings[i].name, mapper_setting(m, p->settings[i].name));
    for (size_t i = 0; c && i < c->n_settings; i++) {
        bool told = is_default(p, c->settings[i].name);
        for (size_t k = 0; k < ARRAY_LEN(own); k++)
            told = told || strcmp(own[k], c->settings[i].name) == 0;
        if (!told)
            add_setting(out, c->settings[i].name, c->settings[i].value);
    }
    add_setting(out, "clinic_id", m->o.clinic_id);
    add_setting(out, "source_system", m->o.source_system);
    AUTO(buf_free) Buf instant = {0};
    instant_format(m->o.as_of, &instant);
    inputs_add(out, INPUT_AS_OF, "", buf_text(&instant), buf_text(&instant));
    for (size_t i = 0; i < p->n_codes; i++) // an error refuses the row
        inputs_add(out, INPUT_PROFILE, p->codes[i].code, p->codes[i].severity, p->codes[i].severity);
}

static void add_mapping(const Mapping *map, Inputs *out)
{
    for (size_t i = 0; i < map->n_pieces; i++) {
        const MappingPiece *p = &map->pieces[i];
        inputs_add(out, INPUT_MAPPING, arena_text(out->arena, "%s.yaml: %s", map->name, p->name),
                   p->canonical, p->text);
    }
}

static void add_table(const Ready *r, Inputs *out)
{
    static const char *const kinds[] = {"text",   "uuid", "bool",    "integer", "decimal",
                                        "double", "date", "instant", "json"}; // in the order of ColumnKind
    for (size_t i = 0; r->table && i < r->table->n; i++) {
        const Column *c = &r->table->columns[i];
        AUTO(buf_free) Buf shape = {0};
        buf_add_text(&shape, kinds[c->kind]);
        if (c->precision || c->scale)
            buf_addf(&shape, "(%d,%d)", c->precision, c->scale);
        else if (c->length)
            buf_addf(&shape, "(%d)", c->length);
        else if (c->dropped)
            buf_addf(&shape, "(%d)", 6 - c->dropped);
        buf_add_text(&shape, c->single ? " of 4 bytes" : c->padded ? " padded" : "");
        buf_add_text(&shape, c->not_null ? " NOT NULL" : "");
        for (size_t w = 0; c->words && c->words[w]; w++)
            buf_addf(&shape, "%s'%s'", w ? ", " : " of ", c->words[w]);
        inputs_add(out, INPUT_CATALOGUE, arena_text(out->arena, "%s.%s", r->table->name, c->name),
                   buf_text(&shape), buf_text(&shape));
    }
}

// The step that makes an out_ table.
static const char *maker(const Mapper *m, const char *table)
{
    for (size_t e = 0; e < m->o.profile->n; e++)
        for (size_t i = 0; i < m->entities[e].n; i++)
            if (strcmp(m->entities[e].parts[i].mapping->out, table) == 0)
                return m->entities[e].parts[i].mapping->entity;
    return table;
}

// The digest of what one column held when it was read: of the cache's own tables by column, of a
// canonical entity or a snapshot as a whole.
static bool add_read(Mapper *m, const ColumnRead *read, Inputs *out, Err *err)
{
    Arena *a = out->arena;
    const char *digest;
    if (strcmp(read->schema, "link") == 0)
        return links_add_inputs(m, read->table, out, err);
    if (strcmp(read->schema, "target") == 0) {
        inputs_add_digest(out, INPUT_TARGET, read->table,
                          snapshot_digest(m->o.profile, m->snapshot_digests, read->table), NULL);
    } else if (strncmp(read->table, "out_", 4) == 0) {
        if (!cache_column_digest(m->o.cache, a, read->table, read->column, &digest, err))
            return false;
        const char *part = strcmp(read->table + 4, maker(m, read->table)) == 0 ? "" : read->table;
        inputs_add_digest(
            out, INPUT_UPSTREAM,
            arena_text(a, "%s/validate: %s%s%s", maker(m, read->table), part, *part ? "." : "", read->column),
            digest, NULL);
    } else {
        if (!lite_one_text(m->db, a, &digest, err, "SELECT content FROM _source WHERE entity = %Q",
                           read->table))
            return false;
        inputs_add_digest(out, INPUT_UPSTREAM, arena_text(a, "%s/extract", read->table), digest, NULL);
    }
    return true;
}

static bool made_here(const ReadyEntity *e, const char *table)
{
    for (size_t i = 0; i < e->n; i++)
        if (strcmp(e->parts[i].mapping->out, table) == 0)
            return true;
    return false;
}

// Whether an earlier read adds the same: of an entity or a snapshot all columns count as one.
static bool told_before(const ReadyEntity *e, size_t part, size_t at)
{
    const ColumnRead *read = &e->parts[part].composed.reads[at];
    for (size_t i = 0; i <= part; i++)
        for (size_t k = 0; k < (i == part ? at : e->parts[i].composed.n_reads); k++) {
            const ColumnRead *other = &e->parts[i].composed.reads[k];
            if (strcmp(other->table, read->table) == 0 && strcmp(other->schema, read->schema) == 0 &&
                (strncmp(read->table, "out_", 4) != 0 || strcmp(other->column, read->column) == 0))
                return true;
        }
    return false;
}

bool mapper_common_inputs(Mapper *m, const Composed *composed, const bool *works, Inputs *out, Err *err)
{
    inputs_add(out, INPUT_RULES, "validate", EVALUATOR_VERSION, EVALUATOR_VERSION);
    add_settings(m, out);
    works_add_inputs(m, works, out);
    for (size_t i = 0; i < composed->n_reads; i++)
        if (!add_read(m, &composed->reads[i], out, err))
            return false;
    return true;
}

bool mapper_inputs(Mapper *m, const char *entity, Inputs *out, Err *err)
{
    const ReadyEntity *e = mapper_entity(m, entity);
    inputs_add(out, INPUT_RULES, "validate", EVALUATOR_VERSION, EVALUATOR_VERSION);
    add_settings(m, out);
    bool *works = arena_many(out->arena, bool, m->o.profile->n_works);
    for (size_t i = 0; i < e->n; i++)
        for (size_t k = 0; k < m->o.profile->n_works; k++)
            works[k] |= e->parts[i].works[k];
    works_add_inputs(m, works, out);
    for (size_t i = 0; i < e->n; i++) {
        const Ready *r = &e->parts[i];
        add_mapping(r->mapping, out);
        add_table(r, out);
        for (size_t k = 0; k < r->composed.n_reads; k++)
            // What the entity's own parts read of each other follows from their mappings.
            if (!made_here(e, r->composed.reads[k].table) && !told_before(e, i, k) &&
                !add_read(m, &r->composed.reads[k], out, err))
                return false;
    }
    return true;
}

bool mapper_fingerprint(Mapper *m, Arena *a, const char *entity, const char **out, Err *err)
{
    Inputs inputs = {.arena = a};
    if (!mapper_inputs(m, entity, &inputs, err))
        return false;
    *out = inputs_fingerprint(&inputs);
    return true;
}
