// A PostgreSQL target as a session: whose it is, and what becomes of it when it is cut.
#include <criterion/criterion.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "target/target_postgres.h"
#include "tests/support/temp_pg.h"

typedef struct {
    Arena *arena;
    const char *conninfo;
    Target *t;
} Place;

static Target *connect_to(const Place *p)
{
    Err err = {0};
    Target *t = target_postgres.open(p->arena, p->conninfo, NULL, false, &err);
    cr_assert(t, "%s", err.text);
    return t;
}

static Place life(void)
{
    Place p = {.arena = arena_new()};
    p.conninfo = temp_pg_database(p.arena);
    p.t = connect_to(&p);
    return p;
}

static void end_life(Place *p)
{
    target_postgres.close(p->t);
    arena_free(p->arena);
}

static void lock(Target *t, const char *clinic)
{
    Err err = {0};
    cr_assert(target_postgres.lock(t, clinic, &err), "%s", err.text);
}

static void cut(const Place *p, Target *t)
{
    Err err = {0};
    PgOptions o = {.conninfo = p->conninfo};
    AUTO(pg_close_at) Pg *pg = pg_open(&o, &err);
    cr_assert(pg && pg_execf(pg, &err, "SELECT pg_terminate_backend(%d)", pg_backend(postgres_of(t)->db)),
              "%s", err.text);
}

Test(postgres_life, a_clinic_has_one_worker)
{
    AUTO(end_life) Place p = life();
    Err err = {0};
    Target *other = connect_to(&p);
    target_postgres.at_work(p.t, "mudanza sol run 7 patient/insert");
    lock(p.t, "clinic one");
    cr_expect_not(target_postgres.lock(other, "clinic one", &err));
    cr_expect_eq(err.kind, ERR_IN_USE);
    cr_expect(strstr(err.text, "mudanza sol run 7 patient/insert"), "%s", err.text);
    cr_expect(strstr(err.text, arena_text(p.arena, "process %d on", (int)getpid())), "%s", err.text);
    lock(other, "clinic two");
    target_postgres.close(p.t);
    p.t = other;
    lock(other, "clinic one");
}

// The worker is gone, and its session is not: as when the server is busy with its last statement.
Test(postgres_life, what_a_dead_worker_left_is_ended)
{
    AUTO(end_life) Place p = life();
    Target *other = connect_to(&p);
    pid_t worker = fork();
    if (worker == 0) {
        Err err = {0};
        _exit(target_postgres.lock(other, "clinic", &err) ? 0 : 1);
    }
    int status = 1;
    waitpid(worker, &status, 0);
    cr_assert_eq(status, 0);
    lock(p.t, "clinic");
    target_postgres.close(other);
}

Test(postgres_life, a_cut_session_is_made_ready_again)
{
    AUTO(end_life) Place p = life();
    Err err = {0};
    int64_t job = 0;
    TargetScope scope = {"clinic", "odd"};
    lock(p.t, "clinic");
    cr_assert(postgres_prepare(p.t, scope, &err) && postgres_job_begin(p.t, &job, "label", &err), "%s",
              err.text);
    int64_t known = postgres_of(p.t)->scope;
    cut(&p, p.t);
    cr_expect_not(postgres_restart(p.t, "person/insert", &err));
    cr_expect_eq(target_postgres.trouble(p.t), TROUBLE_LOST);
    cr_assert(target_postgres.recover(p.t, &err), "%s", err.text);
    cr_expect_eq(postgres_of(p.t)->job, job);
    cr_expect_eq(postgres_of(p.t)->scope, known);
    cr_assert(postgres_restart(p.t, "person/insert", &err), "%s", err.text);
    Target *other = connect_to(&p);
    cr_expect_not(target_postgres.lock(other, "clinic", &err));
    cr_expect_eq(err.kind, ERR_IN_USE);
    target_postgres.close(other);
}

Test(postgres_life, another_worker_may_have_come_meanwhile)
{
    AUTO(end_life) Place p = life();
    Err err = {0};
    lock(p.t, "clinic");
    cut(&p, p.t);
    Target *other = connect_to(&p);
    lock(other, "clinic");
    cr_expect_not(target_postgres.recover(p.t, &err));
    cr_expect_eq(err.kind, ERR_IN_USE, "%s", err.text);
    cr_expect_not(target_postgres.recover(p.t, &err)); // nor the second time
    cr_expect_eq(err.kind, ERR_IN_USE, "%s", err.text);
    target_postgres.close(other);
}

