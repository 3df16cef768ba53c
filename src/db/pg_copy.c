// COPY in both directions. The verdict of COPY FROM stands in its last result, not in the calls before.
#include <stdlib.h>

#include "base/intl.h"
#include "db/pg_inner.h"

enum { PUT_BYTES = 64 << 10 }; // to libpq at a time, then waited for: its buffer stays small

static bool start_copy(Pg *pg, const char *sql, ExecStatusType wanted, bool *binary, Err *err)
{
    PGresult *r;
    if (!pg_start(pg, err))
        return false;
    if (!PQsendQuery(pg->conn, sql))
        return pg_fail_lost(pg, err);
    if (!pg_finish(pg, &r, err))
        return false;
    bool ok = PQresultStatus(r) == wanted;
    *binary = PQbinaryTuples(r);
    PQclear(r);
    if (ok)
        return true;
    pg_drain(pg);
    return err_set(err, ERR_INTERNAL, "not a COPY in this direction: %s", sql);
}

bool pg_copy_in(Pg *pg, const char *sql, Err *err)
{
    bool binary;
    return start_copy(pg, sql, PGRES_COPY_IN, &binary, err);
}

bool pg_copy_put(Pg *pg, Str bytes, Err *err)
{
    if (pg->limit_ms)
        pg->started = steady_now();
    if (!pg->conn)
        return pg_fail_lost(pg, err);
    while (bytes.len) {
        size_t n = MIN(bytes.len, (size_t)PUT_BYTES);
        int put = PQputCopyData(pg->conn, bytes.at, (int)n);
        if (put < 0)
            return pg_fail_lost(pg, err);
        if (put == 0) {
            if (!pg_flush(pg, err))
                return false;
            continue;
        }
        bytes.at += n;
        bytes.len -= n;
        pg->unsent += n;
        if (pg->unsent >= PUT_BYTES && !pg_flush(pg, err))
            return false;
    }
    return true;
}

bool pg_copy_end(Pg *pg, int64_t *rows, Err *err)
{
    PGresult *r;
    if (!pg->conn || PQputCopyEnd(pg->conn, NULL) < 0)
        return pg_fail_lost(pg, err);
    if (!pg_finish(pg, &r, err))
        return false;
    if (rows)
        *rows = strtoll(PQcmdTuples(r), NULL, 10);
    PQclear(r);
    return true;
}

void pg_copy_abort(Pg *pg)
{
    if (pg->conn && PQputCopyEnd(pg->conn, "given up") >= 0)
        pg_drain(pg);
}

bool pg_copy_out(Pg *pg, const char *sql, bool (*data)(void *arg, Str bytes, Err *err), void *arg, Err *err)
{
    bool binary, ok = true;
    char *bytes;
    int n;
    if (!start_copy(pg, sql, PGRES_COPY_OUT, &binary, err))
        return false;
    while (ok && (n = PQgetCopyData(pg->conn, &bytes, 1)) >= 0) {
        if (n == 0) {
            if (!pg_wait(pg, false, err))
                return false;
            continue;
        }
        size_t len = (size_t)n - (!binary && bytes[n - 1] == '\n');
        ok = data(arg, (Str){bytes, len}, err);
        PQfreemem(bytes);
    }
    if (!ok) { // who asked has enough
        pg_cancel(pg);
        pg_drain(pg);
        return false;
    }
    PGresult *r;
    if (n == -2)
        return pg_fail_lost(pg, err);
    if (!pg_finish(pg, &r, err))
        return false;
    PQclear(r);
    return true;
}
