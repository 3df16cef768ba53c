#include "db/lite_guard.h"

#include <sqlite3.h>
#include <string.h>

enum { LIMIT_LENGTH = 8 << 20, LIMIT_SQL = 1 << 20, LIMIT_DEPTH = 400 };

static int refuse(LiteGuard *g, const char *what)
{
    g->refused = what;
    return SQLITE_DENY;
}

static int judge(void *arg, int action, const char *a, const char *b, const char *schema, const char *inner)
{
    LiteGuard *g = arg;
    (void)inner;
    switch (action) {
    case SQLITE_SELECT:
    case SQLITE_RECURSIVE: return SQLITE_OK;
    case SQLITE_READ:
        if (strncmp(a, "sqlite_", 7) == 0)
            return refuse(g, "sqlite_schema");
        if (g->reads && a[0])
            g->reads(g->arg, schema ? schema : "main", a, b);
        return SQLITE_OK;
    case SQLITE_FUNCTION:
        return g->may_call(g->arg, b) ? SQLITE_OK
                                      : refuse(g, sqlite3_keyword_check(b, (int)strlen(b)) ? "function" : b);
    default: return refuse(g, "SQL");
    }
}

void lite_guard(Lite *db, LiteGuard *guard)
{
    sqlite3_set_authorizer(lite_handle(db), guard ? judge : NULL, guard);
}

bool lite_lower_limits(Lite *db, Err *err)
{
    if (!lite_exec(db, "SELECT count(*) FROM json_each('[]')", err))
        return false;
    sqlite3 *handle = lite_handle(db);
    sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, LIMIT_LENGTH);
    sqlite3_limit(handle, SQLITE_LIMIT_SQL_LENGTH, LIMIT_SQL);
    sqlite3_limit(handle, SQLITE_LIMIT_EXPR_DEPTH, LIMIT_DEPTH);
    return true;
}

void lite_keep_wal(Lite *db)
{
    int on = 1;
    sqlite3_file_control(lite_handle(db), "main", SQLITE_FCNTL_PERSIST_WAL, &on);
}

bool lite_attach_memory(Lite *db, const char *schema, Err *err)
{
    return lite_execf(db, err, "ATTACH ':memory:' AS \"%w\"", schema);
}
