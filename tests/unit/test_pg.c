#include "db/pg.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "base/cancel.h"
#include "base/date.h"
#include "tests/support/temp_pg.h"

typedef struct {
    Arena *arena;
    const char *conninfo;
    Pg *pg;
} Server;

static Pg *connect_to(const char *conninfo)
{
    Err err = {0};
    PgOptions o = {.conninfo = conninfo, .application = "mudanza test"};
    Pg *pg = pg_open(&o, &err);
    cr_assert(pg, "%s", err.text);
    return pg;
}

static Server server_new(void)
{
    Server s = {.arena = arena_new()};
    s.conninfo = temp_pg_database(s.arena);
    s.pg = connect_to(s.conninfo);
    return s;
}

static void server_free(Server *s)
{
    pg_close(s->pg);
    arena_free(s->arena);
}

static void run(Pg *pg, const char *sql)
{
    Err err = {0};
    cr_assert(pg_exec(pg, sql, &err), "%s: %s", sql, err.text);
}

static const char *text(Server *s, const char *sql)
{
    Err err = {0};
    AUTO(pg_rows_free_at) PgRows *r = pg_query(s->pg, sql, NULL, 0, &err);
    cr_assert(r, "%s: %s", sql, err.text);
    return pg_rows(r) && pg_value(r, 0, 0).at ? str_keep(s->arena, pg_value(r, 0, 0)) : "(none)";
}

static void fails(Pg *pg, const char *sql, PgClass class, const char *sqlstate)
{
    Err err = {0};
    cr_expect_not(pg_exec(pg, sql, &err), "%s", sql);
    cr_expect_eq(pg_trouble(pg)->class, class, "%s: %d", sql, pg_trouble(pg)->class);
    cr_expect_str_eq(pg_trouble(pg)->sqlstate, sqlstate, "%s", sql);
}

Test(pg, the_session_is_prepared)
{
    AUTO(server_free) Server s = server_new();
    cr_expect_str_eq(text(&s, "SHOW timezone"), "UTC");
    cr_expect_str_eq(text(&s, "SHOW search_path"), "pg_catalog");
    cr_expect_str_eq(text(&s, "SHOW client_encoding"), "UTF8");
    cr_expect_str_eq(text(&s, "SHOW application_name"), "mudanza test");
    cr_expect_str_eq(text(&s, "SHOW lock_timeout"), "1min");
    cr_expect_str_eq(text(&s, "SHOW client_connection_check_interval"), "2s");
    Err err = {0};
    cr_assert(pg_application(
        s.pg, "mudanza d'Or 1234567890 1234567890 1234567890 1234567890 12345678\xc3\xb1", &err));
    cr_expect_eq(strlen(text(&s, "SHOW application_name")), 63);
    cr_expect_gt(pg_backend(s.pg), 0);
    cr_expect_geq(pg_server_version(s.pg), 150000);
}

Test(pg, values_come_as_they_went)
{
    AUTO(server_free) Server s = server_new();
    Err err = {0};
    Str given[] = {STR("it's \"x\"\n\t\\ \xc3\xb1"), STR(""), {NULL, 0}, STR("42")};
    AUTO(pg_rows_free_at)
    PgRows *r =
        pg_query(s.pg, "SELECT $1::text, $2::text, $3::text, $4::int, true", given, ARRAY_LEN(given), &err);
    cr_assert(r, "%s", err.text);
    cr_assert_eq(pg_rows(r), 1);
    for (size_t i = 0; i < 3; i++)
        cr_expect(str_eq(pg_value(r, 0, i), given[i]), "%zu", i);
    cr_expect_eq(pg_int(r, 0, 3), 42);
    cr_expect(pg_true(r, 0, 4));
    Str nul = STR("a\0b");
    cr_expect_null(pg_query(s.pg, "SELECT $1::text", &nul, 1, &err));
    cr_expect_eq(pg_trouble(s.pg)->class, PG_DATA);
}

