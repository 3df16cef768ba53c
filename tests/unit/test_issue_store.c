#include "cache/issue_store.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/file.h"
#include "cache/issue_decide.h"
#include "tests/support/statement_watch.h"
#include "tests/support/temp_folder.h"

static Arena *arena;
static const char *folder, *cache;
static Control *control;
static Err err;

static void must(bool ok)
{
    cr_assert(ok, "%s", err.text);
}

static void change(const char *sql)
{
    AUTO(lite_close_at) Lite *db = lite_open(cache, LITE_WRITE, ERR_INTERNAL, &err);
    must(db && lite_exec(db, sql, &err));
}

// A cache with two issues of one step and one of another; the rows of one entity have places.
static void set_up(void)
{
    arena = arena_new();
    folder = temp_folder(arena);
    control = control_open(folder, true, &err);
    must(control);
    cache = file_join(arena, folder, "it's a cache.db");
    AUTO(lite_close_at) Lite *db = lite_open(cache, LITE_CREATE, ERR_INTERNAL, &err);
    must(db &&
         lite_exec(db,
                   "CREATE TABLE _issues(step, entity, key, field, code, severity, detail);"
                   "CREATE TABLE _rejects(step, entity, key, code, by_parent, origin, source_id, as_read);"
                   "CREATE TABLE a(canonical_uuid PRIMARY KEY, source_id, origin);"
                   "INSERT INTO a VALUES('1','s-1',11),('2','s-2',12);"
                   "INSERT INTO _rejects VALUES('a/extract','a','2','dup',0,99,'s-99','x');"
                   "INSERT INTO _issues VALUES('a/validate','a','1','x','c','warning','one'),"
                   "('a/validate','a','2','x','c','error','two'),"
                   "('b/validate','b','1','x','c','error','three'),"
                   "('a/extract','a','2','x','dup','error',NULL)",
                   &err));
}

static void tear_down(void)
{
    control_close(control);
    arena_free(arena);
}

TestSuite(issues, .init = set_up, .fini = tear_down);

static int64_t begin(const char *mode, int64_t resumes)
{
    RunRecord r = {.mode = mode, .options = "{}", .resumes = resumes};
    must(control_run_begin(control, &r, &err));
    return r.run;
}

static void sync_step(int64_t run)
{
    must(control_issues_sync(control, cache, "a/validate", run, &err));
}

static int64_t number(const char *sql)
{
    int64_t n = -1;
    must(lite_one_int(control_db(control), &n, NULL, &err, "%s", sql));
    return n;
}

static bool keep(void *arg, const IssueItem *item, Err *none)
{
    IssueItem *out = arg;
    (void)none;
    *out = *item;
    const char **texts[] = {&out->fp, &out->state, &out->source_id, &out->detail, &out->by, &out->reason,
                            &out->until, &out->note, &out->owner, &out->owner_by};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        *texts[i] = str_keep(arena, str_of(*texts[i]));
    return true;
}

static IssueItem issue(const char *key)
{
    IssueItem item = {0};
    must(issue_each(control, &(IssueFilter){.key = key, .step = "a/validate"}, 1, keep, &item, &err));
    cr_assert_not_null(item.fp, "no issue of %s", key);
    return item;
}

static IssueTotals totals(void)
{
    IssueTotals t;
    must(issue_totals(control, &t, &err));
    return t;
}

static IssueOutcome decide(const char *key, IssueAction action, const char *by, int64_t revision,
                           const char *until)
{
    IssueOutcome o;
    const IssueChoice choice = {issue(key).fp, revision};
    const Decision d = {action, by, action == ISSUE_REOPEN ? NULL : "it's so", until};
    must(issue_decide(control, arena, &choice, 1, &d, &o, &err));
    return o;
}

Test(issues, a_fingerprint_is_of_four_facts_and_nothing_else)
{
    char one[ISSUE_FP + 1], other[ISSUE_FP + 1];
    issue_fingerprint(STR("a/validate"), STR("k"), STR("f"), STR("c"), one);
    cr_assert_str_eq(one, "d604afef20b4e0ff");
    issue_fingerprint(STR("a/validate"), STR("kf"), STR(""), STR("c"), other);
    cr_assert_str_neq(one, other);
}

