#include "target/target_postgres.h"

#include <string.h>

// What else a row has to satisfy, and what else happens when it is written: unique indexes and foreign keys
// with a line for each of their columns, then everything that only counts for the table's shape.
//
// A foreign key that a bulk load has taken off still counts, from its note; one that was put back and not checked
// yet reads as ever.
#define CONSTRAINTS_SQL(noted)                                                                               \
    "WITH t AS (SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"                  \
    " WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind IN ('r', 'p'))"                                  \
    " SELECT 'u' AS kind, i.relname AS name, a.attname, NULL::name AS schema, NULL::name AS parent,"         \
    "  NULL::name AS parent_column, NOT x.indimmediate AS deferrable,"                                       \
    "  coalesce(to_jsonb(x) ->> 'indnullsnotdistinct', 'false')::boolean AS nulls_equal,"                    \
    "  x.indexprs IS NULL AND x.indpred IS NULL AS plain, pg_get_indexdef(i.oid) AS definition, k.place, false AS off" \
    " FROM t JOIN pg_index x ON x.indrelid = t.oid AND x.indisunique AND x.indislive"                        \
    "  JOIN pg_class i ON i.oid = x.indexrelid"                                                              \
    "  CROSS JOIN LATERAL unnest(x.indkey) WITH ORDINALITY k (number, place)"                                \
    "  LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number AND k.number > 0"              \
    " WHERE k.place <= x.indnkeyatts"                                                                        \
    " UNION ALL SELECT 'f', f.conname, a.attname, n.nspname, p.relname, b.attname, f.condeferrable, false, " \
    "true,"                                                                                                  \
    "  regexp_replace(pg_get_constraintdef(f.oid), ' NOT VALID$', ''), k.place, false"                       \
    " FROM t JOIN pg_constraint f ON f.conrelid = t.oid AND f.contype = 'f'"                                 \
    "  JOIN pg_class p ON p.oid = f.confrelid JOIN pg_namespace n ON n.oid = p.relnamespace"                 \
    "  CROSS JOIN LATERAL unnest(f.conkey, f.confkey) WITH ORDINALITY k (number, parent, place)"             \
    "  JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number"                                    \
    "  JOIN pg_attribute b ON b.attrelid = f.confrelid AND b.attnum = k.parent"                              \
    noted " UNION ALL SELECT 'x', o.name, NULL, NULL, NULL, NULL, false, false, false, o.definition, 0, false" \
    " FROM t CROSS JOIN"                                                                                     \
    " LATERAL (SELECT k.conname, pg_get_constraintdef(k.oid) FROM pg_constraint k"                           \
    "   WHERE k.conrelid = t.oid AND k.contype IN ('c', 'x', 't')"                                           \
    "  UNION ALL SELECT g.tgname, pg_get_triggerdef(g.oid) || ' ' || g.tgenabled::text FROM pg_trigger g"    \
    "   WHERE g.tgrelid = t.oid AND NOT g.tgisinternal"                                                      \
    "  UNION ALL SELECT r.rulename, pg_get_ruledef(r.oid) || ' ' || r.ev_enabled::text FROM pg_rewrite r"    \
    "   WHERE r.ev_class = t.oid"                                                                            \
    "  UNION ALL SELECT y.polname, concat_ws(' ', y.polcmd, y.polpermissive, y.polroles,"                    \
    "   pg_get_expr(y.polqual, y.polrelid), pg_get_expr(y.polwithcheck, y.polrelid)) FROM pg_policy y"       \
    "   WHERE y.polrelid = t.oid) o (name, definition)"                                                      \
    " ORDER BY kind, name, place"

static const char plain_sql[] = CONSTRAINTS_SQL("");
static const char noted_sql[] = CONSTRAINTS_SQL(
    " UNION ALL SELECT 'f', b.name, k.own, b.parent_schema, b.parent, k.parent, b.late, false, true,"
    "  b.definition, k.place, true"
    " FROM mudanza.bulk b CROSS JOIN LATERAL unnest(b.columns, b.parents) WITH ORDINALITY k (own, parent, place)"
    " WHERE b.kind = 'key' AND b.state = 'off' AND b.schema = $1 AND b.table_name = $2 AND NOT EXISTS (SELECT FROM t"
    " JOIN pg_constraint f ON f.conrelid = t.oid AND f.conname = b.name)");

