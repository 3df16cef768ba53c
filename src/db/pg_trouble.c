// What went wrong, by SQLSTATE, and how it is told: names, never values.
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cancel.h"
#include "base/intl.h"
#include "db/pg_inner.h"

// The longest prefix wins; "" is what is left.
static const struct {
    const char *prefix;
    PgClass class;
} classes[] = {
    {"", PG_OTHER},     {"08", PG_LOST},    {"0A000", PG_SCHEMA}, {"21", PG_DATA},    {"22", PG_DATA},
    {"23", PG_DATA},    {"27", PG_DATA},    {"28", PG_DENIED},    {"38", PG_DATA},    {"39", PG_DATA},
    {"3D", PG_SCHEMA},  {"3F", PG_SCHEMA},  {"40", PG_BUSY},      {"42", PG_SCHEMA},  {"42501", PG_DENIED},
    {"44", PG_DATA},    {"53", PG_FULL},    {"53300", PG_LOST},   {"54", PG_DATA},    {"55P03", PG_BUSY},
    {"55006", PG_BUSY}, {"57014", PG_BUSY}, {"57P01", PG_LOST},   {"57P02", PG_LOST}, {"57P03", PG_LOST},
    {"57P05", PG_LOST}, {"P0", PG_DATA},    {"XX", PG_OTHER},
};

static PgClass class_of(const char *sqlstate)
{
    PgClass found = PG_OTHER;
    size_t longest = 0;
    for (size_t i = 0; i < ARRAY_LEN(classes); i++) {
        size_t n = strlen(classes[i].prefix);
        if (n >= longest && strncmp(sqlstate, classes[i].prefix, n) == 0) {
            found = classes[i].class;
            longest = n;
        }
    }
    return found;
}

void pg_forget_trouble(Pg *pg)
{
    PQclear(pg->verdict);
    pg->verdict = NULL;
    pg->trouble = (PgTrouble){.class = PG_FINE,
                              .message = "",
                              .detail = "",
                              .context = "",
                              .schema = "",
                              .table = "",
                              .column = "",
                              .constraint = "",
                              .datatype = ""};
}

static void note(Pg *pg, PgClass class, const char *sqlstate)
{
    pg->trouble.class = class;
    snprintf(pg->trouble.sqlstate, sizeof pg->trouble.sqlstate, "%s", sqlstate);
}

// libpq passes over a password file that others can read, with no more than a line on standard error.
static bool hint_at_open_file(const Pg *pg, Err *err)
{
    struct stat st;
    bool open = false;
    PQconninfoOption *options = pg->conn && !pg->password ? PQconninfo(pg->conn) : NULL;
    for (const PQconninfoOption *o = options; o && o->keyword && !open; o++) {
        open = strcmp(o->keyword, "passfile") == 0 && o->val && stat(o->val, &st) == 0 && (st.st_mode & 077);
        if (open)
            err_hint(err, _("Others can read the password file, so it is not used: chmod 600 %s"), o->val);
    }
    PQconninfoFree(options);
    return open;
}

static void add_hint(const Pg *pg, Err *err)
{
    switch (pg->trouble.class) {
    case PG_LOST:
        err_hint(err, "%s", _("Check that the server runs and can be reached from here, then resume."));
        break;
    case PG_DENIED:
        if (hint_at_open_file(pg, err))
            break;
        err_hint(
            err, "%s",
            _("Check the role and its rights; libpq takes the password from ~/.pgpass (mode 0600) or the "
              "service file."));
        break;
    case PG_FULL:
        err_hint(err, "%s", _("The server is short of disk, memory or connections: make room, then resume."));
        break;
    case PG_BUSY: err_hint(err, "%s", _("Another session is in the way: resume when it has ended.")); break;
    case PG_SCHEMA:
        if (strcmp(pg->trouble.sqlstate, "3D000") == 0) {
            err_hint(err, "%s", _("The server has no such database: correct target in config.yaml, or let a DBA make it."));
            break;
        }
        err_hint(err, "%s",
                 _("Check the target's database and schema against the profile: mudanza mapping check."));
        break;
    default: break;
    }
}

