#include "cache/load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/intl.h"
#include "base/json_scan.h"
#include "cache/cache_schema.h"
#include "cache/payload.h"

#define NEW_FILE CACHE_FILE ".new"

enum { PAGE_SIZE = 16384 };

struct CacheLoad {
    Arena *arena;
    const Model *model;
    char *path, *final_path;
    Lite *db;
    LiteStmt *insert, *reject, *issue, *file, *warning;
    Buf safe, clean_key, last_key;
    const char *entity, *step; // of the entity under way
    int64_t rows, rejected, origin;
};

// One writer, nobody else, rebuilt after a crash: no journal, no fsync.
static const char settings[] = "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA "
                               "locking_mode=EXCLUSIVE; PRAGMA cache_size=-32768;"
                               "PRAGMA temp_store=FILE";

static void remove_with_wal(Arena *a, const char *path)
{
    unlink(path);
    unlink(arena_text(a, "%s-wal", path));
    unlink(arena_text(a, "%s-shm", path));
}

CacheLoad *cache_load_begin(const char *state_folder, const Model *model, Err *err)
{
    CacheLoad *l = calloc(1, sizeof *l);
    if (!l)
        abort();
    l->arena = arena_new();
    l->model = model;
    l->path = arena_text(l->arena, "%s/%s", state_folder, NEW_FILE);
    l->final_path = arena_text(l->arena, "%s/%s", state_folder, CACHE_FILE);
    remove_with_wal(l->arena, l->path);
    l->db = lite_open(l->path, LITE_CREATE, ERR_INTERNAL, err);
    if (l->db && lite_execf(l->db, err, "PRAGMA page_size=%d", PAGE_SIZE) &&
        lite_exec(l->db, settings, err) && lite_begin(l->db, err) && lite_exec(l->db, CACHE_SCHEMA, err)) {
        lite_watch(l->db, 0);
        l->reject = lite_prepare(l->db, "INSERT INTO _rejects VALUES(?,?,?,?,0,?,?,?)", err);
        l->issue =
            l->reject
                ? lite_prepare(l->db, "INSERT OR IGNORE INTO _issues VALUES(?,?,?,'payload',?,?,?)", err)
                : NULL;
        l->file = l->issue ? lite_prepare(l->db, "INSERT INTO _files VALUES(?,?,?,?,?,?,?)", err) : NULL;
        l->warning = l->file ? lite_prepare(l->db, "INSERT INTO _warnings VALUES(?,?,?,?,?,?,?)", err) : NULL;
        if (l->warning)
            return l;
    }
    cache_load_abandon(l);
    return NULL;
}

static void close_database(CacheLoad *l)
{
    LiteStmt **statements[] = {&l->insert, &l->reject, &l->issue, &l->file, &l->warning};
    for (size_t i = 0; i < ARRAY_LEN(statements); i++)
        lite_finish_at(statements[i]);
    lite_close_at(&l->db);
}

void cache_load_abandon(CacheLoad *l)
{
    if (!l)
        return;
    close_database(l);
    remove_with_wal(l->arena, l->path);
    buf_free(&l->safe);
    buf_free(&l->clean_key);
    buf_free(&l->last_key);
    arena_free(l->arena);
    free(l);
}

void cache_load_abandon_at(CacheLoad **l)
{
    cache_load_abandon(*l);
    *l = NULL;
}

static bool make_table(CacheLoad *l, const char *name, Err *err)
{
    return lite_execf(
        l->db, err,
        "CREATE TABLE \"%w\"(canonical_uuid TEXT PRIMARY KEY, source_id TEXT, source_system TEXT,"
        " payload TEXT, raw_source_data TEXT, extracted_at TEXT, origin INTEGER, payload_as_read TEXT)",
        name);
}

bool cache_load_entity(CacheLoad *l, const char *name, Err *err)
{
    lite_finish_at(&l->insert);
    if (!make_table(l, name, err))
        return false;
    l->entity = arena_text(l->arena, "%s", name);
    l->step = arena_text(l->arena, "%s/extract", name);
    l->rows = l->rejected = l->origin = 0;
    buf_clear(&l->last_key);
    l->insert = lite_preparef(l->db, err, "INSERT INTO \"%w\" VALUES(?,?,?,?,?,?,?,?)", name);
    return l->insert;
}

