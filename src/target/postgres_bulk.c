// Takes off what slows a load of empty tables, notes it, and puts it back.
#include "target/postgres_bulk.h"

#include <string.h>

#include "base/intl.h"

enum { GUARD = 0x6d756442, QUICK_MS = 60 * 1000 }; // GUARD: "mudB"

// definition: as pg_get_constraintdef() and pg_get_indexdef() have it. state: off, or of a key unchecked.
static const char notes_sql[] =
    "CREATE TABLE IF NOT EXISTS mudanza.bulk (seq integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
    " scope smallint NOT NULL, job bigint NOT NULL, kind text NOT NULL, schema name NOT NULL,"
    " table_name name NOT NULL, name name NOT NULL, definition text NOT NULL, state text NOT NULL,"
    " columns name[], parent_schema name, parent name, parents name[], late boolean)";

static const char plans_for_big_tables[] = "SET plan_cache_mode = force_custom_plan; SET random_page_cost = 1.1";

bool postgres_has_bulk(PostgresTarget *t, bool *yes, Err *err)
{
    AUTO(pg_rows_free_at)
    PgRows *r =
        pg_query(t->db,
                 "SELECT coalesce(has_table_privilege(to_regclass('mudanza.bulk'), 'SELECT'), false)"
                 " FROM (SELECT coalesce(has_schema_privilege(to_regnamespace('mudanza')::oid, 'USAGE'),"
                 " false) AS yes) s WHERE s.yes",
                 NULL, 0, err);
    *yes = r && pg_rows(r) && pg_true(r, 0, 0);
    return r;
}

// ---- The guard ------------------------------------------------------------------------------------

static bool try_guard(PostgresTarget *t, bool alone, bool *got, Err *err)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    const char *sql = arena_text(a, "SELECT pg_try_advisory_lock%s(%d, 0)", alone ? "" : "_shared", GUARD);
    AUTO(pg_rows_free_at) PgRows *r = pg_query(t->db, sql, NULL, 0, err);
    *got = r && pg_true(r, 0, 0);
    return r;
}

bool postgres_bulk_guard(PostgresTarget *t, Err *err)
{
    bool got;
    if (!try_guard(t, t->bulk, &got, err))
        return false;
    if (got)
        return true;
    err_set(err, ERR_IN_USE, _("a bulk load of another clinic is under way in %s"), pg_name(t->db));
    return err_hint(err, "%s", _("Wait for it to end: until then the tables lack some of their keys."));
}

static bool leave_guard(PostgresTarget *t, Err *err)
{
    if (!t->bulk)
        return true;
    t->bulk = false;
    return pg_execf(t->db, err, "SELECT pg_advisory_unlock(%d, 0)", GUARD);
}

// ---- Taking off -----------------------------------------------------------------------------------

static const char note_keys[] =
    "INSERT INTO mudanza.bulk (scope, job, kind, schema, table_name, name, definition, state, columns, "
    "parent_schema,"
    " parent, parents, late) SELECT $2, $3, 'key', n.nspname, c.relname, f.conname, "
    "pg_get_constraintdef(f.oid),"
    " 'off', ARRAY(SELECT a.attname FROM unnest(f.conkey) WITH ORDINALITY k (n, place) JOIN pg_attribute a"
    "  ON a.attrelid = f.conrelid AND a.attnum = k.n ORDER BY k.place), m.nspname, p.relname,"
    " ARRAY(SELECT a.attname FROM unnest(f.confkey) WITH ORDINALITY k (n, place) JOIN pg_attribute a"
    "  ON a.attrelid = f.confrelid AND a.attnum = k.n ORDER BY k.place), f.condeferrable"
    " FROM unnest($1::oid[]) WITH ORDINALITY o (oid, place) JOIN pg_constraint f ON f.oid = o.oid"
    " JOIN pg_class c ON c.oid = f.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
    " JOIN pg_class p ON p.oid = f.confrelid JOIN pg_namespace m ON m.oid = p.relnamespace ORDER BY o.place";
static const char note_indexes[] =
    "INSERT INTO mudanza.bulk (scope, job, kind, schema, table_name, name, definition, state)"
    " SELECT $2, $3, 'index', n.nspname, c.relname, i.relname, pg_get_indexdef(i.oid), 'off'"
    " FROM unnest($1::oid[]) WITH ORDINALITY o (oid, place) JOIN pg_index x ON x.indexrelid = o.oid"
    " JOIN pg_class i ON i.oid = o.oid JOIN pg_class c ON c.oid = x.indrelid"
    " JOIN pg_namespace n ON n.oid = i.relnamespace ORDER BY o.place";
