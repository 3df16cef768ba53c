#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/cancel.h"
#include "base/date.h"
#include "base/intl.h"
#include "db/pg_inner.h"

enum { CONNECT_MS = 30 * 1000, LOOK_MS = 500 };

// A dead network shows within a minute; the server notices a dead client by client_connection_check_interval.
static const char session_settings[] =
    "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED;"
    "SET timezone = 'UTC'; SET datestyle = 'ISO, YMD'; SET intervalstyle = 'iso_8601';"
    "SET search_path = pg_catalog; SET standard_conforming_strings = on; SET extra_float_digits = 1;"
    "SET bytea_output = 'hex'; SET xmloption = 'content'; SET lock_timeout = '60s'; SET statement_timeout = "
    "0;"
    "SET idle_in_transaction_session_timeout = 0; SET idle_session_timeout = 0;"
    "SET client_connection_check_interval = '2s';";

static void *need(void *block)
{
    if (!block)
        abort(); // no memory: the rule of the whole program
    return block;
}

static void drop_notice(void *arg, const PGresult *notice)
{
    (void)arg;
    (void)notice; // may hold values, and there is no place for it
}

static void set_application(Pg *pg, const char *application)
{
    size_t n = strlen(application);
    if (n >= sizeof pg->application)
        for (n = sizeof pg->application - 1; n && ((unsigned char)application[n] & 0xc0) == 0x80;)
            n--;
    memcpy(pg->application, application, n);
    pg->application[n] = 0;
}

static void set_name(Pg *pg)
{
    AUTO(buf_free) Buf name = {0};
    const char *host = PQhost(pg->conn), *db = PQdb(pg->conn);
    buf_addf(&name, "%s@%s", db ? db : "?", host && *host ? host : "localhost");
    free(pg->name);
    pg->name = need(strdup(buf_text(&name)));
}

static PGconn *begin_connecting(const Pg *pg)
{
    AUTO(buf_free) Buf password = {0};
    if (pg->password)
        buf_add(&password, secret_bytes(pg->password));
    const char *keywords[] = {"dbname",
                              "client_encoding",
                              "application_name",
                              "keepalives",
                              "keepalives_idle",
                              "keepalives_interval",
                              "keepalives_count",
                              "tcp_user_timeout",
                              pg->password ? "password" : NULL,
                              NULL};
    const char *values[] = {pg->conninfo, "UTF8",  pg->application,     "1", "20", "10",
                            "3",          "60000", buf_text(&password), NULL};
    PGconn *conn = need(PQconnectStartParams(keywords, values, 1));
    if (password.len)
        explicit_bzero(password.at, password.len);
    PQsetNoticeReceiver(conn, drop_notice, NULL);
    PQsetErrorVerbosity(conn, PQERRORS_VERBOSE); // while connecting, the SQLSTATE stands there alone
    return conn;
}

// libpq does not know what to connect to: a service that no file has, an option it does not understand.
static bool fail_wish(Pg *pg, Err *err)
{
    AUTO(buf_free) Buf words = {0};
    const char *told = PQerrorMessage(pg->conn);
    buf_add(&words, (Str){told, strcspn(told, "\n")});
    pg_fail_class(pg, PG_OTHER, "", err, "%s: %s", pg->name, buf_text(&words));
    return err_hint(err, "%s", _("Correct target in config.yaml, or the file of services: ~/.pg_service.conf or $PGSERVICEFILE."));
}

// Until the server answers, somebody wants to stop, or it takes too long.
static bool connect_now(Pg *pg, Err *err)
{
    Instant end = steady_now() + (pg->limit_ms ? pg->limit_ms : CONNECT_MS) * 1000LL;
    PostgresPollingStatusType next = PGRES_POLLING_WRITING;
    const char *host = PQhost(pg->conn);
    if (PQstatus(pg->conn) == CONNECTION_BAD)
        return host && *host ? pg_fail_lost(pg, err) : fail_wish(pg, err);
    while (next != PGRES_POLLING_OK) {
        struct pollfd fds[] = {
            {.fd = PQsocket(pg->conn), .events = next == PGRES_POLLING_READING ? POLLIN : POLLOUT},
            {.fd = pg->limit_ms ? -1 : cancel_fd(), .events = POLLIN},
        };
        int ready = poll(fds, ARRAY_LEN(fds), LOOK_MS);
        if (!pg->limit_ms && cancel_requested()) // also a sign of life
            return cancel_check(err);
        if (steady_now() > end)
            return pg_fail_class(pg, PG_LOST, "08001", err, _("%s: no answer from the server"), pg->name);
        if (ready <= 0 || !fds[0].revents)
            continue;
        next = PQconnectPoll(pg->conn);
        if (next == PGRES_POLLING_FAILED)
            return pg_fail_lost(pg, err);
    }
    return true;
}

