// Rows on their way through temporary tables.
#include "target/postgres_writer.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK = 500 }; // rows that are sent again when one of them has a value of the wrong type

bool postgres_needs_stage(const PgBatch *b, size_t part)
{
    if (b->way != WAY_BOLD)
        return b->n_rows[part] > 0;
    for (size_t r = 0; r < b->n_rows[part]; r++)
        if (b->rows[part][r].op != OP_NEW)
            return true;
    return false;
}

static bool is_staged(const PgBatch *b, const PgRow *row)
{
    return !postgres_is_out(&b->items[row->item]) && (b->way != WAY_BOLD || row->op != OP_NEW);
}

static bool copy_rows(PgBatch *b, size_t part, size_t first, size_t end, Err *err)
{
    const PgPart *p = b->parts[part];
    AUTO(buf_free) Buf sql = {0};
    PgCopy c;
    PgNumber number;
    buf_addf(&sql, "COPY %s (\"mudanza.row\", \"mudanza.op\", %s) FROM STDIN", p->stage, p->names);
    if (!postgres_copy_begin(&c, b->t, buf_text(&sql), err))
        return false;
    for (size_t r = first; r < end; r++) {
        const PgRow *row = &b->rows[part][r];
        char op = (char)row->op;
        if (!is_staged(b, row))
            continue;
        postgres_copy_field(&c, postgres_number(&number, (int64_t)r));
        postgres_copy_field(&c, (Str){&op, 1});
        for (size_t i = 0; i < p->n; i++)
            postgres_copy_field(&c, row->values[i]);
        postgres_copy_end_line(&c);
    }
    return postgres_copy_end(&c);
}

// The context of the failure names the line: its first number, whatever the server's language.
static size_t bad_line(const PgTrouble *trouble)
{
    const char *at = trouble->context;
    while (*at && !isdigit((unsigned char)*at))
        at++;
    return strtoul(at, NULL, 10);
}

static void refuse_line(PgBatch *b, size_t part, size_t first, size_t end, size_t line)
{
    const char *detail, *code = postgres_refusal(b, part, &detail);
    for (size_t r = first; r < end; r++) {
        const PgRow *row = &b->rows[part][r];
        if (is_staged(b, row) && --line == 0) {
            postgres_refuse(b, row->item, code, detail);
            return;
        }
    }
}

// Only types can be wrong here: the server stops at the first such line.
static bool copy_chunk(PgBatch *b, size_t part, size_t first, size_t end, Err *err)
{
    for (;;) {
        if (!pg_exec(b->t->db, "SAVEPOINT mudanza_stage", err))
            return false;
        if (copy_rows(b, part, first, end, err))
            return pg_exec(b->t->db, "RELEASE mudanza_stage", err);
        const PgTrouble *trouble = pg_trouble(b->t->db);
        size_t line = trouble->class == PG_DATA ? bad_line(trouble) : 0;
        if (!line || line > end - first)
            return false;
        refuse_line(b, part, first, end, line);
        b->found = true;
        if (!pg_exec(b->t->db, "ROLLBACK TO mudanza_stage", err))
            return false;
    }
}

bool postgres_stage(PgBatch *b, Err *err)
{
    if (b->way == WAY_HALVING && !pg_exec(b->t->db, "CREATE TEMP SEQUENCE IF NOT EXISTS mudanza_place", err))
        return false;
    for (size_t p = 0; p < b->batch->n_parts; p++) {
        if (!postgres_needs_stage(b, p))
            continue;
        if (!pg_exec(b->t->db, b->parts[p]->make_stage, err) ||
            (pg_rehearses(b->t->db) && !pg_execf(b->t->db, err, "TRUNCATE %s", b->parts[p]->stage)))
            return false;
        if (b->way == WAY_BOLD && !copy_rows(b, p, 0, b->n_rows[p], err))
            return false;
        for (size_t r = 0; b->way != WAY_BOLD && r < b->n_rows[p]; r += CHUNK)
            if (!copy_chunk(b, p, r, MIN(r + CHUNK, b->n_rows[p]), err))
                return false;
    }
    return true;
}

bool postgres_unstage(PgBatch *b, Err *err)
{
    AUTO(buf_free) Buf rows = {0}, sql = {0};
    for (size_t p = 0; p < b->batch->n_parts; p++) {
        if (!postgres_needs_stage(b, p))
            continue;
        buf_clear(&rows);
        for (size_t r = 0; r < b->n_rows[p]; r++)
            if (postgres_is_out(&b->items[b->rows[p][r].item]))
                postgres_list_number(&rows, (int64_t)r);
        if (!rows.len)
            continue;
        buf_clear(&sql);
        buf_addf(&sql, "DELETE FROM %s s USING unnest($1::integer[]) o (row) WHERE s.\"mudanza.row\" = o.row",
                 b->parts[p]->stage);
        Str list = postgres_list_end(&rows);
        if (!pg_run(b->t->db, buf_text(&sql), &list, 1, NULL, err))
            return false;
    }
    return true;
}

typedef struct {
    PgBatch *b;
    size_t part;
    Buf text;
} Looking;

static bool take_stored(void *arg, const Str *values, size_t n, Err *err)
{
    Looking *l = arg;
    const PgTable *live = l->b->parts[l->part]->live;
    Arena *a = l->b->t->scratch;
    (void)err;
    PgRow *row = &l->b->rows[l->part][strtoul(values[0].at, NULL, 10)];
    row->there = true;
    row->image = str_copy(a, values[1]);
    row->stored = arena_many(a, Str, live->table.n);
    for (size_t i = 0; i + 2 < n; i++)
        row->stored[i] = str_copy(a, postgres_canonical(&live->table.columns[i], values[i + 2], &l->text));
    return true;
}

bool postgres_look_stored(PgBatch *b, bool locked, Err *err)
{
    for (size_t p = 0; p < b->batch->n_parts; p++) {
        const PgPart *part = b->parts[p];
        AUTO(buf_free) Buf sql = {0}, ids = {0}, numbers = {0};
        for (size_t r = 0; r < b->n_rows[p]; r++) {
            const PgRow *row = &b->rows[p][r];
            if (row->op == OP_NEW || postgres_is_out(&b->items[row->item]))
                continue;
            postgres_list(&ids, row->values[part->id]);
            postgres_list_number(&numbers, (int64_t)r);
        }
        if (!ids.len)
            continue;
        buf_addf(&sql, "SELECT u.n, %s, %s FROM unnest($1::text[], $2::integer[]) u (id, n) JOIN %s t ON t.",
                 part->image, part->stored, part->live->quoted);
        pg_quote(&sql, part->live->table.columns[part->columns[part->id]].name);
        buf_addf(&sql, " = u.id::%s%s", part->live->types[part->columns[part->id]],
                 locked ? " FOR UPDATE OF t" : "");
        const Str lists[] = {postgres_list_end(&ids), postgres_list_end(&numbers)};
        Looking l = {.b = b, .part = p};
        bool ok = pg_each(b->t->db, buf_text(&sql), lists, 2, take_stored, &l, err);
        buf_free(&l.text);
        if (!ok)
            return false;
    }
    return true;
}
