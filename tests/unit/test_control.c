#include "cache/control_totals.h"
#include "cache/issue_store.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/file.h"
#include "tests/support/temp_folder.h"

static Arena *arena;
static const char *folder;
static Control *control;
static Err err;

static void must(bool ok)
{
    cr_assert(ok, "%s", err.text);
}

static void set_up(void)
{
    arena = arena_new();
    folder = temp_folder(arena);
    control = control_open(folder, true, &err);
    must(control);
}

static void tear_down(void)
{
    control_close(control);
    arena_free(arena);
}

TestSuite(control, .init = set_up, .fini = tear_down);

static int64_t begin(const char *mode)
{
    RunRecord r = {
        .mode = mode, .host = "srv1", .by = "ana", .note = "it's", .pid = 42, .resumes = 3, .options = "{}"};
    must(control_run_begin(control, &r, &err));
    return r.run;
}

static int64_t number(const char *sql)
{
    int64_t n = -1;
    must(lite_one_int(control_db(control), &n, NULL, &err, "%s", sql));
    return n;
}

Test(control, readers_find_nothing_before_the_first_run)
{
    cr_assert_null(control_open(arena_text(arena, "%s/none", folder), false, &err));
    cr_assert_eq(err.kind, ERR_NONE);
    RunRecord r;
    cr_assert_not(control_run(control, arena, 0, &r, &err));
    cr_assert_eq(err.kind, ERR_NONE);
}

Test(control, readers_leave_a_file_alone_that_is_only_just_made)
{
    const char *young = arena_text(arena, "%s/young", folder), *path = file_join(arena, young, "control.db");
    Str read;
    must(file_make_folder(young, 0700, &err) && file_write(path, STR(""), 0600, &err));
    cr_assert_null(control_open(young, false, &err));
    cr_assert_eq(err.kind, ERR_NONE, "%s", err.text);
    must(file_read(arena, path, 100, &read, &err));
    cr_assert_eq(read.len, 0);
}

Test(control, readers_leave_alone_what_was_cut_short_while_it_was_made)
{
    must(file_write(arena_text(arena, "%s/control.db-journal", folder), STR("x"), 0600, &err));
    cr_assert_null(control_open(folder, false, &err));
    cr_assert_eq(err.kind, ERR_NONE, "%s", err.text);
}

Test(control, a_newer_version_is_left_alone)
{
    must(lite_exec(control_db(control), "PRAGMA user_version=99", &err));
    cr_assert_null(control_open(folder, true, &err));
    cr_assert_not_null(strstr(err.text, "newer version"));
}

// As version 1 wrote it, with one issue.
Test(control, an_older_file_is_brought_up_to_date_by_who_only_reads)
{
    char fp[ISSUE_FP + 1];
    issue_fingerprint(STR("a/validate"), STR("k"), STR("f"), STR("c"), fp);
    must(lite_exec(control_db(control),
                   "DROP TABLE issues; DROP TABLE issue_history;"
                   "CREATE TABLE issues(step TEXT, entity TEXT, key TEXT, field TEXT, code TEXT, severity TEXT,"
                   " detail TEXT, first_run INTEGER, last_run INTEGER, state TEXT NOT NULL DEFAULT 'open',"
                   " PRIMARY KEY(step, key, field, code)) WITHOUT ROWID;"
                   "INSERT INTO issues VALUES('a/validate', 'a', 'k', 'f', 'c', 'warning', NULL, 1, 2, 'open');"
                   "PRAGMA user_version=1",
                   &err));
    control_close(control);
    control = control_open(folder, false, &err);
    must(control);
    cr_assert_eq(number(arena_text(arena, "SELECT count(*) FROM issues WHERE fp = '%s' AND present AND revision = 0", fp)), 1);
    cr_assert_eq(number("SELECT count(*) FROM issue_history"), 0);
}

