// One batch of the journal taken back, inside the caller's transaction.
#include "target/sqlite_undo.h"

#include <string.h>

static bool read_batch(UndoBatch *b, Err *err)
{
    AUTO(lite_finish_at)
    LiteStmt *s =
        lite_preparef(b->u->t->db, err,
                      "SELECT seq, entity, operation, columns, table_id, job, step, count(*) OVER ()"
                      " FROM mudanza_journal WHERE batch = %lld ORDER BY seq DESC",
                      (long long)b->number);
    LiteStep state = LITE_FAILED;
    while (s && (state = lite_step(s, err)) == LITE_ROW) {
        if (!b->entries)
            b->entries = arena_many(b->arena, JournalEntry, (size_t)lite_int(s, 7));
        b->entries[b->n++] = (JournalEntry){.seq = lite_int(s, 0),
                                            .entity = lite_int(s, 1),
                                            .operation = str_keep(b->arena, lite_text(s, 2)),
                                            .columns = str_keep(b->arena, lite_text(s, 3)),
                                            .table = undo_table(b->u, lite_int(s, 4))};
        b->job = lite_int(s, 5);
        b->step = str_keep(b->arena, lite_text(s, 6));
    }
    return state == LITE_DONE;
}

// Restores what is there and does not stay. What does not fit yet is tried again when what was inserted is
// gone.
static bool restore(UndoBatch *b, JournalEntry *e, bool again, Err *err)
{
    Lite *db = b->u->t->db;
    const char *which = again
                            ? "EXISTS (SELECT 1 FROM temp.undo_refused s WHERE s.t = r.t AND s.id = r.id)"
                            : "NOT EXISTS (SELECT 1 FROM temp.undo_stays s WHERE s.t = r.t AND s.id = r.id)";
    AUTO(lite_finish_at)
    LiteStmt *s =
        lite_preparef(db, err,
                      "SELECT i.value, quote(r.id) FROM mudanza_journal j CROSS JOIN json_each(j.before) i"
                      " CROSS JOIN temp.undo_row r ON r.t = %lld AND r.id = json_extract(i.value, '$.\"%w\"')"
                      " WHERE j.seq = %lld AND %s ORDER BY i.key DESC",
                      (long long)e->table->t, e->table->id, (long long)e->seq, which);
    Restorer r;
    bool ok = restorer_open(&r, b->u->t, e->table, e->columns, err) && s;
    LiteStep step = LITE_DONE;
    while (ok && (step = lite_step(s, err)) == LITE_ROW) {
        Put put = restore_row(&r, e->table, lite_text(s, 0), err);
        e->rows += put == PUT_DONE;
        ok = put != PUT_FAILED;
        if (put != PUT_REFUSED)
            continue;
        b->refused_id = str_keep(b->arena, lite_text(s, 1));
        b->refused_t = again ? e->table->t : 0;
        b->aside = true;
        ok = !again && lite_execf(db, err, "INSERT OR IGNORE INTO temp.undo_refused VALUES (%lld, %s)",
                                  (long long)e->table->t, b->refused_id);
    }
    restorer_close(&r);
    return ok && step == LITE_DONE;
}

static bool remove_rows(const UndoBatch *b, JournalEntry *e, Err *err)
{
    Lite *db = b->u->t->db;
    bool ok =
        lite_execf(db, err,
                   "DELETE FROM \"%w\" AS x WHERE x.\"%w\" IN (SELECT i.value FROM mudanza_journal j,"
                   " json_each(j.ids) i WHERE j.seq = %lld)"
                   " AND NOT EXISTS (SELECT 1 FROM temp.undo_stays s WHERE s.t = %lld AND s.id = +x.\"%w\")",
                   e->table->name, e->table->id, (long long)e->seq, (long long)e->table->t, e->table->id);
    e->rows = ok ? lite_changes(db) : 0;
    return ok;
}

