#include "cache/cache.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/intl.h"
#include "cache/cache_schema.h"
#include "db/lite_guard.h"

struct Cache {
    Lite *db;
    Arena *arena;
    bool write;
};

// The cache is scratch that can be rebuilt: no fsync, a page cache of 48 MiB, WAL for readers beside us.
static bool tune(Lite *db, bool write, Err *err)
{
    lite_keep_wal(db);
    return lite_exec(db,
                     write ? "PRAGMA synchronous=OFF; PRAGMA cache_size=-49152; PRAGMA temp_store=FILE;"
                             "PRAGMA wal_autocheckpoint=4000"
                           : "PRAGMA query_only=ON; PRAGMA cache_size=-8192",
                     err);
}

Cache *cache_open(const char *state_folder, bool write, Err *err)
{
    err->kind = ERR_NONE;
    AUTO(arena_free_at) Arena *a = arena_new();
    const char *path = file_join(a, state_folder, CACHE_FILE);
    if (!file_exists(path))
        return NULL;
    AUTO(lite_close_at) Lite *db = lite_open(path, write ? LITE_WRITE : LITE_READ, ERR_INTERNAL, err);
    if (db)
        lite_if_damaged(db, _("The cache can be rebuilt from the source: delete it, then run again."));
    if (!db || !tune(db, write, err))
        return NULL;
    int64_t version = 0;
    if (!lite_one_int(db, &version, NULL, err, "PRAGMA user_version"))
        return NULL;
    if (version != CACHE_VERSION) // of another version, or cut short: as good as none
        return NULL;
    Cache *c = calloc(1, sizeof *c);
    if (!c)
        abort();
    c->db = db;
    c->write = write;
    db = NULL;
    return c;
}

// The last one to close it leaves a log without content, which others need not read.
void cache_close(Cache *c)
{
    Err ignored = {0};
    if (!c)
        return;
    if (c->write && !lite_exec(c->db, "PRAGMA journal_size_limit=0", &ignored))
        ignored.kind = ERR_NONE;
    lite_close(c->db);
    free(c);
}

void cache_close_at(Cache **c)
{
    cache_close(*c);
    *c = NULL;
}

Lite *cache_db(Cache *c)
{
    return c->db;
}

bool cache_step(Cache *c, Arena *a, const char *step, CacheStep *out, bool *found, Err *err)
{
    AUTO(lite_finish_at)
    LiteStmt *s = lite_prepare(
        c->db, "SELECT fingerprint, content, rows, skipped, rejected FROM _steps WHERE step = ?", err);
    if (!s)
        return false;
    lite_bind_text(s, 0, str_of(step));
    LiteStep got = lite_step(s, err);
    *found = got == LITE_ROW;
    if (*found)
        *out = (CacheStep){
            .step = step,
            .fingerprint = str_keep(a, lite_text(s, 0)),
            .content = str_keep(a, lite_text(s, 1)),
            .rows = lite_int(s, 2),
            .skipped = lite_int(s, 3),
            .rejected = lite_int(s, 4),
        };
    return got == LITE_ROW || got == LITE_DONE;
}

bool cache_step_save(Cache *c, const CacheStep *s, Err *err)
{
    return lite_execf(c->db, err,
                      "INSERT OR REPLACE INTO _steps(step, fingerprint, content, rows, skipped, rejected)"
                      " VALUES(%Q, %Q, %Q, %lld, %lld, %lld)",
                      s->step, s->fingerprint, s->content, (long long)s->rows, (long long)s->skipped,
                      (long long)s->rejected);
}

bool cache_about(Cache *c, Arena *a, const char *key, const char **value, Err *err)
{
    return lite_one_text(c->db, a, value, err, "SELECT value FROM _about WHERE key = %Q", key);
}

bool cache_column_digest(Cache *c, Arena *a, const char *table, const char *column, const char **out,
                         Err *err)
{
    if (!lite_one_text(c->db, a, out, err, "SELECT digest FROM _columns WHERE made = %Q AND name = %Q", table,
                       column))
        return false;
    if (!*out)
        *out = "";
    return true;
}

bool cache_source(Cache *c, const char *entity, CacheSource *out, Err *err)
{
    *out = (CacheSource){0};
    return lite_one_int(c->db, &out->rows, NULL, err, "SELECT rows FROM _source WHERE entity = %Q", entity) &&
           lite_one_int(c->db, &out->rejected, NULL, err,
                        "SELECT count(*) FROM _rejects WHERE entity = %Q AND step = '%q/extract'", entity,
                        entity);
}

bool cache_has_row(Cache *c, const char *entity, Str key, bool *has, Err *err)
{
    AUTO(buf_free) Buf text = {0};
    buf_add(&text, key);
    int64_t n = 0;
    if (!lite_table_exists(c->db, entity, has, err))
        return false;
    if (!*has)
        return true;
    bool ok = lite_one_int(c->db, &n, NULL, err,
                           "SELECT EXISTS (SELECT 1 FROM \"%w\" WHERE canonical_uuid = %Q)"
                           " OR EXISTS (SELECT 1 FROM _rejects WHERE entity = %Q AND key = %Q)",
                           entity, buf_text(&text), entity, buf_text(&text));
    *has = n != 0;
    return ok;
}

bool cache_unknown_entities(Cache *c, Arena *a, const Model *model, const char ***names, size_t *n, Err *err)
{
    int64_t most = 0;
    *n = 0;
    if (!lite_one_int(c->db, &most, NULL, err, "SELECT count(*) FROM _source"))
        return false;
    *names = arena_many(a, const char *, (size_t)most + 1);
    AUTO(lite_finish_at) LiteStmt *s = lite_prepare(c->db, "SELECT entity FROM _source ORDER BY entity", err);
    LiteStep step = LITE_FAILED;
    while (s && (step = lite_step(s, err)) == LITE_ROW) {
        const char *name = str_keep(a, lite_text(s, 0));
        if (!model_entity(model, name))
            (*names)[(*n)++] = name;
    }
    return step == LITE_DONE;
}

bool cache_looks_up(const Entity *e, const char *column)
{
    if (strcmp(column, "source_id") == 0)
        return true;
    for (size_t i = 0; i < e->n_fields; i++)
        if (strcmp(e->fields[i].name, column) == 0)
            return e->fields[i].type == FIELD_REFERENCE;
    return false;
}

bool cache_index_column(Cache *c, const Entity *e, const char *column, Err *err)
{
    return !cache_looks_up(e, column) ||
           lite_execf(c->db, err, "CREATE INDEX IF NOT EXISTS \"%w_%w\" ON \"%w\"(\"%w\")", e->name, column,
                      e->name, column);
}
