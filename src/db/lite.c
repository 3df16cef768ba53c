#include "db/lite_inner.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/cancel.h"
#include "base/file.h"
#include "base/intl.h"

enum {
    BUSY_MS = 5000,
    WATCH_STEPS = 1000, // virtual machine steps between two looks at the clock
    HOSTILE_LENGTH =
        17 << 20, // bytes of one value of somebody else's file; in UTF-16 it takes three times that
    HOSTILE_SQL = 1 << 16,
    HOSTILE_COLUMNS = 64,
    HOSTILE_DEPTH = 50,
};

static int64_t clock_ms(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t lite_clock_ms(void)
{
    return clock_ms(CLOCK_MONOTONIC);
}

static LiteFault fault_of(int rc)
{
    if (rc == SQLITE_IOERR_SHORT_READ || rc == SQLITE_IOERR_CORRUPTFS)
        return LITE_FAULT_CONTENT;
    switch (rc & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return LITE_FAULT_CONTENT;
    case SQLITE_INTERRUPT:
    case SQLITE_NOMEM:
    case SQLITE_TOOBIG: return LITE_FAULT_LIMIT;
    case SQLITE_BUSY:
    case SQLITE_CANTOPEN:
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_LOCKED:
    case SQLITE_PERM:
    case SQLITE_READONLY: return LITE_FAULT_SYSTEM;
    default: return LITE_FAULT_SQL;
    }
}

LiteFault lite_fault(const Lite *db)
{
    return db->fault;
}

void lite_name(Lite *db, const char *name)
{
    char *copy = strdup(name);
    if (!copy)
        abort();
    free(db->name);
    db->name = copy;
}

// What the system said of the database's file, or else of its journal; 0: nothing.
static int system_reason(sqlite3 *db)
{
    int why = 0;
    sqlite3_file *journal = NULL;
    sqlite3_file_control(db, "main", SQLITE_FCNTL_LAST_ERRNO, &why);
    if (!why && sqlite3_file_control(db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &journal) == SQLITE_OK && journal &&
        journal->pMethods)
        journal->pMethods->xFileControl(journal, SQLITE_FCNTL_LAST_ERRNO, &why);
    return why ? why : sqlite3_system_errno(db);
}

bool lite_fail(Lite *db, int rc, Err *err)
{
    int primary = rc & 0xff;
    db->fault = fault_of(rc);
    if (primary == SQLITE_INTERRUPT && cancel_requested())
        return cancel_check(err);
    err_set(err, db->err_kind, "%s: %s", db->name,
            rc == SQLITE_INTERRUPT     ? _("time limit passed")
            : primary == SQLITE_TOOBIG ? _("a value is longer than is allowed")
                                       : sqlite3_errmsg(db->db));
    err->passing = primary == SQLITE_BUSY || primary == SQLITE_LOCKED;
    int why = primary == SQLITE_IOERR ? system_reason(db->db) : 0;
    if (why)
        err_because(err, why);
    if (primary == SQLITE_NOMEM)
        err_hint(err, "%s", _("There is not enough memory: free some, then try again."));
    else if (primary == SQLITE_FULL)
        err_hint(err, "%s", _("The disk is full: free some space, then resume."));
    else if (err->passing)
        err_hint(err, "%s", _("Another program holds the database: close it, then try again."));
    else if (why == EACCES || why == EPERM)
        err_hint(err, "%s", _("The file or its folder cannot be written: check owner and permissions."));
    else if (why == EROFS)
        err_hint(err, "%s", _("The disk can only be read now: see what the system says of it (dmesg), then try again."));
    else if (primary == SQLITE_IOERR)
        err_hint(err, "%s", _("The disk fails: see what the system says of it (dmesg), then try again."));
    else if (primary == SQLITE_READONLY || primary == SQLITE_PERM)
        err_hint(err, "%s", _("The file or its folder cannot be written: check owner and permissions."));
    else if ((primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB) && db->if_damaged)
        err_hint(err, "%s", db->if_damaged);
    return false;
}

void lite_if_damaged(Lite *db, const char *hint)
{
    db->if_damaged = hint;
}

// A file: URI that names exactly this path, whatever it contains.
static void path_uri(Buf *out, const char *path, const char *query)
{
    static const char hex[] = "0123456789ABCDEF";
    buf_add_text(out, "file:");
    for (const unsigned char *p = (const unsigned char *)path; *p; p++) {
        bool plain = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || (*p >= '0' && *p <= '9') ||
                     strchr("/._-", *p);
        if (plain)
            buf_add_char(out, (char)*p);
        else
            buf_add(out, (Str){(char[]){'%', hex[*p >> 4], hex[*p & 15]}, 3});
    }
    buf_addf(out, "?%s", query);
}

static void harden(sqlite3 *db)
{
    sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
    sqlite3_limit(db, SQLITE_LIMIT_LENGTH, HOSTILE_LENGTH);
    sqlite3_limit(db, SQLITE_LIMIT_SQL_LENGTH, HOSTILE_SQL);
    sqlite3_limit(db, SQLITE_LIMIT_COLUMN, HOSTILE_COLUMNS);
    sqlite3_limit(db, SQLITE_LIMIT_EXPR_DEPTH, HOSTILE_DEPTH);
    sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
}

// Made with our permissions before SQLite would make it with the umask's.
static bool make_private(const char *path, ErrKind kind, Err *err)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) {
        err_sys(err, kind, _("cannot make %s"), path);
        return err_hint(err, "%s", _("Its folder must be there and let you write into it."));
    }
    close(fd);
    return true;
}

