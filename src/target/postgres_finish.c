// What is left to do after the last row: statistics for the planner, and the numbers the database gives next.
#include "target/target_postgres.h"

// Of one table; who owns neither is passed over with a notice, and what others lock is left to autovacuum.
static bool analyze(PostgresTarget *t, Str schema, Str table, Err *err)
{
    AUTO(buf_free) Buf sql = {0};
    AUTO(arena_free_at) Arena *a = arena_new();
    buf_add_text(&sql, "ANALYZE (SKIP_LOCKED) ");
    pg_quote(&sql, str_keep(a, schema));
    buf_add_char(&sql, '.');
    pg_quote(&sql, str_keep(a, table));
    return pg_exec(t->db, buf_text(&sql), err);
}

static bool is_ours(const PostgresTarget *t, Str schema, Str table)
{
    if (str_is(schema, "mudanza"))
        return true;
    AUTO(buf_free) Buf name = {0};
    AUTO(arena_free_at) Arena *a = arena_new();
    pg_quote(&name, str_keep(a, schema));
    buf_add_char(&name, '.');
    pg_quote(&name, str_keep(a, table));
    for (const PgTable *live = t->tables; live; live = live->next)
        if (str_is(buf_str(&name), live->quoted))
            return true;
    return false;
}

// Tables of which so much changed that the server itself would come to look, sooner or later: to read all of a
// large one because of a few rows would cost more than they did.
static bool analyze_changed(PostgresTarget *t, Err *err)
{
    static const char sql[] =
        "SELECT s.schemaname, s.relname FROM pg_stat_user_tables s JOIN pg_class c ON c.oid = s.relid"
        " WHERE s.n_mod_since_analyze > 0 AND (c.reltuples < 0 OR s.n_mod_since_analyze >"
        " current_setting('autovacuum_analyze_threshold')::float8"
        " + current_setting('autovacuum_analyze_scale_factor')::float8 * c.reltuples) ORDER BY 1, 2";
    if (!pg_exec(t->db, "SELECT pg_stat_force_next_flush()", err))
        return false;
    AUTO(pg_rows_free_at) PgRows *r = pg_query(t->db, sql, NULL, 0, err);
    for (size_t i = 0; r && i < pg_rows(r); i++)
        if (is_ours(t, pg_value(r, i, 0), pg_value(r, i, 1)) &&
            !analyze(t, pg_value(r, i, 0), pg_value(r, i, 1), err))
            return false;
    return r;
}

// The highest id may be one that was given to the database; its sequence would give it out again.
static bool advance(PostgresTarget *t, const PgTable *live, const char *column, Err *err)
{
    static const char find[] =
        "SELECT s.oid::regclass FROM pg_sequence q JOIN pg_class s ON s.oid = q.seqrelid"
        " WHERE q.seqincrement > 0 AND s.oid = pg_get_serial_sequence($1, $2)::regclass";
    const Str names[] = {str_of(live->quoted), str_of(column)};
    AUTO(pg_rows_free_at) PgRows *r = pg_query(t->db, find, names, ARRAY_LEN(names), err);
    if (!r || !pg_rows(r))
        return r;
    AUTO(buf_free) Buf sql = {0};
    buf_add_text(&sql, "SELECT setval(");
    pg_literal(&sql, pg_value(r, 0, 0));
    buf_add_text(&sql, ", highest) FROM (SELECT max(");
    pg_quote(&sql, column);
    buf_addf(&sql, ") FROM %s) x(highest), %.*s s WHERE highest > s.last_value - (NOT s.is_called)::int",
             live->quoted, STR_ARG(pg_value(r, 0, 0)));
    return pg_exec(t->db, buf_text(&sql), err);
}

bool postgres_finish(Target *base, Err *err)
{
    PostgresTarget *t = postgres_of(base);
    for (const PgTable *live = t->tables; live; live = live->next)
        for (size_t i = 0; i < live->table.n; i++)
            if (live->table.columns[i].kind == COLUMN_INT &&
                (live->identity[i] || live->table.columns[i].has_default) &&
                !advance(t, live, live->table.columns[i].name, err))
                return false;
    return analyze_changed(t, err);
}
