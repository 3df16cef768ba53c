// One worker at a time for a clinic of a database, whichever machine it runs on: an advisory lock of its
// session. Beside it the session holds three marks that say who it is; they go when it goes, unlike a row in
// a table. A worker's further sessions share a lock of their own: they may outlive the first one, and what they
// were told to commit may still come. Whoever gets the lock ends them before he reads the ledger.
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/cancel.h"
#include "base/intl.h"
#include "base/process.h"
#include "target/target_postgres.h"

// Their first halves, so that nobody else's numbers mean ours: "mudL", "mudM", "mudP", "mudS", "mudW".
enum { LOCK = 0x6d75644c, MARK_MACHINE = 0x6d75644d, MARK_PID = 0x6d756450, MARK_START = 0x6d756453,
       WRITES = 0x6d756457 };
// A session takes a moment to end after its worker, a statement that is cut short some more.
enum { CLOSING_US = 1000 * 1000, END_US = 30 * 1000 * 1000, LOOK_MS = 50 };

static int32_t machine_mark(void)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    uint32_t hash = 2166136261;
    for (const char *at = process_space(a); *at; at++)
        hash = (hash ^ (unsigned char)*at) * 16777619;
    return (int32_t)hash;
}

static bool mark(PostgresTarget *t, Err *err)
{
    int64_t pid = getpid();
    return pg_execf(t->db, err,
                    "SELECT pg_advisory_lock_shared(%d, %d), pg_advisory_lock_shared(%d, %d),"
                    " pg_advisory_lock_shared(%d, %d)",
                    MARK_MACHINE, (int)machine_mark(), MARK_PID, (int)pid, MARK_START,
                    (int)(process_start(pid) & INT32_MAX));
}

static bool try_lock(PostgresTarget *t, bool *taken, Err *err)
{
    Str parameters[] = {str_of(t->locked)};
    AUTO(arena_free_at) Arena *a = arena_new();
    AUTO(pg_rows_free_at)
    PgRows *r = pg_query(t->db, arena_text(a, "SELECT pg_try_advisory_lock(%d, hashtext($1))", LOCK),
                         parameters, ARRAY_LEN(parameters), err);
    *taken = r && pg_true(r, 0, 0);
    return r;
}

typedef struct {
    int64_t backend, pid, start; // pid and start: of the worker; 0: its session has no marks
    bool here;                   // on this machine
    const char *who;
} Holder;

// backend 0: the lock is free by now.
static bool find_holder(PostgresTarget *t, Arena *a, Holder *out, Err *err)
{
    static const char sql[] =
        "SELECT l.pid, max(m.objid::bigint) FILTER (WHERE m.classid = %d), max(m.objid::bigint) FILTER (WHERE"
        " m.classid = %d), coalesce(bool_or(m.classid = %d AND m.objid::bigint = %lld), false),"
        " coalesce(a.application_name, '?'), coalesce(host(a.client_addr), 'localhost'),"
        " to_char(a.backend_start, 'YYYY-MM-DD HH24:MI:SS UTC') FROM pg_locks l"
        " LEFT JOIN pg_stat_activity a ON a.pid = l.pid LEFT JOIN pg_locks m ON m.pid = l.pid AND m.locktype "
        "="
        " 'advisory' AND m.objsubid = 2 WHERE l.locktype = 'advisory' AND l.objsubid = 2 AND l.granted AND"
        " l.classid = %d AND l.objid = (hashtext($1)::bigint & 4294967295)::oid AND l.database = (SELECT oid "
        "FROM"
        " pg_database WHERE datname = current_database()) GROUP BY 1, 5, 6, 7";
    Str parameters[] = {str_of(t->locked)};
    const char *text =
        arena_text(a, sql, MARK_PID, MARK_START, MARK_MACHINE, (long long)(uint32_t)machine_mark(), LOCK);
    *out = (Holder){0};
    AUTO(pg_rows_free_at) PgRows *r = pg_query(t->db, text, parameters, ARRAY_LEN(parameters), err);
    if (!r || !pg_rows(r))
        return r;
    *out = (Holder){.backend = pg_int(r, 0, 0),
                    .pid = pg_int(r, 0, 1),
                    .start = pg_int(r, 0, 2),
                    .here = pg_true(r, 0, 3)};
    out->who = arena_text(a, _("%.*s, process %lld on %.*s, connected since %.*s (server process %lld)"),
                          STR_ARG(pg_value(r, 0, 4)), (long long)out->pid, STR_ARG(pg_value(r, 0, 5)),
                          STR_ARG(pg_value(r, 0, 6)), (long long)out->backend);
    return true;
}