// The mappings of records that are gone go, changed ones are what they were. Those of which something stays
// stay, with an empty hash: what is missing is then added by the next run, and what is there is left alone.
static bool undo_mappings(const UndoBatch *b, JournalEntry *e, Err *err)
{
    Lite *db = b->u->t->db;
    long long seq = e->seq, scope = b->u->scope, entity = e->entity, number = b->number;
    if (!lite_execf(
            db, err,
            "DELETE FROM temp.undo_free; INSERT OR IGNORE INTO temp.undo_free SELECT i.value"
            " FROM mudanza_journal j CROSS JOIN json_each(j.keys) i"
            " CROSS JOIN mudanza_entity_mappings m ON m.scope = %lld AND m.entity = %lld AND m.key = i.value"
            " WHERE j.seq = %lld AND NOT EXISTS (SELECT 1 FROM temp.undo_held h WHERE h.entity = m.entity"
            " AND h.key = m.key) AND NOT EXISTS (SELECT 1 FROM temp.undo_stays s WHERE s.t = m.table_id"
            " AND s.id = +m.id)",
            scope, entity, seq) ||
        !lite_execf(
            db, err,
            "UPDATE mudanza_entity_mappings SET source_hash = x'' WHERE scope = %lld AND entity = %lld"
            " AND key IN (SELECT i.value FROM mudanza_journal j, json_each(j.keys) i WHERE j.seq = %lld)"
            " AND key NOT IN (SELECT key FROM temp.undo_free)",
            scope, entity, seq) ||
        !lite_one_int(
            db, &e->rows, NULL, err,
            "SELECT count(*) FROM mudanza_entity_mappings WHERE scope = %lld AND entity = %lld AND linked"
            " AND key IN (SELECT key FROM temp.undo_free)",
            scope, entity))
        return false;
    return lite_execf(
        db, err,
        "UPDATE mudanza_entity_mappings AS m SET (table_id, id, linked, source_hash, updated_job, absent) ="
        " (SELECT table_id, id, linked, source_hash, updated_job, absent FROM mudanza_mapping_images b"
        " WHERE b.batch = %lld AND b.entity = %lld AND b.key = m.key)"
        " WHERE scope = %lld AND entity = %lld AND key IN (SELECT key FROM temp.undo_free)"
        " AND EXISTS (SELECT 1 FROM mudanza_mapping_images b WHERE b.batch = %lld AND b.entity = %lld"
        " AND b.key = m.key);"
        "DELETE FROM mudanza_entity_mappings AS m"
        " WHERE scope = %lld AND entity = %lld AND key IN (SELECT key FROM temp.undo_free)"
        " AND NOT EXISTS (SELECT 1 FROM mudanza_mapping_images b WHERE b.batch = %lld AND b.entity = %lld"
        " AND b.key = m.key);",
        number, entity, scope, entity, number, entity, scope, entity, number, entity);
}

static bool undo_raw(const UndoBatch *b, JournalEntry *e, Err *err)
{
    Lite *db = b->u->t->db;
    long long scope = b->u->scope, entity = e->entity, number = b->number;
    if (!lite_execf(
            db, err,
            "UPDATE mudanza_raw_entities AS m SET (source_id, source_hash, updated_job, content, absent) ="
            " (SELECT source_id, source_hash, updated_job, content, absent FROM mudanza_raw_images b"
            " WHERE b.batch = %lld AND b.entity = %lld AND b.key = m.key) WHERE scope = %lld AND entity = "
            "%lld"
            " AND key IN (SELECT key FROM mudanza_raw_images b WHERE b.batch = %lld AND b.entity = %lld)",
            number, entity, scope, entity, number, entity))
        return false;
    e->rows = lite_changes(db);
    if (!lite_execf(
            db, err,
            "DELETE FROM mudanza_raw_entities WHERE scope = %lld AND entity = %lld AND key IN"
            " (SELECT i.value FROM mudanza_journal j, json_each(j.keys) i WHERE j.seq = %lld)"
            " AND key NOT IN (SELECT key FROM mudanza_raw_images b WHERE b.batch = %lld AND b.entity = %lld)",
            scope, entity, (long long)e->seq, number, entity))
        return false;
    e->rows += lite_changes(db);
    return true;
}

