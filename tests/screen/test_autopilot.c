#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "tests/screen/run_scene.h"
#include "tests/screen/screen_bench.h"
#include "ui/autopilot.h"

static const char *const entities[] = {"center",      "professional", "patient", "budget",
                                       "budget_line", "payment",      NULL};
static const int64_t rows[] = {4, 61, 48213, 20118, 130552, 72330};

static Screen *open_screen(App *app)
{
    (void)app;
    return autopilot_screen();
}

// The events of a run in the middle of its inserts.
static Scene in_mid_run(Arena *a)
{
    Scene s = scene_new(a);
    scene_begin(&s, "autopilot");
    scene_plan(&s, entities, rows);
    for (int i = 0; entities[i]; i++)
        scene_step(&s, "12:40:00", arena_text(a, "%s/validate", entities[i]), "done", rows[i], 0,
                   (double)rows[i] / 9000);
    scene_event(&s, "12:44:51", "warning",
                "\"step\":\"patient/"
                "validate\",\"code\":\"patient.duplicate\",\"severity\":\"error\",\"entity\":\"patient\","
                "\"id\":\"7\",\"new\":true");
    scene_event(
        &s, "12:44:52", "warning",
        "\"step\":\"patient/validate\",\"code\":\"patient.birth_date.future\",\"severity\":\"warning\","
        "\"entity\":\"patient\",\"id\":\"8\",\"new\":true");
    scene_step(&s, "12:45:20", "center/insert", "done", 4, 0, 0.1);
    scene_step(&s, "12:45:21", "professional/insert", "done", 44, 0, 1.2);
    scene_step(&s, "12:46:47", "patient/insert", "partial", 48151, 59, 26);
    scene_event(&s, "12:46:47", "step.start", "\"step\":\"budget/insert\",\"rows\":20118");
    scene_event(
        &s, "12:46:53", "step.progress",
        "\"step\":\"budget/insert\",\"phase\":\"insert\",\"done\":10500,\"rows\":20118,\"unit\":\"rows\","
        "\"rate\":1840.2,\"eta_s\":[5,8],\"rejects\":7");
    return s;
}

static void *live(Arena *a, const char *screen, int what)
{
    Scene s = in_mid_run(a);
    (void)screen;
    return what == FETCH_NEWS ? scene_live(&s, "12:46:53") : NULL;
}

Test(autopilot, shows_a_run_under_way)
{
    screen_golden("autopilot.live", &(ScreenCase){.open = open_screen, .model = live});
    screen_golden("autopilot.moved",
                  &(ScreenCase){.open = open_screen, .model = live, .keys = "g Down Tab PgUp"});
    screen_golden("autopilot.read-only",
                  &(ScreenCase){.open = open_screen, .model = live, .read_only = true, .keys = "p"});
}

static void *reading_source(Arena *a, const char *screen, int what)
{
    Scene s = scene_new(a);
    (void)screen;
    scene_begin(&s, "autopilot");
    scene_event(&s, "12:32:55", "step.progress",
                "\"step\":\"source/"
                "extract\",\"phase\":\"decompress\",\"done\":262144000,\"rows\":326985000,\"unit\":\"bytes\","
                "\"rate\":81000000,\"rejects\":0");
    RunNews *n = scene_live(&s, "12:32:56");
    n->seen.eta_high_s = n->seen.eta_low_s = -1;
    return what == FETCH_NEWS ? n : NULL;
}

static void *starting(Arena *a, const char *screen, int what)
{
    (void)screen;
    RunNews *n = arena_one(a, RunNews);
    n->at_work = true;
    return what == FETCH_NEWS ? n : NULL;
}

Test(autopilot, shows_its_beginning)
{
    screen_golden("autopilot.reading", &(ScreenCase){.open = open_screen});
    screen_golden("autopilot.starting", &(ScreenCase){.open = open_screen, .model = starting});
    screen_golden("autopilot.source", &(ScreenCase){.open = open_screen, .model = reading_source});
}

static void *paused(Arena *a, const char *screen, int what)
{
    Scene s = in_mid_run(a);
    (void)screen;
    scene_event(&s, "12:46:54", "paused", "\"by\":\"jruiz\",\"until\":null,\"reason\":\"asked for\"");
    RunNews *n = scene_live(&s, "12:50:00");
    n->seen.paused_by = "jruiz";
    return what == FETCH_NEWS ? n : NULL;
}

static void *silent(Arena *a, const char *screen, int what)
{
    Scene s = in_mid_run(a);
    (void)screen;
    RunNews *n = scene_live(&s, "12:47:12");
    n->seen.silent_s = 12;
    return what == FETCH_NEWS ? n : NULL;
}

