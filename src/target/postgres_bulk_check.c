// The keys that are off during a bulk load are looked after here, a question a batch: has everything that was
// written its parents?
//
// New rows of the bold way are found by where they stand: behind the block that was the table's last one.
// Were some put elsewhere, their number says so. Rows in groups are looked up by what was staged. The careful
// way has asked about all its rows before it writes them.
#include "target/postgres_writer.h"

static bool is_off(const PgTable *live)
{
    for (size_t i = 0; i < live->n_foreign; i++)
        if (live->foreign[i].off)
            return true;
    return false;
}

static bool is_looked_after(const PgBatch *b, size_t part)
{
    return b->n_rows[part] && b->parts[part]->n && is_off(b->parts[part]->live);
}

// Known rows are updated where they stand: that is for the careful way.
bool postgres_bulk_before(PgBatch *b, Err *err)
{
    AUTO(buf_free) Buf names = {0};
    bool any = false;
    b->blocks = arena_many(b->t->scratch, int64_t, b->batch->n_parts + 1);
    for (size_t p = 0; p < b->batch->n_parts; p++) {
        bool looked_after = is_looked_after(b, p);
        for (size_t r = 0; looked_after && r < b->n_rows[p]; r++)
            if (b->rows[p][r].op != OP_NEW) {
                b->orphaned = true;
                return err_set(err, ERR_TARGET, "known rows in a bulk load");
            }
        any |= looked_after;
        if (b->parts[p]->n)
            postgres_list(&names, str_of(b->parts[p]->live->quoted));
        else
            postgres_list(&names, (Str){NULL, 0});
    }
    if (!any)
        return true;
    Str list = postgres_list_end(&names);
    AUTO(pg_rows_free_at)
    PgRows *r = pg_query(b->t->db,
                         "SELECT pg_relation_size(name::regclass) / current_setting('block_size')::integer"
                         " FROM unnest($1::text[]) WITH ORDINALITY u (name, n) ORDER BY n",
                         &list, 1, err);
    for (size_t p = 0; r && p < pg_rows(r); p++)
        b->blocks[p] = pg_int(r, p, 0);
    return r;
}

static void add_orphans(Buf *sql, const PgTable *live, const PgForeignKey *f, const char *row)
{
    for (size_t i = 0; i < f->n; i++) {
        buf_addf(sql, " AND %s.", row);
        pg_quote(sql, live->table.columns[f->columns[i]].name);
        buf_add_text(sql, " IS NOT NULL");
    }
    buf_add_text(sql, " AND NOT EXISTS (SELECT FROM ");
    pg_quote(sql, f->schema);
    buf_add_char(sql, '.');
    pg_quote(sql, f->table);
    for (size_t i = 0; i < f->n; i++) {
        buf_add_text(sql, i ? " AND x." : " x WHERE x.");
        pg_quote(sql, f->parents[i]);
        buf_addf(sql, " = %s.", row);
        pg_quote(sql, live->table.columns[f->columns[i]].name);
    }
    buf_add_char(sql, ')');
}

static int64_t sent(const PgBatch *b, size_t part)
{
    int64_t n = 0;
    for (size_t r = 0; r < b->n_rows[part]; r++)
        n += !postgres_is_out(&b->items[b->rows[part][r].item]);
    return n;
}

static bool part_is_whole(PgBatch *b, size_t part, bool *whole, Err *err)
{
    static const char new_rows[] =
        "(SELECT count(*) FROM %s t WHERE t.ctid >= $1 AND t.xmin = pg_current_xact_id()::xid";
    const PgTable *live = b->parts[part]->live;
    AUTO(buf_free) Buf sql = {0};
    buf_add_text(&sql, "SELECT ");
    buf_addf(&sql, new_rows, live->quoted);
    buf_add_char(&sql, ')');
    for (size_t i = 0; i < live->n_foreign; i++) {
        if (!live->foreign[i].off)
            continue;
        buf_add_text(&sql, ", ");
        buf_addf(&sql, new_rows, live->quoted);
        add_orphans(&sql, live, &live->foreign[i], "t");
        buf_add_char(&sql, ')');
    }
    Str first = str_of(arena_text(b->t->scratch, "(%lld,0)", (long long)MAX(b->blocks[part] - 1, 0)));
    AUTO(pg_rows_free_at) PgRows *r = pg_query(b->t->db, buf_text(&sql), &first, 1, err);
    if (!r)
        return false;
    *whole = pg_int(r, 0, 0) == sent(b, part);
    size_t column = 1;
    for (size_t i = 0; i < live->n_foreign; i++)
        *whole &= !live->foreign[i].off || pg_int(r, 0, column++) == 0;
    return true;
}

bool postgres_bulk_after(PgBatch *b, Err *err)
{
    for (size_t p = 0; p < b->batch->n_parts; p++) {
        bool whole = true;
        if (is_looked_after(b, p) && !part_is_whole(b, p, &whole, err))
            return false;
        if (!whole) {
            b->orphaned = true;
            return err_set(err, ERR_TARGET, "orphans in a bulk load");
        }
    }
    return true;
}

bool postgres_bulk_group(PgBatch *b, size_t part, size_t first, size_t end, Err *err)
{
    const PgPart *p = b->parts[part];
    PgNumber rooms[2];
    const Str range[] = {postgres_number(&rooms[0], (int64_t)first),
                         postgres_number(&rooms[1], (int64_t)end)};
    if (first == end || !is_looked_after(b, part))
        return true;
    for (size_t i = 0; i < p->live->n_foreign; i++) {
        const PgForeignKey *f = &p->live->foreign[i];
        AUTO(buf_free) Buf sql = {0};
        if (!f->off)
            continue;
        buf_addf(&sql,
                 "SELECT EXISTS (SELECT FROM %s s WHERE s.\"mudanza.row\" >= $1 AND s.\"mudanza.row\" < $2",
                 p->stage);
        add_orphans(&sql, p->live, f, "s");
        buf_add_char(&sql, ')');
        AUTO(pg_rows_free_at) PgRows *r = pg_query(b->t->db, buf_text(&sql), range, 2, err);
        if (!r)
            return false;
        if (pg_true(r, 0, 0)) {
            b->orphaned = true;
            b->broken = postgres_foreign_words(b->t->scratch, p->live, f);
            return err_set(err, ERR_TARGET, "orphans in a bulk load");
        }
    }
    return true;
}
