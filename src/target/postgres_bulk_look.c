// Whether a load may be in bulk mode, and what can be taken off for it.
#include "target/postgres_bulk.h"

#include <string.h>

#include "base/intl.h"

// Taking off and putting back costs about as much as 20,000 rows win. A table that holds rows of others and
// gets fewer than FEW, such as one of users, keeps what it has and bothers nobody.
enum { WORTH_ROWS = 50000, FEW = 1000 };

// ---- Tables ---------------------------------------------------------------------------------------

static bool add_table(Bulk *b, const BulkFill *fill, Err *err)
{
    const PgTable *live = postgres_live(b->t, fill->table, err);
    if (!live)
        return err->kind == ERR_NONE
                   ? err_set(err, ERR_TARGET, _("%s: the target has no table %s"), fill->entity, fill->table)
                   : false;
    size_t i = 0;
    while (i < b->n && b->tables[i].live != live)
        i++;
    if (i == b->n)
        b->tables[b->n++] = (BulkTable){.live = live};
    b->tables[i].rows += fill->rows;
    return true;
}

static void say_no(Bulk *b, bool refused, const char *why)
{
    if (b->look->why_not && (b->look->refused || !refused))
        return;
    b->look->why_not = why;
    b->look->refused = refused;
}

// In which a table stands in the way; NULL: in none. Rows come on top.
static const char *obstacle(Bulk *b, const BulkTable *table, const PgRows *r, size_t line)
{
    Arena *a = b->arena;
    const char *name = table->live->table.name;
    enum { PLAIN = 1, OWN, SECURED, AT_WORK };
    if (!pg_true(r, line, OWN))
        return arena_text(a, _("%s belongs to another role"), name);
    if (!pg_true(r, line, PLAIN))
        return arena_text(a, _("%s has partitions or heirs"), name);
    if (pg_true(r, line, SECURED))
        return arena_text(a, _("%s has triggers, rules or row security"), name);
    if (pg_value(r, line, AT_WORK).at)
        return arena_text(a, _("another session is at work on %s: %.*s"), name,
                          STR_ARG(pg_value(r, line, AT_WORK)));
    return NULL;
}

static bool ask(Bulk *b, const char *sql, bool *yes, Err *err)
{
    AUTO(pg_rows_free_at) PgRows *r = pg_query(b->t->db, sql, NULL, 0, err);
    *yes = r && pg_true(r, 0, 0);
    return r;
}

static bool holds_rows(Bulk *b, BulkTable *table, Err *err)
{
    return ask(b, arena_text(b->arena, "SELECT EXISTS (SELECT FROM %s)", table->live->quoted), &table->holds,
               err);
}

// By what identifies its rows where a mapping fills them; a table without ledger holds none of ours.
static bool holds_others(Bulk *b, const BulkTable *table, bool *yes, Err *err)
{
    AUTO(buf_free) Buf sql = {0}, id = {0};
    const Table *live = &table->live->table;
    size_t i = 0;
    while (i < live->n && !live->columns[i].primary_key)
        i++;
    *yes = true;
    if (i == live->n || !b->t->has_ledger)
        return true;
    buf_add_text(&id, "t.");
    pg_quote(&id, live->columns[i].name);
    buf_add_text(&id, "::text");
    buf_addf(&sql, "SELECT EXISTS (SELECT FROM %s t WHERE NOT ", table->live->quoted);
    postgres_ours(&sql, table->live, buf_text(&id));
    buf_add_char(&sql, ')');
    return ask(b, buf_text(&sql), yes, err);
}

// goes_on: what the table holds may be from a load that was cut short.
static bool judge_rows(Bulk *b, BulkTable *table, Err *err)
{
    bool others = false;
    const char *name = table->live->table.name;
    if (!holds_rows(b, table, err))
        return false;
    if (!table->holds || (!b->look->goes_on && !b->wish->always && table->rows >= FEW)) {
        table->taken = !table->holds;
        if (table->holds)
            say_no(b, false, arena_text(b->arena, _("%s holds rows already"), name));
        return true;
    }
    if (!holds_others(b, table, &others, err))
        return false;
    table->taken = !others && b->look->goes_on;
    if (table->rows < FEW || table->taken)
        return true;
    if (others)
        say_no(b, true, arena_text(b->arena, _("%s holds rows that are not ours"), name));
    else
        say_no(b, false, arena_text(b->arena, _("%s holds rows already"), name));
    return true;
}

