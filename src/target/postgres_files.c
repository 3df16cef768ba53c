// The list of files and what became of each, on a server.
#include "target/target_postgres.h"

// As sqlite_files.c has them.
static const char schema[] =
    "CREATE TABLE mudanza.files (id text COLLATE \"C\" PRIMARY KEY, clinic_id text NOT NULL, source_system text NOT NULL,"
    " canonical_uuid text COLLATE \"C\" NOT NULL, parent_entity_type text NOT NULL, parent_canonical_uuid text NOT NULL,"
    " relative_path text NOT NULL, declared_size_bytes bigint, sha256 text COLLATE \"C\", mime_hint text,"
    " staged_at timestamptz NOT NULL, UNIQUE (clinic_id, source_system, canonical_uuid));"
    "CREATE INDEX ON mudanza.files (sha256);"
    "CREATE TABLE mudanza.file_receipts (id text COLLATE \"C\" PRIMARY KEY, clinic_id text NOT NULL, document_id text NOT NULL,"
    " sha256 text NOT NULL, size_bytes bigint NOT NULL, mime_type text NOT NULL, matched_by text NOT NULL,"
    " storage_path text NOT NULL, received_at timestamptz NOT NULL);"
    "CREATE VIEW mudanza.file_stagings AS SELECT f.id, f.clinic_id, b.job AS job_id, f.canonical_uuid,"
    " f.parent_entity_type, f.parent_canonical_uuid, f.relative_path, f.declared_size_bytes, f.sha256, f.mime_hint,"
    " CASE WHEN r.id IS NOT NULL THEN 'received' WHEN f.sha256 IS NULL THEN 'missing' ELSE 'pending' END AS status,"
    " r.received_at, r.document_id AS resolved_document_id, r.matched_by, f.staged_at AS created_at"
    " FROM mudanza.files f LEFT JOIN mudanza.file_receipts r ON r.id = f.id"
    " LEFT JOIN mudanza.scopes s ON s.clinic_id = f.clinic_id AND s.source_system = f.source_system"
    " LEFT JOIN mudanza.entity_mappings m ON m.scope = s.id AND m.key = f.canonical_uuid"
    " AND m.entity = (SELECT e.id FROM mudanza.entities e WHERE e.name = '_files')"
    " LEFT JOIN mudanza.batches b ON b.batch = m.batch;";

static bool look(PostgresTarget *t, bool *there, Err *err)
{
    AUTO(pg_rows_free_at) PgRows *r = pg_query(t->db, "SELECT to_regclass('mudanza.files') IS NOT NULL", NULL, 0, err);
    *there = r && pg_true(r, 0, 0);
    return r;
}

bool postgres_files(Target *base, bool make, bool *there, Err *err)
{
    PostgresTarget *t = postgres_of(base);
    if (!look(t, there, err))
        return false;
    if (*there || !make)
        return true;
    if (pg_begin(t->db, err) &&
        pg_exec(t->db, "SELECT pg_advisory_xact_lock(hashtextextended('mudanza.schema', 0))", err) &&
        look(t, there, err) && (*there || pg_exec(t->db, schema, err)) && pg_commit(t->db, err))
        return *there = true;
    pg_rollback(t->db);
    return false;
}
