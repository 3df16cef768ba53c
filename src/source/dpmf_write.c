#include "config.h"

#include "source/dpmf_write.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cancel.h"
#include "base/intl.h"

enum { COLUMNS = 7, ROWS_PER_LOOK = 1000 }; // of _files and _warnings; rows between two looks at a request to stop

struct DpmfWriter {
    Lite *db;
    LiteStmt *insert; // of the entity under way
    LiteStmt *meta, *file, *warning;
    Sha256 *hash;
    const DpmfNewEntity *entities;
    size_t n, next; // next: the type that comes
    int64_t rows;   // of the type under way
    Buf last_key;
};

// One writer, nobody else, and no name before the end: no journal. CHECKs are declared for other programs;
// what comes here has passed stricter ones.
static const char settings[] =
    "PRAGMA page_size=4096; PRAGMA encoding='UTF-8'; PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;"
    "PRAGMA locking_mode=EXCLUSIVE; PRAGMA cache_size=-32768; PRAGMA temp_store=MEMORY;"
    "PRAGMA ignore_check_constraints=ON";

static const char meta_tables[] =
    "CREATE TABLE _meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);"
    "CREATE TABLE _entities (entity_type TEXT PRIMARY KEY, row_count INTEGER NOT NULL,"
    " schema_version TEXT NOT NULL)";

static const char files_table[] =
    "CREATE TABLE _files (canonical_uuid TEXT PRIMARY KEY, parent_entity_type TEXT NOT NULL,"
    " parent_canonical_uuid TEXT NOT NULL, relative_path TEXT NOT NULL, declared_size_bytes INTEGER,"
    " sha256 TEXT, mime_hint TEXT)";

static const char warnings_table[] =
    "CREATE TABLE _warnings (id INTEGER PRIMARY KEY AUTOINCREMENT, entity_type TEXT, source_id TEXT,"
    " severity TEXT NOT NULL CHECK (severity IN ('info','warn','error')), code TEXT NOT NULL,"
    " message TEXT NOT NULL, raw_data TEXT CHECK (raw_data IS NULL OR json_valid(raw_data)))";
static const char loose_warnings_table[] =
    "CREATE TABLE _warnings (id INTEGER PRIMARY KEY AUTOINCREMENT, entity_type TEXT, source_id TEXT,"
    " severity TEXT NOT NULL CHECK (severity IN ('info','warn','error')), code TEXT NOT NULL,"
    " message TEXT NOT NULL, raw_data TEXT)";

static const char version_and_index[] =
    "CREATE INDEX idx_files_parent ON _files(parent_entity_type, parent_canonical_uuid); PRAGMA user_version=1";

// ---- The hash -------------------------------------------------------------------------------------------

// One line: label|value|...\n, no value as Python's None.
static void hash_line(Sha256 *h, const char *label, const Str *values, size_t n)
{
    sha256_add(h, str_of(label));
    for (size_t i = 0; i < n; i++) {
        sha256_add(h, STR("|"));
        sha256_add(h, values[i].at ? values[i] : STR("None"));
    }
    sha256_add(h, STR("\n"));
}

bool dpmf_whole_number(Str text, int64_t *value)
{
    char copy[24], again[24];
    if (!text.at || !text.len || text.len >= sizeof copy)
        return false;
    memcpy(copy, text.at, text.len);
    copy[text.len] = '\0';
    *value = strtoll(copy, NULL, 10);
    snprintf(again, sizeof again, "%" PRId64, *value);
    return str_is(text, again);
}

// ---- Tables -----------------------------------------------------------------------------------------------

static bool list_entities(DpmfWriter *w, Err *err)
{
    AUTO(lite_finish_at) LiteStmt *s = lite_prepare(w->db, "INSERT INTO _entities VALUES (?, ?, ?)", err);
    for (size_t i = 0; s && i < w->n; i++) {
        const DpmfNewEntity *e = &w->entities[i];
        char rows[24];
        snprintf(rows, sizeof rows, "%" PRId64, e->rows);
        const Str line[] = {str_of(e->name), str_of(rows), e->schema_version};
        hash_line(w->hash, "_entities", line, ARRAY_LEN(line));
        lite_bind_text(s, 0, line[0]);
        lite_bind_int(s, 1, e->rows);
        lite_bind_text(s, 2, e->schema_version);
        if (!lite_run(s, err))
            return false;
    }
    return s;
}

static bool prepare(DpmfWriter *w, bool loose, Err *err)
{
    if (!lite_exec(w->db, settings, err) || !lite_begin(w->db, err) || !lite_exec(w->db, meta_tables, err) ||
        !lite_exec(w->db, files_table, err) ||
        !lite_exec(w->db, loose ? loose_warnings_table : warnings_table, err) ||
        !lite_exec(w->db, version_and_index, err))
        return false;
    w->meta = lite_prepare(w->db, "INSERT OR REPLACE INTO _meta VALUES (?, ?)", err);
    w->file = w->meta ? lite_prepare(w->db, "INSERT INTO _files VALUES (?,?,?,?,?,?,?)", err) : NULL;
    w->warning = w->file ? lite_prepare(w->db, "INSERT INTO _warnings VALUES (?,?,?,?,?,?,?)", err) : NULL;
    return w->warning && list_entities(w, err);
}

DpmfWriter *dpmf_write_begin(int fd, const char *name, const DpmfNewEntity *entities, size_t n, bool loose,
                             Err *err)
{
    DpmfWriter *w = calloc(1, sizeof *w);
    if (!w)
        abort();
    w->entities = entities;
    w->n = n;
    w->hash = sha256_new();
    w->db = lite_open_fd(fd, name, LITE_WRITE, ERR_INTERNAL, err);
    if (w->db) {
        lite_watch(w->db, 0);
        if (prepare(w, loose, err))
            return w;
    }
    dpmf_write_close(w);
    return NULL;
}

