// Which rows an undo leaves where they are, and why.
#include <string.h>

#include "target/postgres_undo.h"

// A value of a row's earlier state, as its column holds it.
static void add_image(Buf *sql, const RevertKey *key, size_t column, const char *row)
{
    buf_addf(sql, "(%s.image ->> ", row);
    pg_literal(sql, str_of(key->names[column]));
    buf_addf(sql, ")::%s", key->types[column]);
}

// Joins undo_row_N of the parent as u to the child's values: of its row x, or of the image of its undo row v.
static void add_parent(Buf *sql, const RevertKey *key, bool image)
{
    const RevertTable *above = key->above;
    bool direct = key->n == 1 && strcmp(key->to[0], above->id) == 0;
    if (!direct)
        buf_addf(sql, " JOIN %s p ON ", key->parent_sql);
    else
        buf_addf(sql, " JOIN undo_row_%lld u ON ", (long long)above->number);
    for (size_t i = 0; i < key->n; i++) {
        buf_add_text(sql, i ? " AND " : "");
        if (direct)
            buf_add_text(sql, "u.undo_id = ");
        else
            buf_addf(sql, "p.%s = ", key->to[i]);
        if (image)
            add_image(sql, key, i, "v");
        else
            buf_addf(sql, "x.%s", key->from[i]);
    }
    if (!direct)
        buf_addf(sql, " JOIN undo_row_%lld u ON u.undo_id = p.%s", (long long)above->number, above->id);
}

static bool note_built(const Revert *r, const RevertTable *above, const char *by, int64_t round,
                       const char *from, const char *where, Err *err)
{
    AUTO(buf_free) Buf name = {0};
    pg_literal(&name, str_of(by));
    return revert_run(r, NULL, err,
                      "INSERT INTO undo_built_%lld SELECT u.undo_id, %s, count(*), %lld FROM %s"
                      " WHERE u.removes AND %s GROUP BY u.undo_id",
                      (long long)above->number, buf_text(&name), (long long)round, from, where);
}

// Rows that stay (round 0: those that are not ours, too) hold the rows they refer to; so do those that come
// back as they were, by what they will refer to then.
static bool hold_parents(const Revert *r, const RevertKey *key, int64_t round, Err *err)
{
    const RevertTable *below = key->below, *above = key->above;
    AUTO(buf_free) Buf from = {0}, where = {0}, images = {0};
    if (!above || (round > 0 && (!below || !below->fresh)))
        return true;
    if (round > 0)
        buf_addf(&from, "undo_row_%lld f JOIN %s x ON x.%s = f.undo_id", (long long)below->number,
                 key->child_sql, below->id);
    else
        buf_addf(&from, "%s x", key->child_sql);
    if (round > 0)
        buf_addf(&where, "f.round = %lld", (long long)round);
    else
        buf_add_text(&where, "true");
    if (round == 0 && below) {
        buf_addf(&from, " LEFT JOIN undo_row_%lld v ON v.undo_id = x.%s", (long long)below->number,
                 below->id);
        buf_add_text(&where, " AND (v.undo_id IS NULL OR v.reason IS NOT NULL)");
    }
    add_parent(&from, key, false);
    if (!note_built(r, above, key->child, round, buf_text(&from), buf_text(&where), err))
        return false;
    if (round > 0 || !below || !below->restores)
        return true;
    buf_addf(&images, "undo_row_%lld v", (long long)below->number);
    add_parent(&images, key, true);
    return note_built(r, above, key->child, round, buf_text(&images), "NOT v.removes AND v.reason IS NULL",
                      err);
}

// A part that stays holds the record it is a part of, whether a foreign key says so or not.
static bool hold_records(const Revert *r, const RevertTable *part, int64_t round, Err *err)
{
    long long number = part->number;
    if (!part->parts || !part->fresh)
        return true;
    const char *stays = arena_text(r->arena, "f.round = %lld AND f.key IS NOT NULL", (long long)round);
    if (!revert_run(r, NULL, err,
                    "INSERT INTO undo_held SELECT DISTINCT f.entity, f.key FROM undo_row_%lld f WHERE %s"
                    " ON CONFLICT DO NOTHING",
                    number, stays))
        return false;
    for (size_t i = 0; i < r->n_tables; i++) {
        const RevertTable *above = &r->tables[i];
        const char *from = arena_text(r->arena,
                                      "undo_row_%lld f JOIN mudanza.entity_mappings m ON m.scope = %lld"
                                      " AND m.entity = f.entity AND m.key = f.key AND m.table_id = %lld"
                                      " JOIN undo_row_%lld u ON u.undo_id = m.id::%s",
                                      number, (long long)r->scope, (long long)above->number,
                                      (long long)above->number, above->type);
        if (!note_built(r, above, part->live->table.name, round, from, stays, err))
            return false;
    }
    return true;
}