Test(pg, affected_rows_are_counted)
{
    AUTO(server_free) Server s = server_new();
    Err err = {0};
    int64_t n = 0;
    run(s.pg, "CREATE TABLE public.t (a int)");
    Str ten = STR("10");
    for (int i = 0; i < 3; i++) { // the same text again: prepared once
        cr_assert(pg_run(s.pg, "INSERT INTO public.t SELECT generate_series(1, $1::int)", &ten, 1, &n, &err));
        cr_expect_eq(n, 10);
    }
    cr_expect_str_eq(text(&s, "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'INSERT%'"),
                     "1");
}

typedef struct {
    int64_t rows, sum;
    int64_t stop_at;
} Sum;

static bool add_row(void *arg, const Str *values, size_t n, Err *err)
{
    Sum *sum = arg;
    cr_assert_eq(n, 1);
    sum->sum += strtoll(values[0].at, NULL, 10);
    return ++sum->rows != sum->stop_at || err_set(err, ERR_STEP, "enough");
}

Test(pg, rows_come_one_by_one_and_may_be_stopped)
{
    AUTO(server_free) Server s = server_new();
    Err err = {0};
    Sum sum = {0};
    cr_assert(pg_each(s.pg, "SELECT generate_series(1, 1000)", NULL, 0, add_row, &sum, &err), "%s", err.text);
    cr_expect_eq(sum.rows, 1000);
    cr_expect_eq(sum.sum, 500500);
    sum = (Sum){.stop_at = 10};
    cr_expect_not(pg_each(s.pg, "SELECT generate_series(1, 100000000)", NULL, 0, add_row, &sum, &err));
    cr_expect_eq(err.kind, ERR_STEP);
    cr_expect_eq(sum.rows, 10);
    sum = (Sum){0};
    cr_expect_not(
        pg_each(s.pg, "SELECT 10 / (3 - g) FROM generate_series(1, 9) g", NULL, 0, add_row, &sum, &err));
    cr_expect_eq(pg_trouble(s.pg)->class, PG_DATA);
    cr_expect_str_eq(text(&s, "SELECT 'usable'"), "usable");
}

Test(pg, troubles_have_a_class)
{
    AUTO(server_free) Server s = server_new();
    run(s.pg, "CREATE TABLE public.t (a int PRIMARY KEY, b varchar(3) CHECK (b <> 'no'))");
    run(s.pg, "INSERT INTO public.t VALUES (1, 'x')");
    fails(s.pg, "INSERT INTO public.t VALUES (1, 'x')", PG_DATA, "23505");
    cr_expect_str_eq(pg_trouble(s.pg)->constraint, "t_pkey");
    fails(s.pg, "INSERT INTO public.t VALUES (2, 'no')", PG_DATA, "23514");
    fails(s.pg, "INSERT INTO public.t VALUES (3, 'long')", PG_DATA, "22001");
    fails(s.pg, "INSERT INTO public.t VALUES ('abc')", PG_DATA, "22P02");
    fails(s.pg, "SELECT * FROM nowhere", PG_SCHEMA, "42P01");
    fails(s.pg, "DO $$ BEGIN RAISE EXCEPTION 'no'; END $$", PG_DATA, "P0001");
    run(s.pg, "SELECT 1");
    cr_expect_eq(pg_trouble(s.pg)->class, PG_FINE);
}

Test(pg, no_value_is_told)
{
    AUTO(server_free) Server s = server_new();
    Err err = {0};
    run(s.pg, "CREATE TABLE public.t (a text PRIMARY KEY, d date); INSERT INTO public.t VALUES ('Juana')");
    cr_expect_not(pg_exec(s.pg, "INSERT INTO public.t VALUES ('Juana')", &err));
    cr_expect(strstr(err.text, "t_pkey") && !strstr(err.text, "Juana"), "%s", err.text);
    cr_expect(strstr(pg_trouble(s.pg)->detail, "Juana")); // for who asks
    Str date = STR("1971-13-13");
    cr_expect_not(pg_run(s.pg, "INSERT INTO public.t VALUES ('x', $1)", &date, 1, NULL, &err));
    cr_expect(strstr(err.text, "22008") && !strstr(err.text, "1971"), "%s", err.text);
}

