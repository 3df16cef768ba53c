#include "engine/sample_page.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <string.h>

#include "base/file.h"
#include "cache/control.h"
#include "tests/support/small_cache.h"
#include "tests/support/statement_watch.h"
#include "tests/support/temp_folder.h"

enum { PATIENTS = 3000 };

static Arena *arena;
static Clinic clinic;
static Err err;

static void must(bool ok)
{
    cr_assert(ok, "%s", err.text);
}

static void change(const char *file, const char *sql)
{
    AUTO(lite_close_at)
    Lite *db = lite_open(file_join(arena, clinic.state_folder, file), LITE_WRITE, ERR_INTERNAL, &err);
    must(db && lite_exec(db, sql, &err));
}

// Three thousand patients, of whom two come without a key and one twice; the mapping made rows of most,
// linked some, skipped some and rejected one in a hundred; the target refused two. Run 1 inserted.
static void set_up(void)
{
    int64_t rows, rejected;
    arena = arena_new();
    statements_watch();
    clinic = (Clinic){.name = "north", .typed = "north", .state_folder = temp_folder(arena)};
    AUTO(cache_load_abandon_at)
    CacheLoad *l = cache_load_begin(clinic.state_folder, small_model(arena), &err);
    must(l && cache_load_entity(l, "patient", &err));
    small_row(l, NULL, "{}", NULL);
    small_row(l, NULL, "{}", NULL);
    for (int i = 0; i < PATIENTS; i++)
        small_row(l, arena_text(arena, "k%06d", i),
                  arena_text(arena, "{\"number\":\"N-%d\",\"age\":%d,\"tags\":\"a\\\"b\"}", i, i % 90), NULL);
    small_row(l, arena_text(arena, "k%06d", PATIENTS - 1), "{}", NULL);
    must(cache_load_entity_end(l, "hash", &rows, &rejected, &err) && cache_load_finish(l, "print", &err));
    change("cache.db",
           "CREATE TABLE out_patient(key TEXT NOT NULL, part TEXT NOT NULL, id, link, first_name, hash BLOB,"
           " PRIMARY KEY(key, part)) WITHOUT ROWID;"
           "INSERT INTO out_patient SELECT canonical_uuid, '', 'id-' || canonical_uuid, iif(origin % 100 = "
           "5, 'x', NULL),"
           " 'Maria ' || number, NULL FROM patient WHERE origin % 100 NOT IN (3, 4);"
           "INSERT INTO _rejects(step, entity, key, code, by_parent) SELECT 'patient/validate', 'patient',"
           " canonical_uuid, 'patient.bad', 0 FROM patient WHERE origin % 100 = 3;"
           "INSERT INTO _skips SELECT 'patient/validate', 'patient', canonical_uuid, 'filter' FROM patient"
           " WHERE origin % 100 = 4");
    Control *c = control_open(clinic.state_folder, true, &err);
    RunRecord r = {.mode = "run", .options = "{}"};
    must(c && control_run_begin(c, &r, &err) &&
         control_step_save(c, &(StepRecord){.step = "patient/validate", .status = "partial", .run = 1},
                           &err) &&
         control_step_save(c, &(StepRecord){.step = "patient/insert", .status = "partial", .run = 1}, &err) &&
         control_account_save(c, 1, &(Account){.entity = "patient", .inserted = 2900}, &err) &&
         lite_exec(control_db(c),
                   "INSERT INTO issues(step, entity, key, field, code, severity, first_run, last_run) VALUES"
                   " ('patient/insert', 'patient', 'k000010', '', 'target.unique', 'error', 1, 1),"
                   " ('patient/insert', 'patient', 'k000010', 'x', 'target.check', 'error', 1, 1),"
                   " ('patient/insert', 'patient', 'k002500', '', 'target.unique', 'error', 1, 1)",
                   &err));
    control_close(c);
    statements_forget();
}

static void tear_down(void)
{
    arena_free(arena);
}

TestSuite(sample_page, .init = set_up, .fini = tear_down);

static SamplePage page(SampleWish w, PageWay way, const SampleAt *from)
{
    SamplePage p;
    w.entity = w.entity ? w.entity : "patient";
    w.most = w.most ? w.most : 20;
    must(sample_page(arena, &clinic, &w, way, from, &p, &err));
    return p;
}

