// Which rows an undo leaves where they are, and why.
#include "target/sqlite_undo.h"

#include <string.h>

#include "base/intl.h"

// What is there of one line of the journal, and whether it is as it was written. Lines come the newest first:
// what a row was written as last decides whether it was changed, what was done to it first whether it goes.
typedef struct {
    Undo *u;
    const UndoneTable *table;
    int64_t entity;
    bool inserts;
    Str written;
    LiteStmt *add, *again, *changed; // over undo_row and undo_stays
} Line;

static void bind_value(LiteStmt *to, int i, LiteStmt *from, int column)
{
    if (lite_type(from, column) == LITE_INTEGER)
        lite_bind_int(to, i, lite_int(from, column));
    else
        lite_bind_text(to, i, lite_text(from, column));
}

// found stands on a row: its place in the list, its id, then all of its columns.
static bool note_row(Line *l, LiteStmt *found, Str key, Err *err)
{
    lite_bind_int(l->add, 0, l->table->t);
    bind_value(l->add, 1, found, 1);
    lite_bind_int(l->add, 2, l->inserts);
    if (key.at)
        lite_bind_int(l->add, 3, l->entity);
    lite_bind_text(l->add, 4, key);
    if (!lite_run(l->add, err))
        return false;
    if (lite_changes(l->u->t->db) == 0) {
        lite_bind_int(l->again, 0, l->table->t);
        bind_value(l->again, 1, found, 1);
        lite_bind_int(l->again, 2, l->inserts);
        return lite_run(l->again, err);
    }
    unsigned char now[WRITTEN_BYTES];
    size_t at = (size_t)lite_int(found, 0) * WRITTEN_BYTES;
    sqlite_row_digest(l->u->t, found, 1, lite_columns(found), now);
    if (at + WRITTEN_BYTES <= l->written.len && memcmp(now, l->written.at + at, WRITTEN_BYTES) == 0)
        return true;
    lite_bind_int(l->changed, 0, l->table->t);
    bind_value(l->changed, 1, found, 1);
    return lite_run(l->changed, err);
}

// The keys of a line stand in the order of its ids; not every id is still there.
static bool key_at(LiteStmt *keys, int64_t wanted, int64_t *at, Str *key, Err *err)
{
    while (*at < wanted) {
        if (lite_step(keys, err) != LITE_ROW)
            return false;
        ++*at;
    }
    *key = lite_text(keys, 0);
    return true;
}

static bool read_line(Line *l, LiteStmt *journal, Err *err)
{
    AUTO(buf_free) Buf names = {0};
    Lite *db = l->u->t->db;
    AUTO(lite_finish_at) LiteStmt *columns = lite_prepare(db, "SELECT value FROM json_each(?)", err);
    AUTO(lite_finish_at) LiteStmt *keys = lite_prepare(db, "SELECT value FROM json_each(?)", err);
    if (!columns || !keys)
        return false;
    lite_bind_text(columns, 0, lite_text(journal, 5));
    LiteStep step;
    while ((step = lite_step(columns, err)) == LITE_ROW) {
        const char *name = str_keep(l->u->t->scratch, lite_text(columns, 0));
        buf_add_text(&names, ", t.");
        sqlite_quote(&names, name);
    }
    if (step != LITE_DONE)
        return false;
    AUTO(lite_finish_at)
    LiteStmt *found =
        lite_preparef(db, err,
                      "SELECT e.key%s FROM json_each(?) e CROSS JOIN \"%w\" t ON t.\"%w\" = e.value"
                      " ORDER BY e.key",
                      buf_text(&names), l->table->name, l->table->id);
    if (!found)
        return false;
    lite_bind_text(found, 0, lite_text(journal, 3));
    bool has_keys = lite_type(journal, 4) != LITE_NULL;
    int64_t at = -1;
    lite_bind_text(keys, 0, lite_text(journal, 4));
    while ((step = lite_step(found, err)) == LITE_ROW) {
        Str key = {NULL, 0};
        if ((has_keys && !key_at(keys, lite_int(found, 0), &at, &key, err)) || !note_row(l, found, key, err))
            return false;
    }
    arena_reset(l->u->t->scratch);
    return step == LITE_DONE;
}