// Of a load that was cut short: noted already, put back and not checked.
static const char note_again[] =
    "UPDATE mudanza.bulk b SET state = 'off' FROM pg_constraint f JOIN pg_class c ON c.oid = f.conrelid"
    " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE f.oid = ANY ($1::oid[]) AND b.kind = 'key'"
    " AND b.schema = n.nspname AND b.table_name = c.relname AND b.name = f.conname AND b.scope = $2 AND "
    "$3::bigint > 0";

// Those that are noted as off and still there.
static const char drops[] =
    "SELECT format('ALTER TABLE %I.%I %s', b.schema, b.table_name, string_agg(format('DROP CONSTRAINT %I', "
    "b.name), ', '))"
    " FROM mudanza.bulk b JOIN pg_namespace n ON n.nspname = b.schema JOIN pg_class c ON c.relnamespace = "
    "n.oid"
    " AND c.relname = b.table_name JOIN pg_constraint f ON f.conrelid = c.oid AND f.conname = b.name"
    " WHERE b.kind = 'key' AND b.state = 'off' GROUP BY b.schema, b.table_name"
    " UNION ALL SELECT format('DROP INDEX %I.%I', b.schema, b.name) FROM mudanza.bulk b JOIN pg_namespace n"
    " ON n.nspname = b.schema JOIN pg_class i ON i.relnamespace = n.oid AND i.relname = b.name AND i.relkind "
    "= 'i'"
    " WHERE b.kind = 'index'";

// With what is there, and what has to be done to be rid of each note.
#define OWED_SQL                                                                                             \
    "WITH b AS (SELECT b.*, c.oid AS rel, f.oid IS NOT NULL AS key_there, f.convalidated AS valid,"          \
    "  EXISTS (SELECT FROM pg_class i JOIN pg_namespace m ON m.oid = i.relnamespace WHERE m.nspname = "      \
    "b.schema"                                                                                               \
    "   AND i.relname = b.name) AS index_there FROM mudanza.bulk b"                                          \
    "  LEFT JOIN pg_namespace n ON n.nspname = b.schema LEFT JOIN pg_class c ON c.relnamespace = n.oid"      \
    "   AND c.relname = b.table_name LEFT JOIN pg_constraint f ON f.conrelid = c.oid AND f.conname = "       \
    "b.name)"                                                                                                \
    " SELECT seq, CASE WHEN rel IS NULL OR (kind = 'index' AND index_there) OR valid THEN NULL"              \
    "  WHEN kind = 'index' THEN definition WHEN key_there"                                                   \
    "  THEN format('ALTER TABLE %I.%I VALIDATE CONSTRAINT %I', schema, table_name, name)"                    \
    "  ELSE format('ALTER TABLE %I.%I ADD CONSTRAINT %I %s%s', schema, table_name, name, definition,"

// What somebody has put right by hand, or tables that are gone: it may be noted anew.
static const char settled_sql[] = "DELETE FROM mudanza.bulk d USING (" OWED_SQL
                                  " '') END AS sql FROM b) s WHERE d.seq = s.seq AND s.sql IS NULL";

static bool run_all(Pg *db, const char *sql, Err *err)
{
    AUTO(pg_rows_free_at) PgRows *r = pg_query(db, sql, NULL, 0, err);
    AUTO(arena_free_at) Arena *a = arena_new();
    for (size_t i = 0; r && i < pg_rows(r); i++)
        if (!pg_exec(db, str_keep(a, pg_value(r, i, 0)), err))
            return false;
    return r;
}

static bool note(Bulk *b, const char *sql, Buf *oids, Err *err)
{
    PgNumber rooms[2];
    if (!oids->len)
        return true;
    const Str values[] = {postgres_list_end(oids), postgres_number(&rooms[0], b->t->scope),
                          postgres_number(&rooms[1], b->t->job)};
    return pg_run(b->t->db, sql, values, ARRAY_LEN(values), NULL, err);
}

static bool lock_tables(Bulk *b, Err *err)
{
    for (size_t i = 0; i < b->n; i++)
        if (b->tables[i].taken && !pg_execf(b->t->db, err, "LOCK TABLE ONLY %s IN ACCESS EXCLUSIVE MODE",
                                            b->tables[i].live->quoted))
            return false;
    return true;
}

