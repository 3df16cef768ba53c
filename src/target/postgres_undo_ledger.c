// What the ledger says of the undone batches, taken back with their rows.
#include "target/postgres_undo.h"

// Of any mapping m: its batches are undone; and nothing that stays hangs on it.
static const char touched[] = "(m.batch IN (SELECT batch FROM undo_batch)"
                              " OR (m.entity, m.key) IN (SELECT entity, key FROM undo_image))";
static const char is_free[] =
    "NOT EXISTS (SELECT FROM undo_held h WHERE h.entity = m.entity AND h.key = m.key)";

// Records of which a part stays are held already.
static bool hold_main_rows(const Revert *r, Err *err)
{
    bool ok = true;
    for (size_t i = 0; ok && i < r->n_tables; i++) {
        const RevertTable *table = &r->tables[i];
        if (table->stay)
            ok = revert_run(
                r, NULL, err,
                "INSERT INTO undo_held SELECT m.entity, m.key FROM mudanza.entity_mappings m"
                " JOIN undo_row_%lld s ON s.undo_id = m.id::%s WHERE m.scope = %lld AND m.table_id = %lld"
                " AND s.reason IS NOT NULL ON CONFLICT DO NOTHING",
                (long long)table->number, table->type, (long long)r->scope, (long long)table->number);
    }
    return ok;
}

static bool note(const Revert *r, const char *what, long long table, int64_t rows, Err *err)
{
    return !rows || revert_run(r, NULL, err,
                               "INSERT INTO mudanza.undone SELECT max(job), %lld, nullif(%lld, 0), '%s', %lld"
                               " FROM undo_batch",
                               (long long)r->what->marked_by, table, what, (long long)rows);
}

bool revert_count_links(const Revert *r, int64_t *links, Err *err)
{
    return hold_main_rows(r, err) &&
           revert_int(
               r, links, err,
               "SELECT count(*) FROM mudanza.entity_mappings m WHERE scope = %lld AND linked AND %s AND %s",
               (long long)r->scope, touched, is_free);
}

// The mappings of records that are gone go, changed ones are what they were. Those of which something stays
// stay, with an empty hash: what is missing is then added by the next run, and what is there is left alone.
static bool undo_mappings(const Revert *r, Err *err)
{
    int64_t links;
    long long scope = r->scope;
    return revert_count_links(r, &links, err) && note(r, "links", 0, links, err) &&
           revert_run(
               r, NULL, err,
               "UPDATE mudanza.entity_mappings m SET source_hash = '' FROM undo_held h WHERE m.scope = %lld"
               " AND m.entity = h.entity AND m.key = h.key AND %s;"
               "UPDATE mudanza.entity_mappings m SET (table_id, id, linked, source_hash, written_hash, "
               "judged_hash,"
               " updated_batch, absent) = ROW (i.table_id, i.id, i.linked, i.source_hash, i.written_hash, "
               "i.judged_hash,"
               " i.updated_batch, i.absent) FROM undo_image i WHERE m.scope = %lld AND m.entity = i.entity"
               " AND m.key = i.key AND m.batch NOT IN (SELECT batch FROM undo_batch) AND %s;"
               "DELETE FROM mudanza.entity_mappings m USING undo_batch b WHERE m.batch = b.batch"
               " AND m.scope = %lld AND %s;"
               "DELETE FROM mudanza.mapping_images i USING undo_batch b WHERE i.batch = b.batch",
               scope, touched, scope, is_free, scope, is_free);
}

static bool undo_raw(const Revert *r, Err *err)
{
    int64_t changed, made;
    long long scope = r->scope;
    return revert_run(
               r, &changed, err,
               "UPDATE mudanza.raw_entities m SET (source_id, source_hash, updated_batch, absent, content) ="
               " ROW (i.source_id, i.source_hash, i.updated_batch, i.absent, i.content)"
               " FROM (SELECT DISTINCT ON (i.entity, i.key) i.* FROM mudanza.raw_images i JOIN undo_batch b"
               " ON b.batch = i.batch ORDER BY i.entity, i.key, i.batch) i WHERE m.scope = %lld"
               " AND m.entity = i.entity AND m.key = i.key AND m.batch NOT IN (SELECT batch FROM undo_batch)",
               scope) &&
           revert_run(r, &made, err,
                      "DELETE FROM mudanza.raw_entities m USING undo_batch b WHERE m.batch = b.batch AND "
                      "m.scope = %lld",
                      scope) &&
           revert_run(r, NULL, err,
                      "DELETE FROM mudanza.raw_images i USING undo_batch b WHERE i.batch = b.batch") &&
           note(r, "raw", 0, changed + made, err);
}