static void *stalled(Arena *a, const char *screen, int what)
{
    Scene s = in_mid_run(a);
    (void)screen;
    scene_event(
        &s, "12:48:30", "retry",
        "\"step\":\"budget/insert\",\"try\":2,\"of\":8,\"wait_s\":4,\"reason\":\"busy\",\"message\":\"a lock "
        "is held\"");
    scene_event(&s, "12:48:40", "stall",
                "\"step\":\"budget/insert\",\"since_s\":94,\"cause\":\"no progress\",\"waits_for\":null,"
                "\"message\":\"nothing has moved for 94 s\"");
    RunNews *n = scene_live(&s, "12:48:41");
    n->seen.still_s = 94;
    n->seen.retries = 1;
    n->seen.waits_for = "a lock that app_backend (8812) holds, idle in transaction";
    return what == FETCH_NEWS ? n : NULL;
}

Test(autopilot, says_what_keeps_it)
{
    screen_golden("autopilot.paused", &(ScreenCase){.open = open_screen, .model = paused});
    screen_golden("autopilot.silent", &(ScreenCase){.open = open_screen, .model = silent});
    screen_golden("autopilot.stalled", &(ScreenCase){.open = open_screen, .model = stalled, .keys = "w"});
}

static void *done(Arena *a, const char *screen, int what)
{
    Scene s = in_mid_run(a);
    (void)screen;
    scene_step(&s, "12:46:58", "budget/insert", "partial", 20111, 7, 11);
    for (int i = 4; entities[i]; i++)
        scene_step(&s, "12:50:00", arena_text(a, "%s/insert", entities[i]), "done", rows[i], 0, 60);
    for (int i = 0; entities[i]; i++)
        scene_step(&s, "12:52:00", arena_text(a, "%s/verify", entities[i]), "done", rows[i], 0, 4);
    scene_event(
        &s, "12:53:02", "run.end",
        "\"status\":\"partial\",\"exit\":3,\"reason\":\"finished; 66 rows were rejected, see the report\","
        "\"resumable\":true,\"resume\":\"mudanza rejects retry north\",\"took_s\":1211.3");
    return what == FETCH_NEWS ? scene_over(&s, "13:00:00") : NULL;
}

// A guided run: it stops at the first row that is refused.
static void *stopped(Arena *a, const char *screen, int what)
{
    Scene s = in_mid_run(a);
    (void)screen;
    scene_event(&s, "12:46:54", "error",
                "\"step\":\"budget/insert\",\"code\":\"step\",\"exit\":4,\"message\":\"stopped at the first "
                "rejected row: "
                "budget.no_patient\",\"hint\":\"mudanza warnings list north --code budget.no_patient\"");
    scene_step(&s, "12:46:54", "budget/insert", "failed", 20118, 1, 7);
    scene_event(
        &s, "12:46:55", "run.end",
        "\"status\":\"failed\",\"exit\":4,\"reason\":\"a step failed: budget/insert\",\"resumable\":true,"
        "\"resume\":\"mudanza resume north\",\"took_s\":844");
    return what == FETCH_NEWS ? scene_over(&s, "13:00:00") : NULL;
}

static void *killed(Arena *a, const char *screen, int what)
{
    Scene s = in_mid_run(a);
    (void)screen;
    return what == FETCH_NEWS ? scene_over(&s, "13:00:00") : NULL;
}

Test(autopilot, says_how_it_ended)
{
    screen_golden("autopilot.done", &(ScreenCase){.open = open_screen, .model = done});
    screen_golden("autopilot.stopped", &(ScreenCase){.open = open_screen, .model = stopped, .keys = "w"});
    screen_golden("autopilot.killed", &(ScreenCase){.open = open_screen, .model = killed});
}

