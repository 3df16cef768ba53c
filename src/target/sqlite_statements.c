#include "target/target_sqlite.h"

// Clinic and source system, entities and tables are small integers: a wide text key doubles the time of a load.
const char ledger_schema[] =
    "CREATE TABLE mudanza_meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID;"
    "CREATE TABLE mudanza_scopes (id INTEGER PRIMARY KEY, clinic_id TEXT NOT NULL, source_system TEXT NOT NULL,"
    " UNIQUE (clinic_id, source_system));"
    "CREATE TABLE mudanza_entities (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);"
    "CREATE TABLE mudanza_tables (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);"
    "CREATE TABLE mudanza_jobs (job INTEGER PRIMARY KEY, scope INTEGER NOT NULL, label TEXT, started_at TEXT NOT NULL,"
    " version TEXT NOT NULL);"
    "CREATE TABLE mudanza_checkpoints (scope INTEGER NOT NULL, step TEXT NOT NULL, batch INTEGER NOT NULL, first_key TEXT,"
    " last_key TEXT, rows INTEGER NOT NULL, complete INTEGER NOT NULL, fingerprint TEXT, job INTEGER NOT NULL,"
    " PRIMARY KEY (scope, step, batch)) WITHOUT ROWID;"
    "CREATE TABLE mudanza_entity_mappings (scope INTEGER NOT NULL, entity INTEGER NOT NULL, key TEXT NOT NULL,"
    " table_id INTEGER, id TEXT NOT NULL, linked INTEGER NOT NULL, source_hash BLOB, job INTEGER NOT NULL,"
    " updated_job INTEGER, PRIMARY KEY (scope, entity, key)) WITHOUT ROWID;"
    // One row per batch, table and operation; before: the images of the rows in ids, in their order.
    "CREATE TABLE mudanza_journal (seq INTEGER PRIMARY KEY, scope INTEGER NOT NULL, job INTEGER NOT NULL,"
    " step TEXT NOT NULL, table_id INTEGER NOT NULL, operation TEXT NOT NULL, ids TEXT NOT NULL, before TEXT);"
    "CREATE TABLE mudanza_warnings (scope INTEGER NOT NULL, step TEXT NOT NULL, key TEXT NOT NULL, entity INTEGER NOT NULL,"
    " code TEXT NOT NULL, detail TEXT, job INTEGER NOT NULL, PRIMARY KEY (scope, step, key)) WITHOUT ROWID;"
    // content: a zstd frame of {"payload": ..., "raw_source_data": ...}.
    "CREATE TABLE mudanza_raw_entities (scope INTEGER NOT NULL, entity INTEGER NOT NULL, key TEXT NOT NULL, source_id TEXT,"
    " source_hash BLOB NOT NULL, job INTEGER NOT NULL, updated_job INTEGER, content BLOB NOT NULL,"
    " UNIQUE (scope, entity, key));";

// What version 2 adds, so that a job can be undone: batch, the first seq of its batch; keys, whose rows these
// are (parts), which mappings were made or changed (operation mapping, which has no ids) or which rows were
// kept raw (raw); columns, the one that identifies a row and then the others; written, 16 bytes of digest a
// row over these columns as stored; undone, the job that took it back, with so many rows. The tables of images
// hold what a batch found before it changed a mapping or a raw row.
static const char undoable[] =
    "ALTER TABLE mudanza_journal ADD COLUMN batch INTEGER;"
    "ALTER TABLE mudanza_journal ADD COLUMN entity INTEGER;"
    "ALTER TABLE mudanza_journal ADD COLUMN keys TEXT;"
    "ALTER TABLE mudanza_journal ADD COLUMN columns TEXT;"
    "ALTER TABLE mudanza_journal ADD COLUMN written BLOB;"
    "ALTER TABLE mudanza_journal ADD COLUMN undone INTEGER;"
    "ALTER TABLE mudanza_journal ADD COLUMN undone_rows INTEGER;"
    "CREATE TABLE mudanza_mapping_images (batch INTEGER NOT NULL, entity INTEGER NOT NULL, key TEXT NOT NULL,"
    " table_id INTEGER, id TEXT NOT NULL, linked INTEGER NOT NULL, source_hash BLOB, updated_job INTEGER,"
    " PRIMARY KEY (batch, entity, key)) WITHOUT ROWID;"
    "CREATE TABLE mudanza_raw_images (batch INTEGER NOT NULL, entity INTEGER NOT NULL, key TEXT NOT NULL,"
    " source_id TEXT, source_hash BLOB NOT NULL, updated_job INTEGER, content BLOB NOT NULL,"
    " PRIMARY KEY (batch, entity, key));"
    // Rows a rollback left, and why; built_by: a list of {table, rows}.
    "CREATE TABLE mudanza_kept (table_id INTEGER NOT NULL, id NOT NULL, job INTEGER NOT NULL, reason TEXT NOT NULL,"
    " built_by TEXT, PRIMARY KEY (table_id, id)) WITHOUT ROWID;";