// What was marked as absent is not any more; no row of the target is touched.
static bool undo_marks(const UndoBatch *b, const JournalEntry *e, const char *table, Err *err)
{
    return lite_execf(b->u->t->db, err,
                      "UPDATE \"%w\" SET absent = NULL WHERE scope = %lld AND entity = %lld AND key IN"
                      " (SELECT i.value FROM mudanza_journal j, json_each(j.keys) i WHERE j.seq = %lld)",
                      table, (long long)b->u->scope, (long long)e->entity, (long long)e->seq);
}

// What stays is written down, so that it can be told after a kill too.
static bool note_kept(const UndoBatch *b, const JournalEntry *e, Err *err)
{
    return lite_execf(
        b->u->t->db, err,
        "INSERT OR REPLACE INTO mudanza_kept SELECT s.t, s.id, %lld, s.reason,"
        " (SELECT json_group_array(json_object('table', b.by_table, 'rows', b.n)) FROM temp.undo_built b"
        " WHERE b.t = s.t AND b.id = s.id AND s.reason = 'built_upon')"
        " FROM mudanza_journal j CROSS JOIN json_each(j.ids) i"
        " CROSS JOIN temp.undo_stays s ON s.t = %lld AND s.id = i.value WHERE j.seq = %lld",
        (long long)b->job, (long long)e->table->t, (long long)e->seq);
}

static bool is(const JournalEntry *e, const char *operation)
{
    return strcmp(e->operation, operation) == 0;
}

// The step is not complete any more from its first batch on.
static bool mark_undone(UndoBatch *b, Err *err)
{
    Lite *db = b->u->t->db;
    for (size_t i = 0; i < b->n; i++) {
        b->rows += is(&b->entries[i], "mapping") ? 0 : b->entries[i].rows;
        if (!lite_execf(db, err,
                        "UPDATE mudanza_journal SET undone = %lld, undone_rows = %lld WHERE seq = %lld",
                        (long long)b->u->what->marked_by, (long long)b->entries[i].rows,
                        (long long)b->entries[i].seq))
            return false;
    }
    return lite_execf(db, err,
                      "DELETE FROM mudanza_checkpoints WHERE scope = %lld AND step = %Q;"
                      "DELETE FROM mudanza_warnings WHERE scope = %lld AND step = %Q;"
                      "DELETE FROM mudanza_absent_parts WHERE batch = %lld;"
                      "UPDATE mudanza_absent_parts SET back = NULL WHERE back = %lld;"
                      "DELETE FROM temp.undo_batch WHERE batch = %lld",
                      (long long)b->u->scope, b->step, (long long)b->u->scope, b->step, (long long)b->number,
                      (long long)b->number, (long long)b->number);
}

// Restoring comes first: a changed row may refer to one that was inserted beside it, and a key with ON DELETE
// CASCADE would take it along.
bool undo_batch(UndoBatch *b, Err *err)
{
    bool ok = lite_exec(b->u->t->db, "PRAGMA defer_foreign_keys = ON; DELETE FROM temp.undo_refused", err) &&
              read_batch(b, err);
    for (size_t i = 0; ok && i < b->n; i++)
        if (is(&b->entries[i], "update"))
            ok = restore(b, &b->entries[i], false, err);
    for (size_t i = 0; ok && i < b->n; i++)
        if (is(&b->entries[i], "insert"))
            ok = remove_rows(b, &b->entries[i], err);
    for (size_t i = 0; ok && b->aside && i < b->n; i++)
        if (is(&b->entries[i], "update"))
            ok = restore(b, &b->entries[i], true, err);
    for (size_t i = 0; ok && i < b->n; i++) {
        JournalEntry *e = &b->entries[i];
        ok = is(e, "mapping")      ? undo_mappings(b, e, err)
             : is(e, "raw")        ? undo_raw(b, e, err)
             : is(e, "absent")     ? undo_marks(b, e, "mudanza_entity_mappings", err)
             : is(e, "raw_absent") ? undo_marks(b, e, "mudanza_raw_entities", err)
                                   : note_kept(b, e, err);
    }
    return ok && mark_undone(b, err);
}
