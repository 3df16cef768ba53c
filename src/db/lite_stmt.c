// Statements: prepare, bind, step, read.
#include "db/lite_inner.h"

#include <stdlib.h>

#include "base/intl.h"

// Whether nothing but blanks and comments follows a statement. SQLite would silently leave the rest alone.
static bool nothing_follows(Lite *db, const char *tail)
{
    sqlite3_stmt *second = NULL;
    while (*tail == ' ' || *tail == '\n')
        tail++;
    bool none = !*tail || (sqlite3_prepare_v3(db->db, tail, -1, 0, &second, NULL) == SQLITE_OK && !second);
    sqlite3_finalize(second);
    return none;
}

LiteStmt *lite_prepare(Lite *db, const char *sql, Err *err)
{
    sqlite3_stmt *stmt = NULL;
    const char *tail;
    db->started_ms = lite_clock_ms();
    int rc = sqlite3_prepare_v3(db->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, &tail);
    if (rc != SQLITE_OK) {
        lite_fail(db, rc, err);
        return NULL;
    }
    if (!stmt || !nothing_follows(db, tail)) {
        sqlite3_finalize(stmt);
        db->fault = LITE_FAULT_SQL;
        err_set(err, db->err_kind, "%s: %s", db->name, _("this is not one statement"));
        return NULL;
    }
    LiteStmt *s = malloc(sizeof *s);
    if (!s)
        abort();
    *s = (LiteStmt){db, stmt};
    return s;
}

LiteStmt *lite_preparef(Lite *db, Err *err, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    char *sql = lite_compose(fmt, args);
    va_end(args);
    LiteStmt *s = lite_prepare(db, sql, err);
    sqlite3_free(sql);
    return s;
}

void lite_finish(LiteStmt *s)
{
    if (!s)
        return;
    sqlite3_finalize(s->stmt);
    free(s);
}

void lite_finish_at(LiteStmt **s)
{
    lite_finish(*s);
    *s = NULL;
}

void lite_reset(LiteStmt *s)
{
    sqlite3_reset(s->stmt);
    sqlite3_clear_bindings(s->stmt);
}

LiteStep lite_step(LiteStmt *s, Err *err)
{
    if (s->owner->limit_ms && !sqlite3_stmt_busy(s->stmt))
        s->owner->started_ms = lite_clock_ms();
    int rc = sqlite3_step(s->stmt);
    if (rc == SQLITE_ROW)
        return LITE_ROW;
    if (rc == SQLITE_DONE)
        return LITE_DONE;
    lite_fail(s->owner, rc, err);
    if ((rc & 0xff) != SQLITE_CONSTRAINT)
        return LITE_FAILED;
    err_set(err, s->owner->err_kind, "%s", sqlite3_errmsg(s->owner->db));
    return LITE_CONSTRAINT;
}

bool lite_run(LiteStmt *s, Err *err)
{
    LiteStep step = lite_step(s, err);
    lite_reset(s);
    return step == LITE_DONE || step == LITE_ROW;
}

void lite_bind_text(LiteStmt *s, int i, Str value)
{
    if (value.at)
        sqlite3_bind_text64(s->stmt, i + 1, value.at, value.len, SQLITE_STATIC, SQLITE_UTF8);
    else
        sqlite3_bind_null(s->stmt, i + 1);
}

void lite_bind_blob(LiteStmt *s, int i, Str value)
{
    if (value.at)
        sqlite3_bind_blob64(s->stmt, i + 1, value.at, value.len, SQLITE_STATIC);
    else
        sqlite3_bind_null(s->stmt, i + 1);
}

void lite_bind_int(LiteStmt *s, int i, int64_t value)
{
    sqlite3_bind_int64(s->stmt, i + 1, value);
}

void lite_bind_double(LiteStmt *s, int i, double value)
{
    sqlite3_bind_double(s->stmt, i + 1, value);
}

void lite_bind_null(LiteStmt *s, int i)
{
    sqlite3_bind_null(s->stmt, i + 1);
}

int lite_columns(const LiteStmt *s)
{
    return sqlite3_column_count(s->stmt);
}

const char *lite_column_name(LiteStmt *s, int i)
{
    return sqlite3_column_name(s->stmt, i);
}

LiteType lite_type(LiteStmt *s, int i)
{
    switch (sqlite3_column_type(s->stmt, i)) {
    case SQLITE_INTEGER: return LITE_INTEGER;
    case SQLITE_FLOAT: return LITE_REAL;
    case SQLITE_TEXT: return LITE_TEXT;
    case SQLITE_BLOB: return LITE_BLOB;
    default: return LITE_NULL;
    }
}

Str lite_text(LiteStmt *s, int i)
{
    const char *text = (const char *)sqlite3_column_text(s->stmt, i);
    if (!text)
        return (Str){NULL, 0};
    return (Str){text, (size_t)sqlite3_column_bytes(s->stmt, i)};
}

Str lite_blob(LiteStmt *s, int i)
{
    if (sqlite3_column_type(s->stmt, i) == SQLITE_NULL)
        return (Str){NULL, 0};
    const char *at = sqlite3_column_blob(s->stmt, i);
    return (Str){at ? at : "", (size_t)sqlite3_column_bytes(s->stmt, i)};
}

int64_t lite_int(LiteStmt *s, int i)
{
    return sqlite3_column_int64(s->stmt, i);
}

double lite_double(LiteStmt *s, int i)
{
    return sqlite3_column_double(s->stmt, i);
}

bool lite_one_int(Lite *db, int64_t *value, bool *found, Err *err, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    char *sql = lite_compose(fmt, args);
    va_end(args);
    AUTO(lite_finish_at) LiteStmt *s = lite_prepare(db, sql, err);
    sqlite3_free(sql);
    if (!s)
        return false;
    LiteStep step = lite_step(s, err);
    bool has = step == LITE_ROW;
    if (has)
        *value = lite_int(s, 0);
    if (found)
        *found = has;
    return has || step == LITE_DONE;
}

bool lite_one_text(Lite *db, Arena *a, const char **value, Err *err, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    char *sql = lite_compose(fmt, args);
    va_end(args);
    AUTO(lite_finish_at) LiteStmt *s = lite_prepare(db, sql, err);
    sqlite3_free(sql);
    if (!s)
        return false;
    LiteStep step = lite_step(s, err);
    *value = step == LITE_ROW ? str_keep(a, lite_text(s, 0)) : NULL;
    return step == LITE_ROW || step == LITE_DONE;
}
