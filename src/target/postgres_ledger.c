#include "config.h"

#include "target/target_postgres.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/intl.h"

struct PgName {
    const char *lookup, *name;
    int64_t id;
    PgName *next;
};

Str postgres_number(PgNumber *room, int64_t n)
{
    int len = snprintf(room->digits, sizeof room->digits, "%lld", (long long)n);
    return (Str){room->digits, (size_t)len};
}

static PgName *known_name(const PostgresTarget *t, const char *lookup, const char *name)
{
    for (PgName *known = t->names; known; known = known->next)
        if (strcmp(known->lookup, lookup) == 0 && strcmp(known->name, name) == 0)
            return known;
    return NULL;
}

static void remember_name(PostgresTarget *t, const char *lookup, const char *name, int64_t id)
{
    PgName *more = arena_one(t->arena, PgName);
    *more = (PgName){lookup, str_keep(t->arena, str_of(name)), id, t->names};
    t->names = more;
}

static bool ask_name(PostgresTarget *t, const char *lookup, const char *name, int64_t *id, Err *err)
{
    AUTO(buf_free) Buf sql = {0};
    buf_addf(&sql, "SELECT id FROM mudanza.%s WHERE name = $1", lookup);
    AUTO(pg_rows_free_at) PgRows *found = pg_query(t->db, buf_text(&sql), &(Str){name, strlen(name)}, 1, err);
    if (found && pg_rows(found))
        *id = pg_int(found, 0, 0);
    return found;
}

// Two sessions may want the same number at once: the one that comes second takes the next.
static bool make_name(PostgresTarget *t, const char *lookup, const char *sql, const Str *values, size_t n,
                      int64_t *id, Err *err)
{
    do {
        if (!pg_run(t->db, sql, values, n, NULL, err) || !ask_name(t, lookup, values[0].at, id, err))
            return false;
    } while (!*id);
    return true;
}

bool postgres_entity_id(PostgresTarget *t, const char *entity, bool make, int64_t *id, Err *err)
{
    static const char add[] = "INSERT INTO mudanza.entities (id, name) SELECT coalesce(max(id), 0) + 1, $1"
                              " FROM mudanza.entities ON CONFLICT DO NOTHING";
    const PgName *known = known_name(t, "entities", entity);
    *id = known ? known->id : 0;
    if (known)
        return true;
    if (!ask_name(t, "entities", entity, id, err) ||
        (!*id && make && !make_name(t, "entities", add, &(Str){entity, strlen(entity)}, 1, id, err)))
        return false;
    if (*id)
        remember_name(t, "entities", entity, *id);
    return true;
}

bool postgres_find_table(PostgresTarget *t, const char *table, int64_t *id, Err *err)
{
    const PgName *known = known_name(t, "tables", table);
    *id = known ? known->id : 0;
    return known || ask_name(t, "tables", table, id, err);
}

bool postgres_table_id(PostgresTarget *t, const char *table, const char *id_column, int64_t *id, Err *err)
{
    // A table that was only linked to has no such column yet.
    static const char add[] =
        "INSERT INTO mudanza.tables (id, name, id_column) SELECT coalesce(max(id), 0) + 1, $1, $2"
        " FROM mudanza.tables ON CONFLICT DO NOTHING";
    static const char fill[] = "UPDATE mudanza.tables SET id_column = $2 WHERE name = $1 AND id_column = ''";
    const char *lookup = id_column ? "tables" : "linked tables";
    const PgName *known = known_name(t, lookup, table);
    const Str values[] = {str_of(table), id_column ? str_of(id_column) : STR("")};
    *id = known ? known->id : 0;
    if (known)
        return true;
    if (!make_name(t, "tables", add, values, 2, id, err) ||
        (id_column && !pg_run(t->db, fill, values, 2, NULL, err)))
        return false;
    remember_name(t, lookup, table, *id);
    return true;
}