static void *hostile(Arena *a, const char *screen, int what)
{
    static const char *const names[] = {"an_entity_of_a_name_that_is_longer_than_any_column_can_be",
                                        "\\u202egnp.exe", "\\u001b[2J", NULL};
    static const int64_t many[] = {INT64_MAX / 2, 9999999999999, 0};
    Scene s = scene_new(a);
    (void)screen;
    scene_begin(&s, "a mode nobody knows, with a very long name that does not end where one thinks");
    scene_plan(&s, names, many);
    scene_event(&s, "12:46:53", "step.progress",
                "\"step\":\"%s/insert\",\"phase\":\"insert\",\"done\":4611686018427387900,\"rows\":1,"
                "\"unit\":\"rows\",\"rate\":1e18,\"eta_s\":[1e12,1e300],\"rejects\":9223372036854775807",
                names[0]);
    scene_event(&s, "12:46:54", "step.progress",
                "\"step\":\"no/such/stage\",\"phase\":null,\"done\":-5,\"rows\":-9");
    scene_event(&s, "12:46:54", "step.end",
                "\"step\":\"/\",\"status\":\"\\u0007bell\",\"rows\":-4,\"took_s\":-1e99");
    scene_event(&s, "12:46:55", "error",
                "\"message\":\"\\u001b]0;title\\u0007 \\u200f\\u202e backwards e\\u0301\\u0301\\u0301\"");
    scene_event(&s, "12:46:56", "plan", "\"order\":{\"not\":\"a list\"}");
    buf_add_text(&s.lines, "no event at all\n{\"type\":\"step.end\"}\n\n[1]\n");
    RunNews *n = scene_live(&s, "12:46:57");
    n->seen.eta_high_s = 1e300;
    n->seen.warnings_new = INT64_MAX;
    n->seen.waits_for =
        "\033[31msomething\033[0m that nobody has ever heard of and that takes more room than there is";
    return what == FETCH_NEWS ? n : NULL;
}

Test(autopilot, shows_whatever_a_file_says)
{
    screen_golden("autopilot.hostile", &(ScreenCase){.open = open_screen, .model = hostile});
}

// ---- The list of runs ------------------------------------------------------------------------------

static void *no_runs(Arena *a, const char *screen, int what)
{
    (void)screen;
    return what == FETCH_NEWS ? (void *)arena_one(a, RunNews) : (void *)arena_one(a, RunList);
}

static void *runs(Arena *a, const char *screen, int what)
{
    static const RunRecord list[] = {
        {.run = 44,
         .mode = "run",
         .status = "failed",
         .started_at = "2025-11-21T09:00:00.000Z",
         .ended_at = "2025-11-21T09:14:02.000Z",
         .by = "amartin",
         .exit_code = 4,
         .reason = "a step failed: budget/insert"},
        {.run = 43,
         .mode = "autopilot",
         .status = "interrupted",
         .started_at = "2025-11-20T12:32:51.000Z",
         .by = "jruiz",
         .exit_code = -1},
        {.run = 42,
         .mode = "autopilot",
         .status = "partial",
         .started_at = "2025-11-19T22:00:00.000Z",
         .ended_at = "2025-11-20T01:10:44.000Z",
         .by = "amartin",
         .exit_code = 3,
         .reason = "finished; 9 rows were rejected, see the report"},
        {.run = 41,
         .mode = "rollback",
         .status = "done",
         .started_at = "2025-11-18T10:00:00.000Z",
         .ended_at = "2025-11-18T10:00:06.000Z",
         .by = "amartin",
         .exit_code = 0},
        {.run = 40,
         .mode = "autopilot",
         .status = "done",
         .started_at = "2025-11-17T10:00:00.000Z",
         .ended_at = "2025-11-17T10:20:06.000Z",
         .by = "amartin",
         .exit_code = 0,
         .undone_by = 41},
    };
    static const RunList all = {list, ARRAY_LEN(list), NULL};
    scene_new(a);
    (void)screen;
    return what == FETCH_NEWS ? (void *)arena_one(a, RunNews) : arena_copy(a, &all, sizeof all);
}

Test(autopilot, lists_runs_when_nobody_is_at_work)
{
    screen_golden("autopilot.no-runs", &(ScreenCase){.open = open_screen, .model = no_runs});
    screen_golden("autopilot.runs", &(ScreenCase){.open = open_screen, .model = runs, .keys = "Down"});
}

// ---- Keys ----------------------------------------------------------------------------------------------

// What lies over the screen reads nothing.
static void *(*of_screen)(Arena *a, const char *screen, int what);
static void *for_screen(Arena *a, const char *screen, int what)
{
    return strcmp(screen, "autopilot") ? NULL : of_screen(a, screen, what);
}

// What the screen and its messages show, after it was painted once.
static const char *after(const ScreenCase *c, Arena *a, const char *keys)
{
    ScreenCase guarded = *c;
    of_screen = c->model;
    guarded.model = for_screen;
    App *app = screen_app(&guarded, false);
    screen_text(app, a, 30, 100);
    screen_press(app, keys);
    const char *text = arena_text(a, "%s\n%s", app_top(app) ? app_top(app)->type->name : "left",
                                  app_top(app) ? screen_text(app, a, 30, 100) : "");
    app_free(app);
    return text;
}

