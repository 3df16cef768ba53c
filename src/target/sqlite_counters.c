// Counters of the application, in mudanza_counters: made with the first use.
#include "target/sqlite_undo.h"

static const char notes_sql[] =
    "CREATE TABLE IF NOT EXISTS mudanza_counters (seq INTEGER PRIMARY KEY, job INTEGER NOT NULL, step TEXT NOT NULL,"
    " table_name TEXT NOT NULL, id TEXT NOT NULL, columns TEXT NOT NULL, before TEXT NOT NULL, after TEXT NOT NULL)";

typedef struct {
    Buf columns, known, values, sets, list, after; // known: a number for none
} CounterSql;

static void free_sql(CounterSql *q)
{
    buf_free(&q->columns);
    buf_free(&q->known);
    buf_free(&q->values);
    buf_free(&q->sets);
    buf_free(&q->list);
    buf_free(&q->after);
}

static void write_sql(const TargetCounter *c, CounterSql *q)
{
    for (size_t i = 0; i < c->n; i++) {
        AUTO(buf_free) Buf name = {0};
        const char *comma = i ? ", " : "";
        sqlite_quote(&name, c->columns[i]);
        buf_addf(&q->columns, "%s%s", comma, buf_text(&name));
        buf_addf(&q->known, "%scoalesce(%s, -9223372036854775807)", comma, buf_text(&name));
        buf_addf(&q->values, "%s%lld", comma, (long long)c->values[i]);
        buf_addf(&q->sets, "%s%s = %lld", comma, buf_text(&name), (long long)c->values[i]);
        sqlite_list(&q->list, str_of(c->columns[i]));
        buf_addf(&q->after, "%s%lld", i ? "," : "[", (long long)c->values[i]);
    }
    buf_add_char(&q->list, ']');
    buf_add_char(&q->after, ']');
}

static bool raise_it(SqliteTarget *t, const TargetCounter *c, const CounterSql *q, bool *raised, Err *err)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    const char *id = str_keep(a, c->id), *before;
    if (!lite_one_text(t->db, a, &before, err, "SELECT json_array(%s) FROM \"%w\" WHERE id = %Q AND (%s) < (%s)",
                       buf_text(&q->columns), c->table, id, buf_text(&q->known), buf_text(&q->values)))
        return false;
    *raised = before;
    return !before ||
           (lite_exec(t->db, notes_sql, err) &&
            lite_execf(t->db, err,
                       "INSERT INTO mudanza_counters (job, step, table_name, id, columns, before, after)"
                       " VALUES (%lld, %Q, %Q, %Q, %Q, %Q, %Q)",
                       (long long)t->job, c->step, c->table, id, buf_text(&q->list), before, buf_text(&q->after)) &&
            lite_execf(t->db, err, "UPDATE OR ABORT \"%w\" SET %s WHERE id = %Q", c->table, buf_text(&q->sets), id));
}

bool sqlite_raise(Target *base, const TargetCounter *c, bool *raised, Err *err)
{
    SqliteTarget *t = sqlite_of(base);
    CounterSql q = {0};
    write_sql(c, &q);
    *raised = false;
    bool ok = lite_begin(t->db, err) && raise_it(t, c, &q, raised, err) && lite_commit(t->db, err);
    if (!ok)
        lite_rollback(t->db);
    free_sql(&q);
    return ok;
}

// columns, before and after of a note as parts of a statement; its numbers are whole ones.
#define NAME "'\"' || replace(c.value, '\"', '\"\"') || '\"'"

bool undo_counters(const Undo *u, Err *err)
{
    Lite *db = u->t->db;
    bool there;
    if (!lite_table_exists(db, "mudanza_counters", &there, err))
        return false;
    while (there) {
        const char *sql;
        if (!lite_one_text(db, u->arena, &sql, err,
                           "SELECT 'UPDATE \"' || replace(table_name, '\"', '\"\"') || '\" SET ' || "
                           "(SELECT group_concat(" NAME " || ' = ' || coalesce(n.before ->> c.key, 'NULL'), ', ') FROM json_each(n.columns) c)"
                           " || ' WHERE id = ' || quote(id) || ' AND ' || "
                           "(SELECT group_concat(" NAME " || ' IS ' || (n.after ->> c.key), ' AND ') FROM json_each(n.columns) c)"
                           " || '; DELETE FROM mudanza_counters WHERE seq = ' || seq FROM mudanza_counters n"
                           " WHERE job IN (%s) AND (%Q IS NULL OR step = %Q) ORDER BY seq DESC LIMIT 1",
                           u->jobs, u->what->step, u->what->step))
            return false;
        if (sql && !lite_exec(db, sql, err))
            return false;
        there = sql;
    }
    return true;
}
