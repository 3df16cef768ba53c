// Counters of the application, in mudanza.counters: made with the first use.
#include "target/postgres_undo.h"

#include "base/intl.h"

static const char notes_sql[] =
    "CREATE TABLE IF NOT EXISTS mudanza.counters (seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
    " job bigint NOT NULL, step text NOT NULL, table_name text NOT NULL, id text NOT NULL, columns text[] NOT NULL,"
    " before bigint[] NOT NULL, after bigint[] NOT NULL)";

static bool lower(PostgresTarget *t, const TargetCounter *c, const PgTable *live, PgRows **found, Err *err)
{
    AUTO(buf_free) Buf sql = {0}, known = {0}, values = {0};
    buf_add_text(&sql, "SELECT ARRAY[");
    for (size_t i = 0; i < c->n; i++) {
        AUTO(buf_free) Buf name = {0};
        pg_quote(&name, c->columns[i]);
        buf_addf(&sql, "%s%s::bigint", i ? ", " : "", buf_text(&name));
        buf_addf(&known, "%scoalesce(%s, -9223372036854775807)", i ? ", " : "", buf_text(&name));
        buf_addf(&values, "%s%lld", i ? ", " : "", (long long)c->values[i]);
    }
    buf_addf(&sql, "]::text FROM %s WHERE id::text = $1 AND ROW(%s) < ROW(%s) FOR UPDATE", live->quoted, buf_text(&known),
             buf_text(&values));
    *found = pg_query(t->db, buf_text(&sql), &c->id, 1, err);
    return *found;
}

static bool raise_it(PostgresTarget *t, const TargetCounter *c, const PgTable *live, bool *raised, Err *err)
{
    AUTO(pg_rows_free_at) PgRows *found = NULL;
    if (!lower(t, c, live, &found, err))
        return false;
    *raised = pg_rows(found) > 0;
    if (!*raised)
        return true;
    AUTO(buf_free) Buf sets = {0}, columns = {0}, after = {0};
    for (size_t i = 0; i < c->n; i++) {
        buf_add_text(&sets, i ? ", " : "");
        pg_quote(&sets, c->columns[i]);
        buf_addf(&sets, " = %lld", (long long)c->values[i]);
        buf_add_text(&columns, i ? ", " : "ARRAY[");
        pg_literal(&columns, str_of(c->columns[i]));
        buf_addf(&after, "%s%lld", i ? ", " : "ARRAY[", (long long)c->values[i]);
    }
    AUTO(arena_free_at) Arena *a = arena_new();
    const Str values[] = {str_of(c->step), str_of(live->quoted), c->id, pg_value(found, 0, 0)};
    return pg_exec(t->db, notes_sql, err) &&
           pg_run(t->db,
                  arena_text(a,
                             "INSERT INTO mudanza.counters (job, step, table_name, id, columns, before, after)"
                             " VALUES (%lld, $1, $2, $3, %s], $4::bigint[], %s])",
                             (long long)t->job, buf_text(&columns), buf_text(&after)),
                  values, ARRAY_LEN(values), NULL, err) &&
           pg_run(t->db, arena_text(a, "UPDATE %s SET %s WHERE id::text = $1", live->quoted, buf_text(&sets)), &c->id, 1,
                  NULL, err);
}

bool postgres_raise(Target *base, const TargetCounter *c, bool *raised, Err *err)
{
    PostgresTarget *t = postgres_of(base);
    *raised = false;
    err->kind = ERR_NONE;
    const PgTable *live = postgres_live(t, c->table, err);
    if (!live)
        return err->kind == ERR_NONE;
    bool ok = pg_begin(t->db, err) && raise_it(t, c, live, raised, err) && pg_commit(t->db, err);
    if (!ok)
        pg_rollback(t->db);
    return ok;
}

bool revert_counters(const Revert *r, Err *err)
{
    int64_t there;
    if (!revert_int(r, &there, err, "SELECT count(to_regclass('mudanza.counters'))"))
        return false;
    if (!there)
        return true;
    AUTO(pg_rows_free_at)
    PgRows *notes = pg_query(
        r->t->db,
        arena_text(r->arena,
                   "SELECT format('UPDATE %%s SET %%s WHERE id::text = %%L AND %%s', n.table_name, u.sets, n.id, u.same)"
                   " FROM mudanza.counters n CROSS JOIN LATERAL (SELECT"
                   " string_agg(format('%%I = %%s', c, coalesce(b::text, 'NULL')), ', ') AS sets,"
                   " string_agg(format('%%I = %%s', c, a), ' AND ') AS same"
                   " FROM unnest(n.columns, n.before, n.after) AS v (c, b, a)) u WHERE n.job IN (%s)%s ORDER BY n.seq DESC",
                   r->jobs, r->steps),
        NULL, 0, err);
    bool ok = notes;
    for (size_t i = 0; ok && i < pg_rows(notes); i++)
        ok = pg_exec(r->t->db, str_keep(r->arena, pg_value(notes, i, 0)), err);
    return ok && revert_run(r, NULL, err, "DELETE FROM mudanza.counters WHERE job IN (%s)%s", r->jobs, r->steps);
}
