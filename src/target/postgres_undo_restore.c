// Rows put back as they were, from the images the journal holds.
#include "target/postgres_undo.h"

#include <string.h>

typedef struct {
    Revert *r;
    const RevertTable *table;
    const char *all, *keys; // SET lists: every column, and only those of foreign keys (NULL: none)
    PgRows *ids;
    bool failed; // not by a row
} Restorer;

static bool of_key(const Revert *r, const RevertTable *table, const char *column)
{
    for (size_t k = 0; k < r->n_keys; k++)
        for (size_t i = 0; r->keys[k].below == table && i < r->keys[k].n; i++)
            if (strcmp(r->keys[k].names[i], column) == 0)
                return true;
    return false;
}

// Generated columns follow from the others, identities never change. A column that came later stays as it is.
static const char *set_list(const Revert *r, const RevertTable *table, bool only_keys)
{
    AUTO(buf_free) Buf sets = {0};
    const PgTable *live = table->live;
    for (size_t i = 0; i < live->table.n; i++) {
        const char *name = live->table.columns[i].name;
        if (live->generated[i] || live->always[i] || i == table->id_column ||
            (only_keys && !of_key(r, table, name)))
            continue;
        AUTO(buf_free) Buf quoted = {0}, text = {0};
        pg_quote(&quoted, name);
        pg_literal(&text, str_of(name));
        buf_addf(&sets, "%s%s = CASE WHEN jsonb_exists(u.image, %s) THEN (u.image ->> %s)::%s ELSE x.%s END",
                 sets.len ? ", " : "", buf_text(&quoted), buf_text(&text), buf_text(&text), live->types[i],
                 buf_text(&quoted));
    }
    return sets.len ? str_keep(r->arena, buf_str(&sets)) : NULL;
}

static bool statement(Restorer *s, const char *sets, Str first, Str last, int64_t *affected, Err *err)
{
    const RevertTable *table = s->table;
    const char *sql =
        arena_text(s->r->arena,
                   "UPDATE %s x SET %s FROM undo_row_%lld u WHERE x.%s = u.undo_id AND NOT u.removes"
                   " AND u.reason IS NULL AND u.undo_id BETWEEN $1::%s AND $2::%s",
                   table->live->quoted, sets, (long long)table->number, table->id, table->type, table->type);
    return pg_run(s->r->t->db, sql, (Str[]){first, last}, 2, affected, err);
}

// Ids from first on, so many; false: not all of them fit, and none was touched; or failed.
static bool put(Restorer *s, const char *sets, Str first, Str last, size_t n, Err *err)
{
    Pg *db = s->r->t->db;
    int64_t affected = 0;
    if (!pg_exec(db, "SAVEPOINT undo", err)) {
        s->failed = true;
        return false;
    }
    bool ok = statement(s, sets, first, last, &affected, err);
    s->failed = !ok && pg_trouble(db)->class != PG_DATA;
    if (ok && affected == (int64_t)n)
        return !(s->failed = !pg_exec(db, "RELEASE undo", err));
    s->failed = s->failed || !pg_exec(db, "ROLLBACK TO undo; RELEASE undo", err);
    return false;
}

static void add(Restorer *s, RevertRefused **list, Str id)
{
    RevertRefused *row = arena_one(s->r->arena, RevertRefused);
    *row = (RevertRefused){s->table->number, str_keep(s->r->arena, id), *list};
    *list = row;
}

// Finds those that do not fit by halves. One that does not fit yet lets at least go of the rows it refers to.
static bool restore(Restorer *s, size_t first, size_t n, RevertRefused **aside, RevertRefused **refused,
                    Err *err)
{
    Str from = pg_value(s->ids, first, 0), to = pg_value(s->ids, first + n - 1, 0);
    if (put(s, s->all, from, to, n, err))
        return true;
    if (s->failed)
        return false;
    if (n > 1)
        return restore(s, first, n / 2, aside, refused, err) &&
               restore(s, first + n / 2, n - n / 2, aside, refused, err);
    add(s, !s->keys || put(s, s->keys, from, to, 1, err) ? aside : refused, from);
    return !s->failed;
}

static Restorer restorer(Revert *r, const RevertTable *table)
{
    return (Restorer){
        .r = r, .table = table, .all = set_list(r, table, false), .keys = set_list(r, table, true)};
}

bool revert_restore(Revert *r, RevertRefused **aside, RevertRefused **refused, Err *err)
{
    for (size_t i = 0; i < r->n_tables; i++) {
        const RevertTable *table = &r->tables[i];
        Restorer s = restorer(r, table);
        if (!table->back || !s.all)
            continue;
        s.ids = pg_query(
            r->t->db,
            arena_text(r->arena,
                       "SELECT undo_id::text FROM undo_row_%lld u WHERE NOT removes AND reason IS NULL"
                       " ORDER BY u.undo_id",
                       (long long)table->number),
            NULL, 0, err);
        bool ok = s.ids && restore(&s, 0, pg_rows(s.ids), aside, refused, err);
        pg_rows_free(s.ids);
        if (!ok)
            return false;
    }
    return true;
}

bool revert_restore_aside(Revert *r, const RevertRefused *aside, RevertRefused **refused, Err *err)
{
    for (; aside; aside = aside->next)
        for (size_t i = 0; i < r->n_tables; i++) {
            if (r->tables[i].number != aside->number)
                continue;
            Restorer s = restorer(r, &r->tables[i]);
            Str id = str_of(aside->id);
            if (put(&s, s.all, id, id, 1, err))
                continue;
            if (s.failed)
                return false;
            add(&s, refused, id);
        }
    return pg_exec(r->t->db, "SET CONSTRAINTS ALL IMMEDIATE", err);
}