// What version 3 adds: absent, the job that found a row not to be in the source any more; and the rows of parts
// that are not made any more, with the batch that found so and the one that made them again.
static const char absence[] = "ALTER TABLE mudanza_entity_mappings ADD COLUMN absent INTEGER;"
                              "ALTER TABLE mudanza_raw_entities ADD COLUMN absent INTEGER;"
                              "ALTER TABLE mudanza_mapping_images ADD COLUMN absent INTEGER;"
                              "ALTER TABLE mudanza_raw_images ADD COLUMN absent INTEGER;"
                              "CREATE TABLE mudanza_absent_parts (scope INTEGER NOT NULL, entity INTEGER NOT NULL,"
                              " table_id INTEGER NOT NULL, id TEXT NOT NULL, key TEXT NOT NULL, batch INTEGER NOT NULL,"
                              " back INTEGER, PRIMARY KEY (scope, entity, table_id, id, batch)) WITHOUT ROWID;";

// What version 4 adds: ours, as written but without the columns of the application, for tables that have such.
static const char conflicts[] = "ALTER TABLE mudanza_journal ADD COLUMN ours BLOB;";

// What version 5 adds: what a job is, how far it came and what is told of its file. Of earlier ones only the
// beginning is known. A rollback's job has no file.
static const char job_states[] =
    "ALTER TABLE mudanza_jobs RENAME TO mudanza_jobs_before;"
    "CREATE TABLE mudanza_jobs (job INTEGER PRIMARY KEY,"
    " id TEXT AS (printf('00000000-0000-8000-8000-%012x', job)), scope INTEGER NOT NULL, label TEXT,"
    " version TEXT NOT NULL, clinic_id TEXT, source_system TEXT, created_at TEXT NOT NULL, updated_at TEXT NOT NULL,"
    " kind TEXT NOT NULL CHECK (kind IN ('import', 'rollback')), status TEXT NOT NULL CHECK (status IN ('uploaded',"
    " 'validating', 'validated', 'previewing', 'executing', 'completed', 'failed')), moves INTEGER NOT NULL DEFAULT 0,"
    " error TEXT, created_by TEXT, original_filename TEXT, file_path TEXT, file_size INTEGER,"
    " source_adapter_version TEXT, exporter_tool TEXT, exporter_version TEXT, format_version TEXT, tenant_label TEXT,"
    " integrity_hash_declared TEXT, integrity_hash_computed TEXT, total_entities INTEGER NOT NULL DEFAULT 0,"
    " processed_entities INTEGER NOT NULL DEFAULT 0, execute_options TEXT, started_at TEXT, completed_at TEXT,"
    " CHECK (started_at IS NOT NULL OR status NOT IN ('executing', 'completed')),"
    " CHECK (completed_at IS NULL OR status IN ('completed', 'failed')), CHECK (error IS NULL OR status = 'failed'),"
    " CHECK (processed_entities BETWEEN 0 AND total_entities));"
    "INSERT INTO mudanza_jobs (job, scope, label, version, clinic_id, source_system, created_at, updated_at, kind,"
    " status, started_at) SELECT b.job, b.scope, b.label, b.version, s.clinic_id, s.source_system, b.started_at,"
    " b.started_at, iif(b.label LIKE '%: rollback of run %', 'rollback', 'import'), 'completed', b.started_at"
    " FROM mudanza_jobs_before b LEFT JOIN mudanza_scopes s ON s.id = b.scope;"
    "DROP TABLE mudanza_jobs_before;";

