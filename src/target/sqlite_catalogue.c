#include "target/target_sqlite.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/digest.h"

// Declared types, by how they begin; the first that fits wins.
static const struct {
    const char *start;
    ColumnKind kind;
} declared[] = {
    {"UUID", COLUMN_UUID},         {"GUID", COLUMN_UUID},
    {"BOOL", COLUMN_BOOL},         {"TEXT_DECIMAL", COLUMN_DECIMAL},
    {"NUMERIC", COLUMN_DECIMAL},   {"DECIMAL", COLUMN_DECIMAL},
    {"DATETIME", COLUMN_INSTANT},  {"DATE", COLUMN_DATE},
    {"TIMESTAMP", COLUMN_INSTANT}, {"JSON", COLUMN_JSON},
    {"INTERVAL", COLUMN_TEXT},     {"INT", COLUMN_INT},
    {"BIGINT", COLUMN_INT},        {"SMALLINT", COLUMN_INT},
    {"TINYINT", COLUMN_INT},       {"MEDIUMINT", COLUMN_INT},
    {"UNSIGNED", COLUMN_INT},      {"DOUBLE", COLUMN_DOUBLE},
    {"REAL", COLUMN_DOUBLE},       {"FLOAT", COLUMN_DOUBLE},
};

static void read_type(const char *type, Column *c)
{
    c->kind = COLUMN_TEXT;
    for (size_t i = 0; i < ARRAY_LEN(declared); i++) {
        if (strncasecmp(type, declared[i].start, strlen(declared[i].start)) == 0) {
            c->kind = declared[i].kind;
            break;
        }
    }
    const char *open = strchr(type, '(');
    int first = open ? atoi(open + 1) : 0;
    const char *comma = open ? strchr(open, ',') : NULL;
    if (c->kind == COLUMN_TEXT && strcasestr(type, "CHAR")) {
        c->length = first;
    } else if (c->kind == COLUMN_INT) {
        c->length = strcasestr(type, "SMALL") || strcasestr(type, "TINY") ? 2
                    : strcasestr(type, "BIG")                             ? 8
                                                                          : 4;
    } else if (c->kind == COLUMN_DECIMAL) {
        c->precision = first;
        c->scale = comma ? atoi(comma + 1) : 0;
        if (!open)
            c->kind = COLUMN_DOUBLE; // a bare NUMERIC is stored as a double and has no scale to keep
    }
}

static const char *skip_blanks(const char *p)
{
    while (isspace((unsigned char)*p))
        p++;
    return p;
}

// A name in SQL text: plain, or in "", [] or ``. Returns what follows it, NULL when there is none.
static const char *take_name(const char *p, Str *name)
{
    char closing = *p == '"' ? '"' : *p == '[' ? ']' : *p == '`' ? '`' : 0;
    const char *start = closing ? ++p : p;
    while (*p && (closing ? *p != closing : isalnum((unsigned char)*p) || *p == '_'))
        p++;
    *name = (Str){start, (size_t)(p - start)};
    if (closing && *p)
        p++;
    return name->len ? p : NULL;
}

// Columns the table checks with json_valid(column) hold JSON, whatever their declared type.
static void mark_json(const char *sql, Table *table)
{
    static const char word[] = "json_valid";
    for (const char *p = sql; (p = strcasestr(p, word)) != NULL;) {
        p = skip_blanks(p + sizeof word - 1);
        Str name;
        if (*p != '(' || !take_name(skip_blanks(p + 1), &name))
            continue;
        for (size_t i = 0; i < table->n; i++) {
            Column *c = &table->columns[i];
            if (c->kind == COLUMN_TEXT && strlen(c->name) == name.len &&
                strncasecmp(c->name, name.at, name.len) == 0)
                c->kind = COLUMN_JSON;
        }
    }
}

static bool read_columns(SqliteTarget *t, LiveTable *live, Err *err)
{
    Table *table = &live->table;
    AUTO(lite_finish_at)
    LiteStmt *s = lite_preparef(
        t->db, err,
        "SELECT name, type, \"notnull\", dflt_value IS NOT NULL OR hidden > 1, pk,"
        " count(*) OVER (), sum(pk > 0) OVER (), hidden > 1 FROM pragma_table_xinfo(%Q) ORDER BY cid",
        table->name);
    if (!s)
        return false;
    LiteStep step;
    while ((step = lite_step(s, err)) == LITE_ROW) {
        if (!table->columns)
            table->columns = arena_many(t->arena, Column, (size_t)lite_int(s, 5));
        Column *c = &table->columns[table->n++];
        c->name = str_keep(t->arena, lite_text(s, 0));
        const char *type = str_keep(t->arena, lite_text(s, 1));
        read_type(type ? type : "", c);
        c->not_null = lite_int(s, 2) != 0;
        c->has_default = lite_int(s, 3) != 0;
        c->primary_key = lite_int(s, 4) != 0;
        if (c->primary_key && lite_int(s, 6) == 1 && strcasecmp(type ? type : "", "INTEGER") == 0)
            c->has_default = c->numbered = true; // an alias of the rowid: SQLite gives the next number
        c->computed = lite_int(s, 7) != 0;
    }
    return step == LITE_DONE;
}

