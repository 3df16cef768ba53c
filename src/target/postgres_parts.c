// Rows of parts that earlier batches made beside a row: what they were written as last, and which of them the
// changed source row makes no more. These stay in the target; absent_parts lists them until they are made
// again.
#include "target/postgres_writer.h"

#include <stdlib.h>
#include <string.h>

static int order_of(Str a, Str b)
{
    int order = memcmp(a.at, b.at, MIN(a.len, b.len));
    return order ? order : (a.len > b.len) - (a.len < b.len);
}

static int by_table_and_id(const void *a, const void *b)
{
    const PgPast *one = a, *other = b;
    int order = (one->table > other->table) - (one->table < other->table);
    return order ? order : order_of(one->id, other->id);
}

typedef struct {
    PgBatch *b;
    Buf past;
} Reading;

static bool take_past(void *arg, const Str *values, size_t n, Err *err)
{
    Reading *x = arg;
    Arena *a = x->b->t->scratch;
    (void)n;
    (void)err;
    const PgPast one = {.table = strtoll(values[0].at, NULL, 10),
                        .id = str_copy(a, values[1]),
                        .key = str_copy(a, values[2]),
                        .written = postgres_bytes(a, values[3]),
                        .judged = postgres_bytes(a, values[4]),
                        .inserted = str_is(values[5], "t")};
    buf_add(&x->past, (Str){(const char *)&one, sizeof one});
    return true;
}

static bool is_changed(const PgItem *it)
{
    return (it->kind == ITEM_CHANGED || it->kind == ITEM_KEPT) && it->item->outcome != ROW_REJECTED;
}

bool postgres_read_past(PgBatch *b, Err *err)
{
    AUTO(buf_free) Buf keys = {0};
    Str first = {NULL, 0}, last = {NULL, 0};
    b->n_past = 0;
    for (size_t i = 0; b->batch->n_parts > 1 && i < b->batch->n; i++) {
        if (!is_changed(&b->items[i]))
            continue;
        last = b->items[i].item->key;
        first = first.at ? first : last;
        postgres_list(&keys, last);
    }
    if (!keys.len)
        return true;
    PgNumber rooms[3];
    const Str values[] = {postgres_number(&rooms[0], b->t->scope),
                          postgres_number(&rooms[1], b->entity),
                          postgres_number(&rooms[2], b->number),
                          first,
                          last,
                          postgres_list_end(&keys)};
    Reading x = {.b = b};
    bool ok = pg_each(b->t->db,
                      "SELECT DISTINCT ON (j.table_id, u.id) j.table_id, u.id, u.key, u.written, u.judged,"
                      " bool_or(j.operation = 'insert') OVER (PARTITION BY j.table_id, u.id)"
                      " FROM mudanza.batches b JOIN mudanza.journal j ON j.batch = b.batch CROSS JOIN LATERAL"
                      " unnest(j.ids, j.keys, j.written, j.judged) u (id, key, written, judged)"
                      " JOIN unnest($6::text[]) k (key) ON k.key = u.key"
                      " WHERE b.scope = $1 AND b.entity = $2 AND b.batch < $3 AND b.undone IS NULL"
                      " AND b.first_key <= $5 AND b.last_key >= $4 AND j.operation IN ('insert', 'update')"
                      " ORDER BY j.table_id, u.id, j.seq DESC",
                      values, ARRAY_LEN(values), take_past, &x, err);
    b->n_past = x.past.len / sizeof(PgPast);
    b->past = x.past.len ? arena_copy(b->t->scratch, x.past.at, x.past.len) : NULL;
    buf_free(&x.past);
    if (b->n_past)
        qsort(b->past, b->n_past, sizeof *b->past, by_table_and_id);
    return ok;
}

const PgPast *postgres_past(const PgBatch *b, int64_t table, Str id)
{
    const PgPast wanted = {.table = table, .id = id};
    return b->n_past ? bsearch(&wanted, b->past, b->n_past, sizeof wanted, by_table_and_id) : NULL;
}

// Rows the changed items make now, in order.
static PgPast *find_made(PgBatch *b, size_t *n)
{
    size_t most = 0;
    for (size_t p = 1; p < b->batch->n_parts; p++)
        most += b->n_rows[p];
    PgPast *made = arena_many(b->t->scratch, PgPast, most + 1);
    *n = 0;
    for (size_t p = 1; p < b->batch->n_parts; p++)
        for (size_t r = 0; r < b->n_rows[p]; r++)
            if (is_changed(&b->items[b->rows[p][r].item]))
                made[(*n)++] = (PgPast){.table = b->tables[p], .id = b->rows[p][r].values[b->parts[p]->id]};
    qsort(made, *n, sizeof *made, by_table_and_id);
    return made;
}

static int key_of_item(const void *key, const void *item)
{
    return order_of(*(const Str *)key, ((const PgItem *)item)->item->key);
}

static bool settle(PgBatch *b, const char *sql, Buf *tables, Buf *ids, Buf *keys, Err *err)
{
    if (!tables->len)
        return true;
    PgNumber rooms[3];
    const Str values[] = {postgres_number(&rooms[0], b->t->scope),
                          postgres_number(&rooms[1], b->entity),
                          postgres_number(&rooms[2], b->number),
                          postgres_list_end(tables),
                          postgres_list_end(ids),
                          postgres_list_end(keys)};
    return pg_run(b->t->db, sql, values, ARRAY_LEN(values), NULL, err);
}

bool postgres_note_parts(PgBatch *b, Err *err)
{
    Buf gone[3] = {0}, back[3] = {0};
    size_t n = 0;
    const PgPast *made = b->n_past ? find_made(b, &n) : NULL;
    for (size_t i = 0; i < b->n_past; i++) {
        const PgPast *past = &b->past[i];
        const PgItem *it = bsearch(&past->key, b->items, b->batch->n, sizeof *b->items, key_of_item);
        if (!past->inserted || !it || !is_changed(it))
            continue;
        Buf *to = n && bsearch(past, made, n, sizeof *made, by_table_and_id) ? back : gone;
        postgres_list_number(&to[0], past->table);
        postgres_list(&to[1], past->id);
        postgres_list(&to[2], past->key);
    }
    bool ok =
        settle(b,
               "INSERT INTO mudanza.absent_parts (scope, entity, batch, table_id, id, key)"
               " SELECT $1::smallint, $2::smallint, $3::integer, u.table_id, u.id, u.key"
               " FROM unnest($4::smallint[], $5::text[], $6::text[]) u (table_id, id, key)"
               " WHERE NOT EXISTS (SELECT 1 FROM mudanza.absent_parts p WHERE p.scope = $1::smallint"
               " AND p.entity = $2::smallint AND p.table_id = u.table_id AND p.id = u.id AND p.back IS NULL)",
               &gone[0], &gone[1], &gone[2], err) &&
        settle(b,
               "UPDATE mudanza.absent_parts p SET back = $3::integer"
               " FROM unnest($4::smallint[], $5::text[], $6::text[]) u (table_id, id, key)"
               " WHERE p.scope = $1::smallint AND p.entity = $2::smallint AND p.table_id = u.table_id"
               " AND p.id = u.id AND p.back IS NULL",
               &back[0], &back[1], &back[2], err);
    for (size_t i = 0; i < ARRAY_LEN(gone); i++) {
        buf_free(&gone[i]);
        buf_free(&back[i]);
    }
    return ok;
}
