#include "db/lite.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/cancel.h"
#include "base/file.h"
#include "tests/support/temp_folder.h"

static Arena *arena;
static const char *folder;
static Err err;

static void set_up(void)
{
    arena = arena_new();
    folder = temp_folder(arena);
    err = (Err){0};
}

static void tear_down(void)
{
    arena_free(arena);
}

TestSuite(lite, .init = set_up, .fini = tear_down);

static const char *at(const char *name)
{
    return file_join(arena, folder, name);
}

static void must(bool ok)
{
    cr_assert(ok, "%s", err.text);
}

// A database made by these statements, closed again.
static const char *made(const char *name, const char *sql)
{
    Lite *db = lite_open(at(name), LITE_CREATE, ERR_INTERNAL, &err);
    must(db && lite_exec(db, sql, &err));
    lite_close(db);
    return at(name);
}

static int64_t one(Lite *db, const char *sql)
{
    int64_t value = -999;
    must(lite_one_int(db, &value, NULL, &err, "%s", sql));
    return value;
}

Test(lite, creates_private_files_and_opens_only_what_is_there)
{
    struct stat st;
    const char *path = made("a.db", "CREATE TABLE t(x); INSERT INTO t VALUES(1)");
    cr_assert_eq(stat(path, &st), 0);
    cr_assert_eq(st.st_mode & 0777, 0600);
    static const LiteMode modes[] = {LITE_READ, LITE_WRITE, LITE_HOSTILE};
    for (size_t i = 0; i < ARRAY_LEN(modes); i++) {
        cr_assert_null(lite_open(at("none.db"), modes[i], ERR_TARGET, &err));
        cr_assert_eq(err.kind, ERR_TARGET);
        cr_assert_not_null(strstr(err.text, "none.db"));
    }
    cr_assert_not(file_exists(at("none.db")));
    cr_assert_null(lite_open(at("no/folder.db"), LITE_CREATE, ERR_INTERNAL, &err));
}

Test(lite, readers_cannot_write)
{
    const char *path = made("a.db", "CREATE TABLE t(x)");
    static const LiteMode modes[] = {LITE_READ, LITE_HOSTILE};
    for (size_t i = 0; i < ARRAY_LEN(modes); i++) {
        AUTO(lite_close_at) Lite *db = lite_open(path, modes[i], ERR_SOURCE, &err);
        must(db);
        cr_assert_not(lite_exec(db, "INSERT INTO t VALUES(1)", &err));
        cr_assert_eq(err.kind, ERR_SOURCE);
        cr_assert_not_null(strstr(err.hint, "cannot be written"), "%s", err.hint);
        cr_assert_eq(one(db, "SELECT count(*) FROM t"), 0);
    }
}

Test(lite, memory_is_private_whatever_the_path)
{
    AUTO(lite_close_at) Lite *first = lite_open("ignored", LITE_MEMORY, ERR_INTERNAL, &err);
    AUTO(lite_close_at) Lite *second = lite_open("ignored", LITE_MEMORY, ERR_INTERNAL, &err);
    must(lite_exec(first, "CREATE TABLE t(x)", &err));
    bool exists = true;
    must(lite_table_exists(second, "t", &exists, &err));
    cr_assert_not(exists);
    cr_assert_not(file_exists("ignored"));
}

Test(lite, paths_may_hold_any_character)
{
    static const char *const names[] = {"a?mode=memory",   "b#c",    "d%41e",
                                        "with blank.db",   "file:x", "\xC3\xA1\xC3\xB1.db",
                                        "q?immutable=1&x", "'\"",    ":memory:"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        const char *path =
            made(names[i], arena_text(arena, "CREATE TABLE t(x); INSERT INTO t VALUES(%zu)", i));
        cr_assert(file_exists(path), "%s", names[i]);
        static const LiteMode modes[] = {LITE_READ, LITE_WRITE, LITE_HOSTILE};
        for (size_t k = 0; k < ARRAY_LEN(modes); k++) {
            AUTO(lite_close_at) Lite *db = lite_open(path, modes[k], ERR_INTERNAL, &err);
            must(db);
            cr_assert_eq(one(db, "SELECT x FROM t"), (int64_t)i, "%s", names[i]);
        }
    }
    char **found = file_list(arena, folder);
    size_t n = 0;
    while (found[n])
        n++;
    cr_assert_eq(n, ARRAY_LEN(names));
}

