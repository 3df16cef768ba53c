#include "engine/decisions.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/file.h"
#include "cache/issue_store.h"
#include "engine/audit.h"
#include "tests/support/temp_folder.h"

static Arena *arena;
static Clinic clinic;
static Control *control;
static Problems *problems;
static Err err;

static void must(bool ok)
{
    cr_assert(ok, "%s", err.text);
}

static void set_up(void)
{
    arena = arena_new();
    problems = problems_new(arena);
    clinic = (Clinic){.name = "sonrisa", .typed = "sonrisa", .folder = temp_folder(arena)};
    clinic.state_folder = clinic.folder;
    control = control_open(clinic.state_folder, true, &err);
    must(control);
}

static void tear_down(void)
{
    control_close(control);
    arena_free(arena);
}

TestSuite(decisions, .init = set_up, .fini = tear_down);

static void meet(const char *key, const char *field)
{
    must(control_issue_add(control, "patient/validate", "patient", str_of(key), field, "c.x", "warning",
                           (Str){NULL, 0}, 1, &err));
}

static void decide(const char *key, IssueAction action, const char *text)
{
    const Decision d = {action, "ana", text, NULL};
    IssueOutcome o;
    must(issue_decide_matching(control, arena, &(IssueFilter){.key = key}, &d, &o, &err));
    cr_assert_eq(o.changed, 1);
}

static const char *text(void)
{
    Buf out = {0};
    size_t n;
    must(decisions_text(arena, control, &out, &n, &err));
    const char *kept = str_keep(arena, buf_str(&out));
    buf_free(&out);
    return kept;
}

static void write_file(const char *content)
{
    must(file_make_folder(file_join(arena, clinic.folder, "decisions"), 0700, &err) &&
         file_write(decisions_path(arena, &clinic), str_of(content), 0600, &err));
}

// A control.db without any memory, as after a loss.
static void lose_control(void)
{
    control_close(control);
    clinic.state_folder = temp_folder(arena);
    control = control_open(clinic.state_folder, true, &err);
    must(control);
}

static int64_t import(void)
{
    int64_t changed = -1;
    must(decisions_import(arena, &clinic, control, "eva", &changed, problems, &err));
    return changed;
}

Test(decisions, what_is_written_is_read_back_the_same)
{
    meet("k\"1", "a: b");
    meet("", "");
    meet("three", "f");
    meet("undecided", "f");
    decide("k\"1", ISSUE_IGNORE, "it's \"so\":\n- {x} # \xC3\xB1");
    decide("k\"1", ISSUE_NOTE, "one");
    decide("k\"1", ISSUE_NOTE, "two");
    decide("three", ISSUE_NOTE, "only a note");
    const Decision resolve = {ISSUE_RESOLVE, "ana", NULL, NULL};
    IssueOutcome o;
    must(issue_decide_matching(control, arena, &(IssueFilter){.step = "patient/*", .state = "open"}, &resolve,
                               &o, &err));
    decide("undecided", ISSUE_REOPEN, NULL);
    const char *before = text();
    cr_assert_null(strstr(before, "undecided"));
    must(decisions_export(arena, &clinic, control, &err));
    lose_control();
    must(decisions_first(arena, &clinic, control, "eva", problems, &err));
    cr_assert_str_eq(text(), before);
    cr_assert_eq(import(), 0, "once more: nothing new");
}

Test(decisions, a_known_file_stands_and_a_changed_one_is_not_written_over)
{
    must(decisions_ready(arena, &clinic, control, "eva", problems, &err)); // none yet
    must(decisions_export(arena, &clinic, control, &err));
    cr_assert_not(file_exists(decisions_path(arena, &clinic)), "nothing is decided");
    meet("1", "f");
    decide("1", ISSUE_ASK, NULL);
    must(decisions_export(arena, &clinic, control, &err));
    must(decisions_ready(arena, &clinic, control, "eva", problems, &err));
    write_file("version: 1\n");
    cr_assert_not(decisions_ready(arena, &clinic, control, "eva", problems, &err));
    cr_assert_eq(err.kind, ERR_DECISION);
    must(decisions_first(arena, &clinic, control, "eva", problems, &err)); // a run goes on all the same
    cr_assert_eq(import(), 0);
    must(decisions_ready(arena, &clinic, control, "eva", problems, &err));
    cr_assert_not_null(strstr(text(), "asked"), "what the file does not name stays");
}

