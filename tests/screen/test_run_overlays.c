#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "tests/screen/run_scene.h"
#include "tests/screen/screen_bench.h"
#include "ui/danger.h"
#include "ui/run_plan.h"

// What a screen reads, by its name.
typedef struct {
    const char *screen;
    void *(*read)(Arena *a);
} Source;
static const Source *sources;
static void *from_sources(Arena *a, const char *screen, int what)
{
    (void)what;
    for (const Source *s = sources; s && s->screen; s++)
        if (!strcmp(s->screen, screen))
            return s->read(a);
    return NULL;
}

static void golden(const char *name, Screen *(*open)(App *app), void *(*read)(Arena *a), const char *keys)
{
    Screen *any = open(NULL);
    const Source all[] = {{any->type->name, read}, {0}};
    arena_free(any->arena);
    sources = read ? all : NULL;
    screen_golden(name, &(ScreenCase){.open = open, .model = from_sources, .keys = keys});
}

// ---- The plan ----------------------------------------------------------------------------------------

static Screen *open_plan(App *app)
{
    static const char *const select[] = {"budget", "payment", NULL};
    return run_plan_overlay(app, "run", select, NULL);
}

static Screen *open_resume(App *app)
{
    return run_plan_overlay(app, "resume", NULL, NULL);
}

static void *planned(Arena *a)
{
    static const RunPlanned plan = {.clinic = "Clínica Sonrisa (6f0b1c2d)",
                                    .steps = "catalog_item V I, budget V I, budget_line V I, payment I, "
                                             "fiscal_document I, fiscal_document_line I, "
                                             "appointment I",
                                    .causes = {"catalog_item/validate: mapping changed: price",
                                               "budget/insert: error: batch 16 was refused"},
                                    .n_causes = 2,
                                    .more_causes = 3,
                                    .bulk = "bulk mode is not used: the tables hold rows",
                                    .todo = 6,
                                    .perhaps = 2,
                                    .rows = 146580,
                                    .eta_low_s = 60,
                                    .eta_high_s = 120};
    return arena_copy(a, &plan, sizeof plan);
}

static void *much_planned(Arena *a)
{
    RunPlanned *plan = planned(a);
    AUTO(buf_free) Buf steps = {0};
    for (int i = 0; i < 20; i++)
        buf_addf(&steps, "entity_%d X V I C, ", i);
    plan->steps = str_keep(a, buf_str(&steps));
    return plan;
}

static void *nothing_planned(Arena *a)
{
    static const RunPlanned plan = {
        .clinic = "Clínica Sonrisa (6f0b1c2d)", .rows = -1, .eta_low_s = -1, .eta_high_s = -1};
    return arena_copy(a, &plan, sizeof plan);
}

static void *unplanned(Arena *a)
{
    static const RunPlanned plan = {.trouble = "fuente/sonrisa.dpm: there is no such file",
                                    .hint = "source.path in config.yaml says where it is"};
    return arena_copy(a, &plan, sizeof plan);
}

static void *resumed(Arena *a)
{
    RunPlanned *plan = planned(a);
    plan->goes_on = "run 42 (autopilot), stopped";
    plan->clinic = NULL;
    plan->wants_passphrase = true;
    return plan;
}

Test(run_overlays, show_what_would_run)
{
    golden("run-plan", open_plan, planned, NULL);
    golden("run-plan.many", open_plan, much_planned, NULL);
    golden("run-plan.reading", open_plan, NULL, NULL);
    golden("run-plan.nothing", open_plan, nothing_planned, "y");
    golden("run-plan.trouble", open_plan, unplanned, "y");
    golden("run-plan.resume", open_resume, resumed, NULL);
}

// ---- In use, stop, passphrase ---------------------------------------------------------------------

static Screen *open_in_use(App *app)
{
    (void)app;
    return in_use_overlay();
}
static void *somebody(Arena *a)
{
    Scene s = scene_new(a);
    RunNews *n = scene_live(&s, "12:46:53");
    n->seen.done = 52;
    n->seen.rows = 100;
    return n;
}
static void *nobody(Arena *a)
{
    return arena_one(a, RunNews);
}