// Of a file that is open under no name.
static int nameless(const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL, 0600);
    cr_assert_geq(fd, 0);
    cr_assert_eq(unlink(path), 0);
    return fd;
}

Test(lite, a_file_without_a_name_is_written_and_read)
{
    int fd = nameless(at("gone"));
    Lite *db = lite_open_fd(fd, "the export", LITE_WRITE, ERR_INTERNAL, &err);
    must(db && lite_exec(db,
                         "PRAGMA user_version=1; BEGIN; CREATE TABLE t(x PRIMARY KEY);"
                         "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000) "
                         "INSERT INTO t SELECT printf('%060d', i) FROM n; COMMIT; CREATE INDEX i ON t(x DESC);"
                         "DELETE FROM t WHERE rowid > 20000; VACUUM",
                         &err));
    lite_close(db);
    static const LiteMode modes[] = {LITE_WRITE, LITE_HOSTILE};
    for (size_t i = 0; i < ARRAY_LEN(modes); i++) {
        AUTO(lite_close_at) Lite *again = lite_open_fd(fd, "the export", modes[i], ERR_INTERNAL, &err);
        must(again);
        cr_assert_eq(one(again, "SELECT count(*) FROM t"), 20000);
        cr_assert_eq(one(again, "SELECT count(*) FROM pragma_integrity_check"), 1);
        cr_assert_not(lite_exec(again, "SELECT * FROM none", &err));
        cr_assert(str_starts(str_of(err.text), "the export: "), "%s", err.text);
    }
    cr_assert_null(file_list(arena, folder)[0], "there is %s", file_list(arena, folder)[0]);
    close(fd);
    cr_assert_null(lite_open_fd(fd, "the export", LITE_HOSTILE, ERR_TARGET, &err));
    cr_assert_eq(err.kind, ERR_TARGET);
}

Test(lite, a_hostile_file_without_a_name_stays_as_it_is)
{
    int fd = nameless(at("gone"));
    cr_assert_eq(write(fd, "no database at all, by no means", 31), 31);
    AUTO(lite_close_at) Lite *db = lite_open_fd(fd, "it", LITE_HOSTILE, ERR_SOURCE, &err);
    close(fd); // the connection has its own
    must(db);
    cr_assert_not(lite_exec(db, "SELECT count(*) FROM sqlite_schema", &err));
    cr_assert_eq(lite_fault(db), LITE_FAULT_CONTENT);
    cr_assert_not(lite_exec(db, "CREATE TABLE t(x)", &err));
}

Test(lite, a_hostile_file_runs_nothing_of_its_own)
{
    const char *path =
        made("h.db", "CREATE TABLE t(x); INSERT INTO t VALUES(7); CREATE TABLE log(x);"
                     "CREATE VIEW v AS SELECT x FROM t;"
                     "CREATE TRIGGER g AFTER INSERT ON t BEGIN INSERT INTO log VALUES(1); END");
    Str before, after;
    must(file_read(arena, path, 1 << 20, &before, &err));
    AUTO(lite_close_at) Lite *db = lite_open(path, LITE_HOSTILE, ERR_SOURCE, &err);
    must(db);
    cr_assert_eq(one(db, "SELECT x FROM t"), 7);
    cr_assert_null(lite_prepare(db, "SELECT x FROM v", &err));
    cr_assert_eq(err.kind, ERR_SOURCE);
    static const char *const writes[] = {"INSERT INTO t VALUES(1)", "UPDATE t SET x = 8", "DROP TABLE t",
                                         "PRAGMA writable_schema=ON; UPDATE sqlite_schema SET sql = 'x'",
                                         "ATTACH ':memory:' AS other"};
    for (size_t i = 0; i < ARRAY_LEN(writes); i++)
        cr_assert_not(lite_exec(db, writes[i], &err), "%s", writes[i]);
    must(file_read(arena, path, 1 << 20, &after, &err));
    cr_assert(str_eq(before, after));
    cr_assert_not(file_exists(at("h.db-wal")));
    cr_assert_not(file_exists(at("h.db-journal")));
}

