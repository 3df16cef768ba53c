#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/compress.h"
#include "db/lite.h"
#include "tests/unit/target_place.h"

static const char *last_key(Place *p, bool *complete)
{
    const char *key, *print;
    Err err = {0};
    cr_assert(p->t->kind->checkpoint(p->t, p->arena, "person/insert", &key, &print, complete, &err), "%s", err.text);
    cr_expect(!key || strcmp(print, "print") == 0);
    return key ? key : "(none)";
}

BOTH(target_ledger, the_newest_checkpoint_says_where_to_go_on)
{
    AUTO(place_free_at) Place p = place_of(kind, NULL);
    bool complete;
    Err err = {0};
    cr_expect_str_eq(last_key(&p, &complete), "(none)");
    place_write(&p, place_items(&p, 1, 3, false), 3, false);
    place_write(&p, place_items(&p, 4, 3, false), 3, false);
    cr_expect_str_eq(last_key(&p, &complete), "k000006");
    cr_expect_not(complete);
    place_again(&p, p.job);
    cr_expect_eq(p.job, 1);
    place_write(&p, place_items(&p, 7, 1, false), 1, true);
    cr_expect_str_eq(last_key(&p, &complete), "k000007");
    cr_expect(complete);
    cr_expect(p.t->kind->restart(p.t, "person/insert", &err));
    cr_expect_str_eq(last_key(&p, &complete), "(none)");
    cr_expect_eq(place_int(&p, "SELECT count(*) FROM mudanza_entity_mappings"), 7);
}

BOTH(target_ledger, an_empty_step_is_complete_too)
{
    AUTO(place_free_at) Place p = place_of(kind, NULL);
    bool complete;
    place_write(&p, NULL, 0, true);
    last_key(&p, &complete);
    cr_expect(complete);
}

static bool collect(void *arg, const TargetReject *r, Err *err)
{
    (void)err;
    buf_addf(arg, "%.*s %.*s;", STR_ARG(r->key), STR_ARG(r->code));
    return true;
}

static void expect_counts(Place *p, TargetCounts want)
{
    Err err = {0};
    TargetCounts got;
    cr_assert(p->t->kind->counts(p->t, "person", &got, &err), "%s", err.text);
    cr_expect_eq(got.inserted, want.inserted);
    cr_expect_eq(got.updated, want.updated);
    cr_expect_eq(got.unchanged, want.unchanged);
    cr_expect_eq(got.linked, want.linked);
    cr_expect_eq(got.rejected, want.rejected);
}

BOTH(target_ledger, every_row_counts_once_as_the_job_sees_it)
{
    AUTO(place_free_at) Place p = place_of(kind, NULL);
    PlaceItem *items = place_items(&p, 1, 5, false);
    items[3].person[1] = (Str){NULL, 0};
    items[4].item.link = STR("elsewhere");
    items[4].item.n_rows = 0;
    place_write(&p, items, 5, true);
    expect_counts(&p, (TargetCounts){.inserted = 3, .linked = 1, .rejected = 1});
    place_again(&p, 0);
    expect_counts(&p, (TargetCounts){.unchanged = 3, .linked = 1, .rejected = 1});
    items[0].item.hash = STR("other");
    items[1].item.hash = STR("other");
    items[1].person[2] = STR("p3@example.org"); // refused: taken by the third
    place_write(&p, items, 5, true);
    expect_counts(&p, (TargetCounts){.updated = 1, .unchanged = 1, .linked = 1, .rejected = 2});
    AUTO(buf_free) Buf list = {0};
    Err err = {0};
    cr_expect(p.t->kind->rejects(p.t, "person", collect, &list, &err));
    cr_expect_str_eq(buf_text(&list), "k000002 target.unique;k000004 target.not_null;");
    cr_expect(p.t->kind->restart(p.t, "person/insert", &err));
    expect_counts(&p, (TargetCounts){.updated = 1, .unchanged = 2, .linked = 1});
}