Test(control, a_run_is_remembered_from_begin_to_end)
{
    RunRecord r;
    int64_t first = begin("run"), second = begin("autopilot");
    cr_assert_eq(second, first + 1);
    must(control_run(control, arena, 0, &r, &err));
    cr_assert_eq(r.run, second);
    cr_assert_str_eq(r.status, "running");
    cr_assert_eq(r.exit_code, -1);
    cr_assert_null(r.ended_at);
    cr_assert_null(r.reason);
    cr_assert_not_null(r.version);
    must(control_run_job(control, first, 7, "Cl\xC3\xADnica", &err));
    must(control_run_end(control, first, "partial", 3, "it's enough", 61.5, &err));
    must(control_run(control, arena, first, &r, &err));
    cr_assert_str_eq(r.mode, "run");
    cr_assert_str_eq(r.status, "partial");
    cr_assert_str_eq(r.reason, "it's enough");
    cr_assert_str_eq(r.note, "it's");
    cr_assert_str_eq(r.clinic_name, "Cl\xC3\xADnica");
    cr_assert_eq(r.exit_code, 3);
    cr_assert_eq(r.pid, 42);
    cr_assert_eq(r.job, 7);
    cr_assert_eq(r.resumes, 3);
    cr_assert_not_null(r.ended_at);
    cr_assert_not(control_run(control, arena, 99, &r, &err));
    size_t n;
    RunRecord *all = control_runs(control, arena, &n, &err);
    cr_assert_eq(n, 2);
    cr_assert_eq(all[0].run, second); // newest first
    cr_assert_eq(all[1].run, first);
}

Test(control, runs_without_a_worker_are_marked_once)
{
    int64_t ended = begin("run"), gone, found;
    must(control_run_end(control, ended, "done", 0, NULL, 61.5, &err));
    begin("run");
    gone = begin("run");
    must(control_step_save(control, &(StepRecord){.step = "patient/insert", .status = "running", .run = gone},
                           &err));
    must(control_step_save(control, &(StepRecord){.step = "patient/extract", .status = "done", .run = gone},
                           &err));
    must(control_recover(control, &found, &err));
    cr_assert_eq(found, gone);
    cr_assert_eq(number("SELECT count(*) FROM runs WHERE status = 'interrupted'"), 2);
    StepRecord s;
    bool known;
    must(control_step(control, arena, "patient/insert", &s, &known, &err));
    cr_assert(known);
    cr_assert_str_eq(s.status, "pending");
    must(control_step(control, arena, "patient/extract", &s, &known, &err));
    cr_assert_str_eq(s.status, "done");
    must(control_recover(control, &found, &err));
    cr_assert_eq(found, 0);
}

Test(control, a_step_is_as_last_saved)
{
    StepRecord s = {.step = "a/insert",
                    .status = "failed",
                    .why = "disk",
                    .fingerprint = "f",
                    .rows = 9,
                    .done = 7,
                    .rejected = 2,
                    .run = 4,
                    .took_s = 1.25},
               got;
    bool known = true;
    must(control_step(control, arena, "a/insert", &got, &known, &err));
    cr_assert_not(known);
    cr_assert_str_eq(got.status, "pending");
    must(control_step_save(control, &s, &err));
    s.status = "done";
    s.why = NULL;
    must(control_step_save(control, &s, &err));
    must(control_step(control, arena, "a/insert", &got, &known, &err));
    cr_assert(known);
    cr_assert_str_eq(got.status, "done");
    cr_assert_null(got.why);
    cr_assert_str_eq(got.fingerprint, "f");
    cr_assert_eq(got.rows, 9);
    cr_assert_eq(got.done, 7);
    cr_assert_eq(got.rejected, 2);
    cr_assert_eq(got.took_s, 1.25);
    size_t n;
    StepRecord *of_run = control_run_steps(control, arena, 4, &n, &err);
    cr_assert_eq(n, 1);
    cr_assert_str_eq(of_run[0].step, "a/insert");
    must(control_run_steps(control, arena, 5, &n, &err));
    cr_assert_eq(n, 0);
}

Test(control, accounts_keep_every_column_and_their_order)
{
    const Account first = {.entity = "z",
                           .source = 1,
                           .inserted = 2,
                           .updated = 3,
                           .unchanged = 4,
                           .linked = 5,
                           .skipped = 6,
                           .rejected = 7,
                           .lost = 8,
                           .raw = 9,
                           .pending = 10,
                           .absent = 11};
    must(control_account_save(control, 1, &first, &err));
    must(control_account_save(control, 1, &(Account){.entity = "b"}, &err));
    must(control_account_save(control, 1, &(Account){.entity = "a"}, &err));
    must(control_account_save(control, 2, &(Account){.entity = "other"}, &err));
    must(control_account_save(control, 1, &first, &err)); // again: same place
    size_t n;
    Account *all = control_accounts(control, arena, 1, &n, &err);
    cr_assert_eq(n, 3);
    cr_assert_str_eq(all[0].entity, "z");
    cr_assert_str_eq(all[1].entity, "b");
    cr_assert_str_eq(all[2].entity, "a");
    Account got = all[0];
    got.entity = first.entity;
    cr_assert_eq(memcmp(&got, &first, sizeof got), 0);
}