bool pg_fail_class(Pg *pg, PgClass class, const char *sqlstate, Err *err, const char *fmt, ...)
{
    char text[sizeof err->text];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    pg_forget_trouble(pg);
    note(pg, class, sqlstate);
    err_set(err, ERR_TARGET, "%s", text);
    add_hint(pg, err);
    return false;
}

static const char *field(const PGresult *r, int code)
{
    const char *text = PQresultErrorField(r, code);
    return text ? text : "";
}

// The server's own words, unless they quote the value they complain of: classes 22 and what a trigger says.
static void tell(const Pg *pg, Err *err)
{
    const PgTrouble *t = &pg->trouble;
    bool quotes = t->class == PG_DATA && strncmp(t->sqlstate, "23", 2) != 0;
    if (!quotes)
        err_set(err, ERR_TARGET, "%s: %s (%s)", pg->name, t->message, t->sqlstate);
    else if (*t->column)
        err_set(err, ERR_TARGET, _("%s: a value of column %s is refused (%s)"), pg->name, t->column,
                t->sqlstate);
    else
        err_set(err, ERR_TARGET, _("%s: a value is refused (%s)"), pg->name, t->sqlstate);
}

bool pg_fail(Pg *pg, PGresult *verdict, Err *err)
{
    pg_forget_trouble(pg);
    pg->verdict = verdict;
    const char *sqlstate = field(verdict, PG_DIAG_SQLSTATE);
    if (!*sqlstate || (PQstatus(pg->conn) != CONNECTION_OK && class_of(sqlstate) != PG_LOST))
        return pg_fail_lost(pg, err);
    note(pg, class_of(sqlstate), sqlstate);
    pg->trouble.message = field(verdict, PG_DIAG_MESSAGE_PRIMARY);
    pg->trouble.detail = field(verdict, PG_DIAG_MESSAGE_DETAIL);
    pg->trouble.context = field(verdict, PG_DIAG_CONTEXT);
    pg->trouble.schema = field(verdict, PG_DIAG_SCHEMA_NAME);
    pg->trouble.table = field(verdict, PG_DIAG_TABLE_NAME);
    pg->trouble.column = field(verdict, PG_DIAG_COLUMN_NAME);
    pg->trouble.constraint = field(verdict, PG_DIAG_CONSTRAINT_NAME);
    pg->trouble.datatype = field(verdict, PG_DIAG_DATATYPE_NAME);
    if (pg->cancelled && strcmp(sqlstate, "57014") == 0 && cancel_requested())
        return cancel_check(err);
    tell(pg, err);
    add_hint(pg, err);
    return false;
}

// In libpq's verbose words: "...: FATAL:  53300: sorry, too many clients already\nLOCATION: ...". The digits
// are the only thing in them that every language has.
static const char *find_sqlstate(const char *words, char out[6])
{
    for (const char *at = words; (at = strstr(at, ":  ")); at++)
        if (strspn(at + 3, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 5 && strncmp(at + 8, ": ", 2) == 0) {
            memcpy(out, at + 3, 5);
            out[5] = 0;
            return at + 10;
        }
    out[0] = 0;
    return words;
}

bool pg_fail_lost(Pg *pg, Err *err)
{
    char sqlstate[6];
    AUTO(buf_free) Buf words = {0};
    const char *given = pg->conn ? find_sqlstate(PQerrorMessage(pg->conn), sqlstate) : "";
    if (!pg->conn)
        sqlstate[0] = 0;
    buf_add(&words, (Str){given, strcspn(given, "\n")});
    bool no_password = pg->conn && PQconnectionNeedsPassword(pg->conn);
    PgClass class = no_password ? PG_DENIED : *sqlstate ? class_of(sqlstate) : PG_LOST;
    return pg_fail_class(pg, class, sqlstate, err, "%s: %s", pg->name,
                         words.len ? buf_text(&words) : _("the connection is lost"));
}

const PgTrouble *pg_trouble(const Pg *pg)
{
    return &pg->trouble;
}
