// The foreign keys that matter to an undo: declared in the target, of any number of columns, in any schema.
#include "target/postgres_undo.h"

#include <string.h>

// A key of a partitioned table is told once, not for each of its partitions.
static const char sql[] =
    "SELECT cn.nspname, c.relname, pn.nspname, p.relname, f.attname, t.attname,"
    " format_type(f.atttypid, f.atttypmod), u.n, cardinality(k.conkey), EXISTS (SELECT FROM pg_index i"
    "  WHERE i.indrelid = k.conrelid AND i.indisvalid AND i.indpred IS NULL AND i.indkey[0] = ANY "
    "(k.conkey)),"
    " pg_relation_size(c.oid) / current_setting('block_size')::integer"
    " FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace cn ON cn.oid = "
    "c.relnamespace"
    " JOIN pg_class p ON p.oid = k.confrelid JOIN pg_namespace pn ON pn.oid = p.relnamespace"
    " CROSS JOIN unnest(k.conkey, k.confkey) WITH ORDINALITY AS u (f, t, n)"
    " JOIN pg_attribute f ON f.attrelid = k.conrelid AND f.attnum = u.f"
    " JOIN pg_attribute t ON t.attrelid = k.confrelid AND t.attnum = u.t"
    " WHERE k.contype = 'f' AND k.conparentid = 0 ORDER BY cn.nspname, c.relname, k.conname, u.n";

enum {
    C_SCHEMA,
    C_TABLE,
    C_PARENT_SCHEMA,
    C_PARENT,
    C_FROM,
    C_TO,
    C_TYPE,
    C_NTH,
    C_COLUMNS,
    C_INDEXED,
    C_PAGES
};

static const char *quoted(Arena *a, Str name)
{
    AUTO(buf_free) Buf sql_name = {0};
    pg_quote(&sql_name, str_keep(a, name));
    return str_keep(a, buf_str(&sql_name));
}

static RevertTable *table_of(const Revert *r, const char *quoted_name)
{
    for (size_t i = 0; i < r->n_tables; i++)
        if (strcmp(r->tables[i].live->quoted, quoted_name) == 0)
            return &r->tables[i];
    return NULL;
}

static const char *told(Arena *a, const RevertTable *table, Str schema, Str name)
{
    return table                      ? table->live->table.name
           : str_is(schema, "public") ? str_keep(a, name)
                                      : arena_text(a, "%.*s.%.*s", STR_ARG(schema), STR_ARG(name));
}

static void begin_key(const Revert *r, RevertKey *key, const PgRows *rows, size_t i)
{
    Arena *a = r->arena;
    Str schema = pg_value(rows, i, C_SCHEMA), name = pg_value(rows, i, C_TABLE);
    Str parent_schema = pg_value(rows, i, C_PARENT_SCHEMA), parent = pg_value(rows, i, C_PARENT);
    size_t n = (size_t)pg_int(rows, i, C_COLUMNS);
    *key = (RevertKey){
        .schema = quoted(a, schema),
        .child_sql = arena_text(a, "%s.%s", quoted(a, schema), quoted(a, name)),
        .parent_sql = arena_text(a, "%s.%s", quoted(a, parent_schema), quoted(a, parent)),
        .from = arena_many(a, const char *, n),
        .to = arena_many(a, const char *, n),
        .names = arena_many(a, const char *, n),
        .types = arena_many(a, const char *, n),
        .indexed = pg_true(rows, i, C_INDEXED),
        .pages = pg_int(rows, i, C_PAGES),
    };
    key->below = table_of(r, key->child_sql);
    key->above = table_of(r, key->parent_sql);
    key->child = told(a, key->below, schema, name);
    key->parent = told(a, key->above, parent_schema, parent);
}

bool revert_read_keys(Revert *r, Err *err)
{
    AUTO(pg_rows_free_at) PgRows *rows = pg_query(r->t->db, sql, NULL, 0, err);
    if (!rows)
        return false;
    r->keys = arena_many(r->arena, RevertKey, pg_rows(rows) + 1);
    r->n_keys = 0;
    RevertKey *key = NULL;
    for (size_t i = 0; i < pg_rows(rows); i++) {
        if (pg_int(rows, i, C_NTH) == 1) {
            key = &r->keys[r->n_keys];
            begin_key(r, key, rows, i);
            r->n_keys += key->below || key->above;
        }
        key->from[key->n] = quoted(r->arena, pg_value(rows, i, C_FROM));
        key->to[key->n] = quoted(r->arena, pg_value(rows, i, C_TO));
        key->names[key->n] = str_keep(r->arena, pg_value(rows, i, C_FROM));
        key->types[key->n++] = str_keep(r->arena, pg_value(rows, i, C_TYPE));
    }
    return true;
}