static void issue(const char *step, const char *key, const char *field, const char *code,
                  const char *severity, int64_t run)
{
    char *entity = str_keep(arena, str_of(step));
    *strchr(entity, '/') = 0;
    must(control_issue_add(control, step, entity, str_of(key), field, code, severity, STR("d"), run, &err));
}

Test(control, issues_are_counted_by_row_and_the_severe_come_first)
{
    issue("a/validate", "1", "x", "c.often", "warning", 1);
    issue("a/validate", "1", "y", "c.often", "warning", 1); // the same row, another column
    issue("a/validate", "2", "x", "c.often", "warning", 2);
    issue("b/validate", "1", "x", "c.often", "warning", 2);
    issue("a/validate", "1", "x", "c.bad", "error", 2);
    issue("a/insert", "1", "x", "c.bad", "error", 2);
    issue("b/validate", "1", "x", "c.worse", "error", 2);
    issue("b/validate", "2", "x", "c.worse", "error", 2);
    issue("b/validate", "9", "x", "c.later", "error", 3);
    size_t n;
    IssueCount *all = control_issue_counts(control, arena, 2, &n, &err);
    cr_assert_eq(n, 3);
    cr_assert_str_eq(all[0].code, "c.worse");
    cr_assert_eq(all[0].rows, 2);
    cr_assert_str_eq(all[1].code, "c.bad");
    cr_assert_eq(all[1].rows, 1);
    cr_assert_str_eq(all[2].code, "c.often");
    cr_assert_eq(all[2].rows, 3);
    cr_assert_eq(all[2].fresh, 2);
    int64_t fresh;
    cr_assert(control_issues_fresh(control, 2, &fresh, &err));
    cr_assert_eq(fresh, all[0].fresh + all[1].fresh + all[2].fresh);
    IssueCount *causes = control_reject_causes(control, arena, 3, &n, &err);
    cr_assert_eq(n, 3);
    cr_assert_str_eq(causes[0].entity, "b");
    cr_assert_str_eq(causes[0].code, "c.worse");
    cr_assert_str_eq(causes[1].entity, "a");
    cr_assert_str_eq(causes[2].code, "c.later");
}

Test(control, notes_are_replaced)
{
    const char *value = "x";
    must(control_noted(control, arena, "as_of", &value, &err));
    cr_assert_null(value);
    must(control_note(control, "as_of", "1", &err) && control_note(control, "as_of", "it's 2", &err));
    must(control_noted(control, arena, "as_of", &value, &err));
    cr_assert_str_eq(value, "it's 2");
}

Test(control, what_only_looked_leaves_nothing_to_go_on_with)
{
    RunRecord r;
    cr_assert_not(control_unfinished(control, arena, &r, &err));
    int64_t stopped = begin("run");
    must(control_run_end(control, stopped, "stopped", 11, "asked to", 61.5, &err));
    int64_t looked = begin("verify");
    must(control_run_end(control, looked, "done", 0, "", 61.5, &err));
    must(control_unfinished(control, arena, &r, &err));
    cr_assert_eq(r.run, stopped);
    int64_t good = begin("resume");
    must(control_run_end(control, good, "partial", 3, "", 61.5, &err));
    cr_assert_not(control_unfinished(control, arena, &r, &err));
    cr_assert_eq(err.kind, ERR_NONE);
}

Test(control, options_are_read_back_one_by_one)
{
    RunRecord r = {.mode = "run", .options = "{\"as-of\":\"2026-11-01\",\"select\":[\"it's\",\"b\"]}"};
    const char *value;
    must(control_run_begin(control, &r, &err));
    must(control_run_option(control, arena, r.run, "$.\"as-of\"", &value, &err));
    cr_assert_str_eq(value, "2026-11-01");
    must(control_run_option(control, arena, r.run, "$.select[0]", &value, &err));
    cr_assert_str_eq(value, "it's");
    must(control_run_option(control, arena, r.run, "$.select[2]", &value, &err));
    cr_assert_null(value);
    must(control_run_option(control, arena, r.run, "$.\"only\"", &value, &err));
    cr_assert_null(value);
}

// Whoever opens it next reads no log, whether or not somebody else has it open.
Test(control, a_writer_leaves_an_empty_log)
{
    FileStamp log;
    const char *path = arena_text(arena, "%s/control.db-wal", folder);
    RunRecord r = {.mode = "run", .options = "{}"};
    Control *reader = control_open(folder, false, &err);
    must(reader && control_run_begin(control, &r, &err) && file_stamp(path, &log, &err));
    cr_assert_gt(log.size, 0);
    control_close(control);
    control = NULL;
    must(file_stamp(path, &log, &err));
    cr_assert_eq(log.size, 0);
    control_close(reader);
}