Test(issues, the_cache_is_followed_and_places_are_kept)
{
    sync_step(1);
    sync_step(1); // again: the same
    cr_assert_eq(number("SELECT count(*) FROM issues"), 2, "only those of the step");
    IssueItem one = issue("1");
    cr_assert_str_eq(one.source_id, "s-1");
    cr_assert_eq(one.origin, 11);
    must(control_issues_sync(control, cache, "b/validate", 1, &err)); // its entity has no table
    must(control_issues_sync(control, cache, "a/extract", 1, &err));
    cr_assert_eq(number("SELECT origin FROM issues WHERE step = 'a/extract'"), 99, "of the row kept back");
    change("UPDATE _issues SET severity = 'error', detail = 'new' WHERE key = '1';"
           "UPDATE a SET origin = 21 WHERE canonical_uuid = '1'");
    sync_step(2);
    one = issue("1");
    cr_assert_str_eq(one.detail, "new");
    cr_assert_eq(one.origin, 21);
    cr_assert_eq(one.first_run, 1);
    cr_assert_eq(one.last_run, 2);
    cr_assert_eq(one.revision, 0);
}

Test(issues, what_goes_is_resolved_and_what_comes_back_is_open)
{
    begin("autopilot", 0);
    sync_step(1);
    cr_assert_eq(totals().since, 0);
    cr_assert_eq(totals().fresh, 2);
    begin("autopilot", 0);
    change("DELETE FROM _issues WHERE key = '2'; INSERT INTO _issues "
           "VALUES('a/validate','a','3','x','c','warning',NULL)");
    sync_step(2);
    IssueItem two = issue("2");
    cr_assert_str_eq(two.state, "resolved");
    cr_assert_not(two.present);
    cr_assert_eq(two.gone_run, 2);
    IssueTotals t = totals();
    cr_assert(t.since == 1 && t.fresh == 1 && t.fixed == 1 && t.back == 0 && t.open == 2 && t.resolved == 1);
    begin("autopilot", 0);
    change("INSERT INTO _issues VALUES('a/validate','a','2','x','c','error','two')");
    sync_step(3);
    sync_step(3);
    cr_assert_str_eq(issue("2").state, "open");
    t = totals();
    cr_assert(t.since == 2 && t.fresh == 0 && t.fixed == 0 && t.back == 1 && t.open == 3);
    size_t n;
    IssueEvent *events = issue_history(control, arena, two.fp, &n, &err);
    cr_assert_eq(n, 2, "each once");
    cr_assert_str_eq(events[0].action, "gone");
    cr_assert_str_eq(events[1].action, "back");
    cr_assert_str_eq(events[1].before, "resolved");
}

Test(issues, a_run_and_its_resumes_are_compared_with_the_run_before)
{
    begin("autopilot", 0);
    sync_step(1);
    int64_t stopped = begin("autopilot", 0);
    change("INSERT INTO _issues VALUES('a/validate','a','3','x','c','warning',NULL)");
    sync_step(stopped);
    begin("resume", stopped);
    begin("verify", 0);
    cr_assert_eq(totals().since, 1);
    cr_assert_eq(totals().fresh, 1);
    begin("preview", 0); // looks ahead of the next run
    cr_assert_eq(totals().since, 3);
    cr_assert_eq(totals().fresh, 0);
}

Test(issues, a_decision_outlives_runs)
{
    sync_step(1);
    cr_assert_eq(decide("1", ISSUE_IGNORE, "ana", -1, NULL).changed, 1);
    cr_assert_eq(decide("1", ISSUE_IGNORE, "ana", -1, NULL).same, 1);
    cr_assert_eq(decide("2", ISSUE_RESOLVE, "ana", -1, NULL).changed, 1);
    IssueTotals t = totals();
    cr_assert(t.open == 0 && t.ignored == 1 && t.resolved == 1);
    cr_assert(t.rejecting == 1 && t.excused == 0, "resolved does not mean left out");
    sync_step(2);
    cr_assert_str_eq(issue("1").state, "ignored");
    cr_assert_str_eq(issue("2").state, "open", "it is still there");
    change("DELETE FROM _issues");
    sync_step(3);
    cr_assert_str_eq(issue("1").state, "ignored");
    cr_assert_not(issue("1").present);
    cr_assert_eq(decide("1", ISSUE_REOPEN, "eva", -1, NULL).changed, 1);
    cr_assert_str_eq(issue("1").state, "open");
    cr_assert_eq(totals().open, 0, "not there any more");
}

Test(issues, a_reject_that_is_ignored_is_excused)
{
    sync_step(1);
    cr_assert_eq(totals().rejecting, 1);
    decide("2", ISSUE_IGNORE, "ana", -1, NULL);
    cr_assert_eq(totals().rejecting, 0);
    cr_assert_eq(totals().excused, 1);
}

Test(issues, what_is_ignored_until_a_day_is_open_after_it)
{
    sync_step(1);
    decide("1", ISSUE_IGNORE, "ana", -1, "2999-12-31");
    cr_assert_str_eq(issue("1").state, "ignored");
    decide("1", ISSUE_IGNORE, "ana", -1, "2020-01-01");
    cr_assert_str_eq(issue("1").state, "open");
    cr_assert_eq(totals().open, 2);
    cr_assert_eq(decide("1", ISSUE_ASK, "eva", -1, NULL).changed, 1, "nobody's decision holds any more");
}

