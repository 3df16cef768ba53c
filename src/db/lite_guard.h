// Locks a connection down before SQL written in mapping files runs on it.
#ifndef DB_LITE_GUARD_H
#define DB_LITE_GUARD_H

#include "db/lite.h"

// What a guarded statement may do: read tables, call functions of the allow list, nothing else. The
// guard is asked while statements are prepared; it lives as long as the connection.
typedef struct {
    bool (*may_call)(void *arg, const char *function);
    // Every column read: schema is "main" or the name of an attached database; column "" when only the rows
    // of a table matter, as for count(*). May be NULL.
    void (*reads)(void *arg, const char *schema, const char *table, const char *column);
    void *arg;
    const char *refused; // the last word refused: a function or an action; for messages
} LiteGuard;

// NULL takes the guard away, for our own statements.
void lite_guard(Lite *db, LiteGuard *guard);
// Lowers the limits that keep one built-in call from running for ever. Uses json_each once, which a
// guarded connection could not make known to itself.
bool lite_lower_limits(Lite *db, Err *err) MUST_CHECK;
// Keeps -wal and -shm when the last connection closes, so that a reader without write access can open it.
void lite_keep_wal(Lite *db);
// Adds an in-memory database under this schema name.
bool lite_attach_memory(Lite *db, const char *schema, Err *err) MUST_CHECK;

#endif
