// SQLite, tamed: open with our pragmas, prepare, bind, step; every failure is an Err.
#ifndef DB_LITE_H
#define DB_LITE_H

#include "base/err.h"
#include "base/str.h"

typedef struct Lite Lite;         // a connection: one thread, one owner
typedef struct LiteStmt LiteStmt; // a prepared statement

typedef enum {
    LITE_READ,    // read-only; waits up to 5 s for a lock
    LITE_WRITE,   // read and write, must exist
    LITE_CREATE,  // read and write, made (0600) when it does not exist
    LITE_MEMORY,  // private, in memory; path is ignored
    LITE_HOSTILE, // somebody else's file: immutable, defensive, trusted_schema off, limits lowered
} LiteMode;

// err_kind says whose fault a failure is: ERR_SOURCE, ERR_TARGET or ERR_INTERNAL; every error of this
// connection carries it. The path may hold any character.
Lite *lite_open(const char *path, LiteMode mode, ErrKind err_kind, Err *err) MUST_CHECK;
// The database that an open file is, whether or not it has a name: LITE_HOSTILE, or LITE_WRITE (an empty
// file becomes a new database). It needs no other file: no journal, so a failed write ruins it. fd stays
// the caller's, who may close it. name: how messages call it.
Lite *lite_open_fd(int fd, const char *name, LiteMode mode, ErrKind err_kind, Err *err) MUST_CHECK;
// From now on a database whose write-ahead log is not there is read as it lies, without a lock, and not written,
// for to do so would make that log. Whoever begins to write it meanwhile makes it, and the next connection sees
// it. Of a folder nobody may write this holds anyway.
void lite_only_look(void);
void lite_close(Lite *db); // NULL is fine
void lite_close_at(Lite **db);
struct sqlite3 *lite_handle(Lite *db); // only for map/functions_*.c

// What an operator can do when this file turns out to be damaged: the hint of such an error. Not copied.
void lite_if_damaged(Lite *db, const char *hint);

bool lite_exec(Lite *db, const char *sql, Err *err) MUST_CHECK; // several statements, no result
// Makes the file one with a write-ahead log, which it stays. Waits while others write, even for the same reason.
bool lite_wal(Lite *db, Err *err) MUST_CHECK;
// SQLite's own printf: %Q quotes a text, %w an identifier (write "%w"), %lld, %d, %s.
bool lite_execf(Lite *db, Err *err, const char *fmt, ...) MUST_CHECK;
bool lite_begin(Lite *db, Err *err) MUST_CHECK; // BEGIN IMMEDIATE
bool lite_commit(Lite *db, Err *err) MUST_CHECK;
void lite_rollback(Lite *db); // harmless outside a transaction
// From now on every transaction is a part of one that is rolled back when the connection is closed. A commit is
// refused where a real one would be.
bool lite_rehearse(Lite *db, Err *err) MUST_CHECK;
bool lite_rehearses(const Lite *db);

// Exactly one statement; none, or more than one, is an error.
LiteStmt *lite_prepare(Lite *db, const char *sql, Err *err) MUST_CHECK;
LiteStmt *lite_preparef(Lite *db, Err *err, const char *fmt, ...) MUST_CHECK;
void lite_finish(LiteStmt *s); // NULL is fine
void lite_finish_at(LiteStmt **s);
void lite_reset(LiteStmt *s); // also forgets the bindings

typedef enum { LITE_ROW, LITE_DONE, LITE_CONSTRAINT, LITE_FAILED } LiteStep;
// CONSTRAINT: the row was refused and nothing else happened; err->text holds SQLite's words.
LiteStep lite_step(LiteStmt *s, Err *err) MUST_CHECK;
bool lite_run(LiteStmt *s, Err *err) MUST_CHECK; // step to the end of a statement without rows, then reset

// Parameters and columns count from 0. Bound text must live until the step.
void lite_bind_text(LiteStmt *s, int i, Str value); // without value: NULL
void lite_bind_blob(LiteStmt *s, int i, Str value);
void lite_bind_int(LiteStmt *s, int i, int64_t value);
void lite_bind_double(LiteStmt *s, int i, double value);
void lite_bind_null(LiteStmt *s, int i);

typedef enum { LITE_NULL, LITE_INTEGER, LITE_REAL, LITE_TEXT, LITE_BLOB } LiteType;
int lite_columns(const LiteStmt *s);
const char *lite_column_name(LiteStmt *s, int i);
LiteType lite_type(LiteStmt *s, int i);
Str lite_text(LiteStmt *s, int i); // valid until the next step; without value for NULL
Str lite_blob(LiteStmt *s, int i);
int64_t lite_int(LiteStmt *s, int i);
double lite_double(LiteStmt *s, int i);

// The first column of the first row; found false when there is no row.
bool lite_one_int(Lite *db, int64_t *value, bool *found, Err *err, const char *fmt, ...) MUST_CHECK;
bool lite_one_text(Lite *db, Arena *a, const char **value, Err *err, const char *fmt,
                   ...) MUST_CHECK;   // NULL: no row or NULL
int64_t lite_changes(const Lite *db); // rows of the last statement
bool lite_table_exists(Lite *db, const char *table, bool *exists, Err *err) MUST_CHECK;

// Of which kind the last failure of this connection was; the words are in its Err.
typedef enum {
    LITE_FAULT_NONE,
    LITE_FAULT_CONTENT, // the file is no sound database
    LITE_FAULT_LIMIT,   // too long, too much memory, time limit passed
    LITE_FAULT_SYSTEM,  // the operating system refused, or another program holds the file
    LITE_FAULT_SQL,     // the statement does not fit the database, or is wrong
} LiteFault;
LiteFault lite_fault(const Lite *db);
void lite_name(Lite *db, const char *name); // how messages call this database; at first its path

// Stops long statements once cancel_requested(), with ERR_STOPPED; and after limit_ms (0: never).
void lite_watch(Lite *db, int limit_ms);
// The same, but all statements together, and what this thread does in between, have this processor time from
// now on: waiting for a disk or a reader of the output does not count.
void lite_watch_all(Lite *db, int64_t limit_ms);
// Reads the schema of a database that lite_open_fd opened, before the first statement: SQLite takes up to
// thirty times its bytes of memory for it. LITE_FAULT_LIMIT when there are more than `most` bytes of pages.
bool lite_load_schema(Lite *db, int64_t most, Err *err) MUST_CHECK;

#endif