// Every row from one end to the other: how many, each behind the one before.
static size_t walk(SampleWish w, bool back)
{
    size_t n = 0;
    SampleAt last = {0};
    SamplePage p = page(w, back ? PAGE_LAST : PAGE_FIRST, NULL);
    for (;;) {
        for (size_t i = 0; i < p.n; i++, n++) {
            const SampleAt at = p.rows[back ? p.n - 1 - i : i].at;
            int order = last.key ? strcmp(at.key, last.key) : back ? -1 : 1;
            order = order ? order : (at.reject > last.reject) - (at.reject < last.reject);
            cr_assert(back ? order < 0 : order > 0, "%s behind %s", at.key, last.key);
            last = at;
        }
        if (!(back ? p.more_before : p.more_after))
            return n;
        p = page(w, back ? PAGE_BEFORE : PAGE_AFTER, p.stopped ? &p.reached : &last);
    }
}

Test(sample_page, all_rows_come_once_in_both_directions)
{
    cr_assert_eq(walk((SampleWish){.most = 700}, false), PATIENTS);
    cr_assert_eq(walk((SampleWish){.most = 501}, true), PATIENTS);
    SamplePage p = page((SampleWish){0}, PAGE_FIRST, NULL);
    cr_assert(p.total == PATIENTS && p.n == 20 && p.more_after && !p.more_before);
}

Test(sample_page, rejected_rows_come_from_all_three_places)
{
    SampleWish w = {.which = SAMPLE_REJECTED, .most = 7};
    size_t n = walk(w, false);
    cr_assert_eq(n, 3 + 30 + 2);
    cr_assert_eq(walk(w, true), n);
    w.most = 100;
    SamplePage p = page(w, PAGE_FIRST, NULL);
    cr_assert_eq(p.total, (int64_t)n);
    cr_assert_str_eq(p.rows[0].at.key, "");
    cr_assert_str_eq(p.rows[0].reason, "payload.no_key");
    cr_assert(!p.rows[0].source && p.rows[0].origin == 1);
    cr_assert_str_eq(p.rows[2].reason, "patient.bad");
    cr_assert(p.rows[2].source && !p.rows[2].made);
    cr_assert_str_eq(p.rows[3].at.key, "k000010");
    cr_assert_str_eq(p.rows[3].reason, "target.unique");
    cr_assert(p.rows[3].source && p.rows[3].made);
}

Test(sample_page, rows_say_what_became_of_them)
{
    SamplePage p = page((SampleWish){.most = 200}, PAGE_FIRST, NULL);
    static const struct {
        int64_t origin;
        const char *outcome;
    } rows[] = {{50, "inserted"}, {103, "rejected"}, {104, "skipped"}, {105, "linked"}, {13, "rejected"}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const SampleRow *row = &p.rows[rows[i].origin - 3];
        cr_assert_eq(row->origin, rows[i].origin);
        cr_assert_str_eq(row->outcome, rows[i].outcome, "%lld: %s", (long long)rows[i].origin, row->outcome);
    }
    change("control.db", "UPDATE steps SET run = 2 WHERE step = 'patient/validate'");
    cr_assert_str_eq(page((SampleWish){0}, PAGE_FIRST, NULL).rows[17].outcome, "pending");
}

Test(sample_page, values_are_masked_unless_asked_for)
{
    static const char *const source[] = {"number", "nothing", "age", NULL}, *const made[] = {"first_name",
                                                                                             NULL};
    SampleWish w = {.source = source, .made = made};
    SamplePage p = page(w, PAGE_FIRST, NULL);
    cr_assert(p.n_source == 2 && p.n_made == 1);
    cr_assert_str_eq(p.rows[9].source[0], "N**");
    cr_assert_str_eq(p.rows[9].made[0], "M*******");
    w.unmask = true;
    p = page(w, PAGE_FIRST, NULL);
    cr_assert_str_eq(p.rows[9].source[0], "N-9");
    cr_assert_str_eq(p.rows[9].made[0], "Maria N-9");
    p = page((SampleWish){0}, PAGE_FIRST, NULL);
    cr_assert(p.n_source == 5 && p.n_made == 1);
}

