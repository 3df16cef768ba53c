#include <string.h>
#include <strings.h>

#include "base/intl.h"
#include "base/text.h"
#include "source/dpmf_inner.h"

enum { MAX_NAME = 50, MAX_COLUMNS = 64, MAX_UNLISTED = 20 };

static const char *const entities_columns[] = {"entity_type", "row_count", "schema_version", NULL};
static const char *const files_columns[] = {"canonical_uuid",
                                            "parent_entity_type",
                                            "parent_canonical_uuid",
                                            "relative_path",
                                            "declared_size_bytes",
                                            "sha256",
                                            "mime_hint",
                                            NULL};
static const char *const warnings_columns[] = {"id",   "entity_type", "source_id", "severity",
                                               "code", "message",     "raw_data",  NULL};
static const char *const entity_columns[] = {
    "canonical_uuid", "source_id", "source_system", "payload", "raw_source_data", "extracted_at", NULL};

// ---- Soundness --------------------------------------------------------------------------------------

// What quick_check says about rows rather than pages: other checks judge those.
static bool is_about_rows(Str line)
{
    static const char *const starts[] = {"NULL value in", "CHECK constraint failed", "non-unique entry",
                                         "TEXT value in", "NUMERIC value in"};
    for (size_t i = 0; i < ARRAY_LEN(starts); i++)
        if (str_starts(line, starts[i]))
            return true;
    return false;
}

// quick_check computes them, in whatever table they are: any expression, of any cost, for each row.
static bool nothing_generated(Dpmf *d, Err *err)
{
    AUTO(lite_finish_at)
    LiteStmt *s = lite_prepare(d->db,
                               "SELECT t.name, c.name FROM sqlite_schema t, pragma_table_xinfo(t.name) c "
                               "WHERE t.type = 'table' AND t.rootpage > 0 AND c.hidden <> 0 LIMIT 1",
                               err);
    if (!s)
        return dpmf_refuse_sqlite(d, err);
    LiteStep step = lite_step(s, err);
    if (step == LITE_DONE)
        return true;
    if (step != LITE_ROW)
        return dpmf_refuse_sqlite(d, err);
    Str table = lite_text(s, 0), column = lite_text(s, 1);
    return dpmf_refuse(d, DPMF_SCHEMA, err, _("table %.*s: column %.*s is generated"),
                       (int)MIN(table.len, 60u), table.at, (int)MIN(column.len, 60u), column.at);
}

static bool sound(Dpmf *d, Err *err)
{
    // A schema that SQLite cannot even parse shows at the first statement, as an error of its SQL.
    if (!lite_load_schema(d->db, DPMF_MAX_SCHEMA, err))
        return lite_fault(d->db) == LITE_FAULT_SQL ? dpmf_refuse_sqlite_as(d, DPMF_SQLITE, err)
                                                   : dpmf_refuse_sqlite(d, err);
    if (!lite_exec(d->db,
                   "PRAGMA " DPMF_READ_CACHE "; PRAGMA ignore_check_constraints=ON", err))
        return dpmf_refuse_sqlite(d, err);
    if (!nothing_generated(d, err))
        return false;
    if (d->bytes >= DPMF_QUICK_CHECK_BELOW)
        return true;
    AUTO(lite_finish_at) LiteStmt *s = lite_prepare(d->db, "PRAGMA quick_check(100)", err);
    if (!s)
        return dpmf_refuse_sqlite(d, err);
    for (;;) {
        LiteStep step = lite_step(s, err);
        if (step == LITE_DONE)
            return true;
        if (step != LITE_ROW)
            return dpmf_refuse_sqlite(d, err);
        Str line = lite_text(s, 0);
        if (!str_is(line, "ok") && !is_about_rows(line))
            return dpmf_refuse(d, DPMF_SQLITE, err, _("the database is damaged: %.*s"),
                               (int)MIN(line.len, 200u), line.at);
    }
}

// ---- Tables -----------------------------------------------------------------------------------------

// SQL names know no case.
static bool same_name(Str name, const char *word)
{
    return name.len == strlen(word) && strncasecmp(name.at, word, name.len) == 0;
}