// A worker that ended on this machine, or a connection that this one lost: the server has not noticed yet.
static bool is_left_over(const PostgresTarget *t, const Holder *h)
{
    if (!h->here || !h->pid)
        return false;
    return h->backend == t->backend || (process_start(h->pid) & INT32_MAX) != h->start;
}

static bool in_use(PostgresTarget *t, const Holder *h, Err *err)
{
    err_set(err, ERR_IN_USE, _("another worker is writing to %s for this clinic: %s"), pg_name(t->db),
            h->who);
    return err_hint(err, "%s", _("Wait for it to end, or stop it where it runs."));
}

static bool end_session(PostgresTarget *t, const Holder *h, Err *err)
{
    return pg_execf(t->db, err, "SELECT pg_terminate_backend(%lld)", (long long)h->backend);
}

// The first of an earlier worker's further sessions; those of our own that are left are lost with the lock.
static bool find_writer(PostgresTarget *t, int64_t *backend, Err *err)
{
    static const char sql[] =
        "SELECT min(pid) FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2 AND granted AND classid = %d"
        " AND objid = (hashtext($1)::bigint & 4294967295)::oid AND database = (SELECT oid FROM pg_database"
        " WHERE datname = current_database())";
    Str parameters[] = {str_of(t->locked)};
    AUTO(arena_free_at) Arena *a = arena_new();
    AUTO(pg_rows_free_at)
    PgRows *r = pg_query(t->db, arena_text(a, sql, WRITES), parameters, ARRAY_LEN(parameters), err);
    *backend = r ? pg_int(r, 0, 0) : 0;
    return r;
}

static bool end_writers(PostgresTarget *t, Err *err)
{
    Instant began = steady_now();
    int64_t backend, ended = 0;
    while (find_writer(t, &backend, err)) {
        if (!backend)
            return true;
        if (backend != ended && !end_session(t, &(Holder){.backend = backend}, err))
            return false;
        ended = backend;
        if (steady_now() - began > END_US)
            return err_set(err, ERR_IN_USE, _("server process %lld still writes for an earlier worker of this clinic"),
                           (long long)backend);
        poll(&(struct pollfd){.fd = cancel_fd(), .events = POLLIN}, 1, LOOK_MS);
        if (!cancel_check(err))
            return false;
    }
    return false;
}

static bool take_lock(PostgresTarget *t, Err *err)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    Instant began = steady_now();
    int64_t ended = 0; // the session that was told to end
    bool taken = false;
    if (!mark(t, err))
        return false;
    while (try_lock(t, &taken, err) && !taken) {
        Holder h;
        if (!find_holder(t, a, &h, err))
            return false;
        bool left_over = is_left_over(t, &h);
        if (h.backend && steady_now() - began > (left_over ? END_US : CLOSING_US))
            return in_use(t, &h, err);
        if (left_over && h.backend != ended && !end_session(t, &h, err))
            return false;
        ended = left_over ? h.backend : ended;
        poll(&(struct pollfd){.fd = cancel_fd(), .events = POLLIN}, 1, LOOK_MS);
        if (!cancel_check(err))
            return false;
    }
    return taken && end_writers(t, err);
}

bool postgres_lock(Target *base, const char *clinic_id, Err *err)
{
    PostgresTarget *t = postgres_of(base);
    t->locked = str_keep(t->arena, str_of(clinic_id));
    return take_lock(t, err) && postgres_bulk_guard(t, err);
}

static bool join(PostgresTarget *t, Err *err)
{
    Str parameters[] = {str_of(t->beside)};
    AUTO(arena_free_at) Arena *a = arena_new();
    return pg_run(t->db, arena_text(a, "SELECT pg_advisory_lock_shared(%d, hashtext($1))", WRITES), parameters,
                  ARRAY_LEN(parameters), NULL, err) &&
           postgres_bulk_join(t, err);
}

bool postgres_beside(Target *base, const char *clinic_id, Err *err)
{
    PostgresTarget *t = postgres_of(base);
    t->beside = str_keep(t->arena, str_of(clinic_id));
    return join(t, err);
}

bool postgres_lock_again(PostgresTarget *t, Err *err)
{
    return (!t->locked || (take_lock(t, err) && postgres_bulk_guard(t, err))) && (!t->beside || join(t, err));
}