static bool read_journal(Undo *u, Err *err)
{
    Line l = {.u = u};
    AUTO(lite_finish_at)
    LiteStmt *journal = lite_prepare(
        u->t->db,
        "SELECT table_id, operation = 'insert', entity, ids, keys, columns, written FROM mudanza_journal"
        " WHERE operation IN ('insert', 'update') AND undone IS NULL"
        " AND batch IN (SELECT batch FROM temp.undo_batch) ORDER BY seq DESC",
        err);
    l.add = lite_prepare(u->t->db, "INSERT OR IGNORE INTO temp.undo_row VALUES (?, ?, ?, ?, ?)", err);
    l.again = lite_prepare(u->t->db, "UPDATE temp.undo_row SET removes = ?3 WHERE t = ?1 AND id = ?2", err);
    l.changed = lite_prepare(u->t->db, "INSERT INTO temp.undo_stays VALUES (?, ?, 'changed', 0)", err);
    bool ok = journal && l.add && l.again && l.changed;
    LiteStep step = LITE_DONE;
    while (ok && (step = lite_step(journal, err)) == LITE_ROW) {
        l.table = undo_table(u, lite_int(journal, 0));
        l.inserts = lite_int(journal, 1) != 0;
        l.entity = lite_int(journal, 2);
        l.written = lite_blob(journal, 6);
        ok = read_line(&l, journal, err);
    }
    lite_finish(l.add);
    lite_finish(l.again);
    lite_finish(l.changed);
    return ok && step == LITE_DONE;
}

// a.x = b.y AND ... over the columns of a key, each side in a form of its own ("p.\"%w\"").
static void add_condition(Buf *sql, const UndoKey *key, const char *from, const char *to)
{
    for (size_t i = 0; i < key->n; i++) {
        buf_addf(sql, "%s%s", i ? " AND " : "", to);
        sqlite_quote(sql, key->to[i]);
        buf_addf(sql, " = %s", from);
        sqlite_quote(sql, key->from[i]);
    }
}

// Rows of the child table that stay (round 0: those that are not ours, too) hold the rows they refer to.
// The + keeps the type of the other side from being forced on the temporary tables, whose index it would make
// useless.
static bool hold_parents(Undo *u, const UndoKey *key, int64_t round, Err *err)
{
    AUTO(buf_free) Buf on = {0}, from = {0}, where = {0};
    const UndoneTable *child = key->child_table, *parent = key->parent_table;
    if (!parent || (round > 0 && !child))
        return true;
    add_condition(&on, key, "x.", "p.");
    if (round > 0)
        buf_add_text(&from, "temp.undo_stays f CROSS JOIN ");
    sqlite_quote(&from, key->child);
    buf_add_text(&from, " x");
    if (round > 0) {
        buf_add_text(&from, " ON x.");
        sqlite_quote(&from, child->id);
        buf_addf(&from, " = f.id AND f.t = %lld AND f.round = %lld", (long long)child->t, (long long)round);
        buf_add_text(&where, "1");
    } else if (child) {
        static const char *const asks[] = {"NOT EXISTS (SELECT 1 FROM temp.undo_row v WHERE v.t = ",
                                           " OR EXISTS (SELECT 1 FROM temp.undo_stays v WHERE v.t = "};
        for (size_t i = 0; i < ARRAY_LEN(asks); i++) {
            buf_addf(&where, "%s%lld AND v.id = +x.", asks[i], (long long)child->t);
            sqlite_quote(&where, child->id);
            buf_add_char(&where, ')');
        }
    } else {
        buf_add_text(&where, "1");
    }
    return lite_execf(
        u->t->db, err,
        "INSERT INTO temp.undo_built SELECT u.t, u.id, %Q, count(*) FROM %s"
        " CROSS JOIN \"%w\" p ON %s CROSS JOIN temp.undo_row u ON u.t = %lld AND u.id = +p.\"%w\""
        " AND u.removes WHERE (%s) GROUP BY u.id"
        " ON CONFLICT (t, id, by_table) DO UPDATE SET n = n + excluded.n",
        key->child, buf_text(&from), key->parent, buf_text(&on), (long long)parent->t, parent->id,
        buf_text(&where));
}

// A part that stays holds the record it is a part of, whether a foreign key says so or not.
static bool hold_records(Undo *u, int64_t round, Err *err)
{
    static const char parts[] =
        " FROM temp.undo_stays s CROSS JOIN temp.undo_row r ON r.t = s.t AND r.id = s.id"
        " AND r.key IS NOT NULL";
    return lite_execf(u->t->db, err,
                      "INSERT OR IGNORE INTO temp.undo_held SELECT r.entity, r.key%s WHERE s.round = %lld",
                      parts, (long long)round) &&
           lite_execf(
               u->t->db, err,
               "INSERT INTO temp.undo_built SELECT u.t, u.id, n.name, count(*)%s"
               " CROSS JOIN mudanza_entity_mappings m ON m.scope = %lld AND m.entity = r.entity AND m.key = "
               "r.key"
               " CROSS JOIN temp.undo_row u ON u.t = m.table_id AND u.id = +m.id AND u.removes"
               " CROSS JOIN mudanza_tables n ON n.id = r.t WHERE s.round = %lld GROUP BY u.t, u.id, n.name"
               " ON CONFLICT (t, id, by_table) DO UPDATE SET n = n + excluded.n",
               parts, (long long)u->scope, (long long)round);
}

