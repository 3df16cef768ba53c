#include "target/target_postgres.h"

#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/json_read.h"

// One line a column, the table's own facts on each; of a table without columns one line of facts. A domain
// gives its base type, and whether any domain on the way to it forbids NULL, has a default, or checks.
static const char columns_sql[] =
    "WITH RECURSIVE t AS ("
    " SELECT c.oid, c.relname, c.relkind, row_security_active(c.oid) AS secured,"
    "  EXISTS (SELECT FROM pg_trigger g WHERE g.tgrelid = c.oid AND NOT g.tgisinternal AND g.tgenabled <> "
    "'D')"
    "   AS triggers,"
    "  EXISTS (SELECT FROM pg_rewrite r WHERE r.ev_class = c.oid AND r.ev_type <> '1' AND r.ev_enabled <> "
    "'D')"
    "   AS rules"
    " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind IN ('r', 'p')),"
    " way (number, type, typmod, not_null, preset, checks) AS ("
    " SELECT a.attnum, a.atttypid, a.atttypmod, a.attnotnull, NULL::text COLLATE \"C\", ''::text COLLATE "
    "\"C\""
    "  FROM t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped"
    " UNION ALL SELECT w.number, d.typbasetype, d.typtypmod, w.not_null OR d.typnotnull,"
    "  coalesce(w.preset, d.typdefault COLLATE \"C\"), w.checks || coalesce((SELECT "
    "string_agg(pg_get_constraintdef(k.oid), ' '"
    "   ORDER BY k.conname) FROM pg_constraint k WHERE k.contypid = d.oid), '')"
    "  FROM way w JOIN pg_type d ON d.oid = w.type AND d.typtype = 'd')"
    " SELECT t.relname, t.relkind, t.secured, t.triggers, t.rules, a.attname, b.typname, b.typtype,"
    "  b.typnamespace = 'pg_catalog'::regnamespace, w.typmod, format_type(a.atttypid, a.atttypmod), "
    "w.not_null,"
    "  coalesce(pg_get_expr(d.adbin, d.adrelid), w.preset), a.attidentity, a.attgenerated,"
    "  (SELECT json_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = b.oid),"
    "  coalesce(a.attnum = ANY (p.indkey), false), w.checks"
    " FROM t LEFT JOIN (way w JOIN pg_type b ON b.oid = w.type AND b.typtype <> 'd'"
    "  JOIN pg_attribute a ON a.attnum = w.number) ON a.attrelid = t.oid"
    " LEFT JOIN pg_attrdef d ON d.adrelid = t.oid AND d.adnum = a.attnum"
    " LEFT JOIN pg_index p ON p.indrelid = t.oid AND p.indisprimary"
    " ORDER BY a.attnum";

enum {
    C_TABLE,
    C_RELKIND,
    C_SECURED,
    C_TRIGGERS,
    C_RULES,
    C_NAME,
    C_TYPE,
    C_TYPTYPE,
    C_BUILT_IN,
    C_TYPMOD,
    C_FORMAT,
    C_NOT_NULL,
    C_DEFAULT,
    C_IDENTITY,
    C_GENERATED,
    C_WORDS,
    C_PRIMARY,
    C_CHECKS,
    C_END,
};

// Types that can be written.
static const struct {
    const char *name;
    ColumnKind kind;
    int length;
    bool reduced; // single or padded
} known[] = {
    {"text", COLUMN_TEXT, 0, false},         {"varchar", COLUMN_TEXT, 0, false},
    {"bpchar", COLUMN_TEXT, 0, true},        {"uuid", COLUMN_UUID, 0, false},
    {"bool", COLUMN_BOOL, 0, false},         {"int2", COLUMN_INT, 2, false},
    {"int4", COLUMN_INT, 4, false},          {"int8", COLUMN_INT, 8, false},
    {"numeric", COLUMN_DECIMAL, 0, false},   {"float4", COLUMN_DOUBLE, 0, true},
    {"float8", COLUMN_DOUBLE, 0, false},     {"date", COLUMN_DATE, 0, false},
    {"timestamp", COLUMN_INSTANT, 0, false}, {"timestamptz", COLUMN_INSTANT, 0, false},
    {"json", COLUMN_JSON, 0, false},         {"jsonb", COLUMN_JSON, 0, false},
};

