#include "target/postgres_writer.h"

#include <string.h>

#include "base/intl.h"

static bool find_parts(PgBatch *b, Err *err)
{
    PostgresTarget *t = b->t;
    const WriteBatch *batch = b->batch;
    b->parts = arena_many(t->scratch, PgPart *, batch->n_parts + 1);
    b->tables = arena_many(t->scratch, int64_t, batch->n_parts + 1);
    b->rows = arena_many(t->scratch, PgRow *, batch->n_parts + 1);
    b->n_rows = arena_many(t->scratch, size_t, batch->n_parts + 1);
    for (size_t i = 0; i < batch->n_parts; i++) {
        const WritePart *part = &batch->parts[i];
        const char *id = part->n_columns ? part->columns[part->id] : NULL;
        if (!(b->parts[i] = postgres_part(t, part, err)) ||
            !postgres_table_id(t, part->table, id, &b->tables[i], err))
            return false;
    }
    b->swallowed = arena_many(t->scratch, bool, batch->n + 1);
    b->main_table = batch->n_parts ? b->tables[0] : 0;
    return postgres_entity_id(t, batch->entity, true, &b->entity, err);
}

// COPY knows no row security.
static Way first_way(const PgBatch *b)
{
    Way way = b->writer->step && strcmp(b->writer->step, b->batch->step) == 0 ? b->writer->way : WAY_BOLD;
    for (size_t i = 0; i < b->batch->n_parts; i++)
        if (b->parts[i]->live->row_security && way == WAY_BOLD)
            way = WAY_CAREFUL;
    return way;
}

static bool write_rows(PgBatch *b, Err *err)
{
    if (!postgres_sort_items(b, err))
        return false;
    postgres_build_rows(b);
    if (!postgres_read_past(b, err) || !postgres_stage(b, err) || !postgres_look_stored(b, true, err))
        return false;
    postgres_conflicts(b);
    return postgres_unstage(b, err) &&
           (b->way == WAY_BOLD || (postgres_judge(b, err) && postgres_unstage(b, err))) &&
           postgres_put(b, err) && postgres_digests(b, err);
}

static bool note(PgBatch *b, Err *err)
{
    return postgres_mappings(b, err) && postgres_note_journal(b, err) && postgres_note_parts(b, err) &&
           postgres_note_refused(b, err) && postgres_note_vanished(b, err);
}

// Constraints that speak late speak before the commit, where a savepoint or another way can still help.
static bool hear_deferred(const PgBatch *b, Err *err)
{
    bool deferrable = false;
    for (size_t i = 0; i < b->batch->n_parts; i++)
        deferrable |= b->parts[i]->deferrable;
    return !deferrable || pg_exec(b->t->db, "SET CONSTRAINTS ALL IMMEDIATE", err);
}

static bool try_way(PgBatch *b, PgBatchHead *head, Err *err)
{
    b->batch->marked = 0;
    b->found = b->halved = b->swallows = false;
    if (!postgres_batch_begin(b->t, head, err))
        return false;
    b->number = head->number;
    b->known = head->known;
    b->warned = head->warned;
    return write_rows(b, err) && hear_deferred(b, err) && note(b, err) && postgres_batch_end(b->t, head, err);
}

// What a row can be guilty of; under row security also what a policy forbids.
static bool may_be_a_row(const PgBatch *b)
{
    PgClass class = pg_trouble(b->t->db)->class;
    bool secured = false;
    for (size_t i = 0; i < b->batch->n_parts; i++)
        secured |= b->parts[i]->live->row_security;
    return b->orphaned || class == PG_DATA || (class == PG_DENIED && secured);
}

static bool write_somehow(PgBatch *b, PgBatchHead *head, Err *err)
{
    for (b->way = first_way(b);;) {
        Err failed = {0};
        bool as_text = b->as_text;
        if (try_way(b, head, &failed))
            return true;
        bool once_more = b->swallows || b->as_text != as_text;
        if (!once_more && (b->way == WAY_HALVING || !may_be_a_row(b))) {
            *err = failed;
            return false;
        }
        pg_rollback(b->t->db);
        b->way += !once_more;
    }
}

static void learn(PgBatch *b)
{
    b->writer->step = arena_text(b->t->arena, "%s", b->batch->step);
    b->writer->way = b->halved ? WAY_HALVING : b->found ? WAY_CAREFUL : WAY_BOLD;
}

bool postgres_write(Target *base, WriteBatch *batch, Err *err)
{
    PostgresTarget *t = postgres_of(base);
    arena_reset(t->scratch);
    PgBatch b = {.t = t, .writer = postgres_writer(t), .batch = batch};
    if (!find_parts(&b, err))
        return err_wrap(err, "%s", batch->step);
    PgBatchHead head = {.step = batch->step,
                        .last_key = batch->last_key,
                        .fingerprint = batch->fingerprint,
                        .entity = b.entity,
                        .rows = (int64_t)batch->n,
                        .first_key = batch->n ? batch->items[0].key : (Str){NULL, 0},
                        .last = batch->last};
    b.head = &head;
    if (!write_somehow(&b, &head, err)) {
        // pg_trouble of the failure is what the engine asks for: a rollback of a lost connection keeps it.
        pg_rollback(t->db);
        return err_wrap(err, "%s", batch->step);
    }
    learn(&b);
    return true;
}