// What one of the jobs marked as absent is not any more; no row of the target is touched.
static bool undo_marks(const Revert *r, const char *table, const char *operation, Err *err)
{
    return revert_run(r, NULL, err,
                      "UPDATE mudanza.%s m SET absent = NULL FROM mudanza.journal j JOIN undo_batch b"
                      " ON b.batch = j.batch CROSS JOIN unnest(j.keys) AS k (key) WHERE j.operation = '%s'"
                      " AND m.scope = %lld AND m.entity = b.entity AND m.key = k.key AND m.absent = b.job",
                      table, operation, (long long)r->scope);
}

// What stays is written down, so that it can be told later on.
static bool note_rows(const Revert *r, Err *err)
{
    bool ok = true;
    for (size_t i = 0; ok && i < r->n_tables; i++) {
        const RevertTable *table = &r->tables[i];
        AUTO(buf_free) Buf kept = {0};
        revert_kept(&kept, table);
        ok = note(r, "removed", table->number, table->go, err) &&
             note(r, "restored", table->number, table->back, err) &&
             (!table->stay ||
              revert_run(r, NULL, err,
                         "INSERT INTO mudanza.kept SELECT %lld, k.id, b.job, k.reason, k.built FROM (%s) k"
                         " JOIN undo_batch b ON b.batch = k.batch ON CONFLICT (table_id, id) DO UPDATE"
                         " SET job = excluded.job, reason = excluded.reason, built_by = excluded.built_by",
                         (long long)table->number, buf_text(&kept)));
    }
    return ok;
}

// Steps are not complete any more from their first undone batch on. What belongs to the jobs and to no batch
// goes too: checkpoints of steps that found everything as it was, refusals.
static bool mark_undone(const Revert *r, Err *err)
{
    static const char *const tables[] = {"checkpoints", "warnings"};
    bool ok =
        revert_run(r, NULL, err,
                   "DELETE FROM mudanza.absent_parts p USING undo_batch b WHERE p.batch = b.batch;"
                   "UPDATE mudanza.absent_parts p SET back = NULL FROM undo_batch b WHERE p.back = b.batch;"
                   "UPDATE mudanza.batches m SET undone = %lld FROM undo_batch b WHERE b.batch = m.batch",
                   (long long)r->what->marked_by);
    for (size_t i = 0; ok && i < ARRAY_LEN(tables); i++)
        ok = revert_run(r, NULL, err,
                        "DELETE FROM mudanza.%s WHERE scope = %lld AND (step IN (SELECT step FROM undo_batch)"
                        " OR (job IN (%s)%s))",
                        tables[i], (long long)r->scope, r->jobs, r->steps);
    return ok;
}

// Steps with raw rows, and those whose batches left no row that is there.
static bool tell_rest(const Revert *r, Err *err)
{
    AUTO(pg_rows_free_at)
    PgRows *rows = pg_query(
        r->t->db,
        "SELECT b.step, sum(coalesce(n.rows, 0)) FROM undo_batch b LEFT JOIN (SELECT batch, count(*) AS rows"
        " FROM (SELECT batch FROM mudanza.raw_entities UNION ALL SELECT batch FROM mudanza.raw_images) m"
        " GROUP BY batch) n ON n.batch = b.batch GROUP BY b.step ORDER BY max(b.batch) DESC",
        NULL, 0, err);
    bool ok = rows;
    for (size_t i = 0; ok && i < pg_rows(rows); i++) {
        const char *step = str_keep(r->arena, pg_value(rows, i, 0));
        ok = r->watch->undone(r->watch->arg, step, pg_int(rows, i, 1), err);
    }
    return ok;
}

bool revert_ledger(Revert *r, Err *err)
{
    return tell_rest(r, err) && undo_mappings(r, err) && undo_raw(r, err) &&
           undo_marks(r, "entity_mappings", "absent", err) &&
           undo_marks(r, "raw_entities", "raw_absent", err) && note_rows(r, err) && revert_counters(r, err) && mark_undone(r, err);
}