BOTH(target_ledger, clinics_do_not_see_each_other)
{
    AUTO(place_free_at) Place p = place_of(kind, NULL);
    Err err = {0};
    bool complete;
    place_write(&p, place_items(&p, 1, 2, false), 2, true);
    cr_assert(p.t->kind->prepare(p.t, (TargetScope){"another clinic", "source"}, &err));
    cr_expect_str_eq(last_key(&p, &complete), "(none)");
    expect_counts(&p, (TargetCounts){0});
    int64_t job = p.job;
    cr_expect_not(p.t->kind->job_begin(p.t, &job, "test", &err));
    cr_expect_eq(err.kind, ERR_TARGET);
}

static void write_raw(Place *p, RawRow *rows, size_t n)
{
    Err err = {0};
    int64_t changed;
    cr_assert(p->t->kind->write_raw(p->t, "note/raw", "note", rows, n, "k2", true, "print", &changed, &err), "%s",
              err.text);
}

Test(target_ledger, raw_rows_are_packed_and_written_once)
{
    AUTO(place_free_at) Place p = place_new(place_schema);
    RawRow rows[] = {
        {STR("k1"), STR("1"), STR("{\"a\":1}"), STR("{\"A\":1}")},
        {STR("k2"), STR("2"), STR("{\"a\":2}"), {NULL, 0}},
    };
    Err err = {0};
    TargetCounts got;
    write_raw(&p, rows, 2);
    AUTO(lite_close_at) Lite *db = lite_open(p.path, LITE_READ, ERR_INTERNAL, &err);
    AUTO(lite_finish_at) LiteStmt *s = lite_prepare(db, "SELECT content FROM mudanza_raw_entities ORDER BY key", &err);
    static const char *const want[] = {"{\"payload\":{\"a\":1},\"raw_source_data\":{\"A\":1}}",
                                       "{\"payload\":{\"a\":2},\"raw_source_data\":null}"};
    for (int i = 0; i < 2; i++) {
        AUTO(buf_free) Buf text = {0};
        cr_assert_eq(lite_step(s, &err), LITE_ROW);
        cr_assert(decompress_block(lite_blob(s, 0), 1000, &text));
        cr_expect_str_eq(buf_text(&text), want[i]);
    }
    lite_reset(s);
    place_again(&p, 0);
    rows[1].payload = STR("{\"a\":3}");
    write_raw(&p, rows, 2);
    cr_assert(p.t->kind->raw_counts(p.t, "note", &got, &err));
    cr_expect_eq(got.inserted, 0);
    cr_expect_eq(got.updated, 1);
    cr_expect_eq(got.unchanged, 1);
    cr_expect_eq(place_int(&p, "SELECT count(*) FROM mudanza_raw_entities"), 2);
}

// A child writes a batch and dies of SIGXFSZ when the WAL passes the limit: in the middle of its commit.
static bool dies_writing(Place *p, long room)
{
    struct stat wal;
    char name[64];
    snprintf(name, sizeof name, "%s-wal", p->path);
    target_sqlite.close(p->t);
    p->t = NULL;
    pid_t child = fork();
    cr_assert_geq(child, 0);
    if (child == 0) {
        Err err = {0};
        int64_t job = 1;
        p->t = target_sqlite.open(p->arena, p->path, NULL, false, &err);
        if (!p->t || !p->t->kind->prepare(p->t, (TargetScope){"clinic", "source"}, &err) ||
            !p->t->kind->job_begin(p->t, &job, "test", &err) ||
            !place_try(p, place_items(p, 1, 1, true), 1, false, &err) || stat(name, &wal) != 0)
            _exit(3);
        struct rlimit limit = {(rlim_t)(wal.st_size + room), (rlim_t)(wal.st_size + room)};
        struct rlimit no_core = {0, 0};
        signal(SIGXFSZ, SIG_DFL);
        setrlimit(RLIMIT_CORE, &no_core);
        setrlimit(RLIMIT_FSIZE, &limit);
        _exit(place_try(p, place_items(p, 2, 500, true), 500, true, &err) ? 0 : 4);
    }
    int status;
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_assert(WIFSIGNALED(status) ? WTERMSIG(status) == SIGXFSZ : WEXITSTATUS(status) == 0, "status %x", (unsigned)status);
    return WIFSIGNALED(status);
}

