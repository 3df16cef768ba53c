#include <criterion/criterion.h>
#include <string.h>

#include "base/file.h"
#include "tests/screen/screen_bench.h"
#include "ui/step.h"

// ---- Models made by hand -----------------------------------------------------------------------

static const StepRun runs[] = {
    {.run = 42,
     .mode = "autopilot",
     .by = "amartin",
     .status = "partial",
     .why = "59 rows were rejected",
     .rows = 48210,
     .done = 48151,
     .rejected = 59,
     .took_s = 26,
     .at = "2026-01-31T09:31:20Z"},
    {.run = 41,
     .mode = "run",
     .by = "amartin",
     .status = "failed",
     .why = "the server went away",
     .rows = 48210,
     .done = 12000,
     .rejected = 3,
     .took_s = 3723,
     .at = "2026-01-30T18:02:00Z"},
    {.run = 7, .done = -1, .rejected = -1, .took_s = -1},
};

static StepKnown *known(Arena *a)
{
    static const char *tables[] = {"patients", "patient_phones", "patient_emails"};
    static StepNear needs[] = {{"center", STEP_DONE}, {"professional", STEP_PARTIAL}},
                    feeds[] = {{"appointment", STEP_PENDING},   {"budget", STEP_BLOCKED},
                               {"payment", STEP_DONE},          {"patient_client_link", STEP_DONE},
                               {"fiscal_document", STEP_STALE}, {"patient_document", STEP_PENDING},
                               {"consent", STEP_SKIPPED}};
    StepKnown *k = arena_one(a, StepKnown);
    *k = (StepKnown){.ran = true,
                     .status = STEP_PARTIAL,
                     .mapped = true,
                     .source = "/srv/fuente/sonrisa.dpm",
                     .tables = tables,
                     .n_tables = 3,
                     .needs = needs,
                     .n_needs = 2,
                     .feeds = feeds,
                     .n_feeds = 7,
                     .open = 148,
                     .n_runs = 3};
    k->last = (StepRecord){.step = "patient/insert",
                           .status = "partial",
                           .rows = 48210,
                           .done = 48151,
                           .rejected = 59,
                           .run = 42,
                           .took_s = 26,
                           .ended_at = "2026-01-31T09:31:20Z"};
    k->runs = arena_copy(a, runs, sizeof runs);
    return k;
}

static Preview *counts(Arena *a)
{
    Preview *p = arena_one(a, Preview);
    *p = (Preview){.source = 48213, .kept = 48140, .linked = 11, .skipped = 3, .rejected = 59, .issues = 148};
    return p;
}

static StepPlan *plan(Arena *a)
{
    static Cause causes[] = {
        {"setting", "default_country", "ES", "PT", "the setting default_country changed"},
        {"mapping", "patient.yaml: column phone", "phone_of(p.phone, 20)",
         "phone_of(coalesce(p.mobile_phone, p.phone, p.phone_secondary), 20)",
         "patient.yaml: column phone changed"},
        {"rejects", "", NULL, NULL, "59 rows were rejected"},
    };
    static Reached reached[] = {{"appointment/insert", true, 120345}, {"budget/validate", false, -1}};
    StepPlan *p = arena_one(a, StepPlan);
    p->step = arena_one(a, PlannedStep);
    *p->step = (PlannedStep){.id = "patient/insert",
                             .entity = "patient",
                             .stage = STAGE_INSERT,
                             .status = STEP_STALE,
                             .causes = causes,
                             .n_causes = 3,
                             .reached = reached,
                             .n_reached = 2,
                             .rows = 48210,
                             .done = 48151,
                             .rejected = 59,
                             .took_s = 26,
                             .run = 42,
                             .eta_low_s = 1,
                             .eta_high_s = 3};
    return p;
}