enum {
    VARLENA_HEADER = 4,    // a type modifier is what was declared plus this
    TIMESTAMP_DECIMALS = 6 // what a timestamp keeps unless it is declared with fewer
};

static const char *const *read_words(Arena *a, Str list)
{
    size_t n = 0;
    while (json_element(list, n).at)
        n++;
    const char **words = arena_many(a, const char *, n + 1);
    for (size_t i = 0; i < n; i++)
        words[i] = json_as_text(a, json_element(list, i));
    return words;
}

static void read_modifier(Column *c, const char *type, int modifier)
{
    if (c->kind == COLUMN_TEXT && modifier >= VARLENA_HEADER) {
        c->length = modifier - VARLENA_HEADER;
    } else if (c->kind == COLUMN_INSTANT && modifier >= 0) {
        c->dropped = TIMESTAMP_DECIMALS - modifier;
    } else if (c->kind == COLUMN_DECIMAL && modifier >= VARLENA_HEADER) {
        int declared = modifier - VARLENA_HEADER;
        c->precision = declared >> 16 & 0xFFFF;
        c->scale = ((declared & 0x7FF) ^ 0x400) - 0x400; // eleven bits with a sign
        if (c->scale < 0 || c->scale > DECIMAL_MAX_SCALE)
            c->refused = type;
    } else if (c->kind == COLUMN_DECIMAL) {
        c->kind = COLUMN_DOUBLE; // a bare numeric has no scale to keep, as in an embedded target
    }
}

static void read_type(PostgresTarget *t, const PgRows *r, size_t row, Column *c, const char *format)
{
    Str type = pg_value(r, row, C_TYPE);
    c->kind = COLUMN_TEXT;
    if (str_is(pg_value(r, row, C_TYPTYPE), "e")) {
        c->words = read_words(t->arena, pg_value(r, row, C_WORDS));
        return;
    }
    if (str_is(type, "citext")) // of an extension, in any schema
        return;
    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        if (!pg_true(r, row, C_BUILT_IN) || !str_is(type, known[i].name))
            continue;
        c->kind = known[i].kind;
        c->length = known[i].length;
        c->single = known[i].reduced && c->kind == COLUMN_DOUBLE;
        c->padded = known[i].reduced && c->kind == COLUMN_TEXT;
        read_modifier(c, format, (int)pg_int(r, row, C_TYPMOD));
        return;
    }
    c->refused = format;
}

static void read_column(PostgresTarget *t, PgTable *live, const PgRows *r, size_t row)
{
    size_t at = live->table.n++;
    Column *c = &live->table.columns[at];
    c->name = str_keep(t->arena, pg_value(r, row, C_NAME));
    live->types[at] = str_keep(t->arena, pg_value(r, row, C_FORMAT));
    read_type(t, r, row, c, live->types[at]);
    live->generated[at] = pg_value(r, row, C_GENERATED).len > 0;
    live->identity[at] = pg_value(r, row, C_IDENTITY).len > 0;
    live->always[at] = str_is(pg_value(r, row, C_IDENTITY), "a");
    live->defaults[at] = live->generated[at] ? NULL : str_keep(t->arena, pg_value(r, row, C_DEFAULT));
    c->not_null = pg_true(r, row, C_NOT_NULL);
    c->primary_key = pg_true(r, row, C_PRIMARY);
    c->computed = live->generated[at];
    c->numbered = live->identity[at];
    c->has_default = live->defaults[at] || c->computed || c->numbered;
    live->reads_back |= c->computed;
}

// The rows that describe a table are its shape: whatever the server tells of it counts.
void postgres_shape(Sha256 *digest, const PgRows *r, size_t columns)
{
    for (size_t row = 0; row < pg_rows(r); row++)
        for (size_t i = 0; i < columns; i++) {
            Str value = pg_value(r, row, i);
            sha256_add(digest, value.at ? value : STR("\\N"));
            sha256_add(digest, STR("\t"));
        }
}

