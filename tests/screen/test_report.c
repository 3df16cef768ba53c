#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "tests/screen/screen_bench.h"
#include "ui/report_model.h"

static RunRecord run_of(int64_t run, const char *status, int code, const char *reason)
{
    return (RunRecord){.run = run,
                       .mode = "autopilot",
                       .status = status,
                       .started_at = "2025-11-20T12:32:51.000Z",
                       .ended_at = "2025-11-20T12:53:02.000Z",
                       .host = "srv1",
                       .by = "amartin",
                       .exit_code = code,
                       .reason = reason,
                       .version = "0.9.2"};
}

static void fill_runs(Arena *a, ReportShown *s)
{
    s->runs = arena_many(a, RunRecord, 12);
    s->n_runs = 12;
    for (int i = 0; i < 12; i++)
        s->runs[i] = run_of(43 - i, i ? "done" : "unbalanced", i ? 0 : 12, NULL);
}

static void fill_accounts(Arena *a, Report *r)
{
    static const Account accounts[] = {
        {.entity = "professional", .source = 61, .linked = 44, .skipped = 17},
        {.entity = "patient",
         .source = 48213,
         .inserted = 48110,
         .updated = 41,
         .skipped = 3,
         .rejected = 59},
        {.entity = "treatment_catalog_variant", .source = 1204, .inserted = 987, .skipped = 217},
        {.entity = "budget", .source = 20118, .inserted = 20111, .rejected = 7},
        {.entity = "fiscal_document", .source = 61004, .inserted = 61003, .lost = 1},
        {.entity = "payment", .source = 72330, .inserted = 72300, .pending = 30},
    };
    r->accounts = arena_copy(a, accounts, sizeof accounts);
    r->n_accounts = ARRAY_LEN(accounts);
    r->total = (Account){.source = 202930,
                         .inserted = 202511,
                         .updated = 41,
                         .linked = 44,
                         .skipped = 237,
                         .rejected = 66,
                         .lost = 1,
                         .pending = 30,
                         .absent = 4};
}

static void fill_found(Arena *a, ReportShown *s)
{
    static const IssueCount causes[] = {{"patient", "target.unique", "error", 59, 0, 0},
                                        {"budget", "budget.professional.unmapped", "error", 7, 7, 0}};
    static const IssueCount issues[] = {{NULL, "target.unique", "error", 59, 0, 0},
                                        {NULL, "budget.professional.unmapped", "error", 7, 7, 0},
                                        {NULL, "email.invalid", "warning", 74, 21, 412}};
    static const int64_t places[] = {17, 204, 3311, 3312, 3400, 9999};
    static const Verified verified[] = {{.entity = "patient", .rows = 48151, .edited = 2},
                                        {.entity = "fiscal_document", .rows = 61003, .missing = 1}};
    static const ReportMoney money[] = {
        {"fiscal_document", "invoices.total issued", "2025", "988412.40", "988351.90", false},
        {"fiscal_document", "invoices.total issued", "2024", "1204880.15", "1204880.15", true}};
    Report *r = &s->report;
    r->causes = arena_copy(a, causes, sizeof causes);
    r->n_causes = ARRAY_LEN(causes);
    r->issues = arena_copy(a, issues, sizeof issues);
    r->n_issues = ARRAY_LEN(issues);
    r->places[0] = (Places){places, ARRAY_LEN(places)};
    r->delta = (IssueDelta){28, 40, 2, 214, 3, 412};
    r->verified = arena_copy(a, verified, sizeof verified);
    r->n_verified = ARRAY_LEN(verified);
    s->orphans = arena_many(a, int64_t, 2);
    s->money = arena_copy(a, money, sizeof money);
    s->n_money = ARRAY_LEN(money);
}

static ReportShown *shown_of(Arena *a, int64_t run)
{
    static const Clinic clinic = {.name = "north", .env = "PROD", .source_path = "/srv/export/sonrisa.dpm"};
    ReportShown *s = arena_one(a, ReportShown);
    Report *r = &s->report;
    r->clinic = &clinic;
    r->run = run_of(run, "unbalanced", 12, "1 row has no outcome");
    r->ended = r->newest = true;
    r->took_s = 1211;
    r->target = "dbname=clinicsay host=db1";
    s->when = "2025-11-20 12:32 to 12:53 (20:11)";
    s->folder = "/srv/clinics/north/state/runs/000043";
    fill_runs(a, s);
    fill_accounts(a, r);
    fill_found(a, s);
    r->stages[STAGE_INSERT] = (StageTotal){"insert", 12, 202930, 66, 0, 384.2};
    r->stages[STAGE_INSERT].done = 202552;
    static const StepRecord steps[] = {{.step = "fiscal_document/verify", .status = "failed"},
                                       {.step = "patient/insert", .status = "done"}};
    r->steps = arena_copy(a, steps, sizeof steps);
    r->n_steps = ARRAY_LEN(steps);
    r->next[0] =
        (NextAction){"mudanza warnings list north --code target.unique", "see what keeps the rows out"};
    r->n_next = 1;
    r->resume = "mudanza rejects retry north";
    return s;
}

static void *typical(Arena *a, const char *screen, int what)
{
    if (strcmp(screen, "report") != 0)
        return NULL;
    if (what == REPORT_FILE)
        return arena_text(a, "report.md");
    if (what == REPORT_RECORDS) {
        ReportRecords *records = arena_one(a, ReportRecords);
        records->entity = "patient";
        return records;
    }
    ReportShown *s = shown_of(a, what == REPORT_EARLIER ? 41 : 43);
    if (what == REPORT_EARLIER) {
        s->report.accounts[1].rejected = 99;
        s->report.accounts[1].inserted = 48070;
        s->report.n_causes = 1;
        s->report.causes[0].rows = 99;
    }
    report_lay_out(a, s);
    return s;
}