static bool keep_reject(CacheLoad *l, const SourceRow *row, const char *code, Err *err)
{
    l->rejected++;
    Str key = row->key.at ? row->key : STR("");
    lite_bind_text(l->reject, 0, str_of(l->step));
    lite_bind_text(l->reject, 1, str_of(l->entity));
    lite_bind_text(l->reject, 2, key);
    lite_bind_text(l->reject, 3, str_of(code));
    lite_bind_int(l->reject, 4, l->origin);
    lite_bind_text(l->reject, 5, row->source_id);
    lite_bind_text(l->reject, 6, row->payload);
    if (!lite_run(l->reject, err))
        return false;
    lite_bind_text(l->issue, 0, str_of(l->step));
    lite_bind_text(l->issue, 1, str_of(l->entity));
    lite_bind_text(l->issue, 2, key);
    lite_bind_text(l->issue, 3, str_of(code));
    lite_bind_text(l->issue, 4, STR("error"));
    return lite_run(l->issue, err);
}

static bool note_replaced(CacheLoad *l, Str key, Err *err)
{
    lite_bind_text(l->issue, 0, str_of(l->step));
    lite_bind_text(l->issue, 1, str_of(l->entity));
    lite_bind_text(l->issue, 2, key);
    lite_bind_text(l->issue, 3, STR("payload.characters_replaced"));
    lite_bind_text(l->issue, 4, STR("warning"));
    return lite_run(l->issue, err);
}

static bool usable_key(CacheLoad *l, const SourceRow *row, const char **code)
{
    *code = "payload.no_key";
    if (!row->key.at || !row->key.len || row->key.len > CACHE_KEY_MAX || memchr(row->key.at, 0, row->key.len))
        return false;
    *code = "payload.duplicate_key"; // the first in the order of the source wins
    return l->last_key.len != row->key.len || memcmp(l->last_key.at, row->key.at, row->key.len) != 0;
}

bool cache_load_row(CacheLoad *l, const SourceRow *row, Err *err)
{
    l->rows++;
    l->origin++;
    const char *code;
    if (!usable_key(l, row, &code))
        return keep_reject(l, row, code, err);
    buf_clear(&l->last_key);
    buf_add(&l->last_key, row->key);
    bool replaced;
    PayloadState state = payload_make_safe(row->payload, &l->safe, &replaced);
    if (row->raw.at && (json_scan(row->raw) & JSON_BAD))
        state = PAYLOAD_BROKEN;
    if (state == PAYLOAD_BROKEN || state == PAYLOAD_NO_OBJECT)
        return keep_reject(l, row, state == PAYLOAD_BROKEN ? "payload.decode_error" : "payload.not_an_object",
                           err);
    if (replaced && !note_replaced(l, row->key, err))
        return false;
    bool as_is = state == PAYLOAD_SAFE;
    lite_bind_text(l->insert, 0, row->key);
    lite_bind_text(l->insert, 1, row->source_id);
    lite_bind_text(l->insert, 2, row->source_system);
    lite_bind_text(l->insert, 3, as_is ? row->payload : buf_str(&l->safe));
    lite_bind_text(l->insert, 4, row->raw);
    lite_bind_text(l->insert, 5, row->extracted_at);
    lite_bind_int(l->insert, 6, l->origin);
    lite_bind_text(l->insert, 7, as_is ? (Str){NULL, 0} : row->payload);
    LiteStep step = lite_step(l->insert, err);
    lite_reset(l->insert);
    // Under another collation than ours equal keys need not stand side by side.
    return step == LITE_CONSTRAINT ? keep_reject(l, row, "payload.duplicate_key", err) : step == LITE_DONE;
}

bool cache_load_entity_end(CacheLoad *l, const char *content_hash, int64_t *rows, int64_t *rejected, Err *err)
{
    *rows = l->rows;
    *rejected = l->rejected;
    return lite_execf(l->db, err, "INSERT INTO _source VALUES(%Q, %lld, %Q)", l->entity, (long long)l->rows,
                      content_hash);
}

bool cache_load_about(CacheLoad *l, const char *key, const char *value, Err *err)
{
    return lite_execf(l->db, err, "INSERT OR REPLACE INTO _about VALUES(%Q, %Q)", key, value);
}

bool cache_load_meta(CacheLoad *l, Str key, Str value, Err *err)
{
    AUTO(lite_finish_at)
    LiteStmt *s = lite_prepare(l->db, "INSERT OR REPLACE INTO _meta VALUES(?, ?)", err);
    if (!s)
        return false;
    lite_bind_text(s, 0, key);
    lite_bind_text(s, 1, value);
    return lite_run(s, err);
}