Test(pg, a_commit_that_rolled_back_is_no_commit)
{
    AUTO(server_free) Server s = server_new();
    Err err = {0};
    run(s.pg, "CREATE TABLE public.t (a int)");
    cr_assert(pg_begin(s.pg, &err));
    run(s.pg, "INSERT INTO public.t VALUES (1)");
    cr_expect(pg_in_transaction(s.pg));
    fails(s.pg, "SELECT 1/0", PG_DATA, "22012");
    cr_expect_not(pg_commit(s.pg, &err));
    cr_expect_not(pg_in_transaction(s.pg));
    cr_expect_str_eq(text(&s, "SELECT count(*) FROM public.t"), "0");
    cr_assert(pg_begin(s.pg, &err));
    run(s.pg, "INSERT INTO public.t VALUES (1)");
    pg_rollback(s.pg);
    cr_assert(pg_begin(s.pg, &err));
    run(s.pg, "INSERT INTO public.t VALUES (2)");
    cr_assert(pg_commit(s.pg, &err), "%s", err.text);
    cr_expect_str_eq(text(&s, "SELECT array_agg(a) FROM public.t"), "{2}");
}

typedef struct {
    const Str *wanted;
    size_t n, lines;
} Expected;

static bool compare_line(void *arg, Str line, Err *err)
{
    Expected *x = arg;
    (void)err;
    AUTO(buf_free) Buf scratch = {0};
    Str value;
    for (size_t i = 0; i < x->n; i++) {
        cr_assert(pg_copy_next(&line, &scratch, &value), "%zu", i);
        cr_expect(str_eq(value, x->wanted[i]), "%zu: %.*s", i, STR_ARG(value));
    }
    cr_expect_not(pg_copy_next(&line, &scratch, &value));
    x->lines++;
    return true;
}

Test(pg, copy_takes_and_gives_any_text)
{
    AUTO(server_free) Server s = server_new();
    Err err = {0};
    const Str values[] = {STR("tab\tline\nreturn\rback\\slash\\N"),
                          {NULL, 0},
                          STR(""),
                          STR("\\N"),
                          STR("\x01\x7f\b\f\v"),
                          STR("\\.")};
    run(s.pg, "CREATE TABLE public.t (a text, b text, c text, d text, e text, f text)");
    AUTO(buf_free) Buf line = {0};
    for (size_t i = 0; i < ARRAY_LEN(values); i++) {
        pg_copy_text(&line, values[i]);
        buf_add_char(&line, i + 1 < ARRAY_LEN(values) ? '\t' : '\n');
    }
    int64_t rows = 0;
    cr_assert(pg_copy_in(s.pg, "COPY public.t FROM STDIN", &err), "%s", err.text);
    for (int i = 0; i < 20000; i++) // more than any buffer holds
        cr_assert(pg_copy_put(s.pg, buf_str(&line), &err), "%s", err.text);
    cr_assert(pg_copy_end(s.pg, &rows, &err), "%s", err.text);
    cr_expect_eq(rows, 20000);
    Expected x = {values, ARRAY_LEN(values), 0};
    cr_assert(pg_copy_out(s.pg, "COPY (SELECT * FROM public.t LIMIT 5) TO STDOUT", compare_line, &x, &err));
    cr_expect_eq(x.lines, 5);
}

Test(pg, the_verdict_of_copy_is_heard)
{
    AUTO(server_free) Server s = server_new();
    Err err = {0};
    run(s.pg, "CREATE TABLE public.t (a int PRIMARY KEY)");
    cr_assert(pg_copy_in(s.pg, "COPY public.t FROM STDIN", &err));
    cr_assert(pg_copy_put(s.pg, STR("1\n2\n1\n"), &err));
    cr_expect_not(pg_copy_end(s.pg, NULL, &err));
    cr_expect_str_eq(pg_trouble(s.pg)->sqlstate, "23505");
    cr_assert(pg_copy_in(s.pg, "COPY public.t FROM STDIN", &err));
    cr_assert(pg_copy_put(s.pg, STR("1\n"), &err));
    pg_copy_abort(s.pg);
    cr_expect_str_eq(text(&s, "SELECT count(*) FROM public.t"), "0");
}

