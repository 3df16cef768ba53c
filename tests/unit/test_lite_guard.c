#include "db/lite_guard.h"

#include <criterion/criterion.h>
#include <string.h>
#include <strings.h>

static Arena *arena;
static Lite *db;
static LiteGuard guard;
static Buf reads;
static Err err;

static bool may_call(void *arg, const char *function)
{
    (void)arg;
    static const char *const allowed[] = {"upper", "json_each", "->>", "count"};
    for (size_t i = 0; i < ARRAY_LEN(allowed); i++)
        if (strcasecmp(function, allowed[i]) == 0)
            return true;
    return false;
}

static void note_read(void *arg, const char *schema, const char *table, const char *column)
{
    buf_addf(arg, "%s.%s.%s ", schema, table, column);
}

static void set_up(void)
{
    arena = arena_new();
    db = lite_open("", LITE_MEMORY, ERR_CONFIG, &err);
    cr_assert(db && lite_lower_limits(db, &err), "%s", err.text);
    cr_assert(lite_attach_memory(db, "target", &err), "%s", err.text);
    cr_assert(
        lite_exec(db,
                  "CREATE TABLE patient(name, payload); INSERT INTO patient VALUES('ana', '{\"a\":[1,2]}');"
                  "CREATE TABLE target.users(id, email)",
                  &err),
        "%s", err.text);
    guard = (LiteGuard){.may_call = may_call, .reads = note_read, .arg = &reads};
    lite_guard(db, &guard);
}

static void tear_down(void)
{
    lite_close(db);
    buf_free(&reads);
    arena_free(arena);
}

TestSuite(lite_guard, .init = set_up, .fini = tear_down);

Test(lite_guard, lets_queries_through)
{
    static const char *const queries[] = {
        "SELECT name FROM patient",
        "SELECT upper(name) FROM patient WHERE name IN (SELECT email FROM target.users)",
        "SELECT value FROM patient, json_each(payload, '$.a')",
        "SELECT payload->>'$.a' FROM patient",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 3) SELECT i FROM n",
    };
    for (size_t i = 0; i < ARRAY_LEN(queries); i++) {
        LiteStmt *s = lite_prepare(db, queries[i], &err);
        cr_assert(s, "%s: %s", queries[i], err.text);
        cr_assert_neq(lite_step(s, &err), LITE_FAILED, "%s: %s", queries[i], err.text);
        lite_finish(s);
    }
}

Test(lite_guard, refuses_everything_else_while_it_is_prepared)
{
    static const struct {
        const char *sql, *word;
    } cases[] = {
        {"INSERT INTO patient VALUES(1, 2)", "SQL"},
        {"UPDATE patient SET name = 1", "SQL"},
        {"DELETE FROM patient", "SQL"},
        {"CREATE TABLE x(y)", "SQL"},
        {"CREATE TEMP TABLE x(y)", "SQL"},
        {"DROP TABLE patient", "SQL"},
        {"ATTACH '/tmp/x.db' AS x", "SQL"},
        {"DETACH target", "SQL"},
        {"PRAGMA user_version", "SQL"},
        {"PRAGMA writable_schema = ON", "SQL"},
        {"BEGIN", "SQL"},
        {"SAVEPOINT x", "SQL"},
        {"ANALYZE", "SQL"},
        {"SELECT random()", "random"},
        {"SELECT upper(name) FROM patient ORDER BY random()", "random"},
        {"SELECT load_extension('x')", "load_extension"},
        {"SELECT lower(name) FROM patient", "lower"},
        {"CREATE VIRTUAL TABLE f USING fts5(x)", "SQL"},
        {"SELECT name FROM sqlite_schema", "sqlite_schema"},
        {"SELECT sql FROM target.sqlite_schema", "sqlite_schema"},
        {"SELECT file FROM pragma_database_list", "SQL"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        guard.refused = NULL;
        LiteStmt *s = lite_prepare(db, cases[i].sql, &err);
        cr_assert_null(s, "%s", cases[i].sql);
        cr_assert_eq(err.kind, ERR_CONFIG);
        cr_assert(guard.refused && strcasecmp(guard.refused, cases[i].word) == 0, "%s: %s", cases[i].sql,
                  guard.refused ? guard.refused : "(nothing)");
    }
    lite_guard(db, NULL);
    int64_t n = 0;
    cr_assert(lite_one_int(db, &n, NULL, &err, "SELECT count(*) FROM patient"), "%s", err.text);
    cr_assert_eq(n, 1);
}

Test(lite_guard, tells_what_is_read_and_from_where)
{
    LiteStmt *s =
        lite_prepare(db, "SELECT p.name FROM patient p JOIN target.users u ON u.email = p.name", &err);
    cr_assert(s, "%s", err.text);
    lite_finish(s);
    cr_assert_not_null(strstr(buf_text(&reads), "main.patient.name "));
    cr_assert_not_null(strstr(buf_text(&reads), "target.users.email "));
    cr_assert_null(strstr(buf_text(&reads), "users.id"));
    cr_assert_null(strstr(buf_text(&reads), "payload"));
}

Test(lite_guard, tells_of_tables_whose_rows_are_only_counted)
{
    LiteStmt *s = lite_prepare(db, "SELECT (SELECT count(*) FROM patient)", &err);
    cr_assert(s, "%s", err.text);
    lite_finish(s);
    cr_assert_not_null(strstr(buf_text(&reads), "main.patient. "));
}

Test(lite_guard, taken_away_it_asks_no_more)
{
    lite_guard(db, NULL);
    cr_assert(lite_exec(db, "INSERT INTO patient VALUES(lower('X'), random())", &err), "%s", err.text);
}

Test(lite_guard, limits_end_what_would_grow_without_end)
{
    lite_guard(db, NULL);
    cr_assert_not(lite_exec(db, "SELECT zeroblob(100000000)", &err));
    AUTO(buf_free) Buf deep = {0};
    buf_add_text(&deep, "SELECT 1");
    for (int i = 0; i < 1000; i++)
        buf_add_text(&deep, "+1");
    cr_assert_null(lite_prepare(db, buf_text(&deep), &err));
    cr_assert_not_null(strstr(err.text, "depth"), "%s", err.text);
}
