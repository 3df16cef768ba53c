#include "cache/as_read.h"

enum { MOST_COLUMNS = 7 };

bool as_read_begin(Cache *c, Err *err)
{
    lite_watch(cache_db(c), 0);
    return lite_exec(cache_db(c), "BEGIN", err);
}

bool as_read_entities(Cache *c, Arena *a, AsReadEntity **out, size_t *n, Err *err)
{
    int64_t most = 0;
    *n = 0;
    if (!lite_one_int(cache_db(c), &most, NULL, err, "SELECT count(*) FROM _entities"))
        return false;
    *out = arena_many(a, AsReadEntity, (size_t)most + 1);
    AUTO(lite_finish_at)
    LiteStmt *s = lite_prepare(cache_db(c),
                               "SELECT entity_type, s.rows - (SELECT count(*) FROM _rejects r"
                               " WHERE r.entity = entity_type AND r.step = entity_type || '/extract'),"
                               " schema_version FROM _entities JOIN _source s ON s.entity = entity_type"
                               " ORDER BY entity_type",
                               err);
    LiteStep step = LITE_FAILED;
    while (s && (step = lite_step(s, err)) == LITE_ROW)
        (*out)[(*n)++] = (AsReadEntity){
            .name = str_keep(a, lite_text(s, 0)),
            .rows = lite_int(s, 1),
            .schema_version = str_copy(a, lite_text(s, 2)),
        };
    return step == LITE_DONE;
}

bool as_read_rejects(Cache *c, Arena *a, AsReadRejects **out, size_t *n, Err *err)
{
    static const char from[] = "FROM _rejects WHERE step = entity || '/extract'";
    int64_t most = 0;
    *n = 0;
    if (!lite_one_int(cache_db(c), &most, NULL, err, "SELECT count(DISTINCT code) %s", from))
        return false;
    *out = arena_many(a, AsReadRejects, (size_t)most + 1);
    AUTO(lite_finish_at)
    LiteStmt *s = lite_preparef(cache_db(c), err, "SELECT code, count(*) %s GROUP BY code ORDER BY 2 DESC, 1",
                                from);
    LiteStep step = LITE_FAILED;
    while (s && (step = lite_step(s, err)) == LITE_ROW)
        (*out)[(*n)++] = (AsReadRejects){str_keep(a, lite_text(s, 0)), lite_int(s, 1)};
    return step == LITE_DONE;
}

static bool each_line(Cache *c, const char *sql, AsReadTake *take, void *arg, Err *err)
{
    AUTO(lite_finish_at) LiteStmt *s = lite_prepare(cache_db(c), sql, err);
    LiteStep step = LITE_FAILED;
    while (s && (step = lite_step(s, err)) == LITE_ROW) {
        Str columns[MOST_COLUMNS];
        for (int i = 0; i < lite_columns(s); i++)
            columns[i] = lite_text(s, i);
        if (!take(arg, columns, err))
            return false;
    }
    return step == LITE_DONE;
}

bool as_read_meta(Cache *c, AsReadTake *take, void *arg, Err *err)
{
    return each_line(c, "SELECT key, value FROM _meta ORDER BY key", take, arg, err);
}

bool as_read_files(Cache *c, AsReadTake *take, void *arg, Err *err)
{
    return each_line(c,
                     "SELECT canonical_uuid, parent_entity_type, parent_canonical_uuid, relative_path,"
                     " declared_size_bytes, sha256, mime_hint FROM _files ORDER BY canonical_uuid, rowid",
                     take, arg, err);
}

bool as_read_warnings(Cache *c, AsReadTake *take, void *arg, Err *err)
{
    return each_line(c,
                     "SELECT id, entity_type, source_id, severity, code, message, raw_data FROM _warnings"
                     " ORDER BY rowid",
                     take, arg, err);
}

bool as_read_rows(Cache *c, const char *entity, bool (*take)(void *arg, const SourceRow *row, Err *err),
                  void *arg, Err *err)
{
    AUTO(lite_finish_at)
    LiteStmt *s = lite_preparef(cache_db(c), err,
                                "SELECT canonical_uuid, source_id, source_system, payload, raw_source_data,"
                                " extracted_at, payload_as_read FROM \"%w\" ORDER BY canonical_uuid",
                                entity);
    LiteStep step = LITE_FAILED;
    while (s && (step = lite_step(s, err)) == LITE_ROW) {
        Str as_read = lite_text(s, 6);
        SourceRow row = {.key = lite_text(s, 0),
                         .source_id = lite_text(s, 1),
                         .source_system = lite_text(s, 2),
                         .payload = as_read.at ? as_read : lite_text(s, 3),
                         .raw = lite_text(s, 4),
                         .extracted_at = lite_text(s, 5)};
        if (!take(arg, &row, err))
            return false;
    }
    return step == LITE_DONE;
}
