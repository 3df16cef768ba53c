// What the target knows of single rows: for people who look at one record.
#include "target/target_sqlite.h"

#include "base/json_out.h"

// Parameters of every statement here: scope, entity, key, then its own.
static LiteStmt *ask(SqliteTarget *t, const char *sql, int64_t entity, Str key, Err *err)
{
    LiteStmt *s = lite_prepare(t->db, sql, err);
    if (!s)
        return NULL;
    lite_bind_int(s, 0, t->scope);
    lite_bind_int(s, 1, entity);
    lite_bind_text(s, 2, key);
    return s;
}

static bool find_mapping(SqliteTarget *t, Arena *a, int64_t entity, Str key, TargetTrace *out, Err *err)
{
    AUTO(lite_finish_at)
    LiteStmt *s = ask(t,
                      "SELECT t.name, m.id, m.linked, m.source_hash, m.job, m.updated_job, m.absent"
                      " FROM mudanza_entity_mappings m LEFT JOIN mudanza_tables t ON t.id = m.table_id"
                      " WHERE m.scope = ?1 AND m.entity = ?2 AND m.key = ?3",
                      entity, key, err);
    LiteStep step = s ? lite_step(s, err) : LITE_FAILED;
    if (step == LITE_ROW) {
        out->mapped = true;
        out->table = str_keep(a, lite_text(s, 0));
        out->id = str_keep(a, lite_text(s, 1));
        out->linked = lite_int(s, 2) != 0;
        out->hash = str_copy(a, lite_blob(s, 3));
        out->made_by = lite_int(s, 4);
        out->changed_by = lite_int(s, 5);
        out->absent = lite_type(s, 6) != LITE_NULL;
    }
    return step == LITE_ROW || step == LITE_DONE;
}

static bool find_raw(SqliteTarget *t, int64_t entity, Str key, TargetTrace *out, Err *err)
{
    AUTO(lite_finish_at)
    LiteStmt *s = ask(t,
                      "SELECT job, updated_job, absent FROM mudanza_raw_entities"
                      " WHERE scope = ?1 AND entity = ?2 AND key = ?3",
                      entity, key, err);
    LiteStep step = s ? lite_step(s, err) : LITE_FAILED;
    bool absent = step == LITE_ROW && lite_type(s, 2) != LITE_NULL;
    if (step == LITE_ROW && !(out->mapped && absent)) {
        out->raw = true;
        out->mapped = out->linked = false;
        out->absent = absent;
        out->made_by = lite_int(s, 0);
        out->changed_by = lite_int(s, 1);
    }
    return step == LITE_ROW || step == LITE_DONE;
}

static bool find_refusal(SqliteTarget *t, Arena *a, const char *step, int64_t entity, Str key,
                         TargetTrace *out, Err *err)
{
    AUTO(lite_finish_at)
    LiteStmt *s = ask(t,
                      "SELECT code, detail, job FROM mudanza_warnings"
                      " WHERE scope = ?1 AND step = ?4 AND key = ?3 AND entity = ?2",
                      entity, key, err);
    if (s)
        lite_bind_text(s, 3, str_of(step));
    LiteStep got = s ? lite_step(s, err) : LITE_FAILED;
    if (got == LITE_ROW) {
        out->code = str_keep(a, lite_text(s, 0));
        out->detail = str_keep(a, lite_text(s, 1));
        out->refused_by = lite_int(s, 2);
    }
    return got == LITE_ROW || got == LITE_DONE;
}

// The batches of a step are few: they are read one after the other.
static bool find_passing(SqliteTarget *t, const char *step, Str key, TargetTrace *out, Err *err)
{
    AUTO(lite_finish_at)
    LiteStmt *s = ask(t,
                      "SELECT job FROM mudanza_checkpoints WHERE scope = ?1 AND step = ?4"
                      " AND first_key <= ?3 AND last_key >= ?3 ORDER BY batch DESC LIMIT 1",
                      0, key, err);
    if (s)
        lite_bind_text(s, 3, str_of(step));
    LiteStep got = s ? lite_step(s, err) : LITE_FAILED;
    if (got == LITE_ROW)
        out->seen_by = lite_int(s, 0);
    return got == LITE_ROW || got == LITE_DONE;
}

// A batch lists the keys whose mapping it made or changed. Entity and keys stand behind long columns, which
// are only read of the few lines whose operation fits.
static bool find_touches(SqliteTarget *t, Arena *a, int64_t entity, Str key, TargetTrace *out, Err *err)
{
    AUTO(buf_free) Buf quoted = {0}, list = {0};
    JsonOut j = {.out = &quoted};
    json_str(&j, NULL, key);
    AUTO(lite_finish_at)
    LiteStmt *s = ask(t,
                      "SELECT j.job, coalesce(j.batch, j.seq), o.started_at, j.undone IS NOT NULL"
                      " FROM mudanza_journal j LEFT JOIN mudanza_jobs o ON o.job = j.job"
                      " WHERE j.operation IN ('mapping', 'raw') AND j.scope = ?1 AND j.entity = ?2"
                      " AND instr(j.keys, ?3) ORDER BY j.seq",
                      entity, buf_str(&quoted), err);
    LiteStep step = LITE_FAILED;
    while (s && (step = lite_step(s, err)) == LITE_ROW) {
        const TargetTouch one = {lite_int(s, 0), lite_int(s, 1), str_keep(a, lite_text(s, 2)),
                                 lite_int(s, 3) != 0};
        buf_add(&list, (Str){(const char *)&one, sizeof one});
        out->n_touches++;
    }
    out->touches = arena_copy(a, buf_text(&list), list.len);
    return step == LITE_DONE;
}

