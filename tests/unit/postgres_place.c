#include "tests/unit/postgres_place.h"

#include <criterion/criterion.h>
#include <string.h>

#include "tests/support/temp_pg.h"

void postgres_place_run(PostgresPlace *p, const char *sql)
{
    Err err = {0};
    cr_assert(pg_exec(p->pg, sql, &err), "%s: %s", err.text, sql);
}

PostgresPlace postgres_place(const char *schema)
{
    Err err = {0};
    PostgresPlace p = {.arena = arena_new()};
    p.conninfo = temp_pg_database(p.arena);
    p.pg = pg_open(&(PgOptions){.conninfo = p.conninfo, .application = "test"}, &err);
    cr_assert(p.pg, "%s", err.text);
    postgres_place_run(&p, "SET search_path = public");
    postgres_place_run(&p, schema);
    p.t = target_postgres.open(p.arena, p.conninfo, NULL, false, &err);
    cr_assert(p.t, "%s", err.text);
    return p;
}

void postgres_place_again(PostgresPlace *p)
{
    Err err = {0};
    p->t->kind->close(p->t);
    p->t = target_postgres.open(p->arena, p->conninfo, NULL, false, &err);
    cr_assert(p->t, "%s", err.text);
}

void postgres_place_free(PostgresPlace *p)
{
    p->t->kind->close(p->t);
    pg_close(p->pg);
    arena_free(p->arena);
}

const Table *postgres_place_table(PostgresPlace *p, const char *name)
{
    Err err = {0};
    const Table *table = p->t->kind->table(p->t, name, &err);
    cr_assert(table, "%s: %s", name, err.text);
    return table;
}

const Column *postgres_place_column(PostgresPlace *p, const char *table, const char *name)
{
    const Table *t = postgres_place_table(p, table);
    for (size_t i = 0; i < t->n; i++)
        if (strcmp(t->columns[i].name, name) == 0)
            return &t->columns[i];
    cr_assert(false, "no column %s", name);
    return NULL;
}

bool place_rows_take(void *arg, const Str *values, Err *err)
{
    PlaceRows *rows = arg;
    (void)err;
    for (size_t i = 0; i < rows->n; i++)
        buf_addf(&rows->text, "%s%.*s", i ? "|" : "", values[i].at ? (int)values[i].len : 4,
                 values[i].at ? values[i].at : "null");
    buf_add_char(&rows->text, '\n');
    return true;
}
