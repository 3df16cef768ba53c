// What the target knows of single rows: for people who look at one record.
#include "base/json_out.h"
#include "target/target_postgres.h"

// Parameters of every statement here: scope, entity, key, then what it has of its own.
typedef struct {
    PostgresTarget *t;
    Arena *arena;
    PgNumber scope, entity;
    Str values[4];
    TargetTrace *out;
} Look;

static PgRows *ask(Look *l, const char *sql, size_t n, Err *err)
{
    return pg_query(l->t->db, sql, l->values, n, err);
}

static bool find_mapping(Look *l, Err *err)
{
    TargetTrace *out = l->out;
    AUTO(pg_rows_free_at)
    PgRows *found = ask(l,
                        "SELECT t.name, m.id, m.linked, m.source_hash, b.job, u.job, m.absent IS NOT NULL"
                        " FROM mudanza.entity_mappings m LEFT JOIN mudanza.tables t ON t.id = m.table_id"
                        " LEFT JOIN mudanza.batches b ON b.batch = m.batch"
                        " LEFT JOIN mudanza.batches u ON u.batch = m.updated_batch"
                        " WHERE m.scope = $1 AND m.entity = $2 AND m.key = $3",
                        3, err);
    if (!found || !pg_rows(found))
        return found;
    out->mapped = true;
    out->table = str_keep(l->arena, pg_value(found, 0, 0));
    out->id = str_keep(l->arena, pg_value(found, 0, 1));
    out->linked = pg_true(found, 0, 2);
    out->hash = postgres_bytes(l->arena, pg_value(found, 0, 3));
    out->made_by = pg_int(found, 0, 4);
    out->changed_by = pg_int(found, 0, 5);
    out->absent = pg_true(found, 0, 6);
    return true;
}

static bool find_raw(Look *l, Err *err)
{
    TargetTrace *out = l->out;
    AUTO(pg_rows_free_at)
    PgRows *found = ask(l,
                        "SELECT b.job, u.job, r.absent IS NOT NULL FROM mudanza.raw_entities r"
                        " LEFT JOIN mudanza.batches b ON b.batch = r.batch"
                        " LEFT JOIN mudanza.batches u ON u.batch = r.updated_batch"
                        " WHERE r.scope = $1 AND r.entity = $2 AND r.key = $3",
                        3, err);
    if (!found || !pg_rows(found) || (out->mapped && pg_true(found, 0, 2)))
        return found;
    out->raw = true;
    out->mapped = out->linked = false;
    out->made_by = pg_int(found, 0, 0);
    out->changed_by = pg_int(found, 0, 1);
    out->absent = pg_true(found, 0, 2);
    return true;
}

static bool find_refusal(Look *l, Err *err)
{
    AUTO(pg_rows_free_at)
    PgRows *found = ask(l,
                        "SELECT code, detail, job FROM mudanza.warnings"
                        " WHERE scope = $1 AND step = $4 AND key = $3 AND entity = $2",
                        4, err);
    if (!found || !pg_rows(found))
        return found;
    l->out->code = str_keep(l->arena, pg_value(found, 0, 0));
    l->out->detail = str_keep(l->arena, pg_value(found, 0, 1));
    l->out->refused_by = pg_int(found, 0, 2);
    return true;
}

static bool find_passing(Look *l, Err *err)
{
    AUTO(pg_rows_free_at)
    PgRows *found = ask(l,
                        "SELECT c.job FROM mudanza.checkpoints c JOIN mudanza.batches b ON b.batch = c.batch"
                        " WHERE c.scope = $1 AND b.entity = $2 AND c.step = $4 AND b.first_key <= $3"
                        " AND b.last_key >= $3 ORDER BY c.batch DESC LIMIT 1",
                        4, err);
    if (found && pg_rows(found))
        l->out->seen_by = pg_int(found, 0, 0);
    return found;
}

