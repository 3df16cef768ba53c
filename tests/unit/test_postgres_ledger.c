// The ledger in PostgreSQL: who may make it, and what it keeps of rows that are looked at.
#include <criterion/criterion.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/target_place.h"

static const TargetScope scope = {"clinic", "source"};

// A database without a ledger, and a role of its own that may only connect.
static Place without_ledger(const char **role)
{
    Place p = place_of(&target_postgres, NULL);
    p.kind->close(p.t);
    *role = arena_text(p.arena, "nobody%d", (int)getpid());
    place_run(&p, arena_text(p.arena, "DROP SCHEMA mudanza CASCADE; CREATE ROLE %s LOGIN", *role));
    return p;
}

static Target *open_as(Place *p, const char *role)
{
    Err err = {0};
    Target *t = p->kind->open(p->arena, arena_text(p->arena, "%s user='%s'", p->path, role), NULL, false, &err);
    cr_assert(t, "%s", err.text);
    return t;
}

// The SQL of a hint: behind the colon.
static const char *lines_of(const Err *err)
{
    const char *colon = strchr(err->hint, ':');
    cr_assert(colon, "%s", err->hint);
    return colon + 1;
}

Test(postgres_ledger, a_role_without_the_right_is_told_what_a_dba_has_to_run)
{
    const char *role;
    Place p = without_ledger(&role);
    p.t = open_as(&p, role);
    Err err = {0};
    cr_expect_not(p.kind->prepare(p.t, scope, &err));
    cr_expect_eq(err.kind, ERR_TARGET);
    cr_expect(strstr(err.text, role), "%s", err.text);
    cr_expect(strstr(lines_of(&err), "CREATE SCHEMA mudanza AUTHORIZATION"), "%s", err.hint);
    place_run(&p, lines_of(&err));
    err = (Err){0};
    cr_expect(p.kind->prepare(p.t, scope, &err), "%s", err.text);
    place_run(&p, arena_text(p.arena, "DROP SCHEMA mudanza CASCADE; DROP ROLE %s", role));
    place_free(&p);
}

Test(postgres_ledger, nor_one_that_somebody_else_made)
{
    const char *role;
    Place p = without_ledger(&role);
    Err err = {0};
    p.t = p.kind->open(p.arena, p.path, NULL, false, &err);
    cr_assert(p.kind->prepare(p.t, scope, &err), "%s", err.text);
    p.kind->close(p.t);
    p.t = open_as(&p, role);
    cr_expect_not(p.kind->prepare(p.t, scope, &err));
    place_run(&p, lines_of(&err));
    err = (Err){0};
    int64_t job = 0;
    cr_expect(p.kind->prepare(p.t, scope, &err), "%s", err.text);
    cr_expect(p.kind->job_begin(p.t, &job, "test", &err), "%s", err.text);
    place_run(&p, arena_text(p.arena, "DROP OWNED BY %s; DROP ROLE %s", role, role));
    place_free(&p);
}

typedef struct {
    Place *p;
    Target *t;
    Err err;
    bool ok;
} Preparer;

static void *prepare(void *arg)
{
    Preparer *one = arg;
    one->ok = one->t->kind->prepare(one->t, scope, &one->err);
    return NULL;
}

Test(postgres_ledger, two_workers_make_it_once)
{
    const char *role;
    Place p = without_ledger(&role);
    Preparer all[4] = {0};
    pthread_t threads[ARRAY_LEN(all)];
    for (size_t i = 0; i < ARRAY_LEN(all); i++) {
        all[i] = (Preparer){.p = &p};
        all[i].t = p.kind->open(arena_new(), p.path, NULL, false, &all[i].err);
        cr_assert(all[i].t, "%s", all[i].err.text);
    }
    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        cr_assert_eq(pthread_create(&threads[i], NULL, prepare, &all[i]), 0);
    for (size_t i = 0; i < ARRAY_LEN(all); i++) {
        pthread_join(threads[i], NULL);
        cr_expect(all[i].ok, "%s", all[i].err.text);
    }
    cr_expect_eq(place_int(&p, "SELECT count(*) FROM mudanza.scopes"), 1);
    cr_expect_eq(place_int(&p, "SELECT count(*) FROM mudanza.meta"), 1);
    for (size_t i = 1; i < ARRAY_LEN(all); i++)
        p.kind->close(all[i].t);
    p.t = all[0].t;
    place_run(&p, arena_text(p.arena, "DROP ROLE %s", role));
    place_free(&p);
}

Test(postgres_ledger, a_job_may_have_a_number_and_the_next_comes_after_it)
{
    AUTO(place_free_at) Place p = place_of(&target_postgres, NULL);
    place_again(&p, 40);
    cr_expect_eq(p.job, 40);
    place_again(&p, 40);
    cr_expect_eq(place_int(&p, "SELECT count(*) FROM mudanza.jobs"), 2);
    place_again(&p, 0);
    cr_expect_eq(p.job, 41);
}

static TargetTrace trace(Place *p, const char *key)
{
    TargetTrace t;
    Err err = {0};
    cr_assert(p->kind->trace(p->t, p->arena, "person", str_of(key), &t, &err), "%s", err.text);
    return t;
}

static bool add_key(void *arg, Str key, Err *err)
{
    (void)err;
    buf_addf(arg, "%.*s ", STR_ARG(key));
    return true;
}

BOTH(target_trace, what_is_known_of_a_row)
{
    AUTO(place_free_at) Place p = place_of(kind, NULL);
    Err err = {0};
    PlaceItem *items = place_items(&p, 1, 3, false);
    items[2].person[1] = (Str){NULL, 0};
    place_write(&p, items, 3, true);
    place_again(&p, 0);
    cr_assert(p.kind->restart(p.t, "person/insert", &err));
    items = place_items(&p, 1, 2, false);
    items[0].item.hash = STR("other");
    place_write(&p, items, 1, true);
    TargetTrace one = trace(&p, "k000001"), two = trace(&p, "k000002"), none = trace(&p, "k000003");
    cr_expect(one.mapped && !one.linked && !one.absent && !one.raw);
    cr_expect_str_eq(one.table, "people");
    cr_expect_str_eq(one.id, place_id(&p, 1));
    cr_expect(str_is(one.hash, "other"));
    cr_expect_eq(one.made_by, 1);
    cr_expect_eq(one.changed_by, 2);
    cr_expect_eq(one.seen_by, 2);
    cr_assert_eq(one.n_touches, 2);
    cr_expect(one.touches[0].job == 1 && one.touches[1].job == 2 && !one.touches[0].undone);
    cr_expect_eq(strlen(one.touches[0].started_at), strlen("2026-01-02 03:04:05.678901+00:00"));
    cr_expect(two.mapped && two.absent && two.n_touches == 1);
    cr_expect(!none.mapped && none.n_touches == 0);
    AUTO(buf_free) Buf keys = {0};
    cr_expect(p.kind->keys_of(p.t, "person", place_id(&p, 2), 10, add_key, &keys, &err));
    cr_expect_str_eq(buf_text(&keys), "k000002 ");
}

BOTH(target_trace, a_refused_row_tells_why)
{
    AUTO(place_free_at) Place p = place_of(kind, NULL);
    PlaceItem *items = place_items(&p, 1, 3, false);
    items[1].person[1] = (Str){NULL, 0};
    place_write(&p, items, 3, true);
    TargetTrace t = trace(&p, "k000002");
    cr_expect_not(t.mapped);
    cr_expect_str_eq(t.code, "target.not_null");
    cr_expect(strstr(t.detail, "people.name"));
    cr_expect_eq(t.refused_by, 1);
}
