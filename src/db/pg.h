// PostgreSQL by libpq: the only files that include <libpq-fe.h> are those beside this one.
//
// One connection, used by one thread. Every call waits in poll() for the socket together with cancel_fd(): what
// the server has not done two seconds after a request to stop is cancelled (PQcancel), and the call fails with
// ERR_STOPPED; one begun after the request has ten. To connect stops at once. Text is UTF-8; results come in the
// server's text format unless a function says otherwise.
//
// Errors are ERR_TARGET with the server's words and never with values of rows: the DETAIL and CONTEXT fields
// hold them ("Key (email)=(...) already exists") and are only given by pg_trouble(), for who wants to say
// more.
#ifndef DB_PG_H
#define DB_PG_H

#include "base/arena.h"
#include "base/err.h"
#include "base/secret.h"
#include "base/str.h"

typedef struct Pg Pg;

typedef struct {
    const char *conninfo;    // keywords for libpq, without a password
    const Secret *password;  // NULL: libpq's own places (.pgpass, service file, PGPASSWORD)
    const char *application; // application_name: clinic, run, step; cut to 63 bytes
    bool read_only;          // default_transaction_read_only
    int limit_ms;            // of who only looks on, in a thread beside the work: no call takes longer, none
                             // heeds a request to stop; 0: the worker itself
} PgOptions;

// Opens and prepares the session: UTC, ISO dates, UTF-8, search_path=pg_catalog, standard strings,
// extra_float_digits 1, lock_timeout, no statement or idle timeout, client_connection_check_interval 2 s,
// bytea as hex. lock_timeout is a minute. The options are copied: a lost connection can be opened again. NULL with ERR_TARGET and a
// hint by the kind of trouble.
Pg *pg_open(const PgOptions *o, Err *err) MUST_CHECK;
// Another session of the same role, for a thread that only looks: each call may take limit_ms.
Pg *pg_open_beside(const Pg *pg, int limit_ms, Err *err) MUST_CHECK;
bool pg_reopen(Pg *pg, Err *err)
    MUST_CHECK;        // after it was lost; what a session holds is gone (temporary tables, locks)
void pg_close(Pg *pg); // NULL is fine; never waits
void pg_close_at(Pg **pg);
bool pg_application(Pg *pg, const char *application, Err *err) MUST_CHECK; // says what it does now
int pg_backend(const Pg *pg);        // pid of the server's process; 0: lost
const char *pg_name(const Pg *pg);   // clinic@host, for messages
int pg_server_version(const Pg *pg); // 150018

// What to do about the last failure, by SQLSTATE class and the state of the connection.
typedef enum {
    PG_FINE,
    PG_DATA,   // 22, 23, P0001 and what else a row can be guilty of: another row may pass
    PG_BUSY,   // 40001, 40P01, 55P03, 57014 by a lock timeout: the same again, later
    PG_LOST,   // 08, 57P01-57P03, or no answer: pg_reopen
    PG_FULL,   // 53: disk, memory, connections: somebody has to make room
    PG_SCHEMA, // 0A000 of a cached plan, 42: not what the catalogue said
    PG_DENIED, // 28, 42501
    PG_OTHER,
} PgClass;
typedef struct {
    PgClass class;
    char sqlstate[6]; // "" without one
    // as the server names them, "" when it does not; valid until the next call
    const char *message, *detail, *context, *schema, *table, *column, *constraint, *datatype;
} PgTrouble;
const PgTrouble *pg_trouble(const Pg *pg); // of the last call; class PG_FINE when it went well

// Results, in memory.
typedef struct PgRows PgRows;
size_t pg_rows(const PgRows *r);
Str pg_value(const PgRows *r, size_t row, size_t column);   // without value: NULL; valid as long as r
int64_t pg_int(const PgRows *r, size_t row, size_t column); // 0 for NULL
bool pg_true(const PgRows *r, size_t row, size_t column);
void pg_rows_free(PgRows *r); // NULL is fine
void pg_rows_free_at(PgRows **r);

// Statements without parameters, several with ';' between them; results are dropped.
bool pg_exec(Pg *pg, const char *sql, Err *err) MUST_CHECK;
bool pg_execf(Pg *pg, Err *err, const char *fmt, ...)
    PRINTF(3, 4) MUST_CHECK; // names quoted with pg_quote beforehand
// One statement with text parameters $1.. (a Str without value: NULL). Each text is prepared once per
// connection. affected: rows by the command tag; may be NULL.
PgRows *pg_query(Pg *pg, const char *sql, const Str *parameters, size_t n, Err *err) MUST_CHECK;
bool pg_run(Pg *pg, const char *sql, const Str *parameters, size_t n, int64_t *affected, Err *err) MUST_CHECK;
// The rows one by one as the server sends them (single-row mode): bounded memory. values: n_columns of them,
// valid during the call; each stops by returning false with err.
bool pg_each(Pg *pg, const char *sql, const Str *parameters, size_t n,
             bool (*each)(void *arg, const Str *values, size_t n_columns, Err *err), void *arg,
             Err *err) MUST_CHECK;

// COPY ... FROM STDIN: begin, put any cut of bytes as often as needed, end. The verdict stands in end alone.
bool pg_copy_in(Pg *pg, const char *sql, Err *err) MUST_CHECK;
bool pg_copy_put(Pg *pg, Str bytes, Err *err) MUST_CHECK;
bool pg_copy_end(Pg *pg, int64_t *rows, Err *err) MUST_CHECK;
void pg_copy_abort(Pg *pg); // gives up; the transaction is failed
// COPY ... TO STDOUT: each line (text format: without its line end) or each CopyData message.
bool pg_copy_out(Pg *pg, const char *sql, bool (*data)(void *arg, Str bytes, Err *err), void *arg,
                 Err *err) MUST_CHECK;

// Transactions. commit is refused when the server rolled back instead (the command tag tells).
bool pg_begin(Pg *pg, Err *err) MUST_CHECK;
bool pg_commit(Pg *pg, Err *err) MUST_CHECK;
void pg_rollback(Pg *pg); // whatever state it is in; a lost connection needs none
bool pg_in_transaction(const Pg *pg);
// From now on every transaction is a part of one that is rolled back when the connection is closed. A commit is
// refused where a real one would be. A lost connection cannot be opened again.
bool pg_rehearse(Pg *pg, Err *err) MUST_CHECK;
bool pg_rehearses(const Pg *pg); // and nothing that is tied to a commit happens, like ON COMMIT DELETE ROWS

// Texts for SQL and COPY.
void pg_quote(Buf *sql, const char *name); // an identifier
void pg_literal(Buf *sql, Str text);       // 'text', E'' where needed; NULL without value
void pg_copy_text(Buf *out, Str value);    // a field of COPY's text format: \N, \\, \t, \n, \r ...
// The next field of a line that COPY TO gave; false: none left. Its value stands in the line or in scratch, which
// is to be cleared for each line.
bool pg_copy_next(Str *line, Buf *scratch, Str *value);

#endif