typedef struct {
    Target *t;
    bool ok;
} Waiter;

static void *write_behind_a_lock(void *arg)
{
    Waiter *w = arg;
    Err err = {0};
    w->ok = pg_exec(postgres_of(w->t)->db, "INSERT INTO public.people DEFAULT VALUES", &err);
    return NULL;
}

Test(postgres_life, who_is_in_the_way_is_named)
{
    AUTO(end_life) Place p = life();
    Err err = {0};
    PgOptions o = {.conninfo = p.conninfo, .application = "reception"};
    AUTO(pg_close_at) Pg *other = pg_open(&o, &err);
    cr_assert(other && pg_exec(other, "CREATE TABLE public.people (id int)", &err), "%s", err.text);
    cr_expect_null(target_postgres.waits_for(p.t, p.arena));
    cr_assert(pg_begin(other, &err) && pg_exec(other, "LOCK TABLE public.people", &err));
    pthread_t thread;
    Waiter w = {.t = p.t};
    pthread_create(&thread, NULL, write_behind_a_lock, &w);
    const char *text = NULL;
    while (!text || !strstr(text, "lock")) // until the statement has come that far
        text = target_postgres.waits_for(p.t, p.arena);
    cr_expect(strstr(text, arena_text(p.arena, "server process %d (reception", pg_backend(other))), "%s",
              text);
    cr_expect(strstr(text, "idle in transaction since"), "%s", text);
    pg_rollback(other);
    pthread_join(thread, NULL);
    cr_expect(w.ok);
}

static int64_t number(const Place *p, const char *sql)
{
    Err err = {0};
    AUTO(pg_rows_free_at) PgRows *r = pg_query(postgres_of(p->t)->db, sql, NULL, 0, &err);
    cr_assert(r, "%s", err.text);
    return pg_int(r, 0, 0);
}

Test(postgres_life, what_the_database_numbers_goes_on_behind_the_highest)
{
    AUTO(end_life) Place p = life();
    Err err = {0};
    cr_assert(pg_exec(postgres_of(p.t)->db,
                      "CREATE TABLE public.a (id int GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY);"
                      "CREATE TABLE public.\"B x\" (id serial, other bigserial);"
                      "INSERT INTO public.a VALUES (41); INSERT INTO public.\"B x\" (id) VALUES (7)",
                      &err),
              "%s", err.text);
    cr_assert(target_postgres.table(p.t, "a", &err) && target_postgres.table(p.t, "B x", &err), "%s",
              err.text);
    cr_assert(target_postgres.finish(p.t, &err), "%s (%s)", err.text, err.hint);
    cr_assert(target_postgres.finish(p.t, &err), "%s", err.text); // again: nothing moves
    cr_expect_eq(number(&p, "INSERT INTO public.a DEFAULT VALUES RETURNING id"), 42);
    cr_expect_eq(number(&p, "INSERT INTO public.\"B x\" DEFAULT VALUES RETURNING id"), 8);
    cr_expect_eq(number(&p, "SELECT max(other) FROM public.\"B x\""), 2);
    cr_expect_eq(number(&p, "SELECT count(*) FROM pg_stats WHERE schemaname = 'public' AND attname = 'id'"),
                 2);
}

static void finish_after(const Place *p, const char *sql)
{
    Err err = {0};
    cr_assert(pg_exec(postgres_of(p->t)->db, sql, &err) && target_postgres.finish(p->t, &err), "%s", err.text);
}

Test(postgres_life, a_few_changed_rows_are_not_worth_reading_a_table)
{
    static const char times[] = "SELECT analyze_count FROM pg_stat_user_tables WHERE relname = 'big'";
    AUTO(end_life) Place p = life();
    Err err = {0};
    finish_after(&p, "CREATE TABLE public.big (id int) WITH (autovacuum_enabled = off)");
    cr_assert(target_postgres.table(p.t, "big", &err), "%s", err.text);
    finish_after(&p, "INSERT INTO public.big SELECT generate_series(1, 2000)");
    cr_expect_eq(number(&p, times), 1);
    finish_after(&p, "UPDATE public.big SET id = -id WHERE id <= 240");
    cr_expect_eq(number(&p, times), 1);
    finish_after(&p, "UPDATE public.big SET id = -id WHERE id > 1900");
    cr_expect_eq(number(&p, times), 2); // of both together
}
