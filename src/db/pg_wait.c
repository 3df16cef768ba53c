// Waiting for the server, with an ear for who wants to stop.
#include <errno.h>
#include <poll.h>

#include "base/cancel.h"
#include "base/date.h"
#include "base/intl.h"
#include "db/pg_inner.h"

// A batch that is nearly done is let through; a statement that waits for a lock is not. What is begun after the
// request are the accounts of a run that ends.
enum { GRACE_US = 2 * 1000 * 1000, LATE_US = 10 * 1000 * 1000, END_US = 10 * 1000 * 1000, LOOK_MS = 500 };

bool pg_start(Pg *pg, Err *err)
{
    pg_forget_trouble(pg);
    pg->cancelled = false;
    pg->started = steady_now();
    pg->asked_at = !pg->limit_ms && cancel_requested() ? pg->started : 0;
    if (pg->conn && PQstatus(pg->conn) == CONNECTION_OK)
        return true;
    return pg_fail_class(pg, PG_LOST, "08003", err, _("%s: the connection is lost"), pg->name);
}

void pg_cancel(Pg *pg)
{
    char why[256];
    PGcancel *cancel = pg->conn ? PQgetCancel(pg->conn) : NULL;
    pg->cancelled = true;
    if (cancel)
        (void)!PQcancel(cancel, why, sizeof why); // what it did not stop, the caller's patience ends
    PQfreeCancel(cancel);
}

static bool too_long(Pg *pg, Err *err)
{
    if (steady_now() - pg->started < pg->limit_ms * 1000LL)
        return true;
    PQfinish(pg->conn); // an answer that comes later would be taken for another's
    pg->conn = NULL;
    return pg_fail_class(pg, PG_LOST, "", err, _("%s: no answer from the server"), pg->name);
}

// Somebody wants to stop: the statement may end by itself, is then cancelled, and is given up in the end.
static bool heed_request(Pg *pg, Err *err)
{
    Instant now = steady_now();
    if (!pg->asked_at)
        pg->asked_at = now;
    Instant grace = pg->asked_at == pg->started ? LATE_US : GRACE_US;
    if (!pg->cancelled && now - pg->asked_at >= grace)
        pg_cancel(pg);
    if (now - pg->asked_at < grace + END_US)
        return true;
    PQfinish(pg->conn);
    pg->conn = NULL;
    pg_fail_class(pg, PG_LOST, "", err, "%s", "");
    return cancel_check(err);
}

bool pg_wait(Pg *pg, bool want_write, Err *err)
{
    struct pollfd fds[] = {
        {.fd = PQsocket(pg->conn), .events = (short)(want_write ? POLLIN | POLLOUT : POLLIN)},
        {.fd = pg->limit_ms || pg->asked_at ? -1 : cancel_fd(), .events = POLLIN},
    };
    int timeout = pg->limit_ms || pg->asked_at ? LOOK_MS / 10 : LOOK_MS;
    int ready = poll(fds, ARRAY_LEN(fds), timeout);
    if (ready < 0 && errno != EINTR)
        return pg_fail_lost(pg, err);
    if (pg->limit_ms ? !too_long(pg, err) : cancel_requested() && !heed_request(pg, err))
        return false;
    if (ready > 0 && fds[0].revents & (POLLIN | POLLERR | POLLHUP) && !PQconsumeInput(pg->conn))
        return pg_fail_lost(pg, err);
    return true;
}

bool pg_flush(Pg *pg, Err *err)
{
    int left;
    pg->unsent = 0;
    while ((left = PQflush(pg->conn)) == 1)
        if (!pg_wait(pg, true, err))
            return false;
    return left == 0 || pg_fail_lost(pg, err);
}

bool pg_next(Pg *pg, PGresult **result, Err *err)
{
    *result = NULL;
    while (PQisBusy(pg->conn))
        if (!pg_wait(pg, false, err))
            return false;
    *result = PQgetResult(pg->conn);
    return true;
}

static bool is_bad(const PGresult *r)
{
    ExecStatusType status = PQresultStatus(r);
    return status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE || status == PGRES_NONFATAL_ERROR;
}

bool pg_finish(Pg *pg, PGresult **result, Err *err)
{
    PGresult *kept = NULL, *next;
    bool ok = pg_flush(pg, err);
    while (ok && (ok = pg_next(pg, &next, err)) && next) {
        if (kept && is_bad(kept)) {
            PQclear(next);
            continue;
        }
        PQclear(kept);
        kept = next;
        ExecStatusType status = PQresultStatus(kept);
        if (status == PGRES_COPY_IN || status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH)
            break; // the caller goes on
    }
    if (ok && kept && !is_bad(kept)) {
        *result = kept;
        return true;
    }
    *result = NULL;
    if (ok && kept)
        return pg_fail(pg, kept, err);
    PQclear(kept);
    return ok ? pg_fail_lost(pg, err) : false;
}

void pg_drain(Pg *pg)
{
    Err ignored = {0};
    PGresult *r;
    while (pg->conn && pg_next(pg, &r, &ignored) && r) {
        ExecStatusType status = PQresultStatus(r);
        PQclear(r);
        if (status == PGRES_COPY_IN && PQputCopyEnd(pg->conn, "given up") < 0)
            return;
        if (status == PGRES_COPY_OUT) {
            char *bytes;
            int n;
            while ((n = PQgetCopyData(pg->conn, &bytes, 1)) >= 0)
                if (n > 0)
                    PQfreemem(bytes);
                else if (!pg_wait(pg, false, &ignored))
                    return;
        }
    }
}