static bool find_state(SqliteTarget *t, Arena *a, const char *step, int64_t entity, Str key, TargetTrace *out,
                       Err *err)
{
    *out = (TargetTrace){0};
    return find_mapping(t, a, entity, key, out, err) &&
           ((out->mapped && !out->absent) || find_raw(t, entity, key, out, err)) &&
           find_refusal(t, a, step, entity, key, out, err) && find_passing(t, step, key, out, err);
}

bool sqlite_trace(Target *base, Arena *a, const char *entity, Str key, TargetTrace *out, Err *err)
{
    SqliteTarget *t = sqlite_of(base);
    int64_t id;
    const char *step = arena_text(a, "%s/insert", entity);
    *out = (TargetTrace){0};
    if (!t->scope)
        return true;
    return sqlite_name_id(t, "mudanza_entities", entity, false, &id, err) &&
           find_state(t, a, step, id, key, out, err) &&
           (t->version < UNDOABLE_VERSION || find_touches(t, a, id, key, out, err));
}

bool sqlite_traces(Target *base, Arena *a, const char *entity, const Str *keys, size_t n, TargetTrace *out, Err *err)
{
    SqliteTarget *t = sqlite_of(base);
    int64_t id;
    const char *step = arena_text(a, "%s/insert", entity);
    for (size_t i = 0; i < n; i++)
        out[i] = (TargetTrace){0};
    if (!t->scope)
        return true;
    bool ok = sqlite_name_id(t, "mudanza_entities", entity, false, &id, err);
    for (size_t i = 0; i < n && ok; i++)
        ok = find_state(t, a, step, id, keys[i], &out[i], err);
    return ok;
}

bool sqlite_keys_of(Target *base, const char *entity, const char *id, int64_t limit,
                    bool (*each)(void *arg, Str key, Err *err), void *arg, Err *err)
{
    SqliteTarget *t = sqlite_of(base);
    int64_t number;
    if (!t->scope)
        return true;
    if (!sqlite_name_id(t, "mudanza_entities", entity, false, &number, err))
        return false;
    AUTO(lite_finish_at)
    LiteStmt *s = ask(t,
                      "SELECT key FROM mudanza_entity_mappings WHERE scope = ?1 AND entity = ?2 AND id = ?3"
                      " LIMIT ?4",
                      number, str_of(id), err);
    if (s)
        lite_bind_int(s, 3, limit);
    LiteStep step = LITE_FAILED;
    bool ok = s;
    while (ok && (step = lite_step(s, err)) == LITE_ROW)
        ok = each(arg, lite_text(s, 0), err);
    return ok && step == LITE_DONE;
}

static LiteStmt *prepare_find(SqliteTarget *t, const LiveTable *live, const char *const *columns, size_t n,
                              int64_t limit, Err *err)
{
    AUTO(buf_free) Buf sql = {0};
    for (size_t i = 0; i < live->table.n; i++) {
        buf_add_text(&sql, i ? ", " : "SELECT ");
        sqlite_quote(&sql, live->table.columns[i].name);
    }
    buf_add_text(&sql, " FROM ");
    sqlite_quote(&sql, live->table.name);
    for (size_t i = 0; i < n; i++) {
        buf_add_text(&sql, i ? " AND " : " WHERE ");
        sqlite_quote(&sql, columns[i]);
        buf_add_text(&sql, " = ?");
    }
    buf_addf(&sql, " LIMIT %lld", (long long)limit);
    return lite_prepare(t->db, buf_text(&sql), err);
}

// A table that is not there has no such rows.
bool sqlite_find(Target *base, const char *table, const char *const *columns, const Str *values, size_t n,
                 int64_t limit, bool (*row)(void *arg, const Str *values, Err *err), void *arg, Err *err)
{
    SqliteTarget *t = sqlite_of(base);
    LiveTable *live = sqlite_live(t, table, err);
    if (!live)
        return err->kind == ERR_NONE;
    for (size_t i = 0; i < n; i++)
        if (!sqlite_column(live, columns[i]))
            return true;
    AUTO(lite_finish_at) LiteStmt *s = prepare_find(t, live, columns, n, limit, err);
    if (!s)
        return false;
    for (size_t i = 0; i < n; i++)
        lite_bind_text(s, (int)i, values[i]);
    AUTO(arena_free_at) Arena *a = arena_new();
    Str *found = arena_many(a, Str, live->table.n);
    Buf *texts = arena_many(a, Buf, live->table.n);
    bool ok = true;
    LiteStep step;
    while (ok && (step = lite_step(s, err)) == LITE_ROW) {
        for (size_t i = 0; i < live->table.n; i++)
            found[i] = sqlite_canonical(&live->table.columns[i], s, (int)i, &texts[i]);
        ok = row(arg, found, err);
    }
    for (size_t i = 0; i < live->table.n; i++)
        buf_free(&texts[i]);
    return ok && step == LITE_DONE;
}
