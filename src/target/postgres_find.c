#include "target/target_postgres.h"

#include <string.h>

// The literal takes the column's type without its length: nothing is cut or rounded to fit.
static void add_condition(Buf *sql, const PgTable *live, size_t column, Str value)
{
    bool json = strcmp(live->types[column], "json") == 0; // it knows no equality
    buf_add_text(sql, " AND t.");
    pg_quote(sql, live->table.columns[column].name);
    buf_add_text(sql, json ? "::jsonb = " : " = ");
    pg_literal(sql, value);
}

typedef struct {
    bool (*row)(void *arg, const Str *values, Err *err);
    void *arg;
    bool stopped;
} Each;

static bool each_row(void *arg, const Str *values, Err *err)
{
    Each *e = arg;
    e->stopped = !e->row(e->arg, values, err);
    return !e->stopped;
}

// A table that is not there has no such rows, and no row has a value that its column cannot hold.
bool postgres_find(Target *base, const char *table, const char *const *columns, const Str *values, size_t n,
                   int64_t limit, bool (*row)(void *arg, const Str *values, Err *err), void *arg, Err *err)
{
    PostgresTarget *t = postgres_of(base);
    err->kind = ERR_NONE;
    PgTable *live = postgres_live(t, table, err);
    if (!live)
        return err->kind == ERR_NONE;
    AUTO(arena_free_at) Arena *a = arena_new();
    AUTO(buf_free) Buf behind = {0};
    buf_add_text(&behind, " WHERE true");
    for (size_t i = 0; i < n; i++) {
        size_t column = postgres_column(live, columns[i]);
        if (column == SIZE_MAX)
            return true;
        add_condition(&behind, live, column, values[i]);
    }
    buf_addf(&behind, " LIMIT %lld", (long long)limit);
    size_t *all = arena_many(a, size_t, live->table.n + 1);
    for (size_t i = 0; i < live->table.n; i++)
        all[i] = i;
    Each e = {row, arg, false};
    if (postgres_rows(t, live, all, live->table.n, buf_text(&behind), each_row, &e, err))
        return true;
    if (e.stopped || pg_in_transaction(t->db) || pg_trouble(t->db)->class != PG_DATA)
        return false;
    err->kind = ERR_NONE;
    return true;
}
