// The list of files and what became of each, in the embedded target.
#include "target/target_sqlite.h"

// files: as the source lists them. file_receipts: those whose bytes came, with the row that was made for each.
// file_stagings: both, as one looks at them.
static const char schema[] =
    "CREATE TABLE mudanza_files (id TEXT PRIMARY KEY NOT NULL, clinic_id TEXT NOT NULL, source_system TEXT NOT NULL,"
    " canonical_uuid TEXT NOT NULL, parent_entity_type TEXT NOT NULL, parent_canonical_uuid TEXT NOT NULL,"
    " relative_path TEXT NOT NULL, declared_size_bytes BIGINT, sha256 TEXT, mime_hint TEXT, staged_at TIMESTAMP NOT NULL,"
    " UNIQUE (clinic_id, source_system, canonical_uuid));"
    "CREATE INDEX mudanza_files_sha256 ON mudanza_files(sha256);"
    "CREATE TABLE mudanza_file_receipts (id TEXT PRIMARY KEY NOT NULL, clinic_id TEXT NOT NULL, document_id TEXT NOT NULL,"
    " sha256 TEXT NOT NULL, size_bytes BIGINT NOT NULL, mime_type TEXT NOT NULL, matched_by TEXT NOT NULL,"
    " storage_path TEXT NOT NULL, received_at TIMESTAMP NOT NULL);"
    "CREATE VIEW mudanza_file_stagings AS SELECT f.id, f.clinic_id, m.job AS job_id, f.canonical_uuid,"
    " f.parent_entity_type, f.parent_canonical_uuid, f.relative_path, f.declared_size_bytes, f.sha256, f.mime_hint,"
    " CASE WHEN r.id IS NOT NULL THEN 'received' WHEN f.sha256 IS NULL THEN 'missing' ELSE 'pending' END AS status,"
    " r.received_at, r.document_id AS resolved_document_id, r.matched_by, f.staged_at AS created_at"
    " FROM mudanza_files f LEFT JOIN mudanza_file_receipts r ON r.id = f.id"
    " LEFT JOIN mudanza_scopes s ON s.clinic_id = f.clinic_id AND s.source_system = f.source_system"
    " LEFT JOIN mudanza_entity_mappings m ON m.scope = s.id AND m.key = f.canonical_uuid"
    " AND m.entity = (SELECT e.id FROM mudanza_entities e WHERE e.name = '_files');";

bool sqlite_files(Target *base, bool make, bool *there, Err *err)
{
    SqliteTarget *t = sqlite_of(base);
    if (!lite_table_exists(t->db, "mudanza_files", there, err))
        return false;
    if (*there || !make)
        return true;
    if (!lite_begin(t->db, err))
        return false;
    // Another process may have made them meanwhile.
    if (!lite_table_exists(t->db, "mudanza_files", there, err) || (!*there && !lite_exec(t->db, schema, err)) ||
        !lite_commit(t->db, err)) {
        lite_rollback(t->db);
        return false;
    }
    return *there = true;
}
