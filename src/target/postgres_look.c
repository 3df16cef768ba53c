// What writing a batch would do, seen without writing.
#include "target/postgres_writer.h"

static bool find_names(PgBatch *b, Err *err)
{
    PostgresTarget *t = b->t;
    b->parts = arena_many(t->scratch, PgPart *, b->batch->n_parts + 1);
    b->tables = arena_many(t->scratch, int64_t, b->batch->n_parts + 1);
    b->rows = arena_many(t->scratch, PgRow *, b->batch->n_parts + 1);
    b->n_rows = arena_many(t->scratch, size_t, b->batch->n_parts + 1);
    for (size_t i = 0; i < b->batch->n_parts; i++)
        if (!(b->parts[i] = postgres_part(t, &b->batch->parts[i], err)) ||
            !postgres_find_table(t, b->batch->parts[i].table, &b->tables[i], err))
            return false;
    b->swallowed = arena_many(t->scratch, bool, b->batch->n + 1);
    return postgres_entity_id(t, b->batch->entity, false, &b->entity, err);
}

bool postgres_look(Target *base, WriteBatch *batch, const char *after, Err *err)
{
    PostgresTarget *t = postgres_of(base);
    arena_reset(t->scratch);
    batch->marked = 0;
    if (!t->scope) { // nothing is on record
        for (size_t i = 0; i < batch->n; i++)
            batch->items[i].outcome = batch->items[i].link.at ? ROW_LINKED : ROW_NEW;
        return true;
    }
    PgBatchHead head = {.after = str_of(after), .until = postgres_until(batch->last, batch->last_key)};
    PgBatch b = {.t = t,
                 .writer = postgres_writer(t),
                 .batch = batch,
                 .head = &head,
                 .known = true,
                 .number = INT32_MAX};
    if (!find_names(&b, err) || !postgres_sort_items(&b, err))
        return false;
    postgres_build_rows(&b);
    if (!postgres_read_past(&b, err) || !postgres_look_stored(&b, false, err))
        return false;
    postgres_conflicts(&b);
    batch->marked = (int64_t)b.n_vanished;
    return true;
}