static bool read_columns(PostgresTarget *t, PgTable *live, Str name, bool *found, Sha256 *shape, Err *err)
{
    Str asked[] = {str_of(live->schema), name};
    AUTO(pg_rows_free_at) PgRows *r = pg_query(t->db, columns_sql, asked, 2, err);
    if (!r)
        return false;
    size_t n = pg_rows(r);
    *found = n > 0;
    if (!n)
        return true;
    live->table.columns = arena_many(t->arena, Column, n);
    live->types = arena_many(t->arena, const char *, n);
    live->defaults = arena_many(t->arena, const char *, n);
    live->generated = arena_many(t->arena, bool, n);
    live->identity = arena_many(t->arena, bool, n);
    live->always = arena_many(t->arena, bool, n);
    live->row_security = pg_true(r, 0, C_SECURED);
    live->user_triggers = pg_true(r, 0, C_TRIGGERS);
    live->rules = pg_true(r, 0, C_RULES);
    live->reads_back = live->user_triggers || live->rules;
    for (size_t row = 0; row < n; row++)
        if (pg_value(r, row, C_NAME).at)
            read_column(t, live, r, row);
    postgres_shape(shape, r, C_END);
    return true;
}

static PgTable *read_table(PostgresTarget *t, const char *name, Err *err)
{
    PgTable *live = arena_one(t->arena, PgTable);
    const char *dot = strchr(name, '.');
    Str plain = str_of(dot ? dot + 1 : name);
    live->table.name = str_keep(t->arena, str_of(name));
    live->schema = dot ? str_keep(t->arena, (Str){name, (size_t)(dot - name)}) : "public";
    AUTO(buf_free) Buf quoted = {0};
    pg_quote(&quoted, live->schema);
    buf_add_char(&quoted, '.');
    pg_quote(&quoted, plain.at);
    live->quoted = str_keep(t->arena, buf_str(&quoted));
    bool found = false;
    Sha256 *shape = sha256_new();
    bool ok = read_columns(t, live, plain, &found, shape, err) &&
              (!found || postgres_constraints(t, live, plain, shape, err));
    sha256_finish_hex(shape, live->shape);
    sha256_free(shape);
    if (!ok)
        err_wrap(err, "%s", name);
    else if (!found)
        err->kind = ERR_NONE;
    return ok && found ? live : NULL;
}

PgTable *postgres_live(PostgresTarget *t, const char *name, Err *err)
{
    for (PgTable *live = t->tables; live; live = live->next) {
        if (strcmp(live->table.name, name) == 0)
            return live;
    }
    PgTable *live = read_table(t, name, err);
    if (live) {
        live->next = t->tables;
        t->tables = live;
    }
    return live;
}

const Table *postgres_table(Target *base, const char *name, Err *err)
{
    PgTable *live = postgres_live(postgres_of(base), name, err);
    return live ? &live->table : NULL;
}

bool postgres_table_same(Target *base, const char *name, bool *same, Err *err)
{
    PostgresTarget *t = postgres_of(base);
    err->kind = ERR_NONE;
    const PgTable *then = postgres_live(t, name, err);
    const PgTable *now = then || err->kind == ERR_NONE ? read_table(t, name, err) : NULL;
    if (!now && err->kind != ERR_NONE)
        return false;
    *same = then && now ? strcmp(then->shape, now->shape) == 0 : then == now;
    return true;
}

size_t postgres_column(const PgTable *live, const char *name)
{
    for (size_t i = 0; i < live->table.n; i++) {
        if (strcmp(live->table.columns[i].name, name) == 0)
            return i;
    }
    return SIZE_MAX;
}

static int by_name(const void *a, const void *b)
{
    return strcmp((*(const PgTable *const *)a)->table.name, (*(const PgTable *const *)b)->table.name);
}

bool postgres_schema_hash(Target *base, char out[65], Err *err)
{
    (void)err; // everything was read by table()
    PostgresTarget *t = postgres_of(base);
    size_t n = 0;
    for (PgTable *live = t->tables; live; live = live->next)
        n++;
    AUTO(arena_free_at) Arena *a = arena_new();
    const PgTable **sorted = arena_many(a, const PgTable *, n + 1);
    n = 0;
    for (PgTable *live = t->tables; live; live = live->next)
        sorted[n++] = live;
    qsort(sorted, n, sizeof(PgTable *), by_name);
    AUTO(buf_free) Buf text = {0};
    for (size_t i = 0; i < n; i++)
        buf_addf(&text, "%s %s\n", sorted[i]->table.name, sorted[i]->shape);
    sha256_hex_of(buf_str(&text), out);
    return true;
}