const char *const ledger_upgrades[] = {undoable, absence, conflicts, job_states};

const char ledger_as_new[] =
    "CREATE TEMP VIEW IF NOT EXISTS mudanza_entity_mappings AS SELECT *, NULL AS absent"
    " FROM main.mudanza_entity_mappings;"
    "CREATE TEMP VIEW IF NOT EXISTS mudanza_raw_entities AS SELECT *, NULL AS absent FROM main.mudanza_raw_entities;"
    "CREATE TEMP VIEW IF NOT EXISTS mudanza_absent_parts AS SELECT NULL AS scope, NULL AS entity, NULL AS table_id,"
    " NULL AS key, NULL AS back WHERE 0;";

// A warning is a refusal, but for a row that stays as the target has it by decision.
#define REFUSAL "code <> 'target.kept'"
#define KEPT                                                                                                 \
    "key IN (SELECT key FROM mudanza_warnings WHERE scope = ?1 AND entity = ?2 AND NOT (" REFUSAL "))"
#define NOT_REFUSED                                                                                          \
    "key NOT IN (SELECT key FROM mudanza_warnings WHERE scope = ?1 AND entity = ?2 AND " REFUSAL ")"
// A row that was kept raw once and has been mapped since is told of as a mapped one.
#define NOT_MAPPED                                                                                           \
    "NOT EXISTS (SELECT 1 FROM mudanza_entity_mappings m WHERE m.scope = r.scope AND m.entity = r.entity"    \
    " AND m.key = r.key)"

