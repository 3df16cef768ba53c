#include <string.h>
#include <strings.h>

#include "base/intl.h"
#include "base/text.h"
#include "source/dpmf_inner.h"

enum { MAX_META_VALUE = 64 * 1024, MAX_NAME = 50, MAX_COLUMNS = 64 };

static const char *const meta_columns[] = {"key", "value", NULL};
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

static bool sound(Dpmf *d, Err *err)
{
    // A schema that SQLite cannot even parse shows at the first statement, as an error of its SQL.
    int64_t n;
    if (!lite_one_int(d->db, &n, NULL, err, "SELECT count(*) FROM sqlite_schema"))
        return lite_fault(d->db) == LITE_FAULT_SQL ? dpmf_refuse_failed(d, DPMF_SQLITE, err)
                                                   : dpmf_refuse_sqlite(d, err);
    if (!lite_exec(d->db,
                   "PRAGMA " DPMF_READ_CACHE "; PRAGMA ignore_check_constraints=ON", err))
        return dpmf_refuse_sqlite(d, err);
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
        if (lite_int(s, 6) != 0)
            return dpmf_refuse(d, DPMF_SCHEMA, err, _("table %s: column %.*s is generated or hidden"), table,
                               (int)MIN(name.len, 60u), name.at);
        if (name.len == 5 && strncasecmp(name.at, "rowid", 5) == 0) // it would hide the real one
            return dpmf_refuse(d, DPMF_SCHEMA, err, _("table %s: a column is called rowid"), table);
        for (size_t i = 0; columns[i]; i++)
            if (str_is(name, columns[i]))
                seen[i] = true;
    }
    for (size_t i = 0; columns[i]; i++)
        if (!seen[i])
            return dpmf_refuse(d, DPMF_SCHEMA, err, _("table %s: column %s is missing"), table, columns[i]);
    return true;
}

// An ordinary table: views and virtual tables could run anything, generated columns too.
static bool ordinary_table(Dpmf *d, const char *table, const char *const *columns, Err *err)
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

// ---- _meta and the version --------------------------------------------------------------------------

const Str *dpmf_meta_value(const Dpmf *d, const char *key)
{
    for (size_t i = 0; i < d->meta_n; i++)
        if (str_is(d->meta[i].key, key))
            return &d->meta[i].value;
    return NULL;
}

static bool take_meta(Dpmf *d, Str key, Str value, Err *err)
{
    if (!text_is_utf8(key) || !text_is_utf8(value))
        return dpmf_refuse(d, DPMF_SCHEMA, err, _("table _meta: %.*s is not UTF-8"), (int)MIN(key.len, 60u),
                           key.at);
    if (d->meta_n == DPMF_MAX_META || value.len > MAX_META_VALUE || key.len > MAX_META_VALUE)
        return dpmf_refuse(d, DPMF_LIMIT, err, _("table _meta holds more than any exporter writes"));
    const char *known = str_keep(d->arena, key);
    const Str *before = dpmf_meta_value(d, known);
    if (!before) {
        d->meta[d->meta_n++] = (DpmfMeta){str_copy(d->arena, key), str_copy(d->arena, value)};
        return true;
    }
    if (str_eq(*before, value))
        return true;
    return dpmf_refuse(d, strcmp(known, "format_version") == 0 ? DPMF_VERSION : DPMF_SCHEMA, err,
                       _("table _meta: %.60s is there twice with different values"), known);
}

static bool read_meta(Dpmf *d, Err *err)
{
    if (!ordinary_table(d, "_meta", meta_columns, err))
        return false;
    AUTO(lite_finish_at) LiteStmt *s = lite_prepare(d->db, "SELECT key, value FROM _meta", err);
    if (!s)
        return dpmf_refuse_sqlite(d, err);
    d->meta = arena_many(d->arena, DpmfMeta, DPMF_MAX_META);
    for (;;) {
        LiteStep step = lite_step(s, err);
        if (step == LITE_DONE)
            return true;
        if (step != LITE_ROW)
            return dpmf_refuse_sqlite(d, err);
        // A key or value that is NULL says nothing.
        if (lite_type(s, 0) == LITE_NULL || lite_type(s, 1) == LITE_NULL)
            continue;
        if (!take_meta(d, lite_text(s, 0), lite_text(s, 1), err))
            return false;
    }
}