static bool has_columns(Dpmf *d, const char *table, const char *const *columns, Err *err)
{
    bool seen[MAX_COLUMNS] = {false};
    AUTO(lite_finish_at) LiteStmt *s = lite_preparef(d->db, err, "PRAGMA table_xinfo(\"%w\")", table);
    if (!s)
        return dpmf_refuse_sqlite(d, err);
    for (;;) {
        LiteStep step = lite_step(s, err);
        if (step == LITE_DONE)
            break;
        if (step != LITE_ROW)
            return dpmf_refuse_sqlite(d, err);
        Str name = lite_text(s, 1); // cid, name, type, notnull, dflt_value, pk, hidden
        for (size_t i = 0; columns[i]; i++)
            if (same_name(name, columns[i]))
                seen[i] = true;
    }
    for (size_t i = 0; columns[i]; i++)
        if (!seen[i])
            return dpmf_refuse(d, DPMF_SCHEMA, err, _("table %s: column %s is missing"), table, columns[i]);
    return true;
}

bool dpmf_ordinary_table(Dpmf *d, const char *table, const char *const *columns, Err *err)
{
    AUTO(lite_finish_at)
    LiteStmt *s =
        lite_preparef(d->db, err,
                      "SELECT type, rootpage, ltrim(sql, ' ') LIKE 'create virtual%%' FROM sqlite_schema "
                      "WHERE name = %Q COLLATE NOCASE AND type IN ('table', 'view')",
                      table);
    if (!s)
        return dpmf_refuse_sqlite(d, err);
    LiteStep step = lite_step(s, err);
    if (step == LITE_DONE)
        return dpmf_refuse(d, DPMF_SCHEMA, err, _("table %s is missing"), table);
    if (step != LITE_ROW)
        return dpmf_refuse_sqlite(d, err);
    if (!str_is(lite_text(s, 0), "table"))
        return dpmf_refuse(d, DPMF_SCHEMA, err, _("%s is a view, not a table"), table);
    if (lite_int(s, 1) <= 0 || lite_int(s, 2) != 0)
        return dpmf_refuse(d, DPMF_SCHEMA, err, _("%s is a virtual table"), table);
    return has_columns(d, table, columns, err);
}

// ---- _entities --------------------------------------------------------------------------------------

static bool is_entity_name(Str name)
{
    if (name.len == 0 || name.len > MAX_NAME || name.at[0] < 'a' || name.at[0] > 'z' ||
        str_starts(name, "sqlite_"))
        return false;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.at[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'))
            return false;
    }
    return true;
}

// A column without a type keeps 12 as it was written: '12' and 12.0 still say how many.
static bool judge_count(Dpmf *d, const char *entity, LiteStmt *s, int64_t *count, Err *err)
{
    LiteType type = lite_type(s, 1);
    Str text = lite_text(s, 1);
    bool digits = type == LITE_TEXT && text.len > 0 && text.len <= 18;
    for (size_t i = 0; digits && i < text.len; i++)
        digits = text.at[i] >= '0' && text.at[i] <= '9';
    *count = lite_int(s, 1);
    if (type == LITE_INTEGER)
        return true;
    if (!digits && !(type == LITE_REAL && (double)*count == lite_double(s, 1)))
        return dpmf_refuse(d, DPMF_SCHEMA, err, _("table _entities: row_count of %s is not a whole number"),
                           entity);
    dpmf_warn(d, "dpmf.rowcount_form", _("%s: row_count is a whole number, but not stored as one"), entity);
    return true;
}

static bool take_entity(Dpmf *d, LiteStmt *s, Err *err)
{
    int64_t count;
    AUTO(buf_free) Buf shown = {0};
    dpmf_render(s, 0, &shown);
    Str name = buf_str(&shown);
    if (lite_type(s, 0) != LITE_TEXT || !is_entity_name(name))
        return dpmf_refuse(
            d, DPMF_SCHEMA, err,
            _("table _entities: '%.*s' cannot be the name of an entity (a-z, 0-9, _; 50 characters)"),
            (int)MIN(name.len, 60u), buf_text(&shown));
    if (d->entities_n == DPMF_MAX_TYPES)
        return dpmf_refuse(d, DPMF_LIMIT, err, _("table _entities lists more than %d entities"),
                           DPMF_MAX_TYPES);
    for (size_t i = 0; i < d->entities_n; i++)
        if (str_is(name, d->entities[i].name))
            return dpmf_refuse(d, DPMF_SCHEMA, err, _("table _entities lists %s twice"), buf_text(&shown));
    if (!judge_count(d, buf_text(&shown), s, &count, err))
        return false;
    AUTO(buf_free) Buf version = {0};
    dpmf_render(s, 2, &version);
    d->entities[d->entities_n++] =
        (DpmfEntity){str_keep(d->arena, name), count, -1, str_copy(d->arena, buf_str(&version))};
    return true;
}