Test(issues, the_second_of_two_people_learns_what_the_first_did)
{
    sync_step(1);
    const int64_t seen = issue("1").revision; // both look at it now
    cr_assert_eq(decide("1", ISSUE_IGNORE, "ana", seen, NULL).changed, 1);
    IssueOutcome o = decide("1", ISSUE_RESOLVE, "eva", seen, NULL);
    cr_assert_eq(o.changed, 0);
    cr_assert_eq(o.n_clashes, 1);
    cr_assert_str_eq(o.clashes[0].by, "ana");
    cr_assert_str_eq(o.clashes[0].state, "ignored");
    cr_assert_str_eq(o.clashes[0].reason, "it's so");
    cr_assert_eq(decide("1", ISSUE_RESOLVE, "eva", -1, NULL).n_clashes, 1, "also without having looked");
    cr_assert_str_eq(issue("1").by, "ana");
    cr_assert_eq(decide("1", ISSUE_NOTE, "eva", seen, NULL).changed, 1, "a note overwrites nothing");
    cr_assert_eq(decide("1", ISSUE_RESOLVE, "eva", o.clashes[0].revision, NULL).changed, 1,
                 "now it was seen");
}

Test(issues, one_clash_leaves_all_as_they_are)
{
    sync_step(1);
    decide("2", ISSUE_ASK, "ana", -1, NULL);
    const IssueChoice both[] = {{issue("1").fp, -1}, {issue("2").fp, -1}};
    const Decision d = {ISSUE_RESOLVE, "eva", NULL, NULL};
    IssueOutcome o;
    must(issue_decide(control, arena, both, 2, &d, &o, &err));
    cr_assert_eq(o.n_clashes, 1);
    cr_assert_str_eq(issue("1").state, "open");
    must(issue_decide_matching(control, arena, &(IssueFilter){.state = "open"}, &d, &o, &err));
    cr_assert_eq(o.changed, 1);
    cr_assert_str_eq(issue("2").state, "asked", "not of the filter");
}

static IssueOutcome undo(const IssueOutcome *made)
{
    IssueOutcome o;
    must(issue_undo(control, arena, made->before, made->n_before, "ana", &o, &err));
    return o;
}

Test(issues, what_is_taken_back_is_as_it_was)
{
    sync_step(1);
    decide("2", ISSUE_IGNORE, "ana", -1, "2099-12-31");
    const IssueChoice both[] = {{issue("1").fp, -1}, {issue("2").fp, -1}};
    const Decision d = {ISSUE_RESOLVE, "ana", NULL, NULL};
    IssueOutcome made, owned, o;
    must(issue_decide(control, arena, both, 2, &d, &made, &err));
    cr_assert_eq(made.n_before, 2);
    const Decision owner = {ISSUE_ASSIGN, "ana", "eva", NULL};
    must(issue_decide(control, arena, both, 1, &owner, &owned, &err));
    cr_assert_eq(undo(&owned).changed, 1);
    cr_assert_str_eq(issue("1").owner, "");
    o = undo(&made);
    cr_assert_eq(o.changed, 2);
    cr_assert_str_eq(issue("1").state, "open");
    cr_assert_str_eq(issue("2").state, "ignored");
    cr_assert_str_eq(issue("2").reason, "it's so");
    cr_assert_str_eq(issue("2").until, "2099-12-31");
    cr_assert_eq(undo(&made).n_clashes, 2, "they are not as that decision left them");
    cr_assert_eq(decide("1", ISSUE_NOTE, "ana", -1, NULL).n_before, 0, "a note stays");
}

Test(issues, nothing_is_taken_back_from_others)
{
    sync_step(1);
    const IssueOutcome made = decide("1", ISSUE_RESOLVE, "ana", -1, NULL);
    decide("1", ISSUE_ASK, "eva", 1, NULL);
    cr_assert_eq(undo(&made).n_clashes, 1);
    cr_assert_str_eq(issue("1").state, "asked");
    const IssueChoice one = {issue("1").fp, -1};
    const Decision mine = {ISSUE_ASSIGN, "ana", "ana", NULL}, theirs = {ISSUE_ASSIGN, "eva", "eva", NULL};
    IssueOutcome owned, o;
    must(issue_decide(control, arena, &one, 1, &mine, &owned, &err) &&
         issue_decide(control, arena, &one, 1, &theirs, &o, &err));
    cr_assert_eq(undo(&owned).n_clashes, 1);
    cr_assert_str_eq(issue("1").owner, "eva");
}

