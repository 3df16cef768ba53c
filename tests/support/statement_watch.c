#include "tests/support/statement_watch.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

static Statements seen;

static int ended(unsigned what, void *arg, void *statement, void *time)
{
    (void)what;
    (void)arg;
    (void)time;
    const char *sql = sqlite3_sql(statement);
    int64_t steps = sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_VM_STEP, 1);
    seen.offset |= sql && strstr(sql, "OFFSET");
    seen.all += steps;
    seen.ended++;
    if (steps > seen.steps) {
        seen.steps = steps;
        snprintf(seen.heaviest, sizeof seen.heaviest, "%s", sql ? sql : "");
    }
    return 0;
}

static int opened(sqlite3 *db, char **message, const void *api)
{
    (void)message;
    (void)api;
    return sqlite3_trace_v2(db, SQLITE_TRACE_PROFILE, ended, NULL);
}

void statements_watch(void)
{
    sqlite3_auto_extension((void (*)(void))opened);
}

void statements_forget(void)
{
    memset(&seen, 0, sizeof seen);
}

Statements statements_seen(void)
{
    return seen;
}