static Screen *open_stop(App *app)
{
    (void)app;
    return stop_overlay();
}

static char given[64];
static void take(App *app, void *arg, Str passphrase)
{
    (void)app, (void)arg;
    snprintf(given, sizeof given, "%.*s", STR_ARG(passphrase));
}
static Screen *open_passphrase(App *app)
{
    (void)app;
    return passphrase_overlay(take, NULL);
}

Test(run_overlays, say_who_is_at_work_and_ask)
{
    golden("in-use", open_in_use, somebody, NULL);
    golden("in-use.over", open_in_use, nobody, NULL);
    golden("stop", open_stop, NULL, NULL);
    golden("passphrase", open_passphrase, NULL, "'sesame'");
}

// ---- Danger ----------------------------------------------------------------------------------------------

static Screen *open_danger(App *app)
{
    (void)app;
    return danger_overlay();
}
static Screen *open_rollback(App *app)
{
    (void)app;
    return danger_confirm(DANGER_ROLLBACK, 42);
}
static void *to_take_back(Arena *a)
{
    static const DangerLook look = {
        {"PROD, Clínica Sonrisa: 148,563 rows of run 42 are taken back",
         "  patients: 48,110 removed, 41 restored, 41 kept", "  budgets: 20,111 removed, 0 restored, 0 kept",
         "41 rows stay: they were changed since, or others hang on them",
         "Time: 1-2 min. Not reversible, except by running again. A backup of the target: none on record."},
        5,
        1,
        "north 148563"};
    return arena_copy(a, &look, sizeof look);
}
static void *refused(Arena *a)
{
    static const DangerLook look = {{"later runs wrote since: 44, 43", "undo them first"}, 2, 0, NULL};
    return arena_copy(a, &look, sizeof look);
}
static Screen *open_runs(App *app)
{
    (void)app;
    return danger_runs();
}
static void *runs(Arena *a)
{
    static const RunRecord list[] = {
        {.run = 43,
         .mode = "rollback",
         .status = "done",
         .started_at = "2025-11-20T12:00:00Z",
         .by = "amartin",
         .job = 3},
        {.run = 42,
         .mode = "autopilot",
         .status = "partial",
         .started_at = "2025-11-19T12:00:00Z",
         .by = "amartin",
         .job = 2},
        {.run = 41,
         .mode = "run",
         .status = "failed",
         .started_at = "2025-11-18T12:00:00Z",
         .by = "jruiz",
         .job = 1},
        {.run = 40,
         .mode = "run",
         .status = "done",
         .started_at = "2025-11-17T12:00:00Z",
         .by = "jruiz",
         .job = 0},
    };
    RunList *all = arena_one(a, RunList);
    scene_new(a);
    *all = (RunList){list, ARRAY_LEN(list), NULL};
    return all;
}

Test(run_overlays, count_before_they_take_away)
{
    golden("danger", open_danger, NULL, NULL);
    golden("danger.runs", open_runs, runs, "Down");
    golden("danger.confirm", open_rollback, to_take_back, "'north 1485'");
    golden("danger.typed", open_rollback, to_take_back, "'north 148563'");
    golden("danger.refused", open_rollback, refused, "'north'");
    golden("danger.reading", open_rollback, NULL, NULL);
}

// ---- Keys -------------------------------------------------------------------------------------------------

static void paint_nothing(const Screen *s, const App *app, Canvas *body)
{
    (void)s, (void)app, (void)body;
}
static const ScreenType below = {.name = "below", .title = "Below", .paint = paint_nothing};
static Screen *(*opens)(App *app);
static Screen *open_over(App *app)
{
    app_push(app, screen_make(sizeof(Screen), &below));
    return opens(app);
}