// What the tables hold is looked at once nobody else can change it.
static bool take_off(Bulk *b, Err *err)
{
    Pg *db = b->t->db;
    if (!pg_begin(db, err) ||
        !pg_exec(db, "SET LOCAL lock_timeout = '3s'; SET LOCAL client_min_messages = warning", err) ||
        !pg_exec(db, notes_sql, err) || !lock_tables(b, err))
        return false;
    postgres_bulk_free(b);
    *b = (Bulk){.t = b->t, .arena = b->arena, .wish = b->wish, .look = b->look};
    if (!postgres_bulk_find(b, err))
        return false;
    if (b->look->why_not) {
        pg_rollback(db);
        return true;
    }
    return pg_exec(db, settled_sql, err) && note(b, note_keys, &b->keys, err) &&
           note(b, note_again, &b->again, err) && note(b, note_indexes, &b->indexes, err) &&
           run_all(db, drops, err) && pg_commit(db, err);
}

// The writer knows from now on that the server does not look.
static bool mark(PostgresTarget *t, Err *err)
{
    AUTO(pg_rows_free_at)
    PgRows *r = pg_query(
        t->db, "SELECT schema, table_name, name FROM mudanza.bulk WHERE kind = 'key' AND state = 'off'", NULL,
        0, err);
    for (PgTable *live = r ? t->tables : NULL; live; live = live->next) {
        const char *dot = strchr(live->table.name, '.'), *name = dot ? dot + 1 : live->table.name;
        for (size_t k = 0; k < live->n_foreign; k++) {
            live->foreign[k].off = false;
            for (size_t i = 0; i < pg_rows(r) && !live->foreign[k].off; i++)
                live->foreign[k].off = str_is(pg_value(r, i, 0), live->schema) &&
                                       str_is(pg_value(r, i, 1), name) &&
                                       str_is(pg_value(r, i, 2), live->foreign[k].name);
        }
    }
    return r;
}

bool postgres_bulk_begin(Target *base, Arena *a, const BulkWish *wish, BulkLook *out, Err *err)
{
    PostgresTarget *t = postgres_of(base);
    Bulk b = {.t = t, .arena = a, .wish = wish, .look = out};
    bool alone = false;
    if (!t->scope || !t->job)
        return err_set(err, ERR_INTERNAL, "bulk_begin before prepare and job_begin");
    bool ok = postgres_bulk_find(&b, err);
    if (!ok || out->why_not)
        goto done;
    ok = try_guard(t, true, &alone, err);
    if (!ok || !alone) {
        *out = (BulkLook){.why_not = _("another worker writes to the database"), .refused = true};
        goto done;
    }
    t->bulk = true;
    if (!take_off(&b, err)) {
        PgClass class = pg_trouble(t->db)->class;
        pg_rollback(t->db);
        ok = class == PG_BUSY || class == PG_DENIED;
        *out = (BulkLook){.why_not = arena_text(a, "%s", err->text), .refused = true};
    }
    if (ok && !out->why_not) // what was planned for small tables is not kept for big ones
        ok = mark(t, err) && pg_exec(t->db, plans_for_big_tables, err);
    else if (ok)
        ok = leave_guard(t, err);
done:
    postgres_bulk_free(&b);
    return ok;
}

// ---- Putting back ---------------------------------------------------------------------------------

static const char owed_sql[] =
    OWED_SQL " '') END AS sql, table_name, name, NOT (kind = 'key' AND key_there) FROM b"
             " ORDER BY seq";
// Indexes first: they make the check of a key no slower.
static const char steps_sql[] = OWED_SQL " ' NOT VALID') END AS sql FROM b ORDER BY kind = 'key', seq";
static const char quick_sql[] =
    "SELECT sql FROM (" OWED_SQL
    " ' NOT VALID') END AS sql, kind = 'key' AND NOT key_there AND rel IS NOT NULL AS add FROM b) s"
    " WHERE add ORDER BY seq";

// All keys are there again with one commit: a row that comes has its parents from then on.
static bool add_keys(Pg *db, Err *err)
{
    if (pg_begin(db, err) && run_all(db, quick_sql, err) &&
        pg_exec(db, "UPDATE mudanza.bulk SET state = 'unchecked' WHERE kind = 'key'", err) &&
        pg_commit(db, err))
        return true;
    pg_rollback(db);
    return false;
}