static bool judge_tables(Bulk *b, Err *err)
{
    static const char sql[] =
        "SELECT u.n, c.relkind = 'r' AND NOT c.relispartition AND NOT EXISTS (SELECT FROM pg_inherits i WHERE"
        " c.oid IN (i.inhrelid, i.inhparent)), pg_has_role(c.relowner, 'USAGE'),"
        " c.relrowsecurity OR c.relhasrules OR EXISTS (SELECT FROM pg_trigger g WHERE g.tgrelid = c.oid"
        " AND NOT g.tgisinternal), (SELECT concat_ws(' ', a.usename, a.application_name) FROM pg_locks l"
        " JOIN pg_stat_activity a USING (pid) WHERE l.relation = c.oid AND l.locktype = 'relation'"
        " AND a.datname = current_database() AND l.pid <> pg_backend_pid()"
        " AND coalesce(a.backend_type, 'client backend') = 'client backend' LIMIT 1)"
        " FROM unnest($1::text[]) WITH ORDINALITY u (name, n) JOIN pg_class c ON c.oid = u.name::regclass "
        "ORDER BY u.n";
    AUTO(buf_free) Buf list = {0};
    for (size_t i = 0; i < b->n; i++)
        postgres_list(&list, str_of(b->tables[i].live->quoted));
    Str names = postgres_list_end(&list);
    AUTO(pg_rows_free_at) PgRows *r = pg_query(b->t->db, sql, &names, 1, err);
    for (size_t i = 0; r && i < pg_rows(r); i++) {
        BulkTable *table = &b->tables[pg_int(r, i, 0) - 1];
        const char *why = obstacle(b, table, r, i);
        if (why && table->rows >= FEW)
            say_no(b, true, why);
        if (!why && !judge_rows(b, table, err))
            return false;
    }
    return r;
}

// ---- What can be taken off ------------------------------------------------------------------------

static BulkTable *taken(Bulk *b, Str quoted)
{
    for (size_t i = 0; i < b->n; i++)
        if (b->tables[i].taken && str_is(quoted, b->tables[i].live->quoted))
            return &b->tables[i];
    return NULL;
}

static const PgForeignKey *key_named(const PgTable *live, Str name)
{
    for (size_t i = 0; i < live->n_foreign; i++)
        if (str_is(name, live->foreign[i].name))
            return &live->foreign[i];
    return NULL;
}

static bool fills(const BulkFill *fill, const char *column)
{
    for (size_t i = 0; i < fill->n_columns; i++)
        if (strcmp(fill->columns[i], column) == 0)
            return true;
    return false;
}

static bool is_table(const PgTable *live, const char *schema, const char *name)
{
    const char *dot = strchr(live->table.name, '.');
    return strcmp(live->schema, schema) == 0 && strcmp(dot ? dot + 1 : live->table.name, name) == 0;
}

// What is asked about a row before it is written has to find out all that the key would: every column is the
// mapping's, or NULL; and its parents are not written behind it with the same batch.
static bool can_be_judged(Bulk *b, const PgTable *live, const PgForeignKey *f, Err *err)
{
    for (size_t i = 0; i < b->wish->n; i++) {
        const BulkFill *fill = &b->wish->fills[i];
        if (postgres_live(b->t, fill->table, err) != live)
            continue;
        for (size_t c = 0; c < f->n; c++) {
            const Column *column = &live->table.columns[f->columns[c]];
            if (strstr(live->types[f->columns[c]], "citext") ||
                (!fills(fill, column->name) && (column->has_default || column->numbered || column->computed)))
                return false;
        }
        for (size_t k = 0; k < b->wish->n; k++) {
            const BulkFill *other = &b->wish->fills[k];
            const PgTable *parent = postgres_live(b->t, other->table, err);
            if (parent && parent != live && !other->main && strcmp(other->entity, fill->entity) == 0 &&
                is_table(parent, f->schema, f->table))
                return false;
        }
    }
    return true;
}

#define TABLES "WITH t AS (SELECT name, name::regclass AS oid FROM unnest($1::text[]) u (name)) "

// Keys that can be made again as they were: known operators, a parent we may refer to, nothing unusual about
// them.
static const char keys_sql[] = TABLES
    "SELECT f.oid, t.name, f.conname, NOT f.convalidated FROM t JOIN pg_constraint f ON f.conrelid = t.oid"
    " JOIN pg_class p ON p.oid = f.confrelid WHERE f.contype = 'f' AND f.conparentid = 0 AND p.relkind = 'r'"
    " AND NOT p.relispartition AND NOT p.relrowsecurity AND (f.confmatchtype <> 'f' OR cardinality(f.conkey) "
    "= 1)"
    " AND NOT EXISTS (SELECT FROM unnest(f.conpfeqop) o (oid) JOIN pg_operator q ON q.oid = o.oid"
    "  WHERE q.oprnamespace <> 'pg_catalog'::regnamespace)"
    " AND NOT EXISTS (SELECT FROM pg_trigger g WHERE g.tgconstraint = f.oid AND g.tgenabled <> 'O')"
    " AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_constraint'::regclass AND d.objid = f.oid"
    "  AND d.deptype = 'e')"
    " AND (has_table_privilege(p.oid, 'REFERENCES') OR NOT EXISTS (SELECT FROM unnest(f.confkey) k (n)"
    "  WHERE NOT has_column_privilege(p.oid, k.n, 'REFERENCES')))"
    " AND obj_description(f.oid, 'pg_constraint') IS NULL ORDER BY t.name, f.conname";

