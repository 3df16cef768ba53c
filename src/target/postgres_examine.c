// Is the server fit for a run? Asked before the work, by doctor; the target is only read.
#include <string.h>

#include "base/intl.h"
#include "target/target_postgres.h"

enum { NEWEST_NEEDED = 150000, FEWEST_FREE = 3, FEW_FREE = 6, MOST_FINDINGS = 9 };

typedef struct {
    PostgresTarget *t;
    Arena *arena;
    TargetFinding *list;
    size_t n;
    int beside; // connections that write beside the first one
} Examination;

static void note(Examination *x, const char *name, FindingState state, const char *text, const char *advice)
{
    x->list[x->n++] = (TargetFinding){name, state, text, advice};
}

static const char *kept(Examination *x, const PgRows *r, size_t column)
{
    Str value = pg_value(r, 0, column);
    return str_keep(x->arena, value.at ? value : STR(""));
}

static PgRows *ask(Examination *x, const char *sql, Err *err)
{
    return pg_query(x->t->db, sql, NULL, 0, err);
}

static bool look_at_server(Examination *x, Err *err)
{
    AUTO(pg_rows_free_at)
    PgRows *r = ask(x,
                    "SELECT current_setting('server_version'), quote_ident(current_user), current_setting("
                    "'server_encoding'), pg_is_in_recovery(), (SELECT reset_val = 'on' FROM pg_settings"
                    " WHERE name = 'default_transaction_read_only')",
                    err);
    if (!r)
        return false;
    const char *text =
        arena_text(x->arena, _("%s: PostgreSQL %s, as %s"), pg_name(x->t->db), kept(x, r, 0), kept(x, r, 1));
    if (pg_server_version(x->t->db) < NEWEST_NEEDED)
        note(x, "target", FINDING_BAD, text, _("Use a server of version 15 or newer."));
    else if (pg_true(r, 0, 3))
        note(x, "target", FINDING_BAD,
             arena_text(x->arena, _("%s; it is a standby, which nobody can write to"), text),
             _("name the primary server in config.yaml"));
    else if (pg_true(r, 0, 4))
        note(x, "target", FINDING_BAD,
             arena_text(x->arena, _("%s; this database or role is read-only by default"), text),
             _("a DBA has to take default_transaction_read_only off it"));
    else
        note(x, "target", FINDING_GOOD, text, NULL);
    if (strcmp(kept(x, r, 2), "UTF8") != 0)
        note(x, "encoding", FINDING_BAD, arena_text(x->arena, _("the database is in %s"), kept(x, r, 2)),
             _("move it to a database with the encoding UTF8: others cannot hold every name"));
    else
        note(x, "encoding", FINDING_GOOD, "UTF8", NULL);
    return true;
}

// The control tables have a schema of their own.
static bool look_at_schema(Examination *x, Err *err)
{
    AUTO(pg_rows_free_at)
    PgRows *r =
        ask(x,
            "SELECT quote_ident(current_user), quote_ident(current_database()), to_regnamespace('mudanza')"
            " IS NOT NULL, CASE WHEN to_regnamespace('mudanza') IS NULL THEN has_database_privilege("
            "current_database(), 'CREATE') ELSE has_schema_privilege('mudanza', 'USAGE') AND"
            " has_schema_privilege('mudanza', 'CREATE') END, has_database_privilege(current_database(),"
            " 'TEMPORARY')",
            err);
    if (!r)
        return false;
    const char *role = kept(x, r, 0), *database = kept(x, r, 1);
    if (!pg_true(r, 0, 3))
        note(x, "rights", FINDING_BAD,
             arena_text(x->arena, _("the role %s may not make or use the schema mudanza"), role),
             pg_true(r, 0, 2)
                 ? arena_text(
                       x->arena,
                       _("a DBA has to run in database %s: GRANT USAGE, CREATE ON SCHEMA mudanza TO %s;"),
                       database, role)
                 : arena_text(x->arena,
                              _("a DBA has to run in database %s: CREATE SCHEMA mudanza AUTHORIZATION %s;"),
                              database, role));
    else if (!pg_true(r, 0, 4))
        note(x, "rights", FINDING_BAD,
             arena_text(x->arena, _("the role %s may not make temporary tables"), role),
             arena_text(x->arena, _("a DBA has to run: GRANT TEMPORARY ON DATABASE %s TO %s;"), database,
                        role));
    else
        note(x, "rights", FINDING_GOOD, _("the schema mudanza can be made or used"), NULL);
    return true;
}