Test(issues, many_are_decided_and_taken_back_with_few_statements)
{
    enum { MANY = 3000 };
    IssueChoice *choices = arena_many(arena, IssueChoice, MANY);
    const Decision d = {ISSUE_IGNORE, "ana", "it's so", "2099-12-31"};
    IssueOutcome made, o;
    statements_watch();
    control_close(control);
    control = control_open(folder, true, &err);
    must(control);
    for (int i = 0; i < MANY; i++) {
        choices[i] = (IssueChoice){arena_text(arena, "%016x", i + 1), i % 2 ? 0 : -1};
        must(lite_execf(control_db(control), &err,
                        "INSERT INTO issues(step, entity, key, field, code, severity, first_run, last_run, fp)"
                        " VALUES('m/validate', 'm', %Q, '', 'c', 'warning', 1, 1, %Q)",
                        choices[i].fp, choices[i].fp));
    }
    statements_forget();
    must(issue_decide(control, arena, choices, MANY, &d, &made, &err));
    cr_expect(made.changed == MANY && made.n_before == MANY);
    cr_expect_lt(statements_seen().ended, MANY + 50, "%lld statements", (long long)statements_seen().ended);
    cr_expect_eq(number("SELECT count(*) FROM issues WHERE state = 'ignored' AND revision = 1 AND by = 'ana'"), MANY);
    statements_forget();
    must(issue_undo(control, arena, made.before, made.n_before, "ana", &o, &err));
    cr_expect_eq(o.changed, MANY);
    cr_expect_lt(statements_seen().ended, MANY + 50);
    cr_expect_eq(number("SELECT count(*) FROM issues WHERE state = 'open' AND revision = 2 AND until IS NULL"), MANY);
    const IssueChoice odd[] = {choices[0], choices[0], {"ffffffffffffffff", -1}};
    must(issue_decide(control, arena, odd, 2, &d, &made, &err));
    cr_expect(made.changed == 1 && made.same == 1, "named twice");
    cr_assert_not(issue_decide(control, arena, odd, 3, &d, &made, &err));
    cr_expect_eq(err.kind, ERR_USAGE, "%s", err.text);
    cr_expect_eq(number("SELECT count(*) FROM issue_history"), 2 * MANY + 1);
}

Test(issues, an_issue_is_found_by_its_beginning)
{
    IssueChoice choice;
    sync_step(1);
    const char *fp = issue("1").fp;
    must(issue_choice(control, arena, arena_text(arena, "%.6s@4", fp), &choice, &err));
    cr_assert_str_eq(choice.fp, fp);
    cr_assert_eq(choice.revision, 4);
    const char *const wrong[] = {"abc",
                                 "0123456789abcdef0",
                                 "ABCDEF",
                                 "xyzz",
                                 "ffff",
                                 arena_text(arena, "%s@", fp),
                                 arena_text(arena, "%s@-1", fp)};
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        cr_assert_not(issue_choice(control, arena, wrong[i], &choice, &err), "%s", wrong[i]);
        cr_assert_eq(err.kind, ERR_USAGE);
    }
    must(lite_exec(control_db(control), "UPDATE issues SET fp = 'abcdef00000000' || key || '0'", &err));
    cr_assert_not(issue_choice(control, arena, "abcdef", &choice, &err));
    cr_assert_not_null(strstr(err.text, "abcdef0000000010, abcdef0000000020"));
}

Test(issues, groups_come_by_severity_and_frequency)
{
    size_t n;
    begin("autopilot", 0);
    change("INSERT INTO _issues VALUES('a/validate','a','3','y','c','warning','other')");
    sync_step(1);
    IssueGroup *g = issue_groups(control, arena, &(IssueFilter){.entity = "a"}, NULL, &n, &err);
    cr_assert_eq(n, 2);
    cr_assert_str_eq(g[0].severity, "error");
    cr_assert(g[1].count == 2 && g[1].open == 2 && g[1].fresh == 2);
    issue_groups(control, arena, &(IssueFilter){0}, "cause", &n, &err);
    cr_assert_eq(n, 3);
    g = issue_groups(control, arena, &(IssueFilter){.fresh = true, .code = "c*", .run = 1}, "entity", &n,
                     &err);
    cr_assert(n == 1 && g[0].count == 3 && !g[0].severity);
    issue_groups(control, arena, &(IssueFilter){.code = "d*"}, NULL, &n, &err);
    cr_assert_eq(n, 0);
}

Test(issues, a_sync_that_fails_changes_nothing)
{
    sync_step(1);
    change("DROP TABLE _issues");
    cr_assert_not(control_issues_sync(control, cache, "a/validate", 2, &err));
    cr_assert_eq(number("SELECT count(*) FROM issues WHERE last_run = 1 AND present"), 2);
    change("CREATE TABLE _issues(step, entity, key, field, code, severity, detail)");
    sync_step(2); // the cache was let go
    cr_assert_eq(totals().open, 0);
}