static bool refuse_old(Pg *pg, Err *err)
{
    pg_fail_class(pg, PG_OTHER, "", err, _("%s: its version is older than PostgreSQL 14"), pg->name);
    return err_hint(err, "%s", _("Use a server of version 15 or newer."));
}

// A pooler gives a number of its own for the server's process. Locks, temporary tables and prepared statements want
// the same session from the first call to the last, and to cancel a statement wants the right one.
static bool refuse_pooler(Pg *pg, Err *err)
{
    AUTO(pg_rows_free_at) PgRows *r = pg_query(pg, "SELECT pg_backend_pid()", NULL, 0, err);
    if (!r || pg_int(r, 0, 0) == PQbackendPID(pg->conn))
        return r;
    pg_fail_class(pg, PG_OTHER, "", err, _("%s: a connection pooler stands in between"), pg->name);
    return err_hint(err, "%s", _("Name the server itself in config.yaml: its locks and sessions are needed."));
}

static bool prepare_session(Pg *pg, Err *err)
{
    set_name(pg);
    if (PQsetnonblocking(pg->conn, 1) != 0)
        return pg_fail_lost(pg, err);
    if (PQserverVersion(pg->conn) < 140000) // knows not all of the settings below
        return refuse_old(pg, err);
    return refuse_pooler(pg, err) && pg_exec(pg, session_settings, err) &&
           (!pg->read_only || pg_exec(pg, "SET default_transaction_read_only = on", err));
}

static void forget_session(Pg *pg)
{
    pg_forget_trouble(pg);
    for (size_t i = 0; i < pg->n_statements; i++)
        free(pg->statements[i]);
    pg->n_statements = pg->unsent = 0;
    PQfinish(pg->conn);
    pg->conn = NULL;
}

bool pg_reopen(Pg *pg, Err *err)
{
    if (pg->rehearses)
        return err_set(err, ERR_TARGET, _("%s: the connection was lost, and all that was rehearsed with it"), pg->name);
    forget_session(pg);
    pg->conn = begin_connecting(pg);
    set_name(pg);
    return connect_now(pg, err) && prepare_session(pg, err);
}

Pg *pg_open(const PgOptions *o, Err *err)
{
    Pg *pg = need(calloc(1, sizeof *pg));
    pg->conninfo = need(strdup(o->conninfo ? o->conninfo : ""));
    pg->password = o->password ? secret_new(secret_bytes(o->password)) : NULL;
    pg->read_only = o->read_only;
    pg->limit_ms = o->limit_ms;
    set_application(pg, o->application ? o->application : "mudanza");
    if (!pg_reopen(pg, err))
        pg_close_at(&pg);
    return pg;
}

Pg *pg_open_beside(const Pg *pg, int limit_ms, Err *err)
{
    PgOptions o = {.conninfo = pg->conninfo,
                   .password = pg->password,
                   .application = "mudanza looks on",
                   .read_only = true,
                   .limit_ms = limit_ms};
    return pg_open(&o, err);
}

void pg_close(Pg *pg)
{
    if (!pg)
        return;
    forget_session(pg);
    secret_free(pg->password);
    free(pg->conninfo);
    free(pg->name);
    free(pg);
}

void pg_close_at(Pg **pg)
{
    pg_close(*pg);
    *pg = NULL;
}

bool pg_application(Pg *pg, const char *application, Err *err)
{
    AUTO(buf_free) Buf sql = {0};
    set_application(pg, application);
    buf_add_text(&sql, "SET application_name = ");
    pg_literal(&sql, str_of(pg->application));
    return pg_exec(pg, buf_text(&sql), err);
}

const char *pg_name(const Pg *pg)
{
    return pg->name;
}

int pg_backend(const Pg *pg)
{
    return pg->conn && PQstatus(pg->conn) == CONNECTION_OK ? PQbackendPID(pg->conn) : 0;
}

int pg_server_version(const Pg *pg)
{
    return pg->conn ? PQserverVersion(pg->conn) : 0;
}