static bool look_at_connections(Examination *x, Err *err)
{
    AUTO(pg_rows_free_at)
    PgRows *r = ask(
        x,
        "SELECT least(current_setting('max_connections')::int - current_setting("
        "'superuser_reserved_connections')::int - (SELECT count(*) FROM pg_stat_activity WHERE"
        " backend_type = 'client backend'), (SELECT CASE WHEN rolconnlimit < 0 THEN NULL ELSE rolconnlimit"
        " - (SELECT count(*) FROM pg_stat_activity WHERE usename = current_user) END FROM pg_roles WHERE"
        " rolname = current_user), (SELECT CASE WHEN datconnlimit < 0 THEN NULL ELSE datconnlimit -"
        " (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()) END FROM pg_database"
        " WHERE datname = current_database())), current_setting('max_connections')",
        err);
    if (!r)
        return false;
    int64_t left = pg_int(r, 0, 0);
    const char *text =
        arena_text(x->arena, _("%lld of %s connections are free"), (long long)left, kept(x, r, 1));
    const char *advice = arena_text(x->arena, _("a run needs up to %d: end others, or raise max_connections"),
                                    FEWEST_FREE + x->beside);
    left -= x->beside;
    if (left < FEWEST_FREE)
        note(x, "connections", FINDING_BAD, text, advice);
    else
        note(x, "connections", left < FEW_FREE ? FINDING_DOUBTFUL : FINDING_GOOD, text,
             left < FEW_FREE ? advice : NULL);
    return true;
}

// The server's disk cannot be seen from here.
static bool tell_room(Examination *x, Err *err)
{
    AUTO(pg_rows_free_at)
    PgRows *r =
        ask(x,
            "SELECT pg_size_pretty(pg_database_size(current_database())), current_setting('max_wal_size'),"
            " current_setting('archive_mode')",
            err);
    if (!r)
        return false;
    note(x, "room", FINDING_GOOD,
         arena_text(x->arena, _("the database has %s; max_wal_size is %s, archive_mode %s"), kept(x, r, 0),
                    kept(x, r, 1), kept(x, r, 2)),
         _("ask the DBA whether there is room for three times the source's rows, and as much again for WAL"));
    return true;
}

// ---- The tables of the profile --------------------------------------------------------------------

typedef struct {
    Buf missing, grants, fires;
} Tables;

static void tables_free(Tables *f)
{
    buf_free(&f->missing);
    buf_free(&f->grants);
    buf_free(&f->fires);
}

static void add_fires(Buf *out, const char *table, Str what)
{
    if (what.at && what.len)
        buf_addf(out, "%s%s: %.*s", out->len ? "; " : "", table, STR_ARG(what));
}

// A relation of this name that is no table of the schema we look in.
static bool add_missing(Examination *x, Buf *out, const char *name, Err *err)
{
    const char *dot = strchr(name, '.');
    Str plain = str_of(dot ? dot + 1 : name);
    AUTO(pg_rows_free_at)
    PgRows *r = pg_query(x->t->db,
                         "SELECT n.nspname, c.relkind IN ('r', 'p') FROM pg_class c JOIN pg_namespace n ON n.oid ="
                         " c.relnamespace WHERE c.relname = $1 AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname"
                         " NOT IN ('pg_catalog', 'information_schema') ORDER BY n.nspname <> 'public', 1 LIMIT 1",
                         &plain, 1, err);
    if (!r)
        return false;
    buf_addf(out, "%s%s", out->len ? ", " : "", name);
    if (pg_rows(r) && pg_true(r, 0, 1))
        buf_addf(out, _(" (a table of the schema %s)"), kept(x, r, 0));
    else if (pg_rows(r))
        buf_addf(out, _(" (a view or a foreign table of the schema %s)"), kept(x, r, 0));
    return true;
}