// Indexes that only make reading faster, and whose definition says all there is to them.
static const char indexes_sql[] = TABLES
    "SELECT i.oid, t.name, i.relname, false FROM t JOIN pg_index x ON x.indrelid = t.oid"
    " JOIN pg_class i ON i.oid = x.indexrelid WHERE i.relkind = 'i' AND NOT x.indisunique AND NOT "
    "x.indisexclusion"
    " AND x.indisvalid AND x.indisready AND x.indislive AND NOT x.indisreplident AND NOT x.indisclustered"
    " AND i.reltablespace = 0 AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.oid)"
    " AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = i.oid AND a.attstattarget >= 0)"
    " AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = i.oid"
    "  AND d.deptype IN ('e', 'x'))"
    " AND obj_description(i.oid, 'pg_class') IS NULL ORDER BY t.name, i.relname";

static void collect(Bulk *b, const PgRows *r, bool keys, Err *err)
{
    for (size_t i = 0; i < pg_rows(r); i++) {
        const BulkTable *table = taken(b, pg_value(r, i, 1));
        const PgForeignKey *f = table && keys ? key_named(table->live, pg_value(r, i, 2)) : NULL;
        bool unchecked = pg_true(r, i, 3);
        if (!table || (keys && (!f || !can_be_judged(b, table->live, f, err))))
            continue;
        // One that was not valid before is not known to hold.
        if (unchecked && !b->look->goes_on)
            continue;
        postgres_list(unchecked ? &b->again : keys ? &b->keys : &b->indexes, pg_value(r, i, 0));
        b->look->keys += keys;
        b->look->indexes += !keys;
    }
}

static bool find_parts(Bulk *b, Err *err)
{
    AUTO(buf_free) Buf list = {0};
    for (size_t i = 0; i < b->n; i++) {
        if (b->tables[i].taken)
            postgres_list(&list, str_of(b->tables[i].live->quoted));
        b->look->tables += b->tables[i].taken;
    }
    Str names = postgres_list_end(&list);
    AUTO(pg_rows_free_at) PgRows *keys = pg_query(b->t->db, keys_sql, &names, 1, err);
    if (!keys)
        return false;
    collect(b, keys, true, err);
    AUTO(pg_rows_free_at) PgRows *indexes = pg_query(b->t->db, indexes_sql, &names, 1, err);
    if (!indexes)
        return false;
    collect(b, indexes, false, err);
    return true;
}

// ---- All of it ------------------------------------------------------------------------------------

static bool goes_on(Bulk *b, Err *err)
{
    if (!postgres_has_bulk(b->t, &b->noted, err) || !b->noted || !b->t->scope)
        return err->kind == ERR_NONE;
    return ask(b,
               arena_text(b->arena, "SELECT EXISTS (SELECT FROM mudanza.bulk WHERE scope = %lld)",
                          (long long)b->t->scope),
               &b->look->goes_on, err);
}

// Who is connected may write at any moment.
static bool judge_company(Bulk *b, Err *err)
{
    static const char sql[] =
        "SELECT concat_ws(' ', usename, application_name) FROM pg_stat_activity WHERE datname = "
        "current_database()"
        " AND pid <> pg_backend_pid() AND coalesce(backend_type, 'client backend') = 'client backend'"
        " AND application_name NOT LIKE 'mudanza%' LIMIT 1";
    AUTO(pg_rows_free_at) PgRows *r = pg_query(b->t->db, sql, NULL, 0, err);
    if (r && pg_rows(r) && !b->wish->always)
        say_no(b, false,
               arena_text(b->arena, _("somebody else is connected to the database: %.*s"),
                          STR_ARG(pg_value(r, 0, 0))));
    return r;
}

bool postgres_bulk_find(Bulk *b, Err *err)
{
    int64_t rows = 0;
    *b->look = (BulkLook){0};
    err->kind = ERR_NONE;
    b->tables = arena_many(b->arena, BulkTable, b->wish->n + 1);
    for (size_t i = 0; i < b->wish->n; i++) {
        rows += b->wish->fills[i].rows;
        if (!add_table(b, &b->wish->fills[i], err))
            return false;
    }
    if (!goes_on(b, err))
        return false;
    if (!b->n || (rows < WORTH_ROWS && !b->wish->always && !b->look->goes_on)) {
        say_no(b, false,
               arena_text(b->arena, _("it pays from %d rows on, and about %lld are to be written"),
                          WORTH_ROWS, (long long)rows));
        return true;
    }
    if (!judge_tables(b, err) || !judge_company(b, err) || b->look->why_not)
        return err->kind == ERR_NONE;
    if (!find_parts(b, err))
        return false;
    if (!b->look->keys && !b->look->indexes)
        say_no(b, false, _("the tables have neither foreign keys nor indexes to take off"));
    return true;
}

void postgres_bulk_free(Bulk *b)
{
    buf_free(&b->keys);
    buf_free(&b->indexes);
    buf_free(&b->again);
}

bool postgres_bulk_look(Target *base, Arena *a, const BulkWish *wish, BulkLook *out, Err *err)
{
    Bulk b = {.t = postgres_of(base), .arena = a, .wish = wish, .look = out};
    bool ok = postgres_bulk_find(&b, err);
    postgres_bulk_free(&b);
    return ok;
}
