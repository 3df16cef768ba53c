// What lite.c and lite_stmt.c share; nobody else includes it.
#ifndef DB_LITE_INNER_H
#define DB_LITE_INNER_H

#include <sqlite3.h>
#include <stdarg.h>

#include "db/lite.h"

struct Lite {
    sqlite3 *db;
    ErrKind err_kind;
    char *name; // for messages: the path
    const char *if_damaged; // the hint when the file turns out to be damaged; NULL: none
    LiteFault fault;
    bool rehearses;      // transactions are savepoints of one
    int limit_ms;        // of each statement; 0: none
    int64_t deadline_ms; // of all statements, on the clock of this thread's processor time; 0: none
    int64_t started_ms; // when the running statement began; 0: not watched
};

struct LiteStmt {
    Lite *owner;
    sqlite3_stmt *stmt;
};

int64_t lite_clock_ms(void); // monotonic
// The words of a failure: SQLite's own, and what an operator can do where it is plain. Returns false.
bool lite_fail(Lite *db, int rc, Err *err);
#define LITE_FD_VFS "mudanza-fd"
// A file control of it: an int64_t that is to stay above 0, from which the bytes read are taken; NULL: no more.
enum { LITE_FD_ALLOW = 1000 };
// lite_look.c: whether LITE_READ is to open this path without making a write-ahead log beside it.
bool lite_as_it_lies(const char *path);
void lite_fd_register(void); // lite_fd.c: once, before the first connection
char *lite_compose(const char *fmt, va_list args); // sqlite3_free() it

#endif