// The parent p of a row's earlier state, which is image i; given: that state names one.
static void add_image_condition(const UndoKey *key, Buf *given, Buf *on)
{
    for (size_t i = 0; i < key->n; i++) {
        AUTO(buf_free) Buf value = {0};
        buf_addf(&value, "json_extract(i.value, '$.\"%s\"')", key->from[i]);
        buf_addf(given, " AND %s IS NOT NULL", buf_text(&value));
        buf_add_text(on, i ? " AND p." : "p.");
        sqlite_quote(on, key->to[i]);
        buf_addf(on, " = %s", buf_text(&value));
    }
}

// A row that comes back as it was holds what it refers to then: people may have made it so. Only its oldest
// state counts, the others are passed through.
static bool hold_by_images(Undo *u, const UndoKey *key, Err *err)
{
    const UndoneTable *child = key->child_table, *parent = key->parent_table;
    AUTO(buf_free) Buf on = {0}, given = {0};
    if (!child || !child->restores || !parent)
        return true;
    add_image_condition(key, &given, &on);
    return lite_execf(
        u->t->db, err,
        "INSERT INTO temp.undo_built SELECT u.t, u.id, %Q, count(*) FROM mudanza_journal j"
        " CROSS JOIN json_each(j.before) i CROSS JOIN temp.undo_row r ON r.t = %lld AND NOT r.removes"
        " AND r.id = json_extract(i.value, '$.\"%w\"') CROSS JOIN \"%w\" p ON %s"
        " CROSS JOIN temp.undo_row u ON u.t = %lld AND u.id = +p.\"%w\" AND u.removes"
        " WHERE j.operation = 'update' AND j.table_id = %lld AND j.batch IN (SELECT batch FROM "
        "temp.undo_batch)%s"
        " AND NOT EXISTS (SELECT 1 FROM temp.undo_stays s WHERE s.t = r.t AND s.id = r.id)"
        " AND NOT EXISTS (SELECT 1 FROM mudanza_journal k, json_each(k.ids) e WHERE k.seq < j.seq"
        " AND k.operation = 'update' AND k.table_id = j.table_id AND e.value = r.id"
        " AND k.batch IN (SELECT batch FROM temp.undo_batch)) GROUP BY u.id"
        " ON CONFLICT (t, id, by_table) DO UPDATE SET n = n + excluded.n",
        key->child, (long long)child->t, child->id, key->parent, buf_text(&on), (long long)parent->t,
        parent->id, (long long)child->t, buf_text(&given));
}

// A row whose earlier state refers to one that is gone cannot have that state again.
static bool hold_conflicts(Undo *u, const UndoKey *key, Err *err)
{
    const UndoneTable *child = key->child_table;
    AUTO(buf_free) Buf on = {0}, given = {0};
    if (!child || !child->restores)
        return true;
    add_image_condition(key, &given, &on);
    return lite_execf(
        u->t->db, err,
        "INSERT OR IGNORE INTO temp.undo_stays SELECT r.t, r.id, 'conflict', 0 FROM mudanza_journal j"
        " CROSS JOIN json_each(j.before) i CROSS JOIN temp.undo_row r ON r.t = %lld"
        " AND r.id = json_extract(i.value, '$.\"%w\"') WHERE j.operation = 'update' AND j.table_id = %lld"
        " AND j.batch IN (SELECT batch FROM temp.undo_batch)%s"
        " AND NOT EXISTS (SELECT 1 FROM \"%w\" p WHERE %s)",
        (long long)child->t, child->id, (long long)child->t, buf_text(&given), key->parent, buf_text(&on));
}

bool undo_find_stays(Undo *u, Err *err)
{
    Lite *db = u->t->db;
    if (!lite_exec(db,
                   "DELETE FROM temp.undo_row; DELETE FROM temp.undo_stays; DELETE FROM temp.undo_built;"
                   "DELETE FROM temp.undo_held",
                   err) ||
        !read_journal(u, err))
        return false;
    bool ok = lite_exec(
        db, "INSERT OR IGNORE INTO temp.undo_stays SELECT t, id, 'conflict', 0 FROM temp.undo_refused", err);
    for (size_t i = 0; ok && i < u->n_keys; i++)
        ok = hold_conflicts(u, &u->keys[i], err);
    int64_t more = 1;
    for (int64_t round = 0; ok && more > 0; round++) {
        for (size_t i = 0; ok && i < u->n_keys; i++)
            ok = hold_parents(u, &u->keys[i], round, err) &&
                 (round > 0 || hold_by_images(u, &u->keys[i], err));
        ok = ok && hold_records(u, round, err) &&
             lite_execf(db, err,
                        "INSERT OR IGNORE INTO temp.undo_stays SELECT DISTINCT t, id, 'built_upon', %lld"
                        " FROM temp.undo_built",
                        (long long)round + 1);
        more = lite_changes(db);
    }
    return ok;
}
