#include "target/target_postgres.h"

#include "target/orphans.h"

static bool count(PostgresTarget *t, const char *sql, int64_t *n, Err *err)
{
    AUTO(pg_rows_free_at) PgRows *r = pg_query(t->db, sql, NULL, 0, err);
    if (r)
        *n = pg_int(r, 0, 0);
    return r;
}

static size_t id_of(const PgTable *live)
{
    for (size_t i = 0; i < live->table.n; i++)
        if (live->table.columns[i].primary_key)
            return i;
    return SIZE_MAX;
}

// Whose they are is only asked where there are some: that reads the whole ledger. Without a key nobody knows.
static bool count_key(PostgresTarget *t, const PgTable *live, const PgForeignKey *f, TargetOrphans *o,
                      Err *err)
{
    AUTO(buf_free) Buf parent = {0}, sql = {0}, id = {0};
    AUTO(arena_free_at) Arena *a = arena_new();
    const char **columns = arena_many(a, const char *, f->n);
    for (size_t i = 0; i < f->n; i++)
        columns[i] = live->table.columns[f->columns[i]].name;
    pg_quote(&parent, f->schema);
    buf_add_char(&parent, '.');
    pg_quote(&parent, f->table);
    orphans_count(&sql, &(ForeignKeyRows){live->quoted, buf_text(&parent), columns, f->parents, f->n});
    size_t key = id_of(live);
    if (!count(t, buf_text(&sql), &o->rows, err))
        return false;
    o->ours = o->rows;
    if (!o->rows || key == SIZE_MAX)
        return true;
    buf_add_text(&id, "t.");
    pg_quote(&id, live->table.columns[key].name);
    buf_add_text(&id, "::text COLLATE \"C\"");
    buf_add_text(&sql, " AND ");
    postgres_ours(&sql, live, buf_text(&id));
    return count(t, buf_text(&sql), &o->ours, err);
}

bool postgres_orphans(Target *base, Arena *a, const char *table, int64_t *keys, TargetOrphans **out,
                      size_t *n, Err *err)
{
    PostgresTarget *t = postgres_of(base);
    err->kind = ERR_NONE;
    PgTable *live = postgres_live(t, table, err);
    *n = 0;
    *keys = live ? (int64_t)live->n_foreign : 0;
    *out = arena_many(a, TargetOrphans, (size_t)*keys + 1);
    for (size_t i = 0; i < (size_t)*keys; i++) {
        const PgForeignKey *f = &live->foreign[i];
        TargetOrphans *o = &(*out)[*n];
        *o = (TargetOrphans){.table = live->table.name, .key = f->name, .parent = f->table};
        if (!count_key(t, live, f, o, err))
            return false;
        *n += o->rows > 0;
    }
    return live || err->kind == ERR_NONE;
}

bool postgres_keep_report(Target *base, Str content, Err *err)
{
    PostgresTarget *t = postgres_of(base);
    PgNumber scope, job;
    const Str values[] = {postgres_number(&scope, t->scope), postgres_number(&job, t->job), content};
    return pg_run(t->db,
                  "INSERT INTO mudanza.validation_reports (scope, job, content)"
                  " VALUES ($1::smallint, nullif($2::bigint, 0), $3::jsonb)",
                  values, 3, NULL, err);
}