Test(lite, a_file_that_is_no_database_is_the_fault_of_its_owner)
{
    temp_file(arena, folder, "x.db",
              STR("this is no database, however long it may be: 0123456789 0123456789 "
                  "0123456789 0123456789 0123456789 0123456789"));
    Lite *db = lite_open(at("x.db"), LITE_HOSTILE, ERR_SOURCE, &err);
    int64_t n;
    cr_assert(!db || !lite_one_int(db, &n, NULL, &err, "SELECT count(*) FROM sqlite_schema"));
    cr_assert_eq(err.kind, ERR_SOURCE);
    cr_assert_not_null(strstr(err.text, "x.db"));
    lite_close(db);
}

Test(lite, a_refused_row_is_told_from_a_failure)
{
    AUTO(lite_close_at) Lite *db = lite_open("", LITE_MEMORY, ERR_TARGET, &err);
    must(lite_exec(db, "CREATE TABLE t(x INTEGER NOT NULL UNIQUE CHECK (x < 10)); INSERT INTO t VALUES(1)",
                   &err));
    AUTO(lite_finish_at) LiteStmt *s = lite_prepare(db, "INSERT INTO t VALUES(?)", &err);
    must(s);
    lite_bind_int(s, 0, 1);
    cr_assert_eq(lite_step(s, &err), LITE_CONSTRAINT);
    cr_assert_str_eq(err.text, "UNIQUE constraint failed: t.x");
    cr_assert_eq(err.kind, ERR_TARGET);
    lite_reset(s);
    cr_assert_eq(lite_step(s, &err), LITE_CONSTRAINT); // the binding is gone: NULL
    cr_assert_str_eq(err.text, "NOT NULL constraint failed: t.x");
    lite_reset(s);
    lite_bind_int(s, 0, 12);
    cr_assert_eq(lite_step(s, &err), LITE_CONSTRAINT);
    lite_reset(s);
    lite_bind_int(s, 0, 2);
    must(lite_run(s, &err)); // the next row is not affected
    cr_assert_eq(lite_changes(db), 1);
    must(lite_exec(db, "PRAGMA max_page_count=1", &err));
    AUTO(lite_finish_at)
    LiteStmt *big = lite_prepare(db, "CREATE TABLE u AS SELECT zeroblob(1000000) AS b", &err);
    must(big);
    cr_assert_eq(lite_step(big, &err), LITE_FAILED);
    cr_assert_not_null(strstr(err.hint, "disk is full"), "%s: %s", err.text, err.hint);
}

Test(lite, a_quoted_text_is_never_taken_for_a_missing_column)
{
    AUTO(lite_close_at) Lite *db = lite_open("", LITE_MEMORY, ERR_INTERNAL, &err);
    must(lite_exec(db, "CREATE TABLE t(x)", &err));
    cr_assert_null(lite_prepare(db, "SELECT \"missing\" FROM t", &err));
    cr_assert_not_null(strstr(err.text, "missing"));
}