// The screen on top and all it shows, after these keys.
static const char *after(Arena *a, Screen *(*open)(App *app), const Source *from, const char *keys,
                         bool read_only)
{
    opens = open;
    sources = from;
    App *app =
        screen_app(&(ScreenCase){.open = open_over, .model = from_sources, .read_only = read_only}, false);
    screen_text(app, a, 30, 100);
    screen_press(app, keys);
    const char *text = arena_text(a, "%s\n%s", app_top(app)->type->name, screen_text(app, a, 30, 100));
    app_free(app);
    return text;
}

static void *accepted(Arena *a)
{
    return arena_text(a, "north: run 43 stops");
}

Test(run_overlays, keys_do_what_they_say)
{
    static const Source plan[] = {{"run-plan", planned}, {0}}, secret[] = {{"run-plan", resumed}, {0}},
                        used[] = {{"in-use", somebody}, {0}}, stop[] = {{"stop", accepted}, {0}},
                        rollback[] = {{"danger", to_take_back}, {0}}, list[] = {{"danger-runs", runs}, {0}};
    static const struct {
        Screen *(*open)(App *);
        const Source *from;
        const char *keys, *shows;
        bool read_only;
    } table[] = {
        {open_plan, plan, "Enter", "run-plan\n", false},
        {open_plan, plan, "n x z", "run-plan\n", false},
        {open_plan, plan, "Esc", "below\n", false},
        {open_plan, plan, "y", "Nothing is changed with --read-only", true},
        {open_plan, plan, "d", "rehearse_in_prod", false},
        {open_plan, plan, "c", "Copied to the clipboard", false},
        {open_resume, secret, "y", "passphrase\n", false},
        {open_resume, secret, "s", "passphrase\n", false},
        {open_resume, secret, "y Esc", "run-plan\n", false},
        {open_in_use, used, "v", "below\n", false},
        {open_in_use, used, "Esc", "below\n", false},
        {open_in_use, used, "m", "autopilot\n", false},
        {open_in_use, used, "Enter", "in-use\n", false},
        {open_stop, stop, "b", "below\n", false},
        {open_stop, stop, "e", "run 43 stops", false},
        {open_stop, stop, "n", "run 43 stops", false},
        {open_stop, stop, "n", "stop\n", true},
        {open_stop, stop, "Enter y s", "stop\n", false},
        {open_danger, NULL, "Esc", "below\n", false},
        {open_danger, NULL, "r", "danger-runs\n", false},
        {open_danger, NULL, "e", "Empty the cache", false},
        {open_danger, NULL, "f", "Forget old runs", false},
        {open_runs, list, "Enter", "Roll back run 42", false},
        {open_runs, list, "Down Enter", "Roll back run 41", false},
        {open_rollback, rollback, "Enter", "danger\n", false},
        {open_rollback, rollback, "'north 14856' Enter", "danger\n", false},
        {open_rollback, rollback, "'y'", "> y", false},
        {open_rollback, rollback, "'north 148563'", "Enter does it", false},
        {open_rollback, rollback, "'north 148563' Enter", "Nothing is started with --read-only", true},
        {open_rollback, rollback, "'north' Esc", "below\n", false},
    };
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        AUTO(arena_free_at) Arena *a = arena_new();
        const char *text = after(a, table[i].open, table[i].from, table[i].keys, table[i].read_only);
        cr_expect(strstr(text, table[i].shows), "%zu %s: no %s in\n%s", i, table[i].keys, table[i].shows,
                  text);
    }
}

Test(run_overlays, a_passphrase_is_given_and_never_shown)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    const char *text = after(a, open_passphrase, NULL, "Enter 's' 'esamX' Backspace 'e'", false);
    cr_expect(strstr(text, "passphrase\n") && !strstr(text, "esam"), "%s", text);
    cr_expect_str_eq(given, "");
    text = after(a, open_passphrase, NULL, "'secret' Ctrl-U 'sesamX' Backspace 'e' Enter", false);
    cr_expect_str_eq(given, "sesame");
    cr_expect(strstr(text, "below\n") && !strstr(text, "sesam"), "%s", text);
}