static SamplePage *samples(Arena *a)
{
    static const char *made[] = {"id", "first_name", "last_name", "date_of_birth", "phone", "email", NULL};
    static const char *
        one[] = {"004410aa-0000-4000-8000-000000000001", "M****", "P****", "1984-**-**", "+34 6** **", NULL},
       *two[] = {"004410aa-0000-4000-8000-000000000002", "J***", "M****", "1971-**-**", NULL, "j***@mail.es"};
    static SampleRow rows[] = {
        {.at = {"k1", 0}, .source_id = "P-000118", .outcome = "unchanged", .made = one},
        {.at = {"k2", 0}, .source_id = "P-000992", .outcome = "updated", .made = two},
        {.at = {"k3", 7},
         .source_id = NULL,
         .origin = 31902,
         .outcome = "rejected",
         .reason = "patient.tax_id.taken"},
    };
    SamplePage *p = arena_one(a, SamplePage);
    *p = (SamplePage){.made = made, .n_made = 6, .rows = rows, .n = 3, .more_after = true, .total = 48210};
    return p;
}

static StepDiff *diff(Arena *a)
{
    static ComparedField changed[] = {{"date_of_birth", "1971-**-**", "1972-**-**", false},
                                      {"phone", NULL, "+34 9** **  ", false},
                                      {"do_not_contact", "1", "0", true}},
                         both[] = {{"last_name", "G*****", "G***** R*****", false}};
    static ComparedRow shown[] = {
        {"k2", "patients", "004410aa-0000-4000-8000-000000000002", false, true, changed, 3},
        {"k5", "patients", "004410aa-0000-4000-8000-000000000005", true, true, both, 1},
        {"k6", "patients", "004410aa-0000-4000-8000-000000000006", false, false, NULL, 0},
        {"k7", "patients", "004410aa-0000-4000-8000-000000000007", false, true, NULL, 0},
    };
    StepDiff *d = arena_one(a, StepDiff);
    d->at = "12:06";
    d->compared = (ComparedEntity){"patient", 48151, 0, 41, 48098, 11, 1, 0, shown, 4};
    return d;
}

static StepIssues *issues(Arena *a)
{
    static IssueItem items[] = {
        {.fp = "9c41e0a1b2c3d4e5",
         .code = "patient.tax_id.taken",
         .severity = "error",
         .entity = "patient",
         .step = "patient/insert",
         .key = "k3",
         .field = "tax_id",
         .detail = "UNIQUE constraint failed: patients.tax_id",
         .state = "open",
         .source_id = "P-031877",
         .present = true},
        {.fp = "1c41e0a1b2c3d4e5",
         .code = "email.invalid",
         .severity = "warning",
         .entity = "patient",
         .step = "patient/validate",
         .key = "k3",
         .field = "email",
         .detail = "",
         .state = "asked",
         .source_id = "P-031877",
         .present = true,
         .owner = "eva"},
        {.fp = "2c41e0a1b2c3d4e5",
         .code = "date.invalid",
         .severity = "information",
         .entity = "patient",
         .step = "patient/validate",
         .key = "k9",
         .field = "date_of_birth",
         .detail = "",
         .state = "open",
         .present = true},
    };
    StepIssues *s = arena_one(a, StepIssues);
    *s = (StepIssues){{items, 3, false, false}, 3};
    return s;
}

static LogPage *log_lines(Arena *a)
{
    static LogLine lines[] = {
        {0, 60, "2026-01-31T09:30:54.101Z  step.start  patient/insert  running", "2026-01-31T09:30:54.101Z",
         "step.start", "patient/insert"},
        {60, 130, "2026-01-31T09:31:02.000Z  retry  patient/insert  the server went away; again in 2 s",
         "2026-01-31T09:31:02.000Z", "retry", "patient/insert"},
        {130, 200, "2026-01-31T09:31:20.000Z  step.end  patient/insert  partial  48151/48210  26.0 s",
         "2026-01-31T09:31:20.000Z", "step.end", "patient/insert"},
    };
    LogPage *p = arena_one(a, LogPage);
    *p = (LogPage){.lines = lines, .n = 3, .from = 0, .to = 200, .size = 200, .there = true};
    return p;
}

