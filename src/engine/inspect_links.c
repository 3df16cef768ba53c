// What a record needs, and what needs it.
#include <string.h>

#include "engine/inspect_inner.h"
#include "map/out_rows.h"

bool inspect_needs(Inspecting *x, Err *err)
{
    AUTO(buf_free) Buf list = {0};
    for (size_t i = 0; x->model && !x->kept_back && i < x->model->n_fields; i++) {
        const Field *f = &x->model->fields[i];
        const char *key;
        if (f->type != FIELD_REFERENCE)
            continue;
        if (!lite_one_text(cache_db(x->s.cache), x->a, &key, err,
                           "SELECT nullif(\"%w\", '') FROM \"%w\" WHERE canonical_uuid = %Q", f->name,
                           x->entity, x->out->key))
            return false;
        InspectNeed need = {.field = f->name, .entity = f->refers, .key = key};
        if (!key)
            continue;
        if (!inspect_outcome(x, f->refers, key, &need.outcome, NULL, err))
            return false;
        buf_add(&list, (Str){(const char *)&need, sizeof need});
    }
    x->out->needs = inspect_list(x->a, &list, sizeof(InspectNeed), &x->out->n_needs);
    return true;
}

// The reference of a mapping of this entity that is filled from the field; *in: the mapping. NULL: none.
static const Reference *reference_of(const MappedEntity *e, const Field *f, const Mapping **in)
{
    for (size_t i = 0; e && i < e->n; i++)
        for (size_t r = 0; r < e->mappings[i]->n_references; r++) {
            const Reference *one = &e->mappings[i]->references[r];
            if (strcmp(one->entity, f->refers) == 0 && one->key.sql && strstr(one->key.sql, f->name)) {
                *in = e->mappings[i];
                return one;
            }
        }
    return NULL;
}

// Rows that are made, by the id they refer to: the field itself would have to be read out of every payload.
static bool count_made(Inspecting *x, const Mapping *m, const char *column, int64_t *rows, Err *err)
{
    bool exists;
    *rows = 0;
    if (!x->out->outcome.id)
        return true;
    return lite_table_exists(cache_db(x->s.cache), m->out, &exists, err) &&
           (!exists || lite_one_int(cache_db(x->s.cache), rows, NULL, err,
                                    "SELECT count(DISTINCT key) FROM \"%w\" WHERE \"%w\" = %Q", m->out,
                                    strcmp(column, m->id_column) == 0 ? "link" : column, x->out->outcome.id));
}

// Rows that were kept back or raised the issue that their reference leads nowhere. Nothing is kept back
// because of a record that has an id.
static bool count_others(Inspecting *x, const char *entity, const Field *f, const Reference *r,
                         InspectWaiting *w, Err *err)
{
    AUTO(lite_finish_at)
    LiteStmt *s = lite_preparef(
        cache_db(x->s.cache), err,
        "WITH r AS (SELECT key, max(by_parent OR code = ?3) AS because FROM _rejects"
        " WHERE entity = ?1 AND step = ?1 || '/validate' GROUP BY key),"
        " i AS (SELECT key, 0 FROM _issues WHERE step = ?1 || '/validate' AND code = ?3"
        " AND key NOT IN (SELECT key FROM r) AND ?4)"
        " SELECT count(*), total(because AND ?4) FROM (SELECT * FROM r UNION ALL SELECT * FROM i) b"
        " CROSS JOIN \"%w\" e ON e.canonical_uuid = b.key WHERE e.\"%w\" = ?2",
        entity, f->name);
    if (!s)
        return false;
    lite_bind_text(s, 0, str_of(entity));
    lite_bind_text(s, 1, str_of(x->out->key));
    lite_bind_text(s, 2, str_of(r->code_unmapped));
    lite_bind_int(s, 3, !x->out->outcome.id);
    if (lite_step(s, err) != LITE_ROW)
        return false;
    w->rows += lite_int(s, 0);
    w->rejected += (int64_t)lite_double(s, 1);
    return true;
}

// Refused by the target: are they made to refer to this record?
typedef struct {
    LiteStmt *made;
    const char *id;
    int64_t n;
} Refused;

static bool take_refused(void *arg, const TargetReject *r, Err *err)
{
    Refused *x = arg;
    if (!str_is(r->code, "target.foreign_key"))
        return true;
    lite_reset(x->made);
    lite_bind_text(x->made, 0, r->key);
    lite_bind_text(x->made, 1, str_of(x->id));
    LiteStep step = lite_step(x->made, err);
    x->n += step == LITE_ROW;
    return step != LITE_FAILED;
}

static bool count_refused(Inspecting *x, const char *entity, const Mapping *m, const char *column,
                          InspectWaiting *w, Err *err)
{
    Target *t = x->s.target;
    const char *id = x->out->n_rows ? x->out->rows[0].id : NULL; // that it would have had
    if (!t || x->trace.mapped || !id || strcmp(column, m->id_column) == 0)
        return true;
    Refused r = {.id = id};
    AUTO(lite_finish_at)
    LiteStmt *s = r.made = lite_preparef(cache_db(x->s.cache), err,
                                         "SELECT 1 FROM \"%w\" WHERE key = ? AND \"%w\" = ?", m->out, column);
    bool ok = s && t->kind->rejects(t, entity, take_refused, &r, err);
    w->rows += r.n;
    w->rejected += r.n;
    return ok;
}

static bool count_waiting(Inspecting *x, const MappedEntity *e, const Field *f, InspectWaiting *w, Err *err)
{
    CacheStep made;
    bool found, indexed;
    const char *entity = e->entity->name;
    const Mapping *m = NULL;
    const Reference *r = reference_of(e, f, &m);
    Lite *db = cache_db(x->s.cache);
    *w = (InspectWaiting){.entity = entity, .field = f->name};
    if (!r)
        return true;
    if (!cache_step(x->s.cache, x->a, arena_text(x->a, "%s/validate", entity), &made, &found, err) ||
        !lite_one_int(db, &(int64_t){0}, &indexed, err,
                      "SELECT 1 FROM sqlite_schema WHERE type = 'index' AND name = '%q_%q'", entity, f->name))
        return false;
    if (!count_made(x, m, r->column, &w->rows, err) || !count_others(x, entity, f, r, w, err) ||
        !count_refused(x, entity, m, r->column, w, err))
        return false;
    return (found && !indexed) ||
           lite_one_int(db, &w->rows, NULL, err, "SELECT count(*) FROM \"%w\" WHERE \"%w\" = %Q", entity,
                        f->name, x->out->key);
}

bool inspect_waiting(Inspecting *x, Err *err)
{
    AUTO(buf_free) Buf list = {0};
    const Profile *p = x->s.profile;
    for (size_t i = 0; !x->kept_back && i < p->n; i++)
        for (size_t k = 0; k < p->entities[i].entity->n_fields; k++) {
            const Field *f = &p->entities[i].entity->fields[k];
            InspectWaiting w;
            if (f->type != FIELD_REFERENCE || strcmp(f->refers, x->entity) != 0)
                continue;
            if (!count_waiting(x, &p->entities[i], f, &w, err))
                return false;
            if (w.rows)
                buf_add(&list, (Str){(const char *)&w, sizeof w});
        }
    x->out->waiting = inspect_list(x->a, &list, sizeof(InspectWaiting), &x->out->n_waiting);
    return true;
}