Test(decisions, the_later_decision_stays)
{
    write_file("version: 1\ndecisions:\n  - {step: patient/validate, code: c.x, state: asked, by: eva,\n"
               "     at: 2020-01-01T00:00:00Z, issues: [{key: \"1\", field: f}]}\n");
    meet("1", "f");
    decide("1", ISSUE_IGNORE, "today");
    cr_assert_eq(import(), 0);
    lose_control();
    cr_assert_eq(import(), 1);
    cr_assert_not_null(strstr(text(), "asked"));
    meet("1", "f"); // a run meets it: asked it stays, and it has not come back
    IssueTotals t;
    must(issue_totals(control, &t, &err));
    cr_assert(t.asked == 1 && t.back == 0 && t.open == 0);
}

static void refused(const char *content, int line, int col, const char *why)
{
    int64_t changed;
    write_file(content);
    problems = problems_new(arena);
    cr_assert_not(decisions_import(arena, &clinic, control, "eva", &changed, problems, &err), "taken: %s",
                  content);
    cr_assert_eq(err.kind, ERR_CONFIG);
    cr_assert(problems->items[0].line == line && problems->items[0].col == col, "%d:%d %s",
              problems->items[0].line, problems->items[0].col, problems->items[0].text);
    cr_assert_not_null(strstr(problems->items[0].text, why), "%s", problems->items[0].text);
}

#define GROUP                                                                                                \
    "version: 1\ndecisions:\n  - step: p/validate\n    code: c\n    by: ana\n    at: 2026-11-21T12:00:00Z\n"

Test(decisions, mistakes_are_told_with_their_place_and_nothing_is_taken)
{
    refused("version: 2\n", 1, 1, "version: 1");
    refused("version: 1\ndecision: []\n", 2, 1, "decision");
    refused("version: 1\ndecisions: {a: b}\n", 2, 12, "a list");
    refused(GROUP "    state: ignored\n    issues: []\n", 3, 5, "reason");
    refused(GROUP "    state: lost\n    issues: []\n", 7, 12, "lost");
    refused(GROUP "    state: asked\n    until: 2026-12-31\n    issues: []\n", 8, 12, "until");
    refused(GROUP "    state: asked\n", 3, 5, "issues");
    refused(GROUP "    state: asked\n    issues:\n      - {field: f}\n", 9, 9, "key");
    refused(GROUP "    state: asked\n    issues:\n      - {key: k, field: f}\n"
                  "      - {issue: \"0000000000000000\", key: k2, field: f}\n",
            10, 17, "is b502abe0b22138be");
    int64_t n;
    must(lite_one_int(control_db(control), &n, NULL, &err, "SELECT count(*) FROM issues"));
    cr_assert_eq(n, 0, "nothing of a file with a mistake");
    const char *bad_time =
        "version: 1\ndecisions:\n  - {step: p/validate, code: c, by: ana, at: noon, state: asked, "
        "issues: []}\n";
    refused(bad_time, 3, 46, "noon");
}

Test(decisions, the_audit_log_gets_whole_lines_of_its_own)
{
    JsonOut *j;
    for (int i = 0; i < 2; i++) {
        Audit *audit = audit_begin(clinic.state_folder, clinic.name, "inspect.unmask", &j);
        json_text(j, "id", "it's\n1");
        must(audit_end(audit, &err));
    }
    Str log;
    const char *path = file_join(arena, clinic.state_folder, "audit.log");
    must(file_read(arena, path, 9999, &log, &err));
    const char *second = strchr(log.at, '\n') + 1;
    cr_assert_eq(strncmp(second, "{\"v\":1,\"t\":\"", 12), 0);
    cr_assert_not_null(
        strstr(second, "\"clinic\":\"sonrisa\",\"action\":\"inspect.unmask\",\"id\":\"it's\\n1\"}\n"));
    Audit *audit = audit_begin("/nowhere/at/all", "x", "y", &j);
    cr_assert_not(audit_end(audit, &err));
}
