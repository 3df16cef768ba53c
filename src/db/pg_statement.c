// Statements, their results, and transactions.
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/intl.h"
#include "db/pg_inner.h"

bool pg_exec(Pg *pg, const char *sql, Err *err)
{
    PGresult *r;
    if (!pg_start(pg, err))
        return false;
    if (!PQsendQuery(pg->conn, sql))
        return pg_fail_lost(pg, err);
    bool ok = pg_finish(pg, &r, err);
    if (ok)
        PQclear(r);
    return ok;
}

bool pg_execf(Pg *pg, Err *err, const char *fmt, ...)
{
    char *sql;
    va_list args;
    va_start(args, fmt);
    if (vasprintf(&sql, fmt, args) < 0)
        abort();
    va_end(args);
    bool ok = pg_exec(pg, sql, err);
    free(sql);
    return ok;
}

// libpq wants texts that end with NUL; and a text that holds one would be cut there.
static bool put_parameters(Pg *pg, const Str *given, size_t n, Buf *texts, const char **out, Err *err)
{
    size_t all = n + 1;
    for (size_t i = 0; i < n; i++)
        all += given[i].len;
    buf_room(texts, all);
    for (size_t i = 0; i < n; i++) {
        out[i] = NULL;
        if (!given[i].at)
            continue;
        if (memchr(given[i].at, 0, given[i].len))
            return pg_fail_class(pg, PG_DATA, "22021", err, _("%s: a value is refused (%s)"), pg->name,
                                 "22021");
        out[i] = texts->at + texts->len;
        buf_add(texts, given[i]);
        buf_add_char(texts, 0);
    }
    return true;
}

// Its number among the prepared ones; PG_STATEMENTS: there are too many already. false with err: refused.
static bool prepare(Pg *pg, const char *sql, size_t n_parameters, size_t *number, Err *err)
{
    for (*number = 0; *number < pg->n_statements; ++*number)
        if (strcmp(pg->statements[*number], sql) == 0)
            return true;
    if (*number == PG_STATEMENTS)
        return true;
    char name[16];
    PGresult *r;
    snprintf(name, sizeof name, "s%zu", *number);
    if (!PQsendPrepare(pg->conn, name, sql, (int)n_parameters, NULL))
        return pg_fail_lost(pg, err);
    if (!pg_finish(pg, &r, err))
        return false;
    PQclear(r);
    char *copy = strdup(sql);
    if (!copy)
        abort();
    pg->statements[pg->n_statements++] = copy;
    return true;
}

static bool send_query(Pg *pg, const char *sql, const Str *parameters, size_t n, Err *err)
{
    AUTO(buf_free) Buf texts = {0};
    AUTO(arena_free_at) Arena *a = arena_new();
    const char **values = arena_many(a, const char *, n + 1);
    size_t number;
    if (!pg_start(pg, err) || !put_parameters(pg, parameters, n, &texts, values, err) ||
        !prepare(pg, sql, n, &number, err))
        return false;
    char name[16];
    snprintf(name, sizeof name, "s%zu", number);
    int sent = number < PG_STATEMENTS ? PQsendQueryPrepared(pg->conn, name, (int)n, values, NULL, NULL, 0)
                                      : PQsendQueryParams(pg->conn, sql, (int)n, NULL, values, NULL, NULL, 0);
    return sent || pg_fail_lost(pg, err);
}

// A plan that does not fit its tables any more is of no use: all are made anew.
static void forget_stale(Pg *pg)
{
    if (strcmp(pg->trouble.sqlstate, "0A000") != 0 || pg_in_transaction(pg))
        return;
    for (size_t i = 0; i < pg->n_statements; i++)
        free(pg->statements[i]);
    pg->n_statements = 0;
    if (PQsendQuery(pg->conn, "DEALLOCATE ALL"))
        pg_drain(pg);
}

static PGresult *run(Pg *pg, const char *sql, const Str *parameters, size_t n, Err *err)
{
    PGresult *r = NULL;
    if (!send_query(pg, sql, parameters, n, err) || !pg_finish(pg, &r, err))
        forget_stale(pg);
    return r;
}

PgRows *pg_query(Pg *pg, const char *sql, const Str *parameters, size_t n, Err *err)
{
    return (PgRows *)run(pg, sql, parameters, n, err);
}

bool pg_run(Pg *pg, const char *sql, const Str *parameters, size_t n, int64_t *affected, Err *err)
{
    PGresult *r = run(pg, sql, parameters, n, err);
    if (!r)
        return false;
    if (affected)
        *affected = strtoll(PQcmdTuples(r), NULL, 10);
    PQclear(r);
    return true;
}

static void take_row(const PGresult *r, Str *values, int n)
{
    for (int i = 0; i < n; i++)
        values[i] =
            PQgetisnull(r, 0, i) ? (Str){NULL, 0} : (Str){PQgetvalue(r, 0, i), (size_t)PQgetlength(r, 0, i)};
}