static void *typical(Arena *a, const char *screen, int what)
{
    if (strcmp(screen, "step") != 0)
        return NULL;
    switch (what) {
    case STEP_KNOWN: return known(a);
    case STEP_COUNTS: return counts(a);
    case STEP_PLAN: return plan(a);
    case STEP_SAMPLES: return samples(a);
    case STEP_DIFF: return diff(a);
    case STEP_ISSUES: return issues(a);
    case STEP_LOG: return log_lines(a);
    default: return NULL;
    }
}

// The target does not answer, and the plan takes its time.
static void *slow(Arena *a, const char *screen, int what)
{
    return what == STEP_DIFF || what == STEP_PLAN ? NULL : typical(a, screen, what);
}

static void *new_step(Arena *a, const char *screen, int what)
{
    if (what == STEP_KNOWN) {
        StepKnown *k = known(a);
        k->ran = false;
        k->status = STEP_PENDING;
        k->n_runs = 0;
        k->open = 0;
        return k;
    }
    if (what == STEP_SAMPLES || what == STEP_ISSUES)
        return what == STEP_SAMPLES ? arena_take(a, sizeof(SamplePage)) : arena_take(a, sizeof(StepIssues));
    return what == STEP_COUNTS ? arena_take(a, sizeof(Preview))
           : what == STEP_PLAN ? typical(a, screen, what)
                               : NULL;
}

// Names of 4 KB, directions turned round, broken UTF-8, numbers as large as they get.
static void *hostile(Arena *a, const char *screen, int what)
{
    enum { LONG = 4096 };
    char *name = arena_take(a, LONG + 1);
    memset(name, 'W', LONG);
    memcpy(name, "\x1b[2J\xe2\x80\xae\xff\xe4\xbd\x9c", 11);
    void *m = typical(a, screen, what);
    if (!m)
        return NULL;
    if (what == STEP_KNOWN) {
        StepKnown *k = m;
        k->open = k->last.done = k->last.rejected = INT64_MAX;
        k->tables = arena_many(a, const char *, 3);
        for (int i = 0; i < 3; i++)
            k->tables[i] = name;
    } else if (what == STEP_COUNTS) {
        Preview *p = m;
        p->source = p->kept = INT64_MAX / 4;
    } else if (what == STEP_SAMPLES) {
        SamplePage *p = m;
        p->rows = arena_copy(a, p->rows, p->n * sizeof *p->rows);
        p->rows[0].source_id = name;
        p->rows[0].made = arena_many(a, const char *, 7);
        for (int i = 0; i < 6; i++)
            p->rows[0].made[i] = name;
    } else if (what == STEP_ISSUES) {
        StepIssues *s = m;
        s->page.items = arena_copy(a, s->page.items, 3 * sizeof *s->page.items);
        s->page.items[0].source_id = s->page.items[0].field = s->page.items[0].detail =
            s->page.items[0].code = name;
    }
    return m;
}

// An entity with files, of which the profile wants something to be seen.
static void *told(Arena *a, const char *screen, int what)
{
    static Told lines[] = {
        {"inactive_in_source", "professional", "professional_exclude_inactive_in_source", "true",
         "professionals the source calls deactivated", NULL, 1234},
        {"by_role", "professional", NULL, NULL, "professionals by their role", "doctor", 7},
        {"by_role", "professional", NULL, NULL, NULL, "hygienist", 2},
    };
    void *m = typical(a, screen, what);
    if (m && what == STEP_COUNTS) {
        Preview *p = m;
        p->files = 2911;
        p->files_hashed = 2900;
        p->told = lines;
        p->n_told = ARRAY_LEN(lines);
    }
    return m;
}

static Screen *open_tab(App *app, int tab)
{
    return step_screen(app, "patient", STAGE_INSERT, tab);
}

static Screen *open_plan(App *app)
{
    return open_tab(app, 1);
}

static Screen *open_issues(App *app)
{
    return open_tab(app, 4);
}

static Screen *open_extract(App *app)
{
    return step_screen(app, "patient", STAGE_EXTRACT, 1);
}

// ---- What it looks like -------------------------------------------------------------------------

