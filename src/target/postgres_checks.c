#include "target/postgres_writer.h"

// Checks over columns that the mapping does not fill would see no values here: they are left to the server.
bool postgres_read_checks(PostgresTarget *t, PgPart *p, Err *err)
{
    if (p->has_checks)
        return true;
    AUTO(buf_free) Buf filled = {0};
    for (size_t i = 0; i < p->n; i++)
        postgres_list(&filled, str_of(p->live->table.columns[p->columns[i]].name));
    const Str values[] = {str_of(p->live->quoted), postgres_list_end(&filled)};
    AUTO(pg_rows_free_at)
    PgRows *checks = pg_query(
        t->db,
        "SELECT k.conname, pg_get_expr(k.conbin, k.conrelid) FROM pg_constraint k"
        " WHERE k.conrelid = $1::regclass AND k.contype = 'c' AND k.conkey IS NOT NULL AND NOT EXISTS ("
        "SELECT 1 FROM pg_attribute a WHERE a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey)"
        " AND a.attname <> ALL ($2::text[])) ORDER BY k.conname",
        values, 2, err);
    if (!checks)
        return false;
    p->checks = arena_many(t->arena, PgCheck, pg_rows(checks) + 1);
    p->n_checks = pg_rows(checks);
    for (size_t i = 0; i < p->n_checks; i++)
        p->checks[i] =
            (PgCheck){str_keep(t->arena, pg_value(checks, i, 0)), str_keep(t->arena, pg_value(checks, i, 1))};
    p->has_checks = true;
    return true;
}