// A batch that made a row is noted with the row; one that changed it lists its key in the journal. Of a row
// that was taken back only its batch is left: one that answered for its key when the row was not on record.
static bool find_touches(Look *l, Err *err)
{
    AUTO(pg_rows_free_at)
    PgRows *found = ask(
        l,
        "SELECT b.job, b.batch, to_char(o.started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') || "
        "'+00:00',"
        " b.undone IS NOT NULL FROM mudanza.batches b LEFT JOIN mudanza.jobs o ON o.job = b.job"
        " WHERE b.batch IN ("
        "SELECT batch FROM mudanza.entity_mappings WHERE scope = $1 AND entity = $2 AND key = $3 UNION "
        "SELECT batch FROM mudanza.raw_entities WHERE scope = $1 AND entity = $2 AND key = $3 UNION "
        "SELECT j.batch FROM mudanza.journal j JOIN mudanza.batches k ON k.batch = j.batch WHERE k.scope = $1"
        " AND k.entity = $2 AND j.operation IN ('mapping', 'raw') AND $3 = ANY (j.keys) UNION "
        "SELECT k.batch FROM mudanza.batches k WHERE k.scope = $1 AND k.entity = $2 AND k.undone IS NOT NULL"
        " AND k.first_key <= $3 AND k.last_key >= $3"
        " AND NOT EXISTS (SELECT 1 FROM mudanza.entity_mappings m WHERE m.scope = $1 AND m.entity = $2"
        " AND m.key = $3 AND m.batch < k.batch) AND NOT EXISTS (SELECT 1 FROM mudanza.raw_entities r"
        " WHERE r.scope = $1 AND r.entity = $2 AND r.key = $3 AND r.batch < k.batch)) ORDER BY b.batch",
        3, err);
    if (!found)
        return false;
    l->out->n_touches = pg_rows(found);
    l->out->touches = arena_many(l->arena, TargetTouch, l->out->n_touches + 1);
    for (size_t i = 0; i < l->out->n_touches; i++)
        l->out->touches[i] = (TargetTouch){pg_int(found, i, 0), pg_int(found, i, 1),
                                           str_keep(l->arena, pg_value(found, i, 2)), pg_true(found, i, 3)};
    return true;
}

bool postgres_trace(Target *base, Arena *a, const char *entity, Str key, TargetTrace *out, Err *err)
{
    PostgresTarget *t = postgres_of(base);
    int64_t id;
    *out = (TargetTrace){0};
    if (!t->scope)
        return true;
    if (!postgres_entity_id(t, entity, false, &id, err))
        return false;
    Look l = {.t = t, .arena = a, .out = out};
    l.values[0] = postgres_number(&l.scope, t->scope);
    l.values[1] = postgres_number(&l.entity, id);
    l.values[2] = key;
    l.values[3] = str_of(arena_text(a, "%s/insert", entity));
    return find_mapping(&l, err) && ((out->mapped && !out->absent) || find_raw(&l, err)) &&
           find_refusal(&l, err) && find_passing(&l, err) && find_touches(&l, err);
}

// One question for all of them: a server may be far away.
static const char state_of_many[] =
    "SELECT k.n, m.key IS NOT NULL, t.name, m.id, m.linked, b.job, u.job, m.absent IS NOT NULL,"
    " r.key IS NOT NULL, rb.job, ru.job, r.absent IS NOT NULL, w.code, w.detail, w.job,"
    " (SELECT c.job FROM mudanza.checkpoints c JOIN mudanza.batches x ON x.batch = c.batch"
    " WHERE c.scope = $1 AND x.entity = $2 AND c.step = $4 AND x.first_key <= k.key AND x.last_key >= k.key"
    " ORDER BY c.batch DESC LIMIT 1)"
    " FROM jsonb_array_elements_text($3::jsonb) WITH ORDINALITY AS k(key, n)"
    " LEFT JOIN mudanza.entity_mappings m ON m.scope = $1 AND m.entity = $2 AND m.key = k.key"
    " LEFT JOIN mudanza.tables t ON t.id = m.table_id LEFT JOIN mudanza.batches b ON b.batch = m.batch"
    " LEFT JOIN mudanza.batches u ON u.batch = m.updated_batch"
    " LEFT JOIN mudanza.raw_entities r ON r.scope = $1 AND r.entity = $2 AND r.key = k.key"
    " LEFT JOIN mudanza.batches rb ON rb.batch = r.batch LEFT JOIN mudanza.batches ru ON ru.batch = r.updated_batch"
    " LEFT JOIN mudanza.warnings w ON w.scope = $1 AND w.step = $4 AND w.key = k.key AND w.entity = $2";

