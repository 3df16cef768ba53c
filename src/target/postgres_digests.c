// Digests of the rows as they stand when the batch is written.
#include "target/postgres_writer.h"

#include <stdlib.h>
#include <string.h>

void postgres_judged(PostgresTarget *t, const PgPart *p, const Str *values,
                     unsigned char out[PG_WRITTEN_BYTES])
{
    Str *without = arena_copy(t->scratch, values, p->live->table.n * sizeof *values);
    for (size_t i = 0; i < p->n; i++)
        if (p->kept[i])
            without[p->columns[i]] = (Str){NULL, 0};
    postgres_written(t, p->live, without, out);
}

static void set_digests(PgBatch *b, const PgPart *p, PgRow *row, const Str *values)
{
    postgres_written(b->t, p->live, values, row->written);
    if (p->kept)
        postgres_judged(b->t, p, values, row->judged);
    row->digests = true;
}

// What was sent is what is stored; an update leaves the columns that are not its own.
static void digest_sent(PgBatch *b, size_t part, Str *values)
{
    const PgPart *p = b->parts[part];
    for (size_t r = 0; r < b->n_rows[part]; r++) {
        PgRow *row = &b->rows[part][r];
        if (!postgres_is_written(b, row))
            continue;
        if (row->there)
            memcpy(values, row->stored, p->live->table.n * sizeof *values);
        for (size_t i = 0; i < p->n; i++)
            if (!row->there || !p->kept || !p->kept[i])
                values[p->columns[i]] = row->values[i];
        set_digests(b, p, row, values);
        if (row->there)
            memset(values, 0, p->live->table.n * sizeof *values);
    }
}

typedef struct {
    PgBatch *b;
    size_t part;
    Str *values;
    Buf *texts;
} Reading;

static bool take_row(void *arg, const Str *given, size_t n, Err *err)
{
    Reading *x = arg;
    const PgPart *p = x->b->parts[x->part];
    (void)n;
    (void)err;
    for (size_t i = 0; i < p->live->table.n; i++)
        x->values[i] = postgres_canonical(&p->live->table.columns[i], given[i + 1], &x->texts[i]);
    set_digests(x->b, p, &x->b->rows[x->part][strtoul(given[0].at, NULL, 10)], x->values);
    return true;
}

static bool read_back(PgBatch *b, size_t part, Str *values, Err *err)
{
    const PgPart *p = b->parts[part];
    AUTO(buf_free) Buf sql = {0}, ids = {0}, numbers = {0};
    for (size_t r = 0; r < b->n_rows[part]; r++) {
        if (!postgres_is_written(b, &b->rows[part][r]))
            continue;
        postgres_list(&ids, b->rows[part][r].values[p->id]);
        postgres_list_number(&numbers, (int64_t)r);
    }
    if (!ids.len)
        return true;
    buf_addf(&sql, "SELECT u.n, %s FROM unnest($1::text[], $2::integer[]) u (id, n) JOIN %s t ON t.",
             p->stored, p->live->quoted);
    pg_quote(&sql, p->live->table.columns[p->columns[p->id]].name);
    buf_addf(&sql, " = u.id::%s", p->live->types[p->columns[p->id]]);
    const Str lists[] = {postgres_list_end(&ids), postgres_list_end(&numbers)};
    Reading x = {b, part, values, arena_many(b->t->scratch, Buf, p->live->table.n)};
    bool ok = pg_each(b->t->db, buf_text(&sql), lists, 2, take_row, &x, err);
    for (size_t i = 0; i < p->live->table.n; i++)
        buf_free(&x.texts[i]);
    // What was sent and is not there makes the batch be written anew, without it.
    for (size_t r = 0; ok && r < b->n_rows[part]; r++) {
        PgRow *row = &b->rows[part][r];
        if (row->digests || !postgres_is_written(b, row))
            continue;
        b->swallowed[row->item] = b->swallows = true;
    }
    return ok && !b->swallows;
}

bool postgres_digests(PgBatch *b, Err *err)
{
    for (size_t p = 0; p < b->batch->n_parts; p++) {
        if (!b->n_rows[p])
            continue;
        Str *values = arena_many(b->t->scratch, Str, b->parts[p]->live->table.n);
        if (!b->parts[p]->reads_back)
            digest_sent(b, p, values);
        else if (!read_back(b, p, values, err))
            return false;
    }
    return true;
}