Test(sample_page, text_is_looked_for_in_keys_ids_and_values)
{
    static const char *const number[] = {"number", NULL}, *const tags[] = {"tags", NULL};
    cr_assert_eq(walk((SampleWish){.source = number, .text = "n-29", .limit_ms = 5000}, false), 111);
    cr_assert_eq(walk((SampleWish){.source = number, .text = "n-29", .limit_ms = 5000}, true), 111);
    cr_assert_eq(walk((SampleWish){.source = tags, .text = "n-29", .limit_ms = 5000}, false), 0);
    cr_assert_eq(walk((SampleWish){.source = tags, .text = "a\"b", .limit_ms = 5000}, false), PATIENTS);
    cr_assert_eq(walk((SampleWish){.source = number, .text = "K00012", .limit_ms = 5000}, false), 10);
    cr_assert_eq(walk((SampleWish){.source = number, .text = "%", .limit_ms = 5000}, false), 0);
    cr_assert_eq(
        walk((SampleWish){.source = number, .text = "n-10", .which = SAMPLE_REJECTED, .limit_ms = 5000},
             false),
        3); // N-10, N-100 and N-1000
}

Test(sample_page, looking_ends_when_the_time_is_up)
{
    SampleWish w = {.text = "no such text", .limit_ms = -1};
    SamplePage p = page(w, PAGE_FIRST, NULL);
    cr_assert(p.stopped && p.n == 0 && p.more_after);
    w.limit_ms = 0;
    p = page(w, PAGE_FIRST, NULL);
    cr_assert(!p.stopped && p.n == 0 && !p.more_after);
}

Test(sample_page, a_page_costs_no_more_far_down)
{
    static const PageWay ways[] = {PAGE_FIRST, PAGE_LAST, PAGE_AFTER, PAGE_BEFORE, PAGE_FROM};
    const SampleAt middle = {.key = "k001500"};
    for (size_t which = SAMPLE_ALL; which <= SAMPLE_REJECTED; which++)
        for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
            statements_forget();
            page((SampleWish){.which = (int)which, .most = 10}, ways[i], &middle);
            Statements s = statements_seen();
            cr_assert(!s.offset && s.all > 100 && s.steps < PATIENTS, "%lld: %s", (long long)s.steps,
                      s.heaviest);
        }
}

Test(sample_page, what_is_missing_is_said)
{
    SamplePage p;
    Clinic none = {.name = "none", .typed = "none", .state_folder = temp_folder(arena)};
    must(
        sample_page(arena, &none, &(SampleWish){.entity = "patient", .most = 5}, PAGE_FIRST, NULL, &p, &err));
    cr_assert(p.n == 0 && p.lack);
    must(sample_page(arena, &clinic, &(SampleWish){.entity = "patient", .most = 5, .which = SAMPLE_CHANGED},
                     PAGE_FIRST, NULL, &p, &err));
    cr_assert(p.n == 0 && p.lack);
    cr_assert_not(sample_page(arena, &clinic, &(SampleWish){.entity = "pacient", .most = 5}, PAGE_FIRST, NULL,
                              &p, &err));
    cr_assert(err.kind == ERR_USAGE);
    must(sample_page(arena, &clinic, &(SampleWish){.entity = "budget", .most = 5}, PAGE_FIRST, NULL, &p,
                     &err));
    cr_assert(p.n == 0 && !p.lack && p.total == 0);
}

// While pages are read the cache can be written, and the other way round.
Test(sample_page, nothing_is_held_between_two_pages)
{
    SamplePage p = page((SampleWish){0}, PAGE_FIRST, NULL);
    change("cache.db", "PRAGMA busy_timeout=0; BEGIN EXCLUSIVE; DELETE FROM patient WHERE canonical_uuid < "
                       "'k000100'; COMMIT");
    p = page((SampleWish){0}, PAGE_AFTER, &p.rows[19].at);
    cr_assert_str_eq(p.rows[0].at.key, "k000100");
    cr_assert_not(p.more_before);
}

static void *read_much(void *arg)
{
    Arena *own = arena_new();
    Err failed = {0};
    SamplePage p;
    SampleAt from = {.key = "k000500"};
    bool ok = true;
    for (int i = 0; i < 20 && ok; i++)
        ok = sample_page(own, &clinic, &(SampleWish){.entity = "patient", .most = 30, .which = i % 2},
                         PAGE_AFTER, &from, &p, &failed);
    *(bool *)arg = ok;
    arena_free(own);
    return NULL;
}

Test(sample_page, several_threads_read_at_once)
{
    pthread_t threads[4];
    bool ok[4] = {0};
    for (int i = 0; i < 4; i++)
        cr_assert_eq(pthread_create(&threads[i], NULL, read_much, &ok[i]), 0);
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
        cr_assert(ok[i]);
    }
}
