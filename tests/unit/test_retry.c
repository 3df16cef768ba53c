// Batches through a target that breaks: what is tried again, in which pieces, and when it is over.
#include <criterion/criterion.h>
#include <string.h>

#include "engine/worker.h"
#include "tests/support/temp_folder.h"

enum { MOST = 64 };

typedef enum { FINE, BUSY, LOST, LOST_BUT_LANDED, REFUSED, FULL } Fate;

typedef struct {
    Target base;
    const Fate *fates; // of the writes to come
    size_t n_fates, writes, recovered, sizes[MOST];
    TargetTrouble trouble;
    char last_key[16];
    bool complete;
    size_t landed;
} Fake;

static bool write(Target *base, WriteBatch *b, Err *err)
{
    Fake *f = (Fake *)base;
    Fate fate = f->writes < f->n_fates ? f->fates[f->writes] : FINE;
    f->sizes[f->writes++] = b->n;
    static const TargetTrouble troubles[] = {[BUSY] = TROUBLE_TRY_AGAIN,
                                             [LOST] = TROUBLE_LOST,
                                             [LOST_BUT_LANDED] = TROUBLE_LOST,
                                             [FULL] = TROUBLE_FULL};
    f->trouble = troubles[fate];
    if (fate == FINE || fate == LOST_BUT_LANDED) {
        strcpy(f->last_key, b->last_key);
        f->complete = b->last;
        f->landed += b->n;
        b->marked = 1;
    }
    return fate == FINE || err_set(err, ERR_TARGET, "fate %d", fate);
}

static bool checkpoint(Target *base, Arena *a, const char *step, const char **last_key,
                       const char **fingerprint, bool *complete, Err *err)
{
    Fake *f = (Fake *)base;
    (void)step;
    (void)err;
    *last_key = arena_text(a, "%s", f->last_key);
    *fingerprint = "print";
    *complete = f->complete;
    f->trouble = TROUBLE_NONE;
    return true;
}

static TargetTrouble trouble(Target *base)
{
    return ((Fake *)base)->trouble;
}

static bool recover(Target *base, Err *err)
{
    (void)err;
    ((Fake *)base)->recovered++;
    return true;
}

static const TargetKind kind = {
    .kind = "fake", .write = write, .checkpoint = checkpoint, .trouble = trouble, .recover = recover};

typedef struct {
    Arena *arena;
    Fake fake;
    Worker w;
    WriteBatch batch;
    RunOptions options;
} Bench;

static void bench_free(Bench *b)
{
    events_close(b->w.events);
    arena_free(b->arena);
}

static bool write_six(Bench *b, const Fate *fates, size_t n, Err *err)
{
    b->options.mode = "run";
    static WriteItem items[6];
    Err opened = {0};
    b->arena = arena_new();
    b->fake = (Fake){.base = {&kind}, .fates = fates, .n_fates = n};
    b->w = (Worker){.s = {.arena = b->arena, .target = &b->fake.base}, .o = &b->options};
    b->w.events = events_open(temp_folder(b->arena), "sol", 1, (Listener){0}, &opened);
    cr_assert(b->w.events, "%s", opened.text);
    for (int i = 0; i < 6; i++)
        items[i].key = str_of(arena_text(b->arena, "k%d", i + 1));
    b->batch = (WriteBatch){
        .step = "person/insert", .fingerprint = "print", .items = items, .n = 6, .last_key = "k6"};
    Attempts retry = {.target = &b->fake.base};
    return write(retry.target, &b->batch, err) || worker_write_again(&b->w, &retry, &b->batch, err);
}

Test(retry, what_is_fine_is_written_once)
{
    AUTO(bench_free) Bench b = {0};
    Err err = {0};
    cr_assert(write_six(&b, NULL, 0, &err));
    cr_expect_eq(b.fake.writes, 1);
    cr_expect_eq(b.fake.recovered, 0);
    cr_expect_eq(b.batch.marked, 1);
}

Test(retry, a_refusal_is_not_tried_again)
{
    AUTO(bench_free) Bench b = {0};
    Err err = {0};
    cr_expect_not(write_six(&b, (Fate[]){REFUSED}, 1, &err));
    cr_expect_eq(b.fake.writes, 1);
    cr_expect_eq(err.kind, ERR_TARGET);
}

Test(retry, who_is_busy_is_asked_again)
{
    AUTO(bench_free) Bench b = {0};
    Err err = {0};
    cr_assert(write_six(&b, (Fate[]){BUSY, BUSY}, 2, &err), "%s", err.text);
    cr_expect_eq(b.fake.writes, 3);
    cr_expect_eq(b.fake.landed, 6);
}

Test(retry, a_batch_that_landed_is_not_written_twice)
{
    AUTO(bench_free) Bench b = {0};
    Err err = {0};
    cr_assert(write_six(&b, (Fate[]){LOST_BUT_LANDED}, 1, &err), "%s", err.text);
    cr_expect_eq(b.fake.writes, 1);
    cr_expect_eq(b.fake.recovered, 1);
    cr_expect_eq(b.fake.landed, 6);
}

Test(retry, a_connection_that_keeps_breaking_gets_smaller_batches)
{
    AUTO(bench_free) Bench b = {0};
    Err err = {0};
    cr_assert(write_six(&b, (Fate[]){LOST, LOST, LOST_BUT_LANDED}, 3, &err), "%s", err.text);
    cr_expect_eq(b.fake.sizes[0], 6);
    cr_expect_eq(b.fake.sizes[1], 6);
    cr_expect_eq(b.fake.sizes[2], 3);
    cr_expect_eq(b.fake.sizes[3], 3);
    cr_expect_eq(b.fake.writes, 4);
    cr_expect_eq(b.fake.landed, 6);
    cr_expect_str_eq(b.fake.last_key, "k6");
}

Test(retry, a_rehearsal_ends_with_its_connection)
{
    AUTO(bench_free) Bench b = {.options = {.rehearse = true}};
    Err err = {0};
    cr_expect_not(write_six(&b, (Fate[]){LOST}, 1, &err));
    cr_expect_eq(b.fake.writes, 1);
    cr_expect_eq(err.kind, ERR_TARGET);
}

Test(retry, a_server_without_room_ends_a_run_that_somebody_looks_at)
{
    AUTO(bench_free) Bench b = {0};
    Err err = {0};
    cr_expect_not(write_six(&b, (Fate[]){FULL}, 1, &err));
    cr_expect_eq(b.fake.writes, 1);
    cr_expect_str_eq(err.text, "fate 5");
}
