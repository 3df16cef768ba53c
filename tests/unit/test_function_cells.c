// How an issue finds its cell, and what is registered.
#include <criterion/criterion.h>
#include <string.h>

#include "tests/support/function_bench.h"

// Three rows: k1 and k3 hold no date.
static void fill(Bench *b)
{
    Err err = {0};
    cr_assert(
        lite_exec(
            b->db,
            "CREATE TABLE p(key TEXT PRIMARY KEY, born, name) WITHOUT ROWID;"
            "INSERT INTO p VALUES ('k1','rubbish','c'), ('k2','2024-02-29','a'), ('k3','2023-02-29','b');"
            "CREATE TABLE visit(patient, day);"
            "INSERT INTO visit VALUES ('k2','never'), ('k3','2024-01-01')",
            &err),
        "%s", err.text);
}

typedef struct {
    const char *sql, *rows, *issues;
} Query;

#define BOTH "date.invalid@3/k1: not a date; date.invalid@3/k3: not a date"

Test(function_cells, issues_carry_the_cell_that_raised_them)
{
    static const Query queries[] = {
        {"SELECT val(at(3, key), date_of(born, 'ymd')) FROM p ORDER BY key", "NULL,2024-02-29,NULL", BOTH},
        {"SELECT val(at(3, key), date_of(born, 'ymd')) FROM p ORDER BY name", "2024-02-29,NULL,NULL", BOTH},
        {"SELECT val(at(3, key), date_of(born, 'ymd')) FROM p ORDER BY 1, key", "NULL,NULL,2024-02-29", BOTH},
        {"SELECT val(at(3, key), date_of(born, 'ymd')) FROM p ORDER BY key LIMIT 1", "NULL",
         "date.invalid@3/k1: not a date"},
        {"SELECT val(at(3, p.key), date_of(v.day, 'ymd')) FROM p LEFT JOIN visit v ON v.patient = p.key "
         "ORDER BY p.key",
         "NULL,NULL,2024-01-01", "date.invalid@3/k2: not a date"},
        {"SELECT val(at(0, key), name) || coalesce(val(at(3, key), date_of(born, 'ymd')), '') FROM p ORDER "
         "BY key",
         "c,a2024-02-29,b", BOTH},
        {"SELECT val(at(3, key), coalesce(nullif(name, 'c'), date_of(born, 'ymd'))) FROM p ORDER BY key",
         "NULL,a,b", "date.invalid@3/k1: not a date"},
        {"SELECT val(at(3, key), date_of(lag(born) OVER (ORDER BY key), 'ymd')) FROM p ORDER BY key",
         "NULL,NULL,2024-02-29", "date.invalid@3/k2: not a date"},
        {"SELECT val(at(3, p.key), (SELECT date_of(day, 'ymd') FROM visit WHERE patient = p.key)) FROM p "
         "ORDER BY key",
         "NULL,NULL,2024-01-01", "date.invalid@3/k2: not a date"},
        // A constant is not folded: every row has its issue.
        {"SELECT val(at(3, key), date_of('rubbish', 'ymd')) FROM p ORDER BY key", "NULL,NULL,NULL",
         "date.invalid@3/k1: not a date; date.invalid@3/k2: not a date; date.invalid@3/k3: not a date"},
    };
    AUTO(arena_free_at) Arena *a = arena_new();
    for (size_t i = 0; i < ARRAY_LEN(queries); i++) {
        AUTO(bench_close_at) Bench *b = bench_open();
        fill(b);
        cr_expect_str_eq(bench_rows(b, a, queries[i].sql), queries[i].rows, "%s", queries[i].sql);
        cr_expect_str_eq(buf_text(&b->issues), queries[i].issues, "%s raises %s", queries[i].sql,
                         buf_text(&b->issues));
        cr_expect_not(b->cell.outside);
        cr_expect_eq(b->cell.column, -1);
    }
}

Test(function_cells, an_issue_outside_a_cell_is_counted_and_not_told)
{
    static const char *const queries[] = {
        "SELECT val(at(3, key), lag(date_of(born, 'ymd')) OVER (ORDER BY key)) FROM p",
        "SELECT val(at(3, 'all'), max(date_of(born, 'ymd'))) FROM p",
        "WITH d AS MATERIALIZED (SELECT key, date_of(born, 'ymd') AS day FROM p) SELECT val(at(3, key), day) FROM d",
        "SELECT date_of(born, 'ymd') FROM p",
    };
    AUTO(arena_free_at) Arena *a = arena_new();
    for (size_t i = 0; i < ARRAY_LEN(queries); i++) {
        AUTO(bench_close_at) Bench *b = bench_open();
        fill(b);
        bench_rows(b, a, queries[i]);
        cr_expect(b->cell.outside, "%s", queries[i]);
        cr_expect_str_eq(buf_text(&b->issues), "", "%s", queries[i]);
    }
}