// What a role without the right has to be given, as lines of SQL.
static bool denied(PostgresTarget *t, bool has_schema, Err *err)
{
    if (pg_trouble(t->db)->class != PG_DENIED)
        return false;
    pg_rollback(t->db);
    Err ignored;
    AUTO(pg_rows_free_at)
    PgRows *who = pg_query(t->db, "SELECT quote_ident(current_user), current_database()", NULL, 0, &ignored);
    if (!who)
        return false;
    Str role = pg_value(who, 0, 0);
    err_set(err, ERR_TARGET, _("the role %.*s may not make or use the schema mudanza"), STR_ARG(role));
    if (!has_schema)
        return err_hint(err,
                        _("A DBA has to run in database %.*s: CREATE SCHEMA mudanza AUTHORIZATION %.*s;"),
                        STR_ARG(pg_value(who, 0, 1)), STR_ARG(role));
    return err_hint(err,
                    _("A DBA has to run in database %.*s: GRANT USAGE, CREATE ON SCHEMA mudanza TO %.*s;"
                      " GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA mudanza TO %.*s;"
                      " GRANT USAGE, UPDATE ON ALL SEQUENCES IN SCHEMA mudanza TO %.*s;"),
                    STR_ARG(pg_value(who, 0, 1)), STR_ARG(role), STR_ARG(role), STR_ARG(role));
}

static bool look_for_ledger(PostgresTarget *t, bool *has_schema, Err *err)
{
    AUTO(pg_rows_free_at)
    PgRows *found = pg_query(t->db,
                             "SELECT c.oid IS NOT NULL FROM pg_namespace n LEFT JOIN pg_class c"
                             " ON c.relnamespace = n.oid AND c.relname = 'meta' WHERE n.nspname = 'mudanza'",
                             NULL, 0, err);
    if (!found)
        return false;
    *has_schema = pg_rows(found) > 0;
    t->has_ledger = *has_schema && pg_true(found, 0, 0);
    if (!t->has_ledger)
        return true;
    AUTO(pg_rows_free_at)
    PgRows *meta =
        pg_query(t->db, "SELECT value::integer FROM mudanza.meta WHERE name = 'version'", NULL, 0, err);
    if (!meta)
        return denied(t, true, err);
    t->version = pg_rows(meta) ? pg_int(meta, 0, 0) : 0;
    if (t->version >= 1 && t->version <= PG_LEDGER_VERSION)
        return true;
    err_set(err, ERR_TARGET, _("the target's control tables have version %lld, this program knows %d"),
            (long long)t->version, PG_LEDGER_VERSION);
    return err_hint(err, "%s", _("Use the version of mudanza that wrote them, or a newer one."));
}

static bool find_scope(PostgresTarget *t, TargetScope scope, Err *err)
{
    const Str who[] = {str_of(scope.clinic_id), str_of(scope.source_system)};
    AUTO(pg_rows_free_at)
    PgRows *found = pg_query(t->db,
                             "SELECT max(id) FROM mudanza.scopes WHERE clinic_id = $1"
                             " AND source_system = coalesce($2, source_system) HAVING count(*) = 1",
                             who, 2, err);
    if (!found)
        return denied(t, true, err);
    t->scope = pg_rows(found) ? pg_int(found, 0, 0) : 0;
    return true;
}

static bool upgrade(PostgresTarget *t, Err *err)
{
    for (; t->version < PG_LEDGER_VERSION; t->version++)
        if (!pg_exec(t->db, postgres_ledger_upgrades[t->version - 1], err))
            return false;
    return pg_execf(t->db, err, "UPDATE mudanza.meta SET value = '%d' WHERE name = 'version'", PG_LEDGER_VERSION);
}

static bool make_tables(PostgresTarget *t, bool has_schema, Err *err)
{
    t->version = 1;
    return (has_schema || pg_exec(t->db, "CREATE SCHEMA mudanza", err)) &&
           pg_exec(t->db, postgres_ledger_schema, err) &&
           pg_exec(t->db, "INSERT INTO mudanza.meta VALUES ('version', '1')", err);
}

// Another worker may be at the tables too: whoever gets the lock looks again.
static bool take_ledger(PostgresTarget *t, bool *has_schema, Err *err)
{
    return pg_exec(t->db, "SELECT pg_advisory_xact_lock(hashtextextended('mudanza.schema', 0))", err) &&
           look_for_ledger(t, has_schema, err);
}

