#include "cache/figure_store.h"

static bool fill(Lite *db, const FigureLine *lines, size_t n, Err *err)
{
    if (!lite_exec(db,
                   "CREATE TABLE IF NOT EXISTS _figures (place INTEGER PRIMARY KEY, name, entity, setting, label, rows);"
                   "DELETE FROM _figures",
                   err))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!lite_execf(db, err, "INSERT INTO _figures (name, entity, setting, label, rows) VALUES (%Q, %Q, %Q, %Q, %lld)",
                        lines[i].name, lines[i].entity, lines[i].setting, lines[i].label, (long long)lines[i].rows))
            return false;
    return true;
}

bool cache_figures_save(Cache *c, const FigureLine *lines, size_t n, Err *err)
{
    Lite *db = cache_db(c);
    if (lite_begin(db, err) && fill(db, lines, n, err) && lite_commit(db, err))
        return true;
    lite_rollback(db);
    return false;
}

bool cache_figures(Cache *c, Arena *a, const char *entity, FigureLine **out, size_t *n, Err *err)
{
    Lite *db = cache_db(c);
    bool there;
    int64_t count = 0;
    *out = NULL;
    *n = 0;
    if (!lite_table_exists(db, "_figures", &there, err))
        return false;
    if (!there)
        return true;
    if (!lite_one_int(db, &count, NULL, err, "SELECT count(*) FROM _figures"))
        return false;
    *out = arena_many(a, FigureLine, (size_t)count + 1);
    AUTO(lite_finish_at)
    LiteStmt *s = lite_preparef(db, err,
                                "SELECT name, entity, setting, label, rows FROM _figures"
                                " WHERE coalesce(%Q, entity) = entity ORDER BY place",
                                entity);
    LiteStep step = LITE_FAILED;
    while (s && (step = lite_step(s, err)) == LITE_ROW)
        (*out)[(*n)++] = (FigureLine){str_keep(a, lite_text(s, 0)), str_keep(a, lite_text(s, 1)),
                                      str_keep(a, lite_text(s, 2)), str_keep(a, lite_text(s, 3)), lite_int(s, 4)};
    return step == LITE_DONE;
}

bool cache_files(Cache *c, const char *entity, SourceFiles *out, Err *err)
{
#define OF "SELECT count(*) FROM _files WHERE coalesce(%Q, parent_entity_type) IS parent_entity_type"
    return lite_one_int(cache_db(c), &out->total, NULL, err, OF, entity) &&
           lite_one_int(cache_db(c), &out->hashed, NULL, err, OF " AND trim(coalesce(sha256, '')) <> ''", entity);
}

bool cache_warnings(Cache *c, Arena *a, SourceWarning **out, size_t *n, Err *err)
{
    static const char kinds[] = "SELECT coalesce(entity_type, ''), coalesce(severity, ''), coalesce(code, ''), count(*)"
                                " FROM _warnings GROUP BY 1, 2, 3";
    int64_t count;
    *n = 0;
    if (!lite_one_int(cache_db(c), &count, NULL, err, "SELECT count(*) FROM (%s)", kinds))
        return false;
    *out = arena_many(a, SourceWarning, (size_t)count + 1);
    AUTO(lite_finish_at) LiteStmt *s = lite_preparef(cache_db(c), err, "%s ORDER BY 4 DESC, 1, 3, 2", kinds);
    LiteStep step = LITE_FAILED;
    while (s && (step = lite_step(s, err)) == LITE_ROW)
        (*out)[(*n)++] = (SourceWarning){str_keep(a, lite_text(s, 0)), str_keep(a, lite_text(s, 1)),
                                         str_keep(a, lite_text(s, 2)), lite_int(s, 3)};
    return step == LITE_DONE;
}