void dpmf_write_close(DpmfWriter *w)
{
    if (!w)
        return;
    LiteStmt *const statements[] = {w->insert, w->meta, w->file, w->warning};
    for (size_t i = 0; i < ARRAY_LEN(statements); i++)
        lite_finish(statements[i]);
    lite_close(w->db);
    sha256_free(w->hash);
    buf_free(&w->last_key);
    free(w);
}

void dpmf_write_close_at(DpmfWriter **w)
{
    dpmf_write_close(*w);
    *w = NULL;
}

bool dpmf_write_meta(DpmfWriter *w, Str key, Str value, Err *err)
{
    lite_bind_text(w->meta, 0, key);
    lite_bind_text(w->meta, 1, value);
    return lite_run(w->meta, err);
}

// ---- Rows -------------------------------------------------------------------------------------------------

// The caller's mistake, or a cache that changed under its hands: never written, since the hash would lie.
static bool out_of_step(const char *table, Err *err)
{
    return err_set(err, ERR_INTERNAL, _("table %s: rows do not come as they were announced"), table);
}

static bool in_order(DpmfWriter *w, Str key)
{
    Str last = buf_str(&w->last_key);
    int order = key.at && w->rows ? memcmp(last.at ? last.at : "", key.at, MIN(last.len, key.len)) : 0;
    bool ok = !w->rows || order < 0 || (order == 0 && last.len < key.len);
    buf_clear(&w->last_key);
    buf_add(&w->last_key, key);
    return ok;
}

static bool entity_is_whole(const DpmfWriter *w)
{
    return w->next == 0 || w->rows == w->entities[w->next - 1].rows;
}

bool dpmf_write_entity(DpmfWriter *w, Err *err)
{
    if (w->next == w->n || !entity_is_whole(w))
        return out_of_step("_entities", err);
    const DpmfNewEntity *e = &w->entities[w->next++];
    w->rows = 0;
    lite_finish_at(&w->insert);
    if (!lite_execf(w->db, err,
                    "CREATE TABLE \"%w\" (canonical_uuid TEXT PRIMARY KEY, source_id TEXT NOT NULL,"
                    " source_system TEXT NOT NULL, payload TEXT NOT NULL CHECK (json_valid(payload)),"
                    " raw_source_data TEXT NOT NULL CHECK (json_valid(raw_source_data)),"
                    " extracted_at TEXT NOT NULL);"
                    "CREATE INDEX \"idx_%w_source\" ON \"%w\"(source_system, source_id)",
                    e->name, e->name, e->name))
        return false;
    w->insert = lite_preparef(w->db, err, "INSERT INTO \"%w\" VALUES (?,?,?,?,?,?)", e->name);
    return w->insert;
}

bool dpmf_write_row(DpmfWriter *w, const DpmfRow *row, Err *err)
{
    const char *table = w->entities[w->next - 1].name;
    const Str values[] = {row->key,     row->source_id, row->source_system,
                          row->payload, row->raw,       row->extracted_at};
    if (!in_order(w, row->key))
        return out_of_step(table, err);
    hash_line(w->hash, table, values, 5);
    for (int i = 0; i < (int)ARRAY_LEN(values); i++)
        lite_bind_text(w->insert, i, values[i]);
    return (++w->rows % ROWS_PER_LOOK || cancel_check(err)) && lite_run(w->insert, err);
}

static bool insert_side(DpmfWriter *w, LiteStmt *s, const char *table, const Str columns[COLUMNS], int number,
                        Err *err)
{
    int64_t value;
    hash_line(w->hash, table, columns, COLUMNS);
    for (int i = 0; i < COLUMNS; i++)
        if (i == number && dpmf_whole_number(columns[i], &value))
            lite_bind_int(s, i, value);
        else
            lite_bind_text(s, i, columns[i]);
    return lite_run(s, err);
}

bool dpmf_write_file(DpmfWriter *w, const Str columns[COLUMNS], Err *err)
{
    return insert_side(w, w->file, "_files", columns, 4, err);
}

bool dpmf_write_warning(DpmfWriter *w, const Str columns[COLUMNS], Err *err)
{
    int64_t id;
    if (!dpmf_whole_number(columns[0], &id))
        return out_of_step("_warnings", err);
    return insert_side(w, w->warning, "_warnings", columns, 0, err);
}

bool dpmf_write_end(DpmfWriter *w, char hash[SHA256_HEX + 1], Err *err)
{
    if (w->next != w->n || !entity_is_whole(w))
        return out_of_step("_entities", err);
    sha256_finish_hex(w->hash, hash);
    const char *const own[][2] = {
        {"format_version", "0.1.0"},           {"exporter_tool", "mudanza"},
        {"exporter_version", PACKAGE_VERSION}, {"integrity_hash_algo", "sha256"},
        {"integrity_hash", hash},
    };
    for (size_t i = 0; i < ARRAY_LEN(own); i++)
        if (!dpmf_write_meta(w, str_of(own[i][0]), str_of(own[i][1]), err))
            return false;
    LiteStmt **const statements[] = {&w->insert, &w->meta, &w->file, &w->warning};
    for (size_t i = 0; i < ARRAY_LEN(statements); i++)
        lite_finish_at(statements[i]);
    if (!lite_commit(w->db, err))
        return false;
    lite_close_at(&w->db);
    return true;
}