Test(target_ledger, a_batch_killed_while_it_is_written_is_not_there)
{
    static const long rooms[] = {0, 1, 4096, 10000, 100000, 1L << 30};
    for (size_t i = 0; i < ARRAY_LEN(rooms); i++) {
        AUTO(place_free_at) Place p = place_new(place_schema);
        bool complete, died = dies_writing(&p, rooms[i]);
        cr_expect_eq(died, rooms[i] < 1L << 30);
        place_again(&p, 1);
        cr_expect_str_eq(last_key(&p, &complete), died ? "k000001" : "k000501");
        cr_expect_eq(complete, !died);
        cr_expect_eq(place_int(&p, "SELECT count(*) FROM people"), died ? 1 : 501);
        cr_expect_eq(place_int(&p, "SELECT count(*) FROM mudanza_entity_mappings"), died ? 1 : 501);
        if (died)
            place_write(&p, place_items(&p, 2, 500, true), 500, true);
        cr_expect_eq(place_int(&p, "SELECT sum(json_array_length(ids)) FROM mudanza_journal"), 2 * 501);
        cr_expect_str_eq(place_text(&p, "PRAGMA integrity_check"), "ok");
    }
}

Test(target_ledger, a_batch_that_finds_no_room_is_an_error_and_leaves_nothing)
{
    AUTO(place_free_at) Place p = place_new(place_schema);
    Err err = {0};
    struct rlimit before, limit;
    place_write(&p, place_items(&p, 1, 1, false), 1, false);
    getrlimit(RLIMIT_FSIZE, &before);
    limit = (struct rlimit){32768, before.rlim_max};
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &limit);
    cr_expect_not(place_try(&p, place_items(&p, 2, 500, true), 500, false, &err));
    setrlimit(RLIMIT_FSIZE, &before);
    cr_expect_eq(err.kind, ERR_TARGET);
    cr_expect_eq(place_int(&p, "SELECT count(*) FROM people"), 1);
    place_write(&p, place_items(&p, 2, 500, true), 500, false);
    cr_expect_eq(place_int(&p, "SELECT count(*) FROM people"), 501);
}

BOTH(target_ledger, control_tables_of_another_version_are_left_alone)
{
    AUTO(place_free_at) Place p = place_of(kind, NULL);
    Err err = {0};
    place_run(&p, "UPDATE mudanza_meta SET value = '99'");
    cr_expect_not(p.t->kind->prepare(p.t, (TargetScope){"clinic", "source"}, &err));
    cr_expect_eq(err.kind, ERR_TARGET);
    cr_expect(strstr(err.text, "99"), "%s", err.text);
    cr_expect(err.hint[0]);
}

BOTH(target_ledger, a_reader_sees_the_ledger_and_makes_none)
{
    AUTO(place_free_at) Place p = place_of(kind, NULL);
    Err err = {0};
    place_write(&p, place_items(&p, 1, 2, false), 2, true);
    Target *reader = kind->open(p.arena, p.path, NULL, true, &err);
    cr_assert(reader, "%s", err.text);
    TargetCounts got;
    cr_expect(reader->kind->prepare(reader, (TargetScope){"clinic", "source"}, &err));
    cr_expect(reader->kind->counts(reader, "person", &got, &err));
    cr_expect_eq(got.unchanged, 2);
    cr_expect(reader->kind->prepare(reader, (TargetScope){"never seen", "source"}, &err));
    cr_expect(reader->kind->counts(reader, "person", &got, &err));
    cr_expect_eq(got.unchanged, 0);
    kind->close(reader);
    cr_expect_eq(place_int(&p, "SELECT count(*) FROM mudanza_scopes"), 1);
}