Test(step, plan)
{
    screen_golden("step.plan", &(ScreenCase){.open = open_plan, .model = typical});
    screen_golden("step.slow", &(ScreenCase){.open = open_plan, .model = slow});
    screen_golden("step.reading", &(ScreenCase){.open = open_plan});
    screen_golden("step.new", &(ScreenCase){.open = open_plan, .model = new_step, .read_only = true});
    screen_golden("step.extract", &(ScreenCase){.open = open_extract, .model = typical});
    screen_golden("step.hostile", &(ScreenCase){.open = open_plan, .model = hostile});
    screen_golden("step.told", &(ScreenCase){.open = open_plan, .model = told});
}

Test(step, lists)
{
    screen_golden("step.samples", &(ScreenCase){.open = open_plan, .model = typical, .keys = "2 Down"});
    screen_golden("step.samples.hostile",
                  &(ScreenCase){.open = open_plan, .model = hostile, .keys = "2 Right"});
    screen_golden("step.diff", &(ScreenCase){.open = open_plan, .model = typical, .keys = "3 Down Down"});
    screen_golden("step.issues", &(ScreenCase){.open = open_issues, .model = typical, .keys = "Space"});
    screen_golden("step.issues.hostile", &(ScreenCase){.open = open_issues, .model = hostile});
    screen_golden("step.issues.none", &(ScreenCase){.open = open_issues, .model = new_step});
    screen_golden("step.log", &(ScreenCase){.open = open_plan, .model = typical, .keys = "5"});
}

Test(step, why_and_history)
{
    screen_golden("step.why", &(ScreenCase){.open = open_plan, .model = typical, .keys = "6"});
    screen_golden("step.history", &(ScreenCase){.open = open_plan, .model = typical, .keys = "7"});
    screen_golden("step.history.none", &(ScreenCase){.open = open_plan, .model = new_step, .keys = "7"});
}

// ---- Keys -----------------------------------------------------------------------------------------

static const char *after(const char *keys, bool read_only, const char **top)
{
    const ScreenCase c = {.open = open_plan, .model = typical, .read_only = read_only};
    App *app = screen_app(&c, false);
    Arena *a = arena_new();
    Err err;
    cr_assert(file_make_folder(app_clinic(app)->state_folder, 0700, &err), "%s", err.text);
    screen_press(app, keys);
    if (top)
        *top = app_top(app) ? app_top(app)->type->name : "none";
    return screen_text(app, a, 30, 100);
}