static void *no_run(Arena *a, const char *screen, int what)
{
    (void)what;
    if (strcmp(screen, "report") != 0)
        return NULL;
    ReportShown *s = arena_one(a, ReportShown);
    s->no_run = true;
    return s;
}

static void *undone(Arena *a, const char *screen, int what)
{
    if (strcmp(screen, "report") != 0 || what != REPORT_RUN)
        return NULL;
    static const RollbackTable tables[] = {{"patients", 48110, 41, 3}, {"budgets", 20111, 0, 0}};
    ReportShown *s = shown_of(a, 44);
    Report *r = &s->report;
    r->run.mode = "rollback";
    r->run.status = "done";
    r->run.exit_code = 0;
    r->run.reason = NULL;
    r->total.lost = 0;
    r->is_rollback = true;
    r->rollback = (RollbackRecord){.undid = "43", .n_tables = 2, .n_kept = 3};
    r->rollback.tables = arena_copy(a, tables, sizeof tables);
    report_lay_out(a, s);
    return s;
}

#define LONG_WORD "0123456789012345678901234567890123456789012345678901234567890123456789"
static void *hostile(Arena *a, const char *screen, int what)
{
    if (strcmp(screen, "report") != 0 || what != REPORT_RUN)
        return NULL;
    ReportShown *s = shown_of(a, 1234567890123);
    Report *r = &s->report;
    r->run.reason = "no\x1b[2Jw \xe2\x80\xae" LONG_WORD LONG_WORD;
    r->run.by = "ana\n\xff" LONG_WORD;
    r->accounts[0] = (Account){.entity = "\xe4\xbd\x9c\xe8\x80\x85\x07" LONG_WORD,
                               .source = 1234567890123456789,
                               .inserted = 1234567890123456789,
                               .updated = 999999999,
                               .rejected = 1234567890};
    r->causes[0].code = LONG_WORD LONG_WORD;
    s->money[0].made = "-99999999999999999999999999.99";
    report_lay_out(a, s);
    return s;
}

static Screen *open_report(App *app)
{
    (void)app;
    return report_screen(0);
}

Test(report_screen, in_every_state)
{
    screen_golden("report", &(ScreenCase){.open = open_report, .model = typical});
    screen_golden("report.sections", &(ScreenCase){.open = open_report, .model = typical, .keys = "Tab Tab"});
    screen_golden("report.end", &(ScreenCase){.open = open_report, .model = typical, .keys = "End"});
    screen_golden("report.compared", &(ScreenCase){.open = open_report, .model = typical, .keys = "c Down Enter"});
    screen_golden("report.runs", &(ScreenCase){.open = open_report, .model = typical, .keys = "v"});
    screen_golden("report.export", &(ScreenCase){.open = open_report, .model = typical, .keys = "P m"});
    screen_golden("report.reading", &(ScreenCase){.open = open_report});
    screen_golden("report.no_run", &(ScreenCase){.open = open_report, .model = no_run});
    screen_golden("report.undone", &(ScreenCase){.open = open_report, .model = undone});
    screen_golden("report.hostile", &(ScreenCase){.open = open_report, .model = hostile});
}

Test(report_screen, every_key_does_something)
{
    static const struct {
        const char *before, *key;
    } keys[] = {{"", "Down"},
                {"Down", "Up"},
                {"", "End"},
                {"End", "Home"},
                {"", "Tab"},
                {"", "Shift-Tab"},
                {"", "c"},
                {"c Enter", "Esc"},
                {"", "v"},
                {"", "P"},
                {"", "n"},
                {"", "Enter"},
                {"Down", "Enter"},
                {"Tab Tab Tab", "Enter"},
                {"Shift-Tab", "Enter"},
                {"P m", "Enter"},
                {"", "y"}};
    AUTO(arena_free_at) Arena *a = arena_new();
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        App *app =
            screen_app(&(ScreenCase){.open = open_report, .model = typical, .keys = keys[i].before}, true);
        const char *before = screen_text(app, a, 30, 100);
        const Screen *top = app_top(app);
        screen_press(app, keys[i].key);
        cr_expect(top != app_top(app) || strcmp(before, screen_text(app, a, 30, 100)) != 0, "%s after \"%s\"",
                  keys[i].key, keys[i].before);
    }
    App *app = screen_app(&(ScreenCase){.open = open_report, .model = typical}, true);
    const char *before = screen_text(app, a, 30, 100);
    screen_press(app, "a b d e f i m o r t u w x 9 * Space");
    cr_expect_str_eq(before, screen_text(app, a, 30, 100));
}

Test(report_screen, every_other_run_can_be_compared_with)
{
    App *app = screen_app(&(ScreenCase){.open = open_report, .model = typical, .keys = "c"}, true);
    Arena *a = arena_new();
    cr_expect(!strstr(screen_text(app, a, 30, 100), "run 43  "), "not with itself");
    screen_press(app, "End");
    cr_expect(strstr(screen_text(app, a, 30, 100), "> run 32  "), "the oldest:\n%s", screen_text(app, a, 30, 100));
    screen_press(app, "Esc v");
    cr_expect(strstr(screen_text(app, a, 30, 100), "> run 43  "));
}

Test(report_screen, numbers_lead_to_what_is_behind)
{
    App *app = screen_app(&(ScreenCase){.open = open_report, .model = typical, .keys = "Tab Enter"}, true);
    cr_expect_str_eq(app_top(app)->type->name, "warnings"); // what verify found of patient
    app = screen_app(&(ScreenCase){.open = open_report, .model = typical, .keys = "Tab Tab Tab Enter"}, true);
    cr_expect_str_eq(app_top(app)->type->name, "warnings"); // an issue
}
