#include "target/target_postgres.h"

// Narrow on purpose: small integers for scope, entity and table, one key. Texts are ordered bytewise, as the
// steps give their keys.
//
// A batch is a transaction of a step; xid is PostgreSQL's number of it: a row whose xmin is that number has not
// been touched since. What a batch inserted into main tables stands in entity_mappings.batch, everything else
// it did in the journal.
const char postgres_ledger_schema[] =
    "CREATE TABLE mudanza.meta (name text PRIMARY KEY, value text);"
    "CREATE TABLE mudanza.scopes (id smallint PRIMARY KEY, clinic_id text NOT NULL, source_system text NOT NULL,"
    " UNIQUE (clinic_id, source_system));"
    "CREATE TABLE mudanza.entities (id smallint PRIMARY KEY, name text NOT NULL UNIQUE);"
    // id_column: by which the mapping that first filled the table tells its rows apart.
    "CREATE TABLE mudanza.tables (id smallint PRIMARY KEY, name text NOT NULL UNIQUE, id_column text NOT NULL);"
    "CREATE TABLE mudanza.jobs (job bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, scope smallint NOT NULL,"
    " label text, started_at timestamptz NOT NULL DEFAULT clock_timestamp(), version text NOT NULL);"
    "CREATE TABLE mudanza.batches (batch integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, scope smallint NOT NULL,"
    " entity smallint NOT NULL, job bigint NOT NULL, step text NOT NULL, first_key text COLLATE \"C\","
    " last_key text COLLATE \"C\", rows bigint NOT NULL, xid xid8 NOT NULL DEFAULT pg_current_xact_id(),"
    " undone bigint);" // the job that took it back
    // What was taken back of a job. what: removed and restored rows of a table; raw, links: without one.
    "CREATE TABLE mudanza.undone (job bigint NOT NULL, undone bigint NOT NULL, table_id smallint,"
    " what text NOT NULL, rows bigint NOT NULL);"
    "CREATE TABLE mudanza.checkpoints (scope smallint NOT NULL, step text NOT NULL, batch integer NOT NULL,"
    " last_key text COLLATE \"C\", complete boolean NOT NULL, fingerprint text, job bigint NOT NULL,"
    " PRIMARY KEY (scope, step, batch));"
    // source_hash: of the main row and its parts as the mappings made them; written_hash: of the main row as it
    // stands in its table (postgres_written.c); judged_hash: the same without the columns that belong to the
    // application, where there are any. absent: the job that found it not to be in the source any more.
    "CREATE TABLE mudanza.entity_mappings (scope smallint NOT NULL, entity smallint NOT NULL, table_id smallint,"
    " linked boolean NOT NULL, batch integer NOT NULL, updated_batch integer, absent bigint,"
    " key text COLLATE \"C\" NOT NULL, id text COLLATE \"C\" NOT NULL, source_hash bytea, written_hash bytea,"
    " judged_hash bytea, PRIMARY KEY (scope, entity, key));"
    // operation: insert (rows of parts; main rows that a mapping already there got), update, mapping (changed
    // ones), raw (changed ones), absent, raw_absent. ids, keys, before and written have one element a row, main
    // rows too: its id, the key of the record it is a part of (NULL: it is the main row), its image before (all
    // columns, each as text: jsonb_object(names, ARRAY[x.a::text, ...])), the digest of what was written, and
    // the one like judged_hash.
    "CREATE TABLE mudanza.journal (seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, batch integer NOT NULL,"
    " table_id smallint, operation text NOT NULL, ids text[], keys text[], before jsonb[], written bytea[],"
    " judged bytea[]);"
    "CREATE INDEX ON mudanza.journal (batch);"
    // What a batch changed of mappings and raw rows, as they were before: one for each, those that came back too.
    // The column batch of the lines themselves never changes: it is the one that made them.
    "CREATE TABLE mudanza.mapping_images (batch integer NOT NULL, entity smallint NOT NULL,"
    " key text COLLATE \"C\" NOT NULL, table_id smallint, id text NOT NULL, linked boolean NOT NULL,"
    " source_hash bytea, written_hash bytea, judged_hash bytea, updated_batch integer, absent bigint,"
    " PRIMARY KEY (batch, entity, key));"
    "CREATE TABLE mudanza.warnings (scope smallint NOT NULL, step text NOT NULL, key text COLLATE \"C\" NOT NULL,"
    " entity smallint NOT NULL, code text NOT NULL, detail text, job bigint NOT NULL,"
    " PRIMARY KEY (scope, step, key));"
    // content: a zstd frame of {"payload": ..., "raw_source_data": ...}.
    "CREATE TABLE mudanza.raw_entities (scope smallint NOT NULL, entity smallint NOT NULL, batch integer NOT NULL,"
    " updated_batch integer, absent bigint, key text COLLATE \"C\" NOT NULL, source_id text,"
    " source_hash bytea NOT NULL, content bytea NOT NULL, PRIMARY KEY (scope, entity, key));"
    "ALTER TABLE mudanza.raw_entities ALTER content SET STORAGE EXTERNAL;" // it is compressed
    "CREATE TABLE mudanza.raw_images (batch integer NOT NULL, entity smallint NOT NULL,"
    " key text COLLATE \"C\" NOT NULL, source_id text, source_hash bytea NOT NULL, updated_batch integer,"
    " absent bigint, content bytea NOT NULL, PRIMARY KEY (batch, entity, key));"
    "CREATE TABLE mudanza.absent_parts (scope smallint NOT NULL, entity smallint NOT NULL, table_id smallint NOT NULL,"
    " id text COLLATE \"C\" NOT NULL, key text COLLATE \"C\" NOT NULL, batch integer NOT NULL, back integer,"
    " PRIMARY KEY (scope, entity, table_id, id, batch));"
    // Rows a rollback left, and why; built_by: a list of {table, rows}.
    "CREATE TABLE mudanza.kept (table_id smallint NOT NULL, id text COLLATE \"C\" NOT NULL, job bigint NOT NULL,"
    " reason text NOT NULL, built_by jsonb, PRIMARY KEY (table_id, id));"
    // What verify found. What bulk mode owes stands in mudanza.bulk, made with the first use (postgres_bulk.c).
    "CREATE TABLE mudanza.validation_reports (report bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
    " scope smallint NOT NULL, job bigint, made_at timestamptz NOT NULL DEFAULT clock_timestamp(),"
    " content jsonb NOT NULL);";