Test(step, every_key_does_something)
{
    static const struct {
        const char *keys, *shows;
    } cases[] = {
        {"Tab", "[2 Samples]"},
        {"Shift-Tab", "[7 History]"},
        {"w", "[6 Why]"},
        {"o", "[5 Log]"},
        {"Enter", "[2 Samples]"},
        {"2 v", "rejected rows"},
        {"2 v v", "rows the last run changed"},
        {"2 Right", "OUTCOME      first_name"},
        {"2 Right Left", "OUTCOME      id "},
        {"2 Down", "> P-000992"},
        {"2 G", "> k3             rejected"},
        {"2 / 'P-00' Enter", "with \"P-00\""},
        {"4 v", "3 in all states"},
        {"4 Space", "*error"},
        {"4 *", "*information"},
        {"4 i", "Why does it not matter?"},
        {"4 ;", "A remark"},
        {"4 c", "What is to be asked?"},
        {"4 i 'because' Enter", "Until which day"},
        {"4 i Enter", "some words are needed"},
        {"4 i 'x' Enter '31.12.2099' Enter", "a day is written YYYY-MM-DD"},
        {"4 i 'x' Enter '2020-01-01' Enter", "that day has passed"},
        {"u", "You decided nothing here that could be taken back."},
        {"d", "preview: read and check anew"},
        {"y", "command that tells of this step"},
        {"2 y", "id of the row"},
        {"6 Down", "the setting default_country"},
        {"7 Down", "the server went away"},
        {"P", "Written: "},
        {"M P", "are not written into files"},
        {"M", "audit log"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const char *text = after(cases[i].keys, false, NULL);
        cr_expect(strstr(text, cases[i].shows), "%s does not show \"%s\":\n%s", cases[i].keys, cases[i].shows,
                  text);
    }
}

Test(step, ways_to_other_screens)
{
    static const struct {
        const char *keys, *top;
    } cases[] = {
        {"x", "run-plan"},     {"2 Enter", "record"}, {"3 Enter", "record"},
        {"4 Enter", "record"}, {"d t", "run-plan"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const char *top;
        after(cases[i].keys, false, &top);
        cr_expect_str_eq(top, cases[i].top, "%s opens %s", cases[i].keys, top);
    }
}

Test(step, other_keys_change_nothing)
{
    static const char *const keys[] = {"b", "e", "H", "9", "8", "F12", "'&'", "r", "i", ";", "Space", "v"};
    const char *before = after("", false, NULL);
    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        cr_expect_str_eq(after(keys[i], false, NULL), before, "%s", keys[i]);
}

Test(step, read_only_writes_nothing)
{
    static const char *const keys[] = {"x", "d", "M", "P", "4 r", "4 i", "4 ;", "4 c", "4 O", "u"};
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        const char *top, *text = after(keys[i], true, &top);
        cr_expect_str_eq(top, "step", "%s opens %s", keys[i], top);
        cr_expect(strstr(text, "--read-only"), "%s says nothing:\n%s", keys[i], text);
    }
}

Test(step, what_cannot_be_read_says_why)
{
    const ScreenCase c = {.open = open_plan, .model = slow};
    App *app = screen_app(&c, false);
    Screen *s = app_top(app);
    Arena *a = arena_new();
    Err err = {.kind = ERR_TARGET, .text = "db1 does not answer"};
    s->type->fetched(s, app, STEP_DIFF, NULL, &err);
    s->type->fetched(s, app, STEP_PLAN, NULL, &err);
    cr_expect(strstr(screen_text(app, a, 30, 100), "to write or written       48,140   db1 does not answer"));
    screen_press(app, "3");
    cr_expect(strstr(screen_text(app, a, 30, 100), " db1 does not answer"));
    screen_press(app, "6");
    cr_expect(strstr(screen_text(app, a, 30, 100), " db1 does not answer"));
}

Test(step, the_cursor_stays_on_its_row)
{
    const ScreenCase c = {.open = open_issues, .model = typical, .keys = "Down Down"};
    App *app = screen_app(&c, false);
    Screen *s = app_top(app);
    Arena *a = arena_new();
    StepIssues *fewer = issues(a);
    fewer->page.items++; // the first one is gone
    fewer->page.n--;
    s->type->fetched(s, app, STEP_ISSUES, fewer, &(Err){0});
    cr_expect(strstr(screen_text(app, a, 30, 100), "> information"));
}

// A walk that is the same each time: whatever is pressed, on whatever screen it leads to, nothing breaks.
Test(step, any_keys_do_no_harm)
{
    static const char keys[] = "123456789nNpPvMwodycirOu;*xgG/q'\t\r\x1b ";
    static const int moves[] = {K_UP, K_DOWN, K_LEFT, K_RIGHT, K_PAGE_UP, K_PAGE_DOWN, K_HOME, K_END, K_BACK_TAB};
    const ScreenCase c = {.open = open_plan, .model = hostile};
    App *app = screen_app(&c, true);
    AUTO(surface_free_at) Surface *s = surface_new(24, 80, true);
    unsigned seed = 42;
    Err err;
    cr_assert(file_make_folder(app_clinic(app)->state_folder, 0700, &err), "%s", err.text);
    for (int i = 0; i < 4000; i++) {
        seed = seed * 1103515245 + 12345;
        const unsigned pick = seed >> 16;
        app_key(app, pick % 3 ? keys[pick % (sizeof keys - 1)] : moves[pick % ARRAY_LEN(moves)]);
        if (app_left(app))
            app_push(app, open_plan(app));
        app_paint(app, s);
    }
}
