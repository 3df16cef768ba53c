// The rows an undo is about: those its batches wrote that are there, and whether they are as they were
// written.
#include <string.h>

#include "target/postgres_undo.h"

// Everything the batches did to rows of one table. What a batch inserted into a main table is named by the
// mapping it made, as that was before later batches changed it; all else by the journal.
static const char writes_sql[] =
    "SELECT m.id, m.batch, 0 AS seq, true AS inserts, m.written_hash AS written, NULL::smallint AS entity,"
    "  NULL::text AS key, NULL::jsonb AS before"
    " FROM mudanza.entity_mappings m JOIN undo_batch b ON b.batch = m.batch"
    " WHERE m.scope = %1$lld AND m.table_id = %2$lld AND NOT m.linked"
    "  AND NOT EXISTS (SELECT FROM undo_first f WHERE f.entity = m.entity AND f.key = m.key)"
    " UNION ALL SELECT f.id, m.batch, 0, true, f.written_hash, NULL, NULL, NULL"
    " FROM undo_first f JOIN mudanza.entity_mappings m ON m.scope = %1$lld AND m.entity = f.entity AND m.key "
    "= f.key"
    " JOIN undo_batch b ON b.batch = m.batch WHERE f.table_id = %2$lld AND NOT f.linked"
    " UNION ALL SELECT w.id, j.batch, j.seq, j.operation = 'insert', w.written,"
    "  CASE WHEN w.key IS NOT NULL THEN b.entity END, w.key, w.before"
    " FROM mudanza.journal j JOIN undo_batch b ON b.batch = j.batch"
    " CROSS JOIN unnest(j.ids, j.written, j.keys, j.before) AS w (id, written, key, before)"
    " WHERE j.table_id = %2$lld AND j.operation IN ('insert', 'update')";

// What a row was written as last decides whether it was changed, what was done to it first whether it goes,
// and as what it comes back.
static const char rows_sql[] =
    "CREATE TEMP TABLE undo_row_%2$lld ON COMMIT DROP AS"
    " SELECT w.id::%3$s AS undo_id, w.batch, w.removes, w.entity, w.key, w.written, x.xmin <> b.xid AS "
    "suspect,"
    "  w.image, NULL::text AS reason, NULL::integer AS round"
    " FROM (SELECT id, batch, entity, key, written, row_number() OVER newest AS nth,"
    "  last_value(inserts) OVER (newest ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS removes,"
    "  last_value(before) OVER (newest ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS image"
    "  FROM (%1$s) w WINDOW newest AS (PARTITION BY id ORDER BY batch DESC, seq DESC)) w"
    " JOIN undo_batch b ON b.batch = w.batch JOIN %4$s x ON x.%5$s = w.id::%3$s WHERE w.nth = 1;"
    "ALTER TABLE undo_row_%2$lld ADD PRIMARY KEY (undo_id); ANALYZE undo_row_%2$lld;"
    "CREATE TEMP TABLE undo_built_%2$lld (undo_id %3$s, by_table text, rows bigint, round integer) ON COMMIT "
    "DROP";

static bool find_rows(const Revert *r, const RevertTable *table, Err *err)
{
    const char *writes = arena_text(r->arena, writes_sql, (long long)r->scope, (long long)table->number);
    return revert_run(r, NULL, err, rows_sql, writes, (long long)table->number, table->type,
                      table->live->quoted, table->id);
}

// Rows that somebody else's transaction wrote last: their digest decides.
typedef struct {
    const Revert *r;
    const RevertTable *table;
    Str *values;
    Buf *forms; // of each value
    Buf digest;
    Buf changed; // lines for COPY
} Look;

static bool judge_row(void *arg, const Str *values, size_t n, Err *err)
{
    (void)err;
    Look *look = arg;
    const Table *table = &look->table->live->table;
    unsigned char now[PG_WRITTEN_BYTES];
    for (size_t i = 0; i + 2 < n; i++) {
        buf_clear(&look->forms[i]);
        look->values[i] = postgres_canonical(&table->columns[i], values[i + 2], &look->forms[i]);
    }
    postgres_written(look->r->t, look->table->live, look->values, now);
    buf_clear(&look->digest);
    postgres_add_bytes(&look->digest, (Str){(const char *)now, sizeof now});
    if (!str_eq(values[1], buf_str(&look->digest))) {
        pg_copy_text(&look->changed, values[0]);
        buf_add_char(&look->changed, '\n');
    }
    return true;
}

static bool mark_changed(const Look *look, Err *err)
{
    const Revert *r = look->r;
    long long number = look->table->number;
    int64_t rows;
    return !look->changed.len ||
           (revert_run(r, NULL, err, "CREATE TEMP TABLE undo_changed (undo_id %s) ON COMMIT DROP",
                       look->table->type) &&
            pg_copy_in(r->t->db, "COPY pg_temp.undo_changed FROM STDIN", err) &&
            pg_copy_put(r->t->db, buf_str(&look->changed), err) && pg_copy_end(r->t->db, &rows, err) &&
            revert_run(r, NULL, err,
                       "UPDATE undo_row_%lld u SET reason = 'changed', round = 0 FROM undo_changed c"
                       " WHERE c.undo_id = u.undo_id; DROP TABLE undo_changed",
                       number));
}

// A row of a main table whose digest was not noted counts as changed.
static bool find_changed(const Revert *r, const RevertTable *table, Err *err)
{
    const Table *shape = &table->live->table;
    AUTO(buf_free) Buf sql = {0};
    buf_addf(&sql, "SELECT u.undo_id::text, u.undo_written");
    for (size_t i = 0; i < shape->n; i++) {
        buf_add_text(&sql, ", ");
        postgres_select(&sql, table->live, i);
    }
    buf_addf(&sql,
             " FROM (SELECT undo_id, written AS undo_written FROM undo_row_%lld WHERE suspect) u"
             " JOIN %s t ON t.%s = u.undo_id",
             (long long)table->number, table->live->quoted, table->id);
    Look look = {.r = r,
                 .table = table,
                 .values = arena_many(r->arena, Str, shape->n),
                 .forms = arena_many(r->arena, Buf, shape->n)};
    bool ok = pg_each(r->t->db, buf_text(&sql), NULL, 0, judge_row, &look, err) && mark_changed(&look, err);
    for (size_t i = 0; i < shape->n; i++)
        buf_free(&look.forms[i]);
    buf_free(&look.digest);
    buf_free(&look.changed);
    return ok;
}

bool revert_find_rows(Revert *r, Err *err)
{
    for (size_t i = 0; i < r->n_tables; i++) {
        RevertTable *table = &r->tables[i];
        int64_t restores, parts;
        if (!find_rows(r, table, err) || !find_changed(r, table, err) ||
            !revert_int(r, &restores, err, "SELECT count(*) FROM undo_row_%lld WHERE NOT removes",
                        (long long)table->number) ||
            !revert_int(r, &parts, err, "SELECT count(key) FROM undo_row_%lld", (long long)table->number))
            return false;
        table->restores = restores > 0;
        table->parts = parts > 0;
    }
    return true;
}