static bool look_at_table(Examination *x, Tables *f, const char *name, bool fills, Err *err)
{
    static const char sql[] =
        "SELECT quote_ident(current_user), concat_ws(', ', CASE WHEN NOT has_table_privilege($1::regclass, "
        "'SELECT')"
        " THEN 'SELECT' END, CASE WHEN NOT has_table_privilege($1::regclass, 'INSERT') THEN 'INSERT' END,"
        " CASE WHEN NOT has_table_privilege($1::regclass, 'UPDATE') THEN 'UPDATE' END,"
        " CASE WHEN NOT has_table_privilege($1::regclass, 'DELETE') THEN 'DELETE' END),"
        " concat_ws(', ', (SELECT 'triggers ' || string_agg(tgname, ' ' ORDER BY tgname) FROM pg_trigger "
        "WHERE tgrelid ="
        " $1::regclass AND NOT tgisinternal AND tgenabled IN ('O', 'A')), (SELECT 'rules ' || "
        "string_agg(rulename, ' '"
        " ORDER BY rulename) FROM pg_rewrite WHERE ev_class = $1::regclass AND rulename <> '_RETURN'),"
        " CASE WHEN row_security_active($1::regclass) THEN 'row security' END),"
        " has_table_privilege($1::regclass, 'SELECT')";
    err->kind = ERR_NONE;
    const PgTable *live = postgres_live(x->t, name, err);
    if (!live)
        return err->kind == ERR_NONE && add_missing(x, &f->missing, name, err);
    Str parameter = str_of(live->quoted);
    AUTO(pg_rows_free_at) PgRows *r = pg_query(x->t->db, sql, &parameter, 1, err);
    if (!r)
        return false;
    Str lacks = fills ? pg_value(r, 0, 1) : pg_true(r, 0, 3) ? STR("") : STR("SELECT");
    if (lacks.len)
        buf_addf(&f->grants, "%sGRANT %.*s ON %s TO %s;", f->grants.len ? " " : "", STR_ARG(lacks),
                 live->quoted, kept(x, r, 0));
    if (fills)
        add_fires(&f->fires, name, pg_value(r, 0, 2));
    return true;
}

static bool look_at_tables(Examination *x, const TargetTables *t, Err *err)
{
    AUTO(tables_free) Tables f = {0};
    for (size_t i = 0; i < t->n_filled; i++)
        if (!look_at_table(x, &f, t->filled[i], true, err))
            return false;
    for (size_t i = 0; i < t->n_looked_up; i++)
        if (!look_at_table(x, &f, t->looked_up[i], false, err))
            return false;
    if (f.missing.len)
        note(x, "tables", FINDING_BAD, arena_text(x->arena, _("missing: %s"), buf_text(&f.missing)),
             _("has the application made its tables in this database, in the schema public?"));
    else if (f.grants.len)
        note(x, "tables", FINDING_BAD, _("the role lacks rights on tables of the profile"),
             arena_text(x->arena, _("a DBA has to run: %s"), buf_text(&f.grants)));
    else
        note(x, "tables", FINDING_GOOD,
             arena_text(x->arena, _("%zu tables of the profile can be written"), t->n_filled), NULL);
    if (f.fires.len)
        note(x, "fires", FINDING_DOUBTFUL,
             arena_text(x->arena, _("will fire for our rows: %s"), buf_text(&f.fires)),
             _("look whether that is wanted for rows of the past; a trigger can be disabled by the table's "
               "owner"));
    else
        note(x, "fires", FINDING_GOOD, _("no triggers, rules or row security on these tables"), NULL);
    return true;
}

// Keys and indexes that a bulk load cut short owes its tables.
static bool look_at_bulk(Examination *x, Err *err)
{
    BulkOwed *owed;
    size_t n, missing = 0;
    bool under_way;
    AUTO(buf_free) Buf advice = {0};
    if (!postgres_bulk_owed(&x->t->base, x->arena, &owed, &n, &under_way, err))
        return false;
    if (!n)
        return true;
    buf_add_text(&advice, _("mudanza resume puts them right; or the tables' owner runs:"));
    for (size_t i = 0; i < n; i++) {
        missing += owed[i].missing;
        buf_addf(&advice, " %s;", owed[i].sql);
    }
    const char *text =
        arena_text(x->arena,
                   _("keys and indexes missing: %zu, keys not checked: %zu, from a bulk load that was cut short;"
                     " %s (%s) is the first"),
                   missing, n - missing, owed[0].name, owed[0].table);
    if (under_way)
        note(x, "bulk", FINDING_DOUBTFUL,
             arena_text(x->arena, _("a bulk load is under way: %zu keys and indexes are off"), n), NULL);
    else
        note(x, "bulk", FINDING_BAD, text, arena_text(x->arena, "%s", buf_text(&advice)));
    return true;
}

bool postgres_examine(Target *base, Arena *a, const TargetTables *tables, size_t writers, TargetFinding **out,
                      size_t *n_out, Err *err)
{
    Examination x = {.t = postgres_of(base),
                     .arena = a,
                     .list = arena_many(a, TargetFinding, MOST_FINDINGS),
                     .beside = writers > 1 ? (int)writers : 0};
    bool ok = look_at_server(&x, err) && look_at_schema(&x, err) && look_at_connections(&x, err) &&
              tell_room(&x, err) && look_at_bulk(&x, err) && look_at_tables(&x, tables, err);
    *out = x.list;
    *n_out = x.n;
    return ok;
}