enum {
    K_KIND,
    K_NAME,
    K_COLUMN,
    K_SCHEMA,
    K_PARENT,
    K_PARENT_COLUMN,
    K_DEFERRABLE,
    K_NULLS_EQUAL,
    K_PLAIN,
    K_DEFINITION,
    K_END, // of what counts for the shape
    K_OFF,
};

// Lines of the constraint that begins in this row; 0 behind the last of its kind.
static size_t lines_of(const PgRows *r, size_t row, const char *kind)
{
    size_t n = 0;
    while (row + n < pg_rows(r) && str_is(pg_value(r, row + n, K_KIND), kind) &&
           str_eq(pg_value(r, row + n, K_NAME), pg_value(r, row, K_NAME)))
        n++;
    return n;
}

static const size_t *columns_of(Arena *a, const PgTable *live, const PgRows *r, size_t row, size_t n)
{
    size_t *columns = arena_many(a, size_t, n + 1);
    for (size_t i = 0; i < n; i++) {
        Str name = pg_value(r, row + i, K_COLUMN);
        while (columns[i] < live->table.n && !str_is(name, live->table.columns[columns[i]].name))
            columns[i]++;
    }
    return columns;
}

static void add_unique(PostgresTarget *t, PgTable *live, const PgRows *r, size_t row, size_t n)
{
    live->uniques[live->n_uniques++] = (PgUnique){
        .name = str_keep(t->arena, pg_value(r, row, K_NAME)),
        .columns = columns_of(t->arena, live, r, row, n),
        .n = pg_true(r, row, K_PLAIN) ? n : 0,
        .nulls_equal = pg_true(r, row, K_NULLS_EQUAL),
        .deferrable = pg_true(r, row, K_DEFERRABLE),
    };
}

static void add_foreign(PostgresTarget *t, PgTable *live, const PgRows *r, size_t row, size_t n)
{
    Arena *a = t->arena;
    const char **parents = arena_many(a, const char *, n);
    for (size_t i = 0; i < n; i++)
        parents[i] = str_keep(a, pg_value(r, row + i, K_PARENT_COLUMN));
    PgForeignKey *f = &live->foreign[live->n_foreign++];
    *f = (PgForeignKey){
        .name = str_keep(a, pg_value(r, row, K_NAME)),
        .schema = str_keep(a, pg_value(r, row, K_SCHEMA)),
        .table = str_keep(a, pg_value(r, row, K_PARENT)),
        .columns = columns_of(a, live, r, row, n),
        .parents = parents,
        .n = n,
        .deferrable = pg_true(r, row, K_DEFERRABLE),
        .off = pg_true(r, row, K_OFF),
    };
    // As a mapping would write its name.
    const char *parent = strcmp(f->schema, "public") == 0 ? f->table : arena_text(a, "%s.%s", f->schema, f->table);
    live->table.parents[live->n_foreign - 1] = parent;
    if (n == 1)
        live->table.columns[f->columns[0]].refers = parent;
}

bool postgres_constraints(PostgresTarget *t, PgTable *live, Str name, Sha256 *shape, Err *err)
{
    Str asked[] = {str_of(live->schema), name};
    bool noted;
    if (!postgres_has_bulk(t, &noted, err))
        return false;
    AUTO(pg_rows_free_at) PgRows *r = pg_query(t->db, noted ? noted_sql : plain_sql, asked, 2, err);
    if (!r)
        return false;
    live->uniques = arena_many(t->arena, PgUnique, pg_rows(r) + 1);
    live->foreign = arena_many(t->arena, PgForeignKey, pg_rows(r) + 1);
    live->table.parents = arena_many(t->arena, const char *, pg_rows(r) + 1);
    for (size_t row = 0, n; row < pg_rows(r); row += n) {
        if ((n = lines_of(r, row, "f")) > 0)
            add_foreign(t, live, r, row, n);
        else if ((n = lines_of(r, row, "u")) > 0)
            add_unique(t, live, r, row, n);
        else
            n = 1;
    }
    postgres_shape(shape, r, K_END);
    return true;
}