Test(lite, values_come_back_as_they_went_in)
{
    AUTO(lite_close_at) Lite *db = lite_open("", LITE_MEMORY, ERR_INTERNAL, &err);
    AUTO(lite_finish_at) LiteStmt *s = lite_prepare(db, "SELECT ?, ?, ?, ?, ? AS name", &err);
    must(s);
    lite_bind_text(s, 0, STR("a\0b"));
    lite_bind_blob(s, 1, STR("\xFF"));
    lite_bind_int(s, 2, INT64_MIN);
    lite_bind_double(s, 3, 0.5);
    lite_bind_text(s, 4, (Str){NULL, 0});
    cr_assert_eq(lite_step(s, &err), LITE_ROW);
    cr_assert_eq(lite_columns(s), 5);
    cr_assert_str_eq(lite_column_name(s, 4), "name");
    cr_assert(str_eq(lite_text(s, 0), STR("a\0b")));
    cr_assert_eq(lite_type(s, 0), LITE_TEXT);
    cr_assert(str_eq(lite_blob(s, 1), STR("\xFF")));
    cr_assert_eq(lite_type(s, 1), LITE_BLOB);
    cr_assert_eq(lite_int(s, 2), INT64_MIN);
    cr_assert_eq(lite_type(s, 2), LITE_INTEGER);
    cr_assert_eq(lite_double(s, 3), 0.5);
    cr_assert_eq(lite_type(s, 3), LITE_REAL);
    cr_assert_null(lite_text(s, 4).at);
    cr_assert_null(lite_blob(s, 4).at);
    cr_assert_eq(lite_type(s, 4), LITE_NULL);
}

Test(lite, one_value_tells_missing_from_null)
{
    AUTO(lite_close_at) Lite *db = lite_open("", LITE_MEMORY, ERR_INTERNAL, &err);
    int64_t n = 5;
    bool found = true;
    must(lite_one_int(db, &n, &found, &err, "SELECT 1 WHERE 0"));
    cr_assert_not(found);
    cr_assert_eq(n, 5);
    const char *text = "x";
    must(lite_one_text(db, arena, &text, &err, "SELECT NULL"));
    cr_assert_null(text);
    must(lite_one_text(db, arena, &text, &err, "SELECT %Q", "it's"));
    cr_assert_str_eq(text, "it's");
    cr_assert_not(lite_one_int(db, &n, &found, &err, "SELECT nonsense"));
}

Test(lite, a_rolled_back_transaction_leaves_nothing)
{
    AUTO(lite_close_at) Lite *db = lite_open("", LITE_MEMORY, ERR_INTERNAL, &err);
    must(lite_exec(db, "CREATE TABLE t(x)", &err));
    must(lite_begin(db, &err) && lite_exec(db, "INSERT INTO t VALUES(1)", &err));
    lite_rollback(db);
    lite_rollback(db); // harmless
    cr_assert_eq(one(db, "SELECT count(*) FROM t"), 0);
    must(lite_begin(db, &err) && lite_exec(db, "INSERT INTO t VALUES(1)", &err) && lite_commit(db, &err));
    cr_assert_eq(one(db, "SELECT count(*) FROM t"), 1);
}

static const char endless[] =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";

Test(lite, a_statement_ends_at_its_time_limit, .timeout = 30)
{
    AUTO(lite_close_at) Lite *db = lite_open("", LITE_MEMORY, ERR_STEP, &err);
    lite_watch(db, 50);
    AUTO(lite_finish_at) LiteStmt *s = lite_prepare(db, endless, &err);
    must(s);
    cr_assert_eq(lite_step(s, &err), LITE_FAILED);
    cr_assert_eq(err.kind, ERR_STEP);
    cr_assert_not_null(strstr(err.text, "time limit"), "%s", err.text);
    lite_reset(s);
    cr_assert_not(lite_exec(db, endless, &err));
    cr_assert_eq(one(db, "SELECT 3"), 3); // the next one has its own time
}

Test(lite, statements_together_end_at_their_time_limit, .timeout = 30)
{
    AUTO(lite_close_at) Lite *db = lite_open("", LITE_MEMORY, ERR_STEP, &err);
    lite_watch_all(db, 100);
    while (lite_exec(db, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 20000) "
                         "SELECT count(*) FROM n",
                     &err))
        continue;
    cr_assert_not_null(strstr(err.text, "time limit"), "%s", err.text);
    cr_assert_not(lite_exec(db, endless, &err)); // and no other gets any
    lite_watch(db, 0);
    cr_assert_eq(one(db, "SELECT 3"), 3);
}

