// What the target waits for, asked through a connection of its own: the one that works is busy waiting.
#include "base/intl.h"
#include "target/target_postgres.h"

enum { PATIENCE_MS = 2000 };

static bool ensure_watch(PostgresTarget *t, Err *err)
{
    if (t->watch && pg_backend(t->watch))
        return true;
    pg_close_at(&t->watch);
    t->watch = pg_open_beside(t->db, PATIENCE_MS, err);
    return t->watch;
}

// The first of those in the way, and how many there are. A prepared transaction has no process.
static const char *blocker(PostgresTarget *t, Arena *a, Str backend, Err *err)
{
    static const char sql[] =
        "SELECT b.pid, coalesce(nullif(s.application_name, ''), '?'), coalesce(s.usename, '?'),"
        " coalesce(host(s.client_addr), 'localhost'), coalesce(s.state, '?'),"
        " to_char(coalesce(s.state_change, now()), 'HH24:MI:SS UTC'), count(*) OVER ()"
        " FROM unnest(pg_blocking_pids($1::integer)) b(pid) LEFT JOIN pg_stat_activity s USING (pid)"
        " ORDER BY s.state_change LIMIT 1";
    AUTO(pg_rows_free_at) PgRows *r = pg_query(t->watch, sql, &backend, 1, err);
    if (!r || !pg_rows(r))
        return NULL;
    if (pg_int(r, 0, 0) == 0)
        return _("waits for a lock of a prepared transaction");
    int64_t others = pg_int(r, 0, 6) - 1;
    const char *text =
        arena_text(a, _("waits for a lock of server process %lld (%.*s, user %.*s on %.*s): %.*s since %.*s"),
                   (long long)pg_int(r, 0, 0), STR_ARG(pg_value(r, 0, 1)), STR_ARG(pg_value(r, 0, 2)),
                   STR_ARG(pg_value(r, 0, 3)), STR_ARG(pg_value(r, 0, 4)), STR_ARG(pg_value(r, 0, 5)));
    if (others <= 0)
        return text;
    return arena_text(a, ngettext("%s, and of %lld more", "%s, and of %lld more", (unsigned long)others),
                      text, (long long)others);
}

static const char *own_work(PostgresTarget *t, Arena *a, Str backend, Err *err)
{
    static const char sql[] = "SELECT coalesce(wait_event_type || ': ' || wait_event, 'CPU'),"
                              " to_char(query_start, 'HH24:MI:SS UTC') FROM pg_stat_activity"
                              " WHERE pid = $1::integer AND state = 'active'";
    AUTO(pg_rows_free_at) PgRows *r = pg_query(t->watch, sql, &backend, 1, err);
    if (!r || !pg_rows(r))
        return NULL;
    return arena_text(a, _("the server is at work on it since %.*s (%.*s)"), STR_ARG(pg_value(r, 0, 1)),
                      STR_ARG(pg_value(r, 0, 0)));
}

const char *postgres_waits_for(Target *base, Arena *a)
{
    PostgresTarget *t = postgres_of(base);
    Err ignored = {0};
    PgNumber number;
    int64_t backend = t->backend;
    if (!backend)
        return NULL;
    if (!ensure_watch(t, &ignored))
        return arena_text(a, _("the server does not answer: %s"), ignored.text);
    Str parameter = postgres_number(&number, backend);
    const char *text = blocker(t, a, parameter, &ignored);
    return text ? text : own_work(t, a, parameter, &ignored);
}
