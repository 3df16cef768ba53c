// The statements that write rows.
#include "target/postgres_writer.h"

static bool copy_line(PgBatch *b, const PgPart *p, PgCopy *c, const PgRow *row, bool binary)
{
    if (binary)
        postgres_binary_line(c, p->n);
    for (size_t i = 0; i < p->n; i++)
        if (!binary)
            postgres_copy_field(c, row->values[i]);
        else if (!postgres_binary_value(c, p->live, p->columns[i], row->values[i])) {
            b->as_text = true;
            return false;
        }
    if (binary)
        postgres_copy_sent(c);
    else
        postgres_copy_end_line(c);
    return true;
}

static bool copy_new(PgBatch *b, size_t part, Err *err)
{
    const PgPart *p = b->parts[part];
    bool binary = p->binary && !b->as_text;
    AUTO(buf_free) Buf sql = {0};
    PgCopy c;
    size_t r = 0;
    while (r < b->n_rows[part] && b->rows[part][r].op != OP_NEW)
        r++;
    if (r == b->n_rows[part])
        return true;
    buf_addf(&sql, "COPY %s (%s) FROM STDIN%s", p->live->quoted, p->names, binary ? " (FORMAT binary)" : "");
    if (!(binary ? postgres_binary_begin : postgres_copy_begin)(&c, b->t, buf_text(&sql), err))
        return false;
    for (; r < b->n_rows[part]; r++) {
        const PgRow *row = &b->rows[part][r];
        if (row->op != OP_NEW || postgres_is_out(&b->items[row->item]))
            continue;
        if (!copy_line(b, p, &c, row, binary)) {
            pg_copy_abort(b->t->db);
            return err_set(err, ERR_INTERNAL, "%s: a value without a binary form", p->live->table.name);
        }
    }
    return binary ? postgres_binary_end(&c) : postgres_copy_end(&c);
}

#define IN_RANGE "s.\"mudanza.row\" >= $1 AND s.\"mudanza.row\" < $2"

static bool update(PgBatch *b, const PgPart *p, const Str *range, Err *err)
{
    AUTO(buf_free) Buf sql = {0};
    const char *id = p->live->table.columns[p->columns[p->id]].name;
    buf_addf(&sql, "UPDATE %s t SET %s FROM %s s WHERE s.\"mudanza.op\" = 'c' AND " IN_RANGE " AND t.",
             p->live->quoted, p->sets, p->stage);
    pg_quote(&sql, id);
    buf_add_text(&sql, " = s.");
    pg_quote(&sql, id);
    return pg_run(b->t->db, buf_text(&sql), range, 2, NULL, err);
}

// OFFSET 0 keeps the count of rows above the sort.
static bool insert(PgBatch *b, const PgPart *p, const Str *range, bool counted, Err *err)
{
    AUTO(buf_free) Buf sql = {0};
    const char *id = p->live->table.columns[p->columns[p->id]].name;
    bool numbered = false;
    for (size_t i = 0; i < p->n; i++)
        numbered |= p->live->identity[p->columns[i]];
    buf_addf(&sql,
             "INSERT INTO %s (%s)%s SELECT %s FROM (SELECT s.* FROM %s s WHERE " IN_RANGE
             " AND (s.\"mudanza.op\" = 'n' OR NOT EXISTS (SELECT 1 FROM %s x WHERE x.",
             p->live->quoted, p->names, numbered ? " OVERRIDING SYSTEM VALUE" : "", p->names, p->stage,
             p->live->quoted);
    pg_quote(&sql, id);
    buf_add_text(&sql, " = s.");
    pg_quote(&sql, id);
    buf_add_text(&sql, ")) ORDER BY s.\"mudanza.row\" OFFSET 0) s");
    if (counted)
        buf_add_text(&sql, " WHERE setval('pg_temp.mudanza_place', s.\"mudanza.row\" + 1) > 0");
    return pg_run(b->t->db, buf_text(&sql), range, 2, NULL, err);
}

bool postgres_put_staged(PgBatch *b, size_t part, size_t first, size_t end, bool counted, Err *err)
{
    const PgPart *p = b->parts[part];
    PgNumber rooms[2];
    const Str range[] = {postgres_number(&rooms[0], (int64_t)first),
                         postgres_number(&rooms[1], (int64_t)end)};
    bool updates = false, inserts = false;
    for (size_t r = first; r < end; r++) {
        const PgRow *row = &b->rows[part][r];
        if (!postgres_is_written(b, row) || (b->way == WAY_BOLD && row->op == OP_NEW))
            continue;
        updates |= row->there;
        inserts |= !row->there;
    }
    return (!updates || !p->sets[0] || update(b, p, range, err)) &&
           (!inserts || insert(b, p, range, counted, err));
}

bool postgres_put(PgBatch *b, Err *err)
{
    if (b->way == WAY_HALVING)
        return postgres_halve(b, err);
    if (b->way == WAY_BOLD && !postgres_bulk_before(b, err))
        return false;
    for (size_t p = 0; p < b->batch->n_parts; p++)
        if ((b->way == WAY_BOLD && !copy_new(b, p, err)) ||
            !postgres_put_staged(b, p, 0, b->n_rows[p], false, err))
            return false;
    return b->way != WAY_BOLD || postgres_bulk_after(b, err);
}
