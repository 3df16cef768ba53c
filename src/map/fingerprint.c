#include "map/mapper.h"

#include <stdio.h>
#include <string.h>

#include "map/mapper_state.h"

// Raised when the meaning of mappings or functions changes: everything is evaluated anew.
static const char EVALUATOR_VERSION[] = "1";

static void add_line(Sha256 *h, const char *label, const char *value)
{
    sha256_add(h, str_of(label));
    sha256_add(h, STR("="));
    sha256_add(h, value ? str_of(value) : STR("\\N"));
    sha256_add(h, STR("\n"));
}

static void add_settings(const Mapper *m, Sha256 *h)
{
    const Profile *p = m->o.profile;
    for (size_t i = 0; i < p->n_settings; i++)
        add_line(h, p->settings[i].name, mapper_setting(m, p->settings[i].name));
    for (size_t i = 0; m->o.clinic && i < m->o.clinic->n_settings; i++)
        add_line(h, m->o.clinic->settings[i].name, m->o.clinic->settings[i].value);
    for (size_t i = 0; i < p->n_codes; i++)
        add_line(h, p->codes[i].code, p->codes[i].severity); // an error refuses the row
    add_line(h, "clinic_id", m->o.clinic_id);
    add_line(h, "source_system", m->o.source_system);
    AUTO(buf_free) Buf instant = {0};
    instant_format(m->o.as_of, &instant);
    add_line(h, "as_of", buf_text(&instant));
}

// The digest of what one column held when it was read: of the cache's own tables by column, of a
// canonical entity or a snapshot as a whole.
static bool add_read(Mapper *m, Arena *a, const ColumnRead *read, Sha256 *h, Err *err)
{
    const char *digest = m->snapshot_digest;
    if (strcmp(read->schema, "target") != 0) {
        bool made = strncmp(read->table, "out_", 4) == 0;
        if (made && !cache_column_digest(m->o.cache, a, read->table, read->column, &digest, err))
            return false;
        if (!made && !lite_one_text(m->db, a, &digest, err, "SELECT content FROM _source WHERE entity = %Q",
                                    read->table))
            return false;
    }
    add_line(h, arena_text(a, "%s.%s.%s", read->schema, read->table, read->column), digest);
    return true;
}

static bool made_here(const ReadyEntity *e, const char *table)
{
    for (size_t i = 0; i < e->n; i++)
        if (strcmp(e->parts[i].mapping->out, table) == 0)
            return true;
    return false;
}

static void add_table(const Ready *r, Sha256 *h)
{
    for (size_t i = 0; r->table && i < r->table->n; i++) {
        const Column *c = &r->table->columns[i];
        char shape[64];
        snprintf(shape, sizeof shape, "%d/%d/%d/%d/%d", (int)c->kind, c->length, c->precision, c->scale,
                 c->not_null);
        add_line(h, c->name, shape);
        for (size_t w = 0; c->words && c->words[w]; w++)
            add_line(h, "word", c->words[w]);
    }
}

bool mapper_fingerprint(Mapper *m, Arena *a, const char *entity, const char **out, Err *err)
{
    const ReadyEntity *e = mapper_entity(m, entity);
    Sha256 *h = sha256_new();
    bool ok = true;
    add_line(h, "version", EVALUATOR_VERSION);
    add_settings(m, h);
    for (size_t i = 0; ok && i < e->n; i++) {
        const Ready *r = &e->parts[i];
        add_line(h, r->mapping->name, r->mapping->canonical);
        add_table(r, h);
        for (size_t k = 0; ok && k < r->composed.n_reads; k++)
            // What the entity's own parts read of each other follows from their mappings.
            if (!made_here(e, r->composed.reads[k].table))
                ok = add_read(m, a, &r->composed.reads[k], h, err);
    }
    char hex[SHA256_HEX + 1];
    sha256_finish_hex(h, hex);
    sha256_free(h);
    *out = arena_text(a, "%s", hex);
    return ok;
}