static bool read_entities(Dpmf *d, Err *err)
{
    AUTO(lite_finish_at)
    LiteStmt *s =
        lite_prepare(d->db, "SELECT entity_type, row_count, schema_version FROM _entities ORDER BY 1", err);
    if (!s)
        return dpmf_refuse_sqlite(d, err);
    d->entities = arena_many(d->arena, DpmfEntity, DPMF_MAX_TYPES);
    for (;;) {
        LiteStep step = lite_step(s, err);
        if (step == LITE_DONE)
            return true;
        if (step != LITE_ROW)
            return dpmf_refuse_sqlite(d, err);
        if (!take_entity(d, s, err))
            return false;
    }
}

// Rows outside the list are neither hashed nor read: the operator should know that they exist.
static bool look_for_unlisted(Dpmf *d, Err *err)
{
    AUTO(lite_finish_at)
    LiteStmt *s = lite_prepare(
        d->db,
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0 AND name NOT LIKE 'sqlite\\_%' "
        "ESCAPE '\\' AND lower(name) NOT IN ('_meta', '_entities', '_files', '_warnings') "
        "AND lower(name) NOT IN (SELECT entity_type FROM _entities) ORDER BY name",
        err);
    if (!s)
        return dpmf_refuse_sqlite(d, err);
    for (int told = 0; told < MAX_UNLISTED;) {
        LiteStep step = lite_step(s, err);
        if (step == LITE_DONE)
            return true;
        if (step != LITE_ROW)
            return dpmf_refuse_sqlite(d, err);
        Str name = lite_text(s, 0);
        AUTO(buf_free) Buf copy = {0};
        buf_add(&copy, name);
        int64_t one;
        bool rows = false;
        Err unreadable = {0}; // then nobody knows what it holds
        if (lite_one_int(d->db, &one, &rows, &unreadable, "SELECT 1 FROM \"%w\" LIMIT 1", buf_text(&copy)) &&
            !rows)
            continue;
        dpmf_warn(d, "dpmf.unlisted_table", _("table %.*s is not listed in _entities: it is not read"),
                  (int)MIN(name.len, 60u), name.at);
        told++;
    }
    return true;
}

static bool judge_index(Dpmf *d, const char *table, int64_t rows, Err *err)
{
    int64_t n;
    if (!lite_one_int(d->db, &n, NULL, err, "SELECT count(*) FROM \"%w\" NOT INDEXED", table))
        return dpmf_refuse_sqlite(d, err);
    return n == rows || dpmf_refuse(d, DPMF_SQLITE, err,
                                    _("the database is damaged: table %s has %lld rows, its index %lld"),
                                    table, (long long)n, (long long)rows);
}

// Rows are read through the index of their keys, which quick_check does not compare with the table.
bool dpmf_judge_indexes(Dpmf *d, Err *err)
{
    if (d->bytes >= DPMF_QUICK_CHECK_BELOW)
        return true;
    dpmf_watch(d);
    for (size_t i = 0; i < d->entities_n; i++)
        if (!judge_index(d, d->entities[i].name, d->entities[i].rows, err))
            return false;
    return judge_index(d, "_entities", (int64_t)d->entities_n, err) &&
           judge_index(d, "_files", d->files, err) && judge_index(d, "_warnings", d->notices, err);
}

bool dpmf_judge_schema(Dpmf *d, Err *err)
{
    static const struct {
        const char *table;
        const char *const *columns;
    } fixed[] = {{"_entities", entities_columns}, {"_files", files_columns}, {"_warnings", warnings_columns}};
    dpmf_watch(d);
    if (!sound(d, err) || !dpmf_read_meta(d, err))
        return false;
    for (size_t i = 0; i < ARRAY_LEN(fixed); i++)
        if (!dpmf_ordinary_table(d, fixed[i].table, fixed[i].columns, err))
            return false;
    if (!read_entities(d, err))
        return false;
    for (size_t i = 0; i < d->entities_n; i++)
        if (!dpmf_ordinary_table(d, d->entities[i].name, entity_columns, err))
            return false;
    const char *declared = dpmf_hash_declared(d);
    if (!declared)
        dpmf_warn(d, "dpmf.hash_absent",
                  _("the file declares no integrity hash: there is nothing to compare its content with"));
    return look_for_unlisted(d, err);
}