static bool make_ledger(PostgresTarget *t, TargetScope scope, bool *has_schema, Err *err)
{
    static const char add_scope[] = "INSERT INTO mudanza.scopes (id, clinic_id, source_system)"
                                    " SELECT coalesce(max(id), 0) + 1, $1, $2 FROM mudanza.scopes"
                                    " ON CONFLICT (clinic_id, source_system) DO NOTHING";
    const Str who[] = {str_of(scope.clinic_id), str_of(scope.source_system)};
    if (!take_ledger(t, has_schema, err))
        return false;
    return (t->has_ledger || make_tables(t, *has_schema, err)) &&
           (t->version == PG_LEDGER_VERSION || upgrade(t, err)) &&
           pg_run(t->db, add_scope, who, 2, NULL, err) && find_scope(t, scope, err);
}

// A target that was prepared before, or that we may only read, is not written to.
bool postgres_prepare(Target *base, TargetScope scope, Err *err)
{
    PostgresTarget *t = postgres_of(base);
    bool has_schema;
    t->scope = t->job = 0;
    t->wanted = (TargetScope){str_keep(t->arena, str_of(scope.clinic_id)),
                              str_keep(t->arena, str_of(scope.source_system))};
    if (!look_for_ledger(t, &has_schema, err) || (t->has_ledger && !find_scope(t, scope, err)))
        return err_wrap(err, "%s", _("control tables"));
    if (t->read_only || (t->scope && t->version == PG_LEDGER_VERSION))
        return true;
    if (pg_begin(t->db, err) && make_ledger(t, scope, &has_schema, err) && pg_commit(t->db, err)) {
        t->has_ledger = true;
        return true;
    }
    denied(t, has_schema, err);
    pg_rollback(t->db);
    t->scope = 0;
    t->has_ledger = false;
    return err_wrap(err, "%s", _("cannot make the control tables"));
}

// Of an older ledger, for who has not prepared it; in one transaction.
static bool bring_up_to_date(PostgresTarget *t, Err *err)
{
    bool has_schema;
    if (t->read_only || t->version == PG_LEDGER_VERSION)
        return true;
    if (pg_begin(t->db, err) && take_ledger(t, &has_schema, err) &&
        (t->version == PG_LEDGER_VERSION || upgrade(t, err)) && pg_commit(t->db, err))
        return true;
    pg_rollback(t->db);
    t->version = 0;
    return false;
}

bool postgres_job_begin(Target *base, int64_t *job, const char *label, Err *err)
{
    PostgresTarget *t = postgres_of(base);
    bool there = false;
    if (!t->scope)
        return err_set(err, ERR_INTERNAL, "job_begin before prepare");
    if (*job && !postgres_job_owned(t, *job, &there, err))
        return false;
    if (!bring_up_to_date(t, err) || (!there && !postgres_job_add(t, job, label, true, err)))
        return err_wrap(err, "%s", _("cannot begin a job in the target"));
    t->job = *job;
    return true;
}

bool postgres_checkpoint(Target *base, Arena *a, const char *step, const char **last_key,
                         const char **fingerprint, bool *complete, Err *err)
{
    PostgresTarget *t = postgres_of(base);
    *last_key = *fingerprint = NULL;
    *complete = false;
    if (!t->scope)
        return true;
    PgNumber room;
    const Str values[] = {postgres_number(&room, t->scope), str_of(step)};
    AUTO(pg_rows_free_at)
    PgRows *newest = pg_query(t->db,
                              "SELECT last_key, fingerprint, complete FROM mudanza.checkpoints"
                              " WHERE scope = $1 AND step = $2 ORDER BY batch DESC LIMIT 1",
                              values, 2, err);
    if (newest && pg_rows(newest)) {
        *last_key = str_keep(a, pg_value(newest, 0, 0));
        *fingerprint = str_keep(a, pg_value(newest, 0, 1));
        *complete = pg_true(newest, 0, 2);
    }
    return newest;
}

bool postgres_restart(Target *base, const char *step, Err *err)
{
    PostgresTarget *t = postgres_of(base);
    PgNumber room;
    const Str values[] = {postgres_number(&room, t->scope), str_of(step)};
    return pg_run(t->db,
                  "WITH steps AS (DELETE FROM mudanza.checkpoints WHERE scope = $1 AND step = $2)"
                  " DELETE FROM mudanza.warnings WHERE scope = $1 AND step = $2 AND code <> 'target.kept'",
                  values, 2, NULL, err);
}
