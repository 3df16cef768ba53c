// What the files of pg.h share; nobody else includes it.
#ifndef DB_PG_INNER_H
#define DB_PG_INNER_H

#include <libpq-fe.h>

#include "base/date.h"
#include "db/pg.h"

enum { PG_STATEMENTS = 256 }; // prepared ones a connection keeps

struct Pg {
    PGconn *conn; // NULL: could not be opened again
    char *conninfo, *name;
    char application[64];
    Secret *password;
    bool read_only;
    bool rehearses, in_part; // transactions are savepoints of one; one of them is open
    int limit_ms;
    // Of the call under way, by the steady clock: when it began, and when somebody asked to stop (0: nobody).
    Instant started, asked_at;
    bool cancelled; // PQcancel was sent
    PgTrouble trouble;
    PGresult *verdict; // the one whose fields trouble points into
    char *statements[PG_STATEMENTS];
    size_t n_statements;
    size_t unsent; // bytes of COPY given to libpq since the last wait
};

// pg_wait.c. Each call of pg.h starts with pg_start. want_write: also until the socket takes more. false with
// err: the connection is lost or the statement did not end after it was cancelled.
bool pg_start(Pg *pg, Err *err) MUST_CHECK;
bool pg_wait(Pg *pg, bool want_write, Err *err) MUST_CHECK;
bool pg_flush(Pg *pg, Err *err) MUST_CHECK; // everything given to libpq is on its way
// The next result, NULL at the end of the statement; false with err when the connection is lost.
bool pg_next(Pg *pg, PGresult **result, Err *err) MUST_CHECK;
// Reads on to the end of the statement, or until it is a COPY: *result is its last one. false with err and
// trouble: one of them was an error.
bool pg_finish(Pg *pg, PGresult **result, Err *err) MUST_CHECK;
void pg_drain(Pg *pg); // ends whatever is under way, its results are dropped
void pg_cancel(Pg *pg);

// pg_trouble.c. Each returns false.
bool pg_fail(Pg *pg, PGresult *verdict, Err *err); // takes verdict over
bool pg_fail_lost(Pg *pg, Err *err);               // libpq says why
bool pg_fail_class(Pg *pg, PgClass class, const char *sqlstate, Err *err, const char *fmt, ...) PRINTF(5, 6);
void pg_forget_trouble(Pg *pg);

#endif
