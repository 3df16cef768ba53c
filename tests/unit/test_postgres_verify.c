#include <criterion/criterion.h>
#include <string.h>

#include "target/target_postgres.h"
#include "tests/unit/postgres_place.h"

Test(postgres_verify, orphans_are_counted_by_every_foreign_key)
{
    static const char tables[] =
        "CREATE TABLE pairs (a int, b int, PRIMARY KEY (a, b)); CREATE TABLE \"odd \"\"name\" (id int PRIMARY KEY);"
        "CREATE TABLE rows (id int PRIMARY KEY, a int, b int, c int CONSTRAINT to_odd REFERENCES \"odd \"\"name\","
        " me int REFERENCES rows, CONSTRAINT to_pair FOREIGN KEY (a, b) REFERENCES pairs)";
    AUTO(postgres_place_free) PostgresPlace p = postgres_place(tables);
    Err err = {0};
    const TargetScope scope = {"clinic", "test"};
    cr_assert(p.t->kind->prepare(p.t, scope, &err), "%s", err.text);
    postgres_place_run(&p, "SET session_replication_role = replica; INSERT INTO pairs VALUES (1, 1);"
                           "INSERT INTO rows VALUES (1, 1, 1, NULL, NULL), (2, 1, 2, NULL, 1), (3, 2, NULL, 9, NULL),"
                           " (4, 7, 7, 9, 4);"
                           "INSERT INTO mudanza.tables (id, name, id_column) VALUES (1, 'rows', 'id');"
                           "INSERT INTO mudanza.entity_mappings (scope, entity, table_id, linked, batch, key, id) VALUES"
                           " (1, 1, 1, false, 1, 'k', '2')");
    TargetOrphans *found;
    int64_t keys;
    size_t n;
    cr_assert(p.t->kind->orphans(p.t, p.arena, "rows", &keys, &found, &n, &err), "%s", err.text);
    cr_expect_eq(keys, 3);
    cr_assert_eq(n, 2);
    cr_expect_str_eq(found[0].key, "to_odd");
    cr_expect_str_eq(found[0].parent, "odd \"name");
    cr_expect(found[0].rows == 2 && found[0].ours == 0);
    cr_expect_str_eq(found[1].key, "to_pair");
    cr_expect(found[1].rows == 2 && found[1].ours == 1);
    cr_expect_str_eq(found[1].table, "rows");
    cr_assert(p.t->kind->orphans(p.t, p.arena, "nothing", &keys, &found, &n, &err) && !keys && !n);
}

Test(postgres_verify, reports_are_kept)
{
    AUTO(postgres_place_free) PostgresPlace p = postgres_place("SELECT 1");
    Err err = {0};
    int64_t job = 0;
    const TargetScope scope = {"clinic", "test"};
    cr_assert(p.t->kind->prepare(p.t, scope, &err), "%s", err.text);
    cr_assert(p.t->kind->keep_report(p.t, STR("{\"v\":1}"), &err), "%s", err.text);
    cr_assert(p.t->kind->job_begin(p.t, &job, "run 1", &err) &&
              p.t->kind->keep_report(p.t, STR("{\"v\":2}"), &err), "%s", err.text);
    AUTO(pg_rows_free_at)
    PgRows *r = pg_query(p.pg, "SELECT scope, coalesce(job, 0), content ->> 'v' FROM mudanza.validation_reports ORDER BY report",
                         NULL, 0, &err);
    cr_assert(r && pg_rows(r) == 2, "%s", err.text);
    cr_expect(pg_int(r, 0, 0) == 1 && pg_int(r, 0, 1) == 0 && pg_int(r, 0, 2) == 1);
    cr_expect(pg_int(r, 1, 1) == job && pg_int(r, 1, 2) == 2);
}