Test(lite, a_long_list_of_tables_is_not_read_to_its_end)
{
    int fd = nameless(at("gone"));
    Lite *db = lite_open_fd(fd, "it", LITE_WRITE, ERR_INTERNAL, &err);
    must(db && lite_exec(db, "BEGIN", &err));
    for (int i = 0; i < 1000; i++)
        must(lite_execf(db, &err, "CREATE TABLE t%d(one, two, three)", i));
    must(lite_exec(db, "COMMIT", &err));
    lite_close(db);
    db = lite_open_fd(fd, "it", LITE_HOSTILE, ERR_SOURCE, &err);
    cr_assert_not(lite_load_schema(db, 32 << 10, &err));
    cr_assert_eq(lite_fault(db), LITE_FAULT_LIMIT);
    cr_assert_not_null(strstr(err.text, "32768"), "%s", err.text);
    must(lite_load_schema(db, 4 << 20, &err));
    cr_assert_eq(one(db, "SELECT count(*) FROM t999"), 0);
    lite_close(db);
    close(fd);
}

Test(lite, a_watched_statement_stops_on_request, .timeout = 30)
{
    cancel_start(false);
    AUTO(lite_close_at) Lite *db = lite_open("", LITE_MEMORY, ERR_STEP, &err);
    lite_watch(db, 0);
    cr_assert_eq(one(db, "SELECT 3"), 3);
    cancel_request(SIGTERM);
    AUTO(lite_finish_at) LiteStmt *s = lite_prepare(db, endless, &err);
    must(s);
    cr_assert_eq(lite_step(s, &err), LITE_FAILED);
    cr_assert_eq(err.kind, ERR_STOPPED);
}

Test(lite, a_statement_is_exactly_one)
{
    AUTO(lite_close_at) Lite *memory = lite_open("", LITE_MEMORY, ERR_CONFIG, &err);
    cr_assert(memory, "%s", err.text);
    static const char *const wrong[] = {"", " -- nothing", "SELECT 1; SELECT 2", "SELECT 1; ) FROM x"};
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        LiteStmt *s = lite_prepare(memory, wrong[i], &err);
        cr_expect_null(s, "%s", wrong[i]);
        lite_finish(s);
    }
    static const char *const sound[] = {"SELECT 1", "SELECT 1;", "SELECT 1; \n-- the end", "SELECT ';'"};
    for (size_t i = 0; i < ARRAY_LEN(sound); i++) {
        LiteStmt *s = lite_prepare(memory, sound[i], &err);
        cr_expect(s, "%s: %s", sound[i], err.text);
        lite_finish(s);
    }
}

// Ends the other's write a moment later, however long the first attempt beside it took.
static void *commit_soon(void *other)
{
    const struct timespec moment = {.tv_nsec = 50 * 1000000};
    Err own = {0};
    nanosleep(&moment, NULL);
    return lite_commit(other, &own) ? other : NULL;
}

Test(lite, a_log_is_made_though_another_writes)
{
    AUTO(lite_close_at) Lite *one = lite_open(at("x.db"), LITE_CREATE, ERR_INTERNAL, &err);
    AUTO(lite_close_at) Lite *other = lite_open(at("x.db"), LITE_CREATE, ERR_INTERNAL, &err);
    pthread_t soon;
    void *committed;
    must(one && other && lite_begin(other, &err) && lite_exec(other, "CREATE TABLE t(a)", &err));
    cr_assert_eq(pthread_create(&soon, NULL, commit_soon, other), 0);
    must(lite_wal(one, &err));
    pthread_join(soon, &committed);
    cr_assert_eq(committed, other);
    must(lite_wal(other, &err) && lite_exec(one, "INSERT INTO t VALUES(1)", &err));
}