Test(pg, a_cut_connection_is_lost_and_comes_back)
{
    AUTO(server_free) Server s = server_new();
    Err err = {0};
    AUTO(pg_close_at) Pg *other = connect_to(s.conninfo);
    cr_assert(pg_execf(other, &err, "SELECT pg_terminate_backend(%d)", pg_backend(s.pg)));
    cr_expect_not(pg_exec(s.pg, "SELECT 1", &err));
    cr_expect_eq(pg_trouble(s.pg)->class, PG_LOST, "%s", err.text);
    cr_expect_eq(err.kind, ERR_TARGET);
    cr_expect_eq(pg_backend(s.pg), 0);
    cr_expect_not(pg_exec(s.pg, "SELECT 1", &err));
    cr_expect_eq(pg_trouble(s.pg)->class, PG_LOST, "%s", err.text);
    cr_assert(pg_reopen(s.pg, &err), "%s", err.text);
    cr_expect_str_eq(text(&s, "SHOW timezone"), "UTC");
    cr_expect_str_eq(text(&s, "SHOW timezone"), "UTC"); // the statement was prepared in the session before
}

Test(pg, a_server_that_is_not_there_is_told)
{
    Err err = {0};
    PgOptions o = {.conninfo = "host='/nonexistent' dbname='clinic'"};
    cr_expect_null(pg_open(&o, &err));
    cr_expect_eq(err.kind, ERR_TARGET);
    cr_expect(strstr(err.text, "clinic@/nonexistent") && err.hint[0], "%s", err.text);
    AUTO(server_free) Server s = server_new();
    o.conninfo = arena_text(s.arena, "%s dbname='absent'", s.conninfo);
    cr_expect_null(pg_open(&o, &err));
    cr_expect(strstr(err.text, "absent") && !strstr(err.text, "LOCATION"), "%s", err.text);
}

static void *ask_to_stop(void *arg)
{
    AUTO(pg_close_at) Pg *watch = connect_to(arg);
    for (bool waits = false; !waits; usleep(1000)) {
        Err err = {0};
        AUTO(pg_rows_free_at)
        PgRows *r = pg_query(
            watch,
            "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()",
            NULL, 0, &err);
        cr_assert(r, "%s", err.text);
        waits = pg_rows(r) > 0;
    }
    cancel_request(0);
    return NULL;
}

Test(pg, who_waits_for_a_lock_can_be_stopped)
{
    AUTO(server_free) Server s = server_new();
    Err err = {0};
    pthread_t asker;
    AUTO(pg_close_at) Pg *other = connect_to(s.conninfo);
    run(other, "CREATE TABLE public.t (a int)");
    run(other, "BEGIN; LOCK TABLE public.t");
    cancel_start(true);
    cr_assert_eq(pthread_create(&asker, NULL, ask_to_stop, (void *)(uintptr_t)s.conninfo), 0);
    Instant began = steady_now();
    cr_assert(pg_begin(s.pg, &err));
    cr_expect_not(pg_exec(s.pg, "INSERT INTO public.t VALUES (1)", &err));
    cr_expect_eq(err.kind, ERR_STOPPED, "%s", err.text);
    cr_expect_lt(steady_now() - began, 20 * 1000000LL);
    pthread_join(asker, NULL);
    pg_rollback(s.pg);
    cr_expect_not(pg_in_transaction(s.pg));
    cr_expect_null(pg_open(&(PgOptions){.conninfo = s.conninfo}, &err));
    cr_expect_eq(err.kind, ERR_STOPPED);
}

Test(pg, names_and_texts_are_quoted)
{
    AUTO(buf_free) Buf sql = {0};
    pg_quote(&sql, "a \"b\"");
    pg_literal(&sql, STR("it's \\"));
    pg_literal(&sql, (Str){NULL, 0});
    cr_expect_str_eq(buf_text(&sql), "\"a \"\"b\"\"\"'it''s \\'NULL");
}