// What version 2 adds: what a job is, how far it came and what is told of its file. Of earlier ones only the
// beginning is known. A rollback's job has no file.
static const char job_states[] =
    "ALTER TABLE mudanza.jobs ALTER started_at DROP NOT NULL, ALTER started_at DROP DEFAULT,"
    " ADD id uuid NOT NULL GENERATED ALWAYS AS (('00000000-0000-8000-8000-' || lpad(to_hex(job), 12, '0'))::uuid)"
    " STORED, ADD clinic_id text, ADD source_system text, ADD created_at timestamptz NOT NULL DEFAULT clock_timestamp(),"
    " ADD updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),"
    " ADD kind text NOT NULL DEFAULT 'import' CHECK (kind IN ('import', 'rollback')),"
    " ADD status text NOT NULL DEFAULT 'completed' CHECK (status IN ('uploaded', 'validating', 'validated',"
    " 'previewing', 'executing', 'completed', 'failed')), ADD moves integer NOT NULL DEFAULT 0, ADD error text,"
    " ADD created_by text, ADD original_filename text, ADD file_path text, ADD file_size bigint,"
    " ADD source_adapter_version text, ADD exporter_tool text, ADD exporter_version text, ADD format_version text,"
    " ADD tenant_label text, ADD integrity_hash_declared text, ADD integrity_hash_computed text,"
    " ADD total_entities bigint NOT NULL DEFAULT 0, ADD processed_entities bigint NOT NULL DEFAULT 0,"
    " ADD execute_options jsonb, ADD completed_at timestamptz,"
    " ADD CHECK (started_at IS NOT NULL OR status NOT IN ('executing', 'completed')),"
    " ADD CHECK (completed_at IS NULL OR status IN ('completed', 'failed')),"
    " ADD CHECK (error IS NULL OR status = 'failed'),"
    " ADD CHECK (processed_entities BETWEEN 0 AND total_entities);"
    "UPDATE mudanza.jobs j SET clinic_id = s.clinic_id, source_system = s.source_system, created_at = started_at,"
    " updated_at = started_at, kind = CASE WHEN label LIKE '%: rollback of run %' THEN 'rollback' ELSE 'import' END"
    " FROM mudanza.scopes s WHERE s.id = j.scope;"
    "ALTER TABLE mudanza.jobs ALTER status DROP DEFAULT, ALTER kind DROP DEFAULT;";

const char *const postgres_ledger_upgrades[] = {job_states};