// Digits up to the first dot. Blanks, a plus or single underscores among them are odd, but plain enough.
static bool major_of(Str version, bool *zero, bool *odd)
{
    Str rest = version, head;
    *odd = false;
    *zero = true;
    if (memchr(version.at, '.', version.len))
        str_cut(&rest, '.', &head);
    else
        head = version;
    Str bare = str_trim(head);
    if (bare.len && bare.at[0] == '+')
        bare = (Str){bare.at + 1, bare.len - 1};
    *odd = bare.len != head.len;
    if (bare.len == 0 || bare.len > MAX_NAME || bare.at[0] == '_' || bare.at[bare.len - 1] == '_')
        return false;
    for (size_t i = 0; i < bare.len; i++) {
        char c = bare.at[i];
        if (c == '_' && bare.at[i - 1] != '_')
            *odd = true;
        else if (c < '0' || c > '9')
            return false;
        else if (c != '0')
            *zero = false;
    }
    return true;
}

static bool judge_version(Dpmf *d, Err *err)
{
    const Str *version = dpmf_meta_value(d, "format_version");
    bool zero, odd;
    if (!version)
        return dpmf_refuse(d, DPMF_VERSION, err, _("table _meta: format_version is missing"));
    int n = (int)MIN(version->len, 40u);
    if (!version->len || !major_of(*version, &zero, &odd))
        return dpmf_refuse(d, DPMF_VERSION, err, _("format_version '%.*s' is not a version"), n, version->at);
    if (!zero)
        return dpmf_refuse(d, DPMF_VERSION, err, _("format_version '%.*s' is not supported, only 0.x is"), n,
                           version->at);
    if (odd)
        dpmf_warn(d, "dpmf.version_form", _("format_version '%.*s' is written oddly and was read as 0"), n,
                  version->at);
    return true;
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

static bool take_entity(Dpmf *d, LiteStmt *s, Err *err)
{
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
    if (lite_type(s, 1) != LITE_INTEGER)
        return dpmf_refuse(d, DPMF_SCHEMA, err, _("table _entities: row_count of %s is not a whole number"),
                           buf_text(&shown));
    AUTO(buf_free) Buf version = {0};
    dpmf_render(s, 2, &version);
    d->entities[d->entities_n++] =
        (DpmfEntity){str_keep(d->arena, name), lite_int(s, 1), -1, str_copy(d->arena, buf_str(&version))};
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
        "ESCAPE '\\' AND name NOT IN ('_meta', '_entities', '_files', '_warnings') "
        "AND lower(name) NOT IN (SELECT entity_type FROM _entities) ORDER BY name LIMIT 20",
        err);
    if (!s)
        return dpmf_refuse_sqlite(d, err);
    for (;;) {
        LiteStep step = lite_step(s, err);
        if (step == LITE_DONE)
            return true;
        if (step != LITE_ROW)
            return dpmf_refuse_sqlite(d, err);
        Str name = lite_text(s, 0);
        dpmf_warn(d, "dpmf.unlisted_table", _("table %.*s is not listed in _entities: it is not read"),
                  (int)MIN(name.len, 60u), name.at);
    }
}

bool dpmf_judge_schema(Dpmf *d, Err *err)
{
    static const struct {
        const char *table;
        const char *const *columns;
    } fixed[] = {{"_entities", entities_columns}, {"_files", files_columns}, {"_warnings", warnings_columns}};
    lite_watch(d->db, DPMF_SHORT_LIMIT_MS);
    if (!sound(d, err) || !read_meta(d, err) || !judge_version(d, err))
        return false;
    for (size_t i = 0; i < ARRAY_LEN(fixed); i++)
        if (!ordinary_table(d, fixed[i].table, fixed[i].columns, err))
            return false;
    if (!read_entities(d, err))
        return false;
    for (size_t i = 0; i < d->entities_n; i++)
        if (!ordinary_table(d, d->entities[i].name, entity_columns, err))
            return false;
    const char *declared = dpmf_hash_declared(d);
    if (!declared)
        dpmf_warn(d, "dpmf.hash_absent",
                  _("the file declares no integrity hash: there is nothing to compare its content with"));
    return look_for_unlisted(d, err);
}