// Keys over several columns are left to SQLite's own words.
static bool read_keys(SqliteTarget *t, LiveTable *live, Err *err)
{
    AUTO(lite_finish_at)
    LiteStmt *s = lite_preparef(t->db, err,
                                "SELECT \"from\", \"table\", coalesce(\"to\", (SELECT name FROM "
                                "pragma_table_info(k.\"table\") WHERE pk = 1)),"
                                " count(*) OVER () FROM pragma_foreign_key_list(%Q) k"
                                " WHERE id IN (SELECT id FROM pragma_foreign_key_list(%Q) GROUP BY id HAVING "
                                "count(*) = 1) ORDER BY id",
                                live->table.name, live->table.name);
    if (!s)
        return false;
    LiteStep step;
    while ((step = lite_step(s, err)) == LITE_ROW) {
        if (!live->keys)
            live->keys = arena_many(t->arena, LiveKey, (size_t)lite_int(s, 3));
        LiveKey *key = &live->keys[live->n_keys];
        key->column = str_keep(t->arena, lite_text(s, 0));
        key->table = str_keep(t->arena, lite_text(s, 1));
        key->to = str_keep(t->arena, lite_text(s, 2));
        if (!key->to)
            continue; // the parent table is missing: SQLite says so when a row comes
        live->n_keys++;
        for (size_t i = 0; i < live->table.n; i++) {
            if (strcasecmp(live->table.columns[i].name, key->column) == 0)
                live->table.columns[i].refers = key->table;
        }
    }
    return step == LITE_DONE;
}

static LiveTable *read_table(SqliteTarget *t, const char *name, Err *err)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    const char *sql;
    if (!lite_one_text(t->db, a, &sql, err,
                       "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = %Q", name))
        return NULL;
    if (!sql) {
        err->kind = ERR_NONE;
        return NULL;
    }
    LiveTable *live = arena_one(t->arena, LiveTable);
    live->table.name = arena_text(t->arena, "%s", name);
    if (!read_columns(t, live, err) || !read_keys(t, live, err))
        return NULL;
    mark_json(sql, &live->table);
    return live;
}

LiveTable *sqlite_live(SqliteTarget *t, const char *name, Err *err)
{
    for (LiveTable *live = t->tables; live; live = live->next) {
        if (strcmp(live->table.name, name) == 0)
            return live;
    }
    LiveTable *live = read_table(t, name, err);
    if (live) {
        live->next = t->tables;
        t->tables = live;
    }
    return live;
}

const Table *sqlite_table(Target *base, const char *name, Err *err)
{
    LiveTable *live = sqlite_live(sqlite_of(base), name, err);
    return live ? &live->table : NULL;
}

const Column *sqlite_column(const LiveTable *live, const char *name)
{
    for (size_t i = 0; i < live->table.n; i++) {
        if (strcmp(live->table.columns[i].name, name) == 0)
            return &live->table.columns[i];
    }
    return NULL;
}

static int by_name(const void *a, const void *b)
{
    return strcmp((*(const LiveTable *const *)a)->table.name, (*(const LiveTable *const *)b)->table.name);
}

static void describe(const LiveTable *live, Buf *text)
{
    buf_addf(text, "table %s\n", live->table.name);
    for (size_t k = 0; k < live->table.n; k++) {
        const Column *c = &live->table.columns[k];
        buf_addf(text, "%s|%d|%d|%d|%d|%d%d%d|%s\n", c->name, (int)c->kind, c->length, c->precision, c->scale,
                 c->not_null, c->has_default, c->primary_key, c->refers ? c->refers : "");
    }
}

bool sqlite_table_same(Target *base, const char *name, bool *same, Err *err)
{
    SqliteTarget *t = sqlite_of(base);
    AUTO(buf_free) Buf then = {0}, now = {0};
    err->kind = ERR_NONE;
    const LiveTable *known = sqlite_live(t, name, err);
    const LiveTable *live = known || err->kind == ERR_NONE ? read_table(t, name, err) : NULL;
    if (!live && err->kind != ERR_NONE)
        return false;
    if (known)
        describe(known, &then);
    if (live)
        describe(live, &now);
    *same = str_eq(buf_str(&then), buf_str(&now));
    return true;
}

bool sqlite_schema_hash(Target *base, char out[65], Err *err)
{
    (void)err; // everything was read by table()
    SqliteTarget *t = sqlite_of(base);
    size_t n = 0;
    for (LiveTable *live = t->tables; live; live = live->next)
        n++;
    AUTO(arena_free_at) Arena *a = arena_new();
    const LiveTable **sorted = arena_many(a, const LiveTable *, n + 1);
    n = 0;
    for (LiveTable *live = t->tables; live; live = live->next)
        sorted[n++] = live;
    qsort(sorted, n, sizeof(LiveTable *), by_name);
    AUTO(buf_free) Buf text = {0};
    for (size_t i = 0; i < n; i++)
        describe(sorted[i], &text);
    sha256_hex_of(buf_str(&text), out);
    return true;
}