static bool put_right(Pg *db, const char *sql, int64_t seq, Err *err)
{
    if (pg_begin(db, err) && (!*sql || pg_exec(db, sql, err)) &&
        pg_execf(db, err, "DELETE FROM mudanza.bulk WHERE seq = %lld", (long long)seq) && pg_commit(db, err))
        return true;
    return false;
}

// A key that does not hold stays as it is, with its note; the others are put right nevertheless.
static bool finish_all(Pg *db, Err *err)
{
    AUTO(pg_rows_free_at) PgRows *r = pg_query(db, steps_sql, NULL, 0, err);
    AUTO(arena_free_at) Arena *a = arena_new();
    Err first = {0};
    for (size_t i = 0; r && i < pg_rows(r); i++) {
        const char *sql = pg_value(r, i, 1).at ? str_keep(a, pg_value(r, i, 1)) : "";
        if (put_right(db, sql, pg_int(r, i, 0), err))
            continue;
        PgClass class = pg_trouble(db)->class;
        if (class != PG_DATA)
            return false; // as it is, for who may try again
        pg_rollback(db);
        if (first.kind == ERR_NONE)
            first = *err;
    }
    if (!r || first.kind == ERR_NONE)
        return r;
    *err = first;
    return err_hint(err, "%s",
                    _("Rows lost their parents while the key was off; `mudanza verify` lists them."));
}

static bool any_notes(PostgresTarget *t, bool *yes, Err *err)
{
    if (!postgres_has_bulk(t, yes, err) || !*yes)
        return err->kind == ERR_NONE;
    AUTO(pg_rows_free_at)
    PgRows *r = pg_query(t->db, "SELECT EXISTS (SELECT FROM mudanza.bulk)", NULL, 0, err);
    *yes = r && pg_true(r, 0, 0);
    return r;
}

bool postgres_bulk_join(PostgresTarget *t, Err *err)
{
    bool off = false;
    err->kind = ERR_NONE;
    if (!any_notes(t, &off, err))
        return false;
    return !off || pg_exec(t->db, plans_for_big_tables, err);
}

// Beside the session, in one that can write: it may be told to stop, and this has to be done all the same.
static bool add_keys_quickly(PostgresTarget *t, Err *err)
{
    pg_rollback(t->db);
    Pg *beside = pg_open_beside(t->db, QUICK_MS, err);
    bool ok =
        beside && pg_exec(beside, "SET default_transaction_read_only = off", err) && add_keys(beside, err);
    pg_close(beside);
    return ok;
}

bool postgres_bulk_end(Target *base, bool whole, Err *err)
{
    PostgresTarget *t = postgres_of(base);
    bool owes = false;
    err->kind = ERR_NONE;
    if (!whole)
        return t->bulk || (any_notes(t, &owes, err) && owes) ? add_keys_quickly(t, err)
                                                             : err->kind == ERR_NONE;
    if (!any_notes(t, &owes, err))
        return false;
    if (owes &&
        (!add_keys(t->db, err) || !mark(t, err) ||
         !pg_exec(t->db, "RESET plan_cache_mode; RESET random_page_cost", err) || !finish_all(t->db, err)))
        return false;
    return leave_guard(t, err);
}

bool postgres_bulk_owed(Target *base, Arena *a, BulkOwed **out, size_t *n, bool *under_way, Err *err)
{
    PostgresTarget *t = postgres_of(base);
    bool noted;
    *n = 0;
    *under_way = false;
    if (!any_notes(t, &noted, err) || !noted)
        return err->kind == ERR_NONE;
    AUTO(pg_rows_free_at)
    PgRows *live =
        pg_query(t->db,
                 arena_text(a,
                            "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND classid = %d"
                            " AND objid = 0 AND mode = 'ExclusiveLock' AND granted AND database = (SELECT oid"
                            " FROM pg_database WHERE datname = current_database()))",
                            GUARD),
                 NULL, 0, err);
    AUTO(pg_rows_free_at) PgRows *r = live ? pg_query(t->db, owed_sql, NULL, 0, err) : NULL;
    if (!r)
        return false;
    *under_way = pg_true(live, 0, 0);
    *out = arena_many(a, BulkOwed, pg_rows(r) + 1);
    for (size_t i = 0; i < pg_rows(r); i++)
        if (pg_value(r, i, 1).at)
            (*out)[(*n)++] = (BulkOwed){.sql = str_keep(a, pg_value(r, i, 1)),
                                        .table = str_keep(a, pg_value(r, i, 2)),
                                        .name = str_keep(a, pg_value(r, i, 3)),
                                        .missing = pg_true(r, i, 4)};
    return true;
}
