// A row changed on both sides: it is to be written anew, and is not as it was written last.
#include "target/target_sqlite.h"

#include <string.h>

// What the rows of a table were written as last, by their ids: gathered from the journal when the first
// changed row of a job is met, so that a job without any pays nothing. Columns of the application are left
// out of it.
static bool gather(SqliteTarget *t, PartWriter *w, Err *err)
{
    int64_t table;
    if (w->gathered)
        return true;
    w->gathered = true;
    if (!sqlite_name_id(t, "mudanza_tables", w->live->table.name, false, &table, err) ||
        !lite_exec(t->db,
                   "CREATE TEMP TABLE IF NOT EXISTS mudanza_written (t INTEGER, id, digest BLOB,"
                   " PRIMARY KEY (t, id)) WITHOUT ROWID",
                   err))
        return false;
    w->table_id = table;
    return lite_execf(t->db, err, "DELETE FROM temp.mudanza_written WHERE t = %lld", (long long)table) &&
           lite_execf(
               t->db, err,
               "INSERT OR REPLACE INTO temp.mudanza_written SELECT j.table_id, e.value,"
               " substr(coalesce(j.ours, j.written), e.key * %d + 1, %d)"
               " FROM mudanza_journal j CROSS JOIN json_each(j.ids) e WHERE j.table_id = %lld"
               " AND j.operation IN ('insert', 'update') AND j.undone IS NULL AND j.written IS NOT NULL"
               " ORDER BY j.seq",
               WRITTEN_BYTES, WRITTEN_BYTES, (long long)table);
}

// changed: somebody changed or removed it since. One of which the journal knows nothing: as doubt says.
static bool look(SqliteTarget *t, PartWriter *w, Str id, bool doubt, bool *changed, Err *err)
{
    AUTO(buf_free) Buf ids = {0}, written = {0}, ours = {0};
    LiteStmt *s = sqlite_ledger(t, LEDGER_WRITTEN, err);
    sqlite_list(&ids, id);
    buf_add_char(&ids, ']');
    if (!s || !sqlite_written(t, w, buf_str(&ids), &written, &ours, err))
        return false;
    lite_bind_int(s, 0, w->table_id);
    lite_bind_text(s, 1, id);
    LiteStep step = lite_step(s, err);
    *changed = step != LITE_ROW ? doubt : !str_eq(lite_blob(s, 0), buf_str(ours.len ? &ours : &written));
    lite_reset(s);
    return step == LITE_ROW || step == LITE_DONE;
}

bool sqlite_conflict(BatchWork *w, const WriteItem *item, const char **table, Err *err)
{
    *table = NULL;
    for (size_t i = 0; i < item->n_rows && !*table; i++) {
        PartWriter *part = w->parts[item->parts[i]];
        bool changed;
        if (!gather(w->t, part, err) ||
            !look(w->t, part, item->rows[i].values[part->id], w->batch->doubt, &changed, err))
            return false;
        if (changed)
            *table = part->live->table.name;
    }
    return true;
}