const char *ledger_sql(LedgerStatement which)
{
    static const char *const texts[LEDGER_STATEMENTS] = {
        [LEDGER_FIND_MAPPING] = "SELECT source_hash, linked, id, absent FROM mudanza_entity_mappings"
                                " WHERE scope = ?1 AND entity = ?2 AND key = ?3",
        [LEDGER_ADD_MAPPING] = "INSERT OR ABORT INTO mudanza_entity_mappings"
                               " (scope, entity, key, table_id, id, linked, source_hash, job)"
                               " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        [LEDGER_CHANGE_MAPPING] = "UPDATE mudanza_entity_mappings SET table_id = ?4, id = ?5, linked = ?6, source_hash = ?7,"
                                  " updated_job = ?8, absent = NULL WHERE scope = ?1 AND entity = ?2 AND key = ?3",
        [LEDGER_DROP_MAPPING] = "DELETE FROM mudanza_entity_mappings WHERE scope = ?1 AND entity = ?2 AND key = ?3",
        [LEDGER_MAPPINGS_BETWEEN] = "SELECT 1 FROM mudanza_entity_mappings"
                                    " WHERE scope = ?1 AND entity = ?2 AND key > ?3 AND key <= ?4 LIMIT 1",
        [LEDGER_PRESENT_MAPPINGS] = "SELECT key FROM mudanza_entity_mappings WHERE scope = ?1 AND entity = ?2"
                                    " AND key > ?3 AND key <= ?4 AND absent IS NULL ORDER BY key",
        [LEDGER_MARK_MAPPING] = "UPDATE mudanza_entity_mappings SET absent = ?4"
                                " WHERE scope = ?1 AND entity = ?2 AND key = ?3",
        [LEDGER_ADD_WARNING] = "INSERT OR REPLACE INTO mudanza_warnings (scope, step, key, entity, code, detail, job)"
                               " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        [LEDGER_DROP_WARNING] = "DELETE FROM mudanza_warnings WHERE scope = ?1 AND step = ?2 AND key = ?3"
                                " AND (?4 OR " REFUSAL ")",
        [LEDGER_STEP_WARNINGS] = "SELECT 1 FROM mudanza_warnings WHERE scope = ?1 AND step = ?2 LIMIT 1",
        [LEDGER_WRITTEN] = "SELECT digest FROM temp.mudanza_written WHERE t = ?1 AND id = ?2",
        [LEDGER_NEXT_BATCH] = "SELECT coalesce(max(seq), 0) + 1 FROM mudanza_journal",
        [LEDGER_JOURNAL] = "INSERT INTO mudanza_journal (scope, job, batch, step, entity, table_id, operation, ids, keys,"
                           " before, columns, written, ours) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        [LEDGER_KEEP_MAPPING] = "INSERT OR IGNORE INTO mudanza_mapping_images"
                                " SELECT ?4, entity, key, table_id, id, linked, source_hash, updated_job, absent"
                                " FROM mudanza_entity_mappings WHERE scope = ?1 AND entity = ?2 AND key = ?3",
        [LEDGER_ADD_CHECKPOINT] = "INSERT INTO mudanza_checkpoints"
                                  " (scope, step, batch, first_key, last_key, rows, complete, fingerprint, job)"
                                  " SELECT ?1, ?2, coalesce(max(batch), 0) + 1, ?3, ?4, ?5, ?6, ?7, ?8"
                                  " FROM mudanza_checkpoints WHERE scope = ?1 AND step = ?2",
        [LEDGER_PROGRESS] = "UPDATE mudanza_jobs SET processed_entities = min(total_entities, processed_entities + ?2)"
                            " WHERE job = ?1",
        [LEDGER_NEWEST_CHECKPOINT] = "SELECT last_key, fingerprint, complete FROM mudanza_checkpoints"
                                     " WHERE scope = ?1 AND step = ?2 ORDER BY batch DESC LIMIT 1",
        [LEDGER_FORGET_CHECKPOINTS] = "DELETE FROM mudanza_checkpoints WHERE scope = ?1 AND step = ?2",
        [LEDGER_FORGET_WARNINGS] = "DELETE FROM mudanza_warnings WHERE scope = ?1 AND step = ?2 AND " REFUSAL,
        [LEDGER_FIND_RAW] = "SELECT source_hash, rowid, absent FROM mudanza_raw_entities"
                            " WHERE scope = ?1 AND entity = ?2 AND key = ?3",
        [LEDGER_ADD_RAW] = "INSERT INTO mudanza_raw_entities (scope, entity, key, source_id, source_hash, job, content)"
                           " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        [LEDGER_KEEP_RAW] = "INSERT OR IGNORE INTO mudanza_raw_images SELECT ?2, entity, key, source_id, source_hash,"
                            " updated_job, content, absent FROM mudanza_raw_entities WHERE rowid = ?1",
        [LEDGER_CHANGE_RAW] = "UPDATE mudanza_raw_entities SET source_id = ?2, source_hash = ?3, updated_job = ?4, content = ?5,"
                              " absent = NULL WHERE rowid = ?1",
        [LEDGER_RAW_BETWEEN] = "SELECT 1 FROM mudanza_raw_entities"
                               " WHERE scope = ?1 AND entity = ?2 AND key > ?3 AND key <= ?4 LIMIT 1",
        [LEDGER_PRESENT_RAW] = "SELECT key FROM mudanza_raw_entities WHERE scope = ?1 AND entity = ?2"
                               " AND key > ?3 AND key <= ?4 AND absent IS NULL ORDER BY key",
        [LEDGER_MARK_RAW] = "UPDATE mudanza_raw_entities SET absent = ?4"
                            " WHERE scope = ?1 AND entity = ?2 AND key = ?3",
        // A row on record whose new version was refused counts as rejected only.
        [LEDGER_COUNTS] = "SELECT total(absent IS NULL AND NOT linked AND job = ?3),"
                          " total(absent IS NULL AND NOT linked AND job <> ?3 AND updated_job IS ?3 AND NOT " KEPT "),"
                          " total(absent IS NULL AND NOT linked AND job <> ?3 AND (updated_job IS NOT ?3 OR " KEPT ")),"
                          " total(absent IS NULL AND linked), total(absent IS NOT NULL)"
                          " FROM mudanza_entity_mappings WHERE scope = ?1 AND entity = ?2 AND " NOT_REFUSED,
        [LEDGER_RAW_COUNTS] = "SELECT total(absent IS NULL AND job = ?3),"
                              " total(absent IS NULL AND job <> ?3 AND updated_job IS ?3),"
                              " total(absent IS NULL AND job <> ?3 AND updated_job IS NOT ?3), 0,"
                              " total(absent IS NOT NULL AND " NOT_MAPPED ")"
                              " FROM mudanza_raw_entities r WHERE scope = ?1 AND entity = ?2",
        [LEDGER_ABSENT] = "SELECT key, NULL FROM mudanza_entity_mappings WHERE scope = ?1 AND entity = ?2"
                          " AND absent IS NOT NULL AND " NOT_REFUSED " UNION ALL"
                          " SELECT key, NULL FROM mudanza_raw_entities r WHERE scope = ?1 AND entity = ?2"
                          " AND absent IS NOT NULL AND " NOT_MAPPED " UNION ALL"
                          " SELECT DISTINCT p.key, n.name FROM mudanza_absent_parts p"
                          " JOIN mudanza_tables n ON n.id = p.table_id JOIN mudanza_entity_mappings m"
                          " ON m.scope = p.scope AND m.entity = p.entity AND m.key = p.key AND m.absent IS NULL"
                          " WHERE p.scope = ?1 AND p.entity = ?2 AND p.back IS NULL",
        // Keys stand in the lines in their order.
        [LEDGER_PART_LINES] = "SELECT table_id, ids, keys FROM mudanza_journal WHERE scope = ?1 AND entity = ?2"
                              " AND operation = 'insert' AND keys IS NOT NULL AND undone IS NULL AND batch < ?3"
                              " AND keys ->> '$[#-1]' >= ?4 AND keys ->> '$[0]' <= ?5",
        [LEDGER_PART_IS_ABSENT] = "INSERT INTO mudanza_absent_parts (scope, entity, key, table_id, id, batch)"
                                  " SELECT ?1, ?2, ?3, ?4, ?5, ?6 WHERE NOT EXISTS (SELECT 1"
                                  " FROM mudanza_absent_parts WHERE scope = ?1 AND entity = ?2 AND table_id = ?4"
                                  " AND id = ?5 AND back IS NULL)",
        [LEDGER_PART_IS_BACK] = "UPDATE mudanza_absent_parts SET back = ?6 WHERE scope = ?1 AND entity = ?2"
                                " AND table_id = ?4 AND id = ?5 AND back IS NULL",
        [LEDGER_RAW_ENTITIES] = "SELECT name, count(*) OVER () FROM mudanza_entities e WHERE EXISTS (SELECT 1"
                                " FROM mudanza_raw_entities r WHERE r.scope = ?1 AND r.entity = e.id) ORDER BY name",
        [LEDGER_REJECTED] = "SELECT count(*) FROM mudanza_warnings WHERE scope = ?1 AND entity = ?2 AND " REFUSAL,
        [LEDGER_REJECTS] = "SELECT key, code, detail FROM mudanza_warnings WHERE scope = ?1 AND entity = ?2 ORDER BY key",
        [LEDGER_SAVEPOINT] = "SAVEPOINT item",
        [LEDGER_RELEASE] = "RELEASE item",
        [LEDGER_ROLL_BACK] = "ROLLBACK TO item",
    };
    return texts[which];
}