bool pg_each(Pg *pg, const char *sql, const Str *parameters, size_t n,
             bool (*each)(void *arg, const Str *values, size_t n_columns, Err *err), void *arg, Err *err)
{
    if (!send_query(pg, sql, parameters, n, err)) {
        forget_stale(pg);
        return false;
    }
    PQsetSingleRowMode(pg->conn);
    Str *values = NULL;
    bool ok = pg_flush(pg, err);
    PGresult *r;
    while (ok && (ok = pg_next(pg, &r, err)) && r) {
        ExecStatusType status = PQresultStatus(r);
        int columns = PQnfields(r);
        if (status != PGRES_SINGLE_TUPLE && status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
            ok = pg_fail(pg, r, err);
            pg_drain(pg);
            forget_stale(pg);
            break;
        }
        if (!values && !(values = calloc((size_t)columns + 1, sizeof *values)))
            abort();
        if (status == PGRES_SINGLE_TUPLE) {
            take_row(r, values, columns);
            ok = each(arg, values, (size_t)columns, err);
        }
        PQclear(r);
        if (!ok) { // who asked has enough: what else comes is dropped
            pg_cancel(pg);
            pg_drain(pg);
        }
    }
    free(values);
    return ok;
}

size_t pg_rows(const PgRows *r)
{
    return (size_t)PQntuples((const PGresult *)r);
}

Str pg_value(const PgRows *rows, size_t row, size_t column)
{
    const PGresult *r = (const PGresult *)rows;
    if (PQgetisnull(r, (int)row, (int)column))
        return (Str){NULL, 0};
    return (Str){PQgetvalue(r, (int)row, (int)column), (size_t)PQgetlength(r, (int)row, (int)column)};
}

int64_t pg_int(const PgRows *r, size_t row, size_t column)
{
    Str value = pg_value(r, row, column);
    return value.at ? strtoll(value.at, NULL, 10) : 0;
}

bool pg_true(const PgRows *r, size_t row, size_t column)
{
    return str_is(pg_value(r, row, column), "t");
}

void pg_rows_free(PgRows *r)
{
    PQclear((PGresult *)r);
}

void pg_rows_free_at(PgRows **r)
{
    pg_rows_free(*r);
    *r = NULL;
}

bool pg_begin(Pg *pg, Err *err)
{
    pg->in_part = pg->rehearses && pg_exec(pg, "SAVEPOINT rehearsed", err);
    return pg->rehearses ? pg->in_part : pg_exec(pg, "BEGIN", err);
}

bool pg_rehearse(Pg *pg, Err *err)
{
    pg->rehearses = pg_begin(pg, err);
    return pg->rehearses;
}

bool pg_rehearses(const Pg *pg)
{
    return pg->rehearses;
}

// Deferred constraints are looked at as by a commit, and are deferred again afterwards.
static bool commit_rehearsed(Pg *pg, Err *err)
{
    bool ok =
        pg_exec(pg,
                "SAVEPOINT looked; SET CONSTRAINTS ALL IMMEDIATE; ROLLBACK TO looked; RELEASE rehearsed;"
                " SET CONSTRAINTS ALL DEFERRED",
                err);
    pg->in_part = pg->in_part && !ok;
    return ok;
}

// The server answers COMMIT of a failed transaction with success and "ROLLBACK".
bool pg_commit(Pg *pg, Err *err)
{
    PGresult *r;
    if (pg->rehearses)
        return commit_rehearsed(pg, err);
    if (!pg_start(pg, err))
        return false;
    if (!PQsendQuery(pg->conn, "COMMIT"))
        return pg_fail_lost(pg, err);
    if (!pg_finish(pg, &r, err))
        return false;
    bool done = strcmp(PQcmdStatus(r), "COMMIT") == 0;
    PQclear(r);
    return done || pg_fail_class(pg, PG_OTHER, "25P02", err, _("%s: the server rolled the transaction back"),
                                 pg->name);
}

bool pg_in_transaction(const Pg *pg)
{
    return pg->conn && PQtransactionStatus(pg->conn) != PQTRANS_IDLE &&
           PQtransactionStatus(pg->conn) != PQTRANS_UNKNOWN;
}

// Its own failure is of no interest, and what went wrong before is still wanted.
void pg_rollback(Pg *pg)
{
    if (!pg_in_transaction(pg) || (pg->rehearses && !pg->in_part))
        return;
    pg->in_part = false;
    pg->cancelled = false;
    pg->asked_at = 0;
    pg->started = steady_now();
    if (PQtransactionStatus(pg->conn) == PQTRANS_ACTIVE) { // a COPY, or rows that nobody read
        pg_cancel(pg);
        pg_drain(pg);
    }
    if (pg->conn &&
        PQsendQuery(pg->conn, pg->rehearses ? "ROLLBACK TO rehearsed; RELEASE rehearsed" : "ROLLBACK"))
        pg_drain(pg);
}