// A row whose earlier state refers to one that is gone cannot have that state again.
static bool hold_conflicts(const Revert *r, const RevertKey *key, Err *err)
{
    const RevertTable *below = key->below;
    AUTO(buf_free) Buf given = {0}, on = {0};
    if (!below || !below->restores)
        return true;
    for (size_t i = 0; i < key->n; i++) {
        add_image(&given, key, i, "u");
        buf_add_text(&given, " IS NOT NULL AND ");
        buf_addf(&on, "%sp.%s = ", i ? " AND " : "", key->to[i]);
        add_image(&on, key, i, "u");
    }
    return revert_run(r, NULL, err,
                      "UPDATE undo_row_%lld u SET reason = 'conflict', round = 0 WHERE NOT u.removes"
                      " AND u.reason IS NULL AND %s NOT EXISTS (SELECT FROM %s p WHERE %s)",
                      (long long)below->number, buf_text(&given), key->parent_sql, buf_text(&on));
}

static bool hold_refused(const Revert *r, Err *err)
{
    bool ok = true;
    for (const RevertRefused *row = r->refused; ok && row; row = row->next)
        for (size_t i = 0; ok && i < r->n_tables; i++) {
            if (r->tables[i].number != row->number)
                continue;
            AUTO(buf_free) Buf id = {0};
            pg_literal(&id, str_of(row->id));
            ok = revert_run(r, NULL, err,
                            "UPDATE undo_row_%lld SET reason = 'conflict', round = 0 WHERE undo_id = %s::%s"
                            " AND reason IS NULL",
                            (long long)row->number, buf_text(&id), r->tables[i].type);
        }
    return ok;
}

static bool next_round(Revert *r, int64_t round, bool *more, Err *err)
{
    *more = false;
    for (size_t i = 0; i < r->n_tables; i++) {
        RevertTable *table = &r->tables[i];
        long long number = table->number;
        if (!revert_run(r, &table->fresh, err,
                        "UPDATE undo_row_%lld u SET reason = 'built_upon', round = %lld"
                        " FROM (SELECT DISTINCT undo_id FROM undo_built_%lld WHERE round = %lld) b"
                        " WHERE b.undo_id = u.undo_id AND u.reason IS NULL",
                        number, (long long)round + 1, number, (long long)round))
            return false;
        *more |= table->fresh > 0;
    }
    return true;
}

static bool count(Revert *r, Err *err)
{
    for (size_t i = 0; i < r->n_tables; i++) {
        RevertTable *table = &r->tables[i];
        AUTO(pg_rows_free_at)
        PgRows *rows = pg_query(
            r->t->db,
            arena_text(
                r->arena,
                "SELECT count(*) FILTER (WHERE removes AND reason IS NULL),"
                " count(*) FILTER (WHERE NOT removes AND reason IS NULL), count(reason) FROM undo_row_%lld",
                (long long)table->number),
            NULL, 0, err);
        if (!rows)
            return false;
        table->go = pg_int(rows, 0, 0);
        table->back = pg_int(rows, 0, 1);
        table->stay = pg_int(rows, 0, 2);
    }
    return true;
}

bool revert_find_stays(Revert *r, Err *err)
{
    bool ok = hold_refused(r, err), more = true;
    for (size_t i = 0; ok && i < r->n_keys; i++)
        ok = hold_conflicts(r, &r->keys[i], err);
    for (size_t i = 0; ok && i < r->n_tables; i++)
        ok = revert_int(r, &r->tables[i].fresh, err, "SELECT count(reason) FROM undo_row_%lld",
                        (long long)r->tables[i].number);
    for (int64_t round = 0; ok && more; round++) {
        for (size_t i = 0; ok && i < r->n_keys; i++)
            ok = hold_parents(r, &r->keys[i], round, err);
        for (size_t i = 0; ok && i < r->n_tables; i++)
            ok = hold_records(r, &r->tables[i], round, err);
        ok = ok && next_round(r, round, &more, err);
    }
    return ok && count(r, err);
}

void revert_kept(Buf *sql, const RevertTable *table)
{
    buf_addf(
        sql,
        "SELECT s.undo_id::text AS id, s.batch, s.reason, CASE s.reason WHEN 'built_upon' THEN k.built END "
        "AS built"
        " FROM undo_row_%lld s LEFT JOIN (SELECT undo_id, jsonb_agg(jsonb_build_object('table', by_table,"
        "  'rows', rows) ORDER BY by_table COLLATE \"C\") AS built FROM (SELECT undo_id, by_table,"
        "  sum(rows) AS rows FROM undo_built_%lld GROUP BY undo_id, by_table) n GROUP BY undo_id) k"
        " ON k.undo_id = s.undo_id WHERE s.reason IS NOT NULL",
        (long long)table->number, (long long)table->number);
}