static void read_state(Arena *a, const PgRows *found, size_t i, TargetTrace *out)
{
    bool absent = pg_true(found, i, 11);
    out->mapped = pg_true(found, i, 1);
    out->table = str_keep(a, pg_value(found, i, 2));
    out->id = str_keep(a, pg_value(found, i, 3));
    out->linked = pg_true(found, i, 4);
    out->made_by = pg_int(found, i, 5);
    out->changed_by = pg_int(found, i, 6);
    out->absent = pg_true(found, i, 7);
    out->code = str_keep(a, pg_value(found, i, 12));
    out->detail = str_keep(a, pg_value(found, i, 13));
    out->refused_by = pg_int(found, i, 14);
    out->seen_by = pg_int(found, i, 15);
    if (!pg_true(found, i, 8) || (out->mapped && (!out->absent || absent)))
        return;
    out->raw = true;
    out->mapped = out->linked = false;
    out->made_by = pg_int(found, i, 9);
    out->changed_by = pg_int(found, i, 10);
    out->absent = absent;
}

bool postgres_traces(Target *base, Arena *a, const char *entity, const Str *keys, size_t n, TargetTrace *out,
                     Err *err)
{
    PostgresTarget *t = postgres_of(base);
    PgNumber rooms[2];
    int64_t id;
    AUTO(buf_free) Buf list = {0};
    JsonOut j = {.out = &list};
    for (size_t i = 0; i < n; i++)
        out[i] = (TargetTrace){0};
    if (!t->scope)
        return true;
    if (!postgres_entity_id(t, entity, false, &id, err))
        return false;
    json_open_list(&j, NULL);
    for (size_t i = 0; i < n; i++)
        json_str(&j, NULL, keys[i]);
    json_close_list(&j);
    const Str values[] = {postgres_number(&rooms[0], t->scope), postgres_number(&rooms[1], id), buf_str(&list),
                          str_of(arena_text(a, "%s/insert", entity))};
    AUTO(pg_rows_free_at) PgRows *found = pg_query(t->db, state_of_many, values, ARRAY_LEN(values), err);
    for (size_t i = 0; found && i < pg_rows(found); i++) {
        int64_t at = pg_int(found, i, 0);
        if (at >= 1 && at <= (int64_t)n)
            read_state(a, found, i, &out[at - 1]);
    }
    return found;
}

typedef struct {
    bool (*each)(void *arg, Str key, Err *err);
    void *arg;
} Keys;

static bool tell_key(void *arg, const Str *values, size_t n, Err *err)
{
    const Keys *keys = arg;
    (void)n;
    return keys->each(keys->arg, values[0], err);
}

bool postgres_keys_of(Target *base, const char *entity, const char *id, int64_t limit,
                      bool (*each)(void *arg, Str key, Err *err), void *arg, Err *err)
{
    PostgresTarget *t = postgres_of(base);
    int64_t number;
    if (!t->scope)
        return true;
    if (!postgres_entity_id(t, entity, false, &number, err))
        return false;
    PgNumber rooms[3];
    const Str values[] = {postgres_number(&rooms[0], t->scope), postgres_number(&rooms[1], number),
                          str_of(id), postgres_number(&rooms[2], limit)};
    Keys keys = {each, arg};
    return pg_each(t->db,
                   "SELECT key FROM mudanza.entity_mappings WHERE scope = $1 AND entity = $2 AND id = $3"
                   " LIMIT $4",
                   values, 4, tell_key, &keys, err);
}