Test(function_cells, val_hands_its_value_on_unchanged)
{
    BENCH_CHECK({"typeof(val(at(0, 'k'), 12))", "'integer'", NULL},
                {"typeof(val(at(0, 'k'), 1.5))", "'real'", NULL},
                {"typeof(val(at(0, 'k'), x'00ff'))", "'blob'", NULL},
                {"typeof(val(at(0, 'k'), NULL))", "'null'", NULL},
                {"hex(val(at(0, 'k'), 'a' || char(0) || 'b'))", "'610062'", NULL},
                {"json_array(val(at(0, 'k'), json('[1,2]')))", "'[[1,2]]'", NULL},
                {"json_array(val(at(0, 'k'), '[1,2]'))", "'[\"[1,2]\"]'", NULL});
}

Test(function_cells, a_key_that_does_not_fit_is_an_error)
{
    AUTO(bench_close_at) Bench *b = bench_open();
    AUTO(arena_free_at) Arena *a = arena_new();
    cr_expect(strstr(bench_error(b, a, "val(at(0, printf('%128d', 1)), date_of('x', 'ymd'))"), "127 bytes"));
    cr_expect_str_eq(buf_text(&b->issues), "");
    cr_expect_str_eq(bench_rows(b, a, "SELECT val(at(0, printf('%127d', 1)), 5)"), "5");
}

Test(function_cells, functions_are_refused_in_views_and_generated_columns)
{
    AUTO(bench_close_at) Bench *b = bench_open();
    Err err = {0};
    cr_assert(lite_exec(b->db, "CREATE VIEW v AS SELECT fold('x')", &err), "%s", err.text);
    cr_expect_not(lite_exec(b->db, "SELECT * FROM v", &err));
    cr_expect(strstr(err.text, "unsafe use of fold"), "%s", err.text);
    cr_expect_not(lite_exec(b->db, "CREATE TABLE t(a, b AS (date_of(a, 'ymd')))", &err));
}

// Whoever is in the table can be called with as many arguments as it says, and no other number.
Test(function_cells, the_table_is_what_is_registered)
{
    AUTO(bench_close_at) Bench *b = bench_open();
    for (const FunctionInfo *f = function_table; f->name; f++) {
        for (int args = 0; args <= 6; args++) {
            AUTO(buf_free) Buf sql = {0};
            Err err = {0};
            buf_addf(&sql, "SELECT %s(", f->name);
            for (int i = 0; i < args; i++)
                buf_add_text(&sql, i ? ", 'x'" : "'x'");
            buf_add_char(&sql, ')');
            AUTO(lite_finish_at) LiteStmt *s = lite_prepare(b->db, buf_text(&sql), &err);
            cr_expect_eq(s != NULL, args == f->args, "%s: %s", buf_text(&sql), err.text);
        }
        cr_expect(!strncmp(f->synopsis, f->name, strlen(f->name)) && f->synopsis[strlen(f->name)] == '(');
        cr_expect(strstr(f->about, "issue ") == NULL || f->raises || strstr(f->about, "without an issue"),
                  "%s tells of an issue it does not raise", f->name);
    }
}

Test(function_cells, mappings_call_ours_and_what_depends_on_arguments_alone)
{
    static const char *const allowed[] = {"date_of",      "DATE_OF",    "coalesce", "->>",
                                          "json_extract", "row_number", "max",      "printf",
                                          "substr",       "hex",        "like",     "dec_sum"};
    static const char *const refused[] = {"at",
                                          "val",
                                          "random",
                                          "randomblob",
                                          "datetime",
                                          "date",
                                          "time",
                                          "julianday",
                                          "strftime",
                                          "unixepoch",
                                          "changes",
                                          "fts5",
                                          "load_extension",
                                          "current_timestamp",
                                          "readfile",
                                          "sqlite_version",
                                          "last_insert_rowid",
                                          "total_changes",
                                          ""};
    for (size_t i = 0; i < ARRAY_LEN(allowed); i++)
        cr_expect(functions_allowed(allowed[i]), "%s", allowed[i]);
    for (size_t i = 0; i < ARRAY_LEN(refused); i++)
        cr_expect_not(functions_allowed(refused[i]), "%s", refused[i]);
}

Test(function_cells, registering_again_replaces_host_and_cell)
{
    AUTO(bench_close_at) Bench *b = bench_open();
    AUTO(arena_free_at) Arena *a = arena_new();
    Cell other;
    Err err = {0};
    cr_assert(functions_register(b->db, &b->host, &other, &err), "%s", err.text);
    bench_rows(b, a, "SELECT date_of('rubbish', 'ymd')");
    cr_expect(other.outside);
    cr_expect_not(b->cell.outside);
}