// A connection serves one thread, so SQLite needs no lock around each allocation and page: with them it
// spends a tenth of its time there.
static void configure(void)
{
    sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    lite_fd_register();
}

static bool set_up(Lite *db, LiteMode mode, Err *err)
{
    sqlite3_extended_result_codes(db->db, 1);
    sqlite3_busy_timeout(db->db, BUSY_MS);
    sqlite3_db_config(db->db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
    sqlite3_db_config(db->db, SQLITE_DBCONFIG_DQS_DML, 0, NULL); // "x" is an identifier, never a text
    sqlite3_db_config(db->db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    if (mode != LITE_HOSTILE)
        return true;
    harden(db->db);
    return lite_exec(db, "PRAGMA cell_size_check=ON; PRAGMA temp_store=MEMORY", err);
}

// name: for SQLite; called: for people. vfs: NULL is SQLite's own.
static Lite *open_named(const char *name, const char *called, const char *vfs, LiteMode mode,
                        ErrKind err_kind, Err *err)
{
    static pthread_once_t configured = PTHREAD_ONCE_INIT;
    pthread_once(&configured, configure);
    static const int flags_of[] = {
        [LITE_READ] = SQLITE_OPEN_READONLY,
        [LITE_WRITE] = SQLITE_OPEN_READWRITE,
        [LITE_CREATE] = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
        [LITE_MEMORY] = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_MEMORY,
        [LITE_HOSTILE] = SQLITE_OPEN_READONLY,
    };
    sqlite3 *handle = NULL;
    int rc = sqlite3_open_v2(name, &handle, flags_of[mode] | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, vfs);
    if (rc != SQLITE_OK) {
        err_set(err, err_kind, _("cannot open %s: %s"), called,
                handle ? sqlite3_errmsg(handle) : sqlite3_errstr(rc));
        sqlite3_close(handle);
        return NULL;
    }
    Lite *db = calloc(1, sizeof *db);
    if (!db || !(db->name = strdup(called)))
        abort();
    db->db = handle;
    db->err_kind = err_kind;
    if (!set_up(db, mode, err))
        lite_close_at(&db);
    return db;
}

Lite *lite_open(const char *path, LiteMode mode, ErrKind err_kind, Err *err)
{
    if (mode == LITE_MEMORY)
        return open_named(":memory:", "memory", NULL, mode, err_kind, err);
    if (file_is_other(path)) {
        err_set(err, err_kind, _("%s is no file"), path);
        return NULL;
    }
    bool as_it_lies = mode != LITE_HOSTILE && lite_as_it_lies(path);
    if (as_it_lies && mode != LITE_READ) {
        err_set(err, err_kind, _("%s: nothing is written here"), path);
        return NULL;
    }
    if (mode == LITE_CREATE && !make_private(path, err_kind, err))
        return NULL;
    AUTO(buf_free) Buf uri = {0};
    path_uri(&uri, path, mode == LITE_HOSTILE || as_it_lies ? "immutable=1" : "");
    return open_named(buf_text(&uri), path, NULL, mode, err_kind, err);
}

Lite *lite_open_fd(int fd, const char *name, LiteMode mode, ErrKind err_kind, Err *err)
{
    char number[16];
    snprintf(number, sizeof number, "%d", fd);
    Lite *db = open_named(number, name, LITE_FD_VFS, mode, err_kind, err);
    if (db && mode == LITE_WRITE && !lite_exec(db, "PRAGMA temp_store=MEMORY; PRAGMA journal_mode=OFF", err))
        lite_close_at(&db);
    return db;
}

void lite_close(Lite *db)
{
    if (!db)
        return;
    sqlite3_close_v2(db->db);
    free(db->name);
    free(db);
}

void lite_close_at(Lite **db)
{
    lite_close(*db);
    *db = NULL;
}

struct sqlite3 *lite_handle(Lite *db)
{
    return db->db;
}

bool lite_exec(Lite *db, const char *sql, Err *err)
{
    db->started_ms = lite_clock_ms();
    int rc = sqlite3_exec(db->db, sql, NULL, NULL, NULL);
    return rc == SQLITE_OK || lite_fail(db, rc, err);
}

char *lite_compose(const char *fmt, va_list args)
{
    char *sql = sqlite3_vmprintf(fmt, args);
    if (!sql)
        abort();
    return sql;
}

// The change begins with a read, and from there SQLite does not wait for a writer: two of them would wait for
// each other. So it is begun anew.
bool lite_wal(Lite *db, Err *err)
{
    const struct timespec pause = {.tv_nsec = 10 * 1000000};
    int64_t until = lite_clock_ms() + BUSY_MS;
    int rc;
    db->started_ms = lite_clock_ms();
    while (((rc = sqlite3_exec(db->db, "PRAGMA journal_mode=WAL", NULL, NULL, NULL)) & 0xff) == SQLITE_BUSY &&
           lite_clock_ms() < until)
        nanosleep(&pause, NULL);
    return rc == SQLITE_OK || lite_fail(db, rc, err);
}

bool lite_execf(Lite *db, Err *err, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    char *sql = lite_compose(fmt, args);
    va_end(args);
    bool ok = lite_exec(db, sql, err);
    sqlite3_free(sql);
    return ok;
}

bool lite_begin(Lite *db, Err *err)
{
    return lite_exec(db, db->rehearses ? "SAVEPOINT rehearsed" : "BEGIN IMMEDIATE", err);
}

// Deferred foreign keys are looked at by the outermost commit alone, which a rehearsal never comes to.
bool lite_commit(Lite *db, Err *err)
{
    int broken = 0, highest;
    if (!db->rehearses)
        return lite_exec(db, "COMMIT", err);
    sqlite3_db_status(db->db, SQLITE_DBSTATUS_DEFERRED_FKS, &broken, &highest, 0);
    if (broken)
        return err_set(err, db->err_kind, "%s: FOREIGN KEY constraint failed", db->name);
    return lite_exec(db, "RELEASE rehearsed", err);
}

void lite_rollback(Lite *db)
{
    if (sqlite3_get_autocommit(db->db))
        return;
    sqlite3_exec(db->db, db->rehearses ? "ROLLBACK TO rehearsed; RELEASE rehearsed" : "ROLLBACK", NULL, NULL,
                 NULL);
}

bool lite_rehearse(Lite *db, Err *err)
{
    db->rehearses = lite_begin(db, err);
    return db->rehearses;
}

bool lite_rehearses(const Lite *db)
{
    return db->rehearses;
}

bool lite_load_schema(Lite *db, int64_t most, Err *err)
{
    int64_t left = most;
    sqlite3_file_control(db->db, "main", LITE_FD_ALLOW, &left);
    bool ok = lite_exec(db, "SELECT 1 FROM sqlite_schema LIMIT 1", err);
    sqlite3_file_control(db->db, "main", LITE_FD_ALLOW, NULL);
    if (left > 0)
        return ok;
    db->fault = LITE_FAULT_LIMIT;
    return err_set(err, db->err_kind, _("%s: the list of its tables takes more than %lld bytes"), db->name,
                   (long long)most);
}

int64_t lite_changes(const Lite *db)
{
    return sqlite3_changes64(db->db);
}

bool lite_table_exists(Lite *db, const char *table, bool *exists, Err *err)
{
    int64_t one;
    return lite_one_int(db, &one, exists, err,
                        "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = %Q", table);
}

static int watch(void *arg)
{
    const Lite *db = arg;
    return cancel_requested() ||
           (db->limit_ms && db->started_ms && lite_clock_ms() - db->started_ms > db->limit_ms) ||
           (db->deadline_ms && clock_ms(CLOCK_THREAD_CPUTIME_ID) > db->deadline_ms);
}

void lite_watch(Lite *db, int limit_ms)
{
    db->limit_ms = limit_ms;
    db->deadline_ms = 0;
    sqlite3_progress_handler(db->db, WATCH_STEPS, watch, db);
}

void lite_watch_all(Lite *db, int64_t limit_ms)
{
    db->limit_ms = 0;
    db->deadline_ms = clock_ms(CLOCK_THREAD_CPUTIME_ID) + limit_ms;
    sqlite3_progress_handler(db->db, WATCH_STEPS, watch, db);
}
