// Rows deleted in bulk, those that refer before those they refer to.
#include "base/intl.h"
#include "target/postgres_undo.h"

// reaches[i * n + j]: rows of table i refer to rows of table j, or to rows that do.
static bool *find_reach(const Revert *r)
{
    size_t n = r->n_tables;
    bool *reaches = arena_many(r->arena, bool, n *n + 1);
    for (size_t k = 0; k < r->n_keys; k++)
        if (r->keys[k].below && r->keys[k].above)
            reaches[(size_t)(r->keys[k].below - r->tables) * n + (size_t)(r->keys[k].above - r->tables)] =
                true;
    for (size_t k = 0; k < n; k++)
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < n; j++)
                reaches[i * n + j] |= reaches[i * n + k] && reaches[k * n + j];
    return reaches;
}

// Nobody that is left refers to it, unless it refers to them as well.
static bool may_go(const bool *reaches, const bool *gone, size_t n, size_t table)
{
    for (size_t i = 0; i < n; i++)
        if (!gone[i] && i != table && reaches[i * n + table] && !reaches[table * n + i])
            return false;
    return true;
}

// Tables that refer to each other go in one statement: the server looks at the keys when it is through.
static bool remove_group(Revert *r, const size_t *group, size_t n, Err *err)
{
    AUTO(buf_free) Buf with = {0}, counts = {0};
    for (size_t i = 0; i < n; i++) {
        const RevertTable *table = &r->tables[group[i]];
        if (!table->go)
            continue;
        buf_addf(&with,
                 "%sd%zu AS (DELETE FROM %s x USING undo_row_%lld u WHERE x.%s = u.undo_id AND u.removes"
                 " AND u.reason IS NULL RETURNING 1)",
                 with.len ? ", " : "WITH ", i, table->live->quoted, (long long)table->number, table->id);
        buf_addf(&counts, "%s(SELECT count(*) FROM d%zu)", counts.len ? ", " : "", i);
    }
    if (!with.len)
        return true;
    AUTO(pg_rows_free_at)
    PgRows *rows = pg_query(
        r->t->db, arena_text(r->arena, "%s SELECT %s", buf_text(&with), buf_text(&counts)), NULL, 0, err);
    if (!rows)
        return false;
    for (size_t i = 0, column = 0; i < n; i++) {
        const RevertTable *table = &r->tables[group[i]];
        if (table->go && pg_int(rows, 0, column++) != table->go)
            return err_set(err, ERR_TARGET,
                           _("%s: a trigger, a rule or a policy of the target keeps rows from "
                             "being deleted"),
                           table->live->table.name);
    }
    return true;
}

bool revert_remove(Revert *r, Err *err)
{
    size_t n = r->n_tables, left = n;
    const bool *reaches = find_reach(r);
    bool *gone = arena_many(r->arena, bool, n + 1);
    size_t *group = arena_many(r->arena, size_t, n + 1);
    while (left) {
        size_t members = 0, first = 0;
        while (gone[first] || !may_go(reaches, gone, n, first))
            first++;
        for (size_t i = first; i < n; i++)
            if (!gone[i] && (i == first || (reaches[first * n + i] && reaches[i * n + first])))
                group[members++] = i;
        if (!remove_group(r, group, members, err))
            return false;
        for (size_t i = 0; i < members; i++) {
            gone[group[i]] = true;
            if (!revert_tell_rows(r, &r->tables[group[i]], err))
                return false;
        }
        left -= members;
    }
    return true;
}