bool cache_load_declared(CacheLoad *l, const char *entity, int64_t row_count, Str schema_version, Err *err)
{
    AUTO(lite_finish_at) LiteStmt *s = lite_prepare(l->db, "INSERT INTO _entities VALUES(?, ?, ?)", err);
    if (!s)
        return false;
    lite_bind_text(s, 0, str_of(entity));
    lite_bind_int(s, 1, row_count);
    lite_bind_text(s, 2, schema_version);
    return lite_run(s, err);
}

bool cache_load_issue(CacheLoad *l, const char *code, const char *detail, Err *err)
{
    const char *const texts[] = {"source/extract", "source", "", code, "warning", detail};
    for (int i = 0; i < (int)ARRAY_LEN(texts); i++)
        lite_bind_text(l->issue, i, str_of(texts[i]));
    return lite_run(l->issue, err);
}

static bool insert_texts(LiteStmt *s, const Str columns[7], Err *err)
{
    for (int i = 0; i < 7; i++)
        lite_bind_text(s, i, columns[i]);
    return lite_run(s, err);
}

bool cache_load_file(CacheLoad *l, const Str columns[7], Err *err)
{
    return insert_texts(l->file, columns, err);
}

// A warning of the source is an issue too, under the source's own code.
bool cache_load_warning(CacheLoad *l, const Str columns[7], Err *err)
{
    enum { ID, ENTITY, SOURCE_ID, SEVERITY, CODE };
    const char *entity = columns[ENTITY].at && entity_name_valid(columns[ENTITY])
                             ? str_keep(l->arena, columns[ENTITY])
                             : "source";
    bool error = str_is(columns[SEVERITY], "error"), info = str_is(columns[SEVERITY], "info");
    lite_bind_text(l->issue, 0, str_of(arena_text(l->arena, "%s/extract", entity)));
    lite_bind_text(l->issue, 1, str_of(entity));
    lite_bind_text(l->issue, 2, columns[SOURCE_ID].at ? columns[SOURCE_ID] : STR(""));
    lite_bind_text(l->issue, 3,
                   str_of(arena_text(l->arena, "dpmf.%.*s", (int)MIN(columns[CODE].len, (size_t)75),
                                     columns[CODE].at ? columns[CODE].at : "")));
    lite_bind_text(l->issue, 4, str_of(error ? "error" : info ? "information" : "warning"));
    return lite_run(l->issue, err) && insert_texts(l->warning, columns, err);
}

// Declared before the load, every INSERT would compute all of them. Without a type: TEXT would sort 10
// before 9, INTEGER and NUMERIC would turn "007" into 7.
static bool add_columns(CacheLoad *l, const Entity *e, Err *err)
{
    for (size_t i = 0; i < e->n_fields; i++)
        if (!lite_execf(l->db, err,
                        "ALTER TABLE \"%w\" ADD COLUMN \"%w\" GENERATED ALWAYS AS (payload->>'$.%q') VIRTUAL",
                        e->name, e->fields[i].name, e->fields[i].name))
            return false;
    return true;
}

static bool complete_tables(CacheLoad *l, Err *err)
{
    for (size_t i = 0; i < l->model->n; i++) {
        const Entity *e = &l->model->entities[i];
        bool exists;
        if (!lite_table_exists(l->db, e->name, &exists, err) || (!exists && !make_table(l, e->name, err)) ||
            !lite_execf(l->db, err, "INSERT OR IGNORE INTO _source VALUES(%Q, 0, '')", e->name) ||
            !add_columns(l, e, err) || // people look for records by the id they know
            !lite_execf(l->db, err, "CREATE INDEX \"%w_source_id\" ON \"%w\"(source_id)", e->name, e->name))
            return false;
    }
    return true;
}

bool cache_load_finish(CacheLoad *l, const char *fingerprint, Err *err)
{
    lite_finish_at(&l->insert);
    if (!complete_tables(l, err) ||
        !lite_execf(l->db, err,
                    "INSERT INTO _steps SELECT entity || '/extract', %Q, content, rows, 0,"
                    " (SELECT count(*) FROM _rejects r WHERE r.entity = s.entity) FROM _source s",
                    fingerprint) ||
        !lite_execf(l->db, err, "PRAGMA user_version=%d", CACHE_VERSION) || !lite_commit(l->db, err) ||
        !lite_exec(l->db, "PRAGMA locking_mode=NORMAL; PRAGMA journal_mode=WAL", err))
        return false;
    close_database(l);
    // The old cache's WAL belongs to the old file only: it must be gone before the new one takes its name.
    remove_with_wal(l->arena, l->final_path);
    if (rename(l->path, l->final_path) != 0)
        return err_sys(err, ERR_INTERNAL, _("cannot put %s in place"), l->final_path);
    return true;
}