Test(autopilot, keys_do_what_they_say)
{
    static const struct {
        void *(*model)(Arena *, const char *, int);
        const char *keys, *shows;
    } table[] = {
        {live, "t", "stop\n"},
        {live, "w", "It does not wait"},
        {stalled, "w", "a lock that app_backend"},
        {live, "Up", " p pause "},
        {paused, "Up", " p continue "},
        {live, "f", "log: held"},
        {live, "f f", "log: follow"},
        {live, "Tab PgUp", "log: held"},
        {live, "z g", "> center"},
        {live, "q", "left"},
        {live, "Esc", "left"},
        {done, "x", "run-plan\n"},
        {killed, "x", "run-plan\n"},
        {runs, "x", "run-plan\n"},
        {runs, "Enter", "autopilot\n"},
        {live, "y", "Copied to the clipboard"},
        {runs, "Down", ">     43"},
        {runs, "End", ">     40"},
    };
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        AUTO(arena_free_at) Arena *a = arena_new();
        const char *text =
            after(&(ScreenCase){.open = open_screen, .model = table[i].model}, a, table[i].keys);
        cr_expect(strstr(text, table[i].shows), "%zu %s: no %s in\n%s", i, table[i].keys, table[i].shows,
                  text);
    }
}

Test(autopilot, other_keys_change_nothing)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    const ScreenCase c = {.open = open_screen, .model = live};
    const char *before = after(&c, a, "");
    cr_expect_str_eq(after(&c, a, "b e r i D n 3 0 . ,"), before);
}

static int asked;
static void *asking(Arena *a, const char *screen, int what)
{
    if (what != FETCH_PAUSE)
        return live(a, screen, what);
    asked++;
    return arena_text(a, "north: run 43 pauses after the running batch");
}

Test(autopilot, p_asks_the_worker_and_tells_what_it_answers)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    const char *text = after(&(ScreenCase){.open = open_screen, .model = asking}, a, "p");
    cr_expect_eq(asked, 1);
    cr_expect(strstr(text, "run 43 pauses after the running batch"), "%s", text);
    text = after(&(ScreenCase){.open = open_screen, .model = asking, .read_only = true}, a, "p");
    cr_expect_eq(asked, 1, "it was asked with --read-only");
}

// One that was seen at work ends.
static const char *said_at_the_end(Arena *a, int exit_code, const char *issue)
{
    const ScreenCase c = {.open = open_screen, .model = live};
    App *app = screen_app(&c, false);
    screen_text(app, a, 30, 100);
    Autopilot *s = (Autopilot *)app_top(app);
    Scene scene = in_mid_run(a);
    if (!issue)
        s->feed->issues[SEVERITY_ERROR] = 0;
    if (exit_code == ERR_DECISION)
        scene_event(&scene, "12:53:01", "gate",
                    "\"need\":\"mapping\",\"step\":\"treatment_catalog_item/insert\",\"code\":\"link\",\"count\":4,\"blocking\":true");
    scene_event(&scene, "12:53:02", "run.end",
                "\"status\":\"stopped\",\"exit\":%d,\"reason\":\"it ended so\",\"resumable\":true,\"took_s\":9",
                exit_code);
    RunNews *n = scene_over(&scene, "13:00:00");
    s->base.type->fetched(&s->base, app, FETCH_NEWS, n, &(Err){0});
    const char *text = screen_text(app, a, 30, 100);
    app_free(app);
    return text;
}

Test(autopilot, the_end_leads_to_where_there_is_something)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    const char *text = said_at_the_end(a, ERR_STOPPED, NULL);
    cr_expect(strstr(text, "it ended so. x goes on from here."), "%s", text);
    text = said_at_the_end(a, ERR_TARGET, NULL);
    cr_expect(strstr(text, "it ended so. w shows why, x goes on from here."), "%s", text);
    text = said_at_the_end(a, ERR_STEP, "x");
    cr_expect(strstr(text, "W shows the causes, x goes on from here."), "%s", text);
    text = said_at_the_end(a, ERR_DECISION, "x");
    cr_expect(strstr(text, "it ended so. L decides them, x goes on from here."), "%s", text);
}

// The cursor stays on its step while others end above it.
Test(autopilot, the_cursor_keeps_to_its_step)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    const ScreenCase c = {.open = open_screen, .model = live};
    App *app = screen_app(&c, false);
    screen_text(app, a, 30, 100);
    screen_press(app, "Down");
    Autopilot *s = (Autopilot *)app_top(app);
    cr_assert_str_eq(s->at, "budget_line/insert");
    feed_line(s->feed, STR("{\"v\":1,\"t\":\"2025-11-20T12:47:00.000Z\",\"seq\":900,\"type\":\"step.end\","
                           "\"step\":\"budget/insert\",\"status\":\"done\",\"rows\":20118,\"took_s\":11}"));
    const char *text = screen_text(app, a, 30, 100);
    cr_expect(strstr(text, "\n> budget_line"), "%s", text);
    app_free(app);
}
