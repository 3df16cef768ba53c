#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "tests/screen/screen_bench.h"

// A screen that tells what is done to it.
typedef struct {
    Screen base;
    char told[256];
    int read; // the result of what it fetched
} Plain;

static void tell(Plain *p, const char *what)
{
    strncat(p->told, what, sizeof p->told - strlen(p->told) - 1);
}

static void paint(const Screen *s, const App *app, Canvas *body)
{
    (void)app;
    canvas_text(body, 0, 0, -1, ROLE_TEXT, ((const Plain *)s)->told);
}

static bool act(Screen *s, App *app, int action)
{
    (void)app;
    tell((Plain *)s, action == ACT_RUN ? "run " : action == ACT_MASK ? "mask " : "");
    return action == ACT_RUN || action == ACT_MASK;
}

static void fetched(Screen *s, App *app, int what, void *result, const Err *err)
{
    (void)app;
    (void)what;
    ((Plain *)s)->read = result ? *(int *)result : -(int)err->kind;
}

static const Binding bindings[] = {{"x F5", ACT_RUN, "run", "runs what is marked", "mudanza run CLINIC", true},
                                   {"M", ACT_MASK, NULL, "shows values", NULL, false},
                                   {0}};
static const ScreenType plain = {
    .name = "plain", .title = "Plain", .bindings = bindings, .paint = paint, .act = act, .fetched = fetched};

static Screen *open_plain(App *app)
{
    (void)app;
    return &screen_new(Plain, &plain)->base;
}

static const Plain *top(App *app)
{
    return (const Plain *)app_top(app);
}

Test(app, gives_keys_to_the_screen_on_top)
{
    App *app = screen_app(&(ScreenCase){.open = open_plain, .keys = "x F5 F12 o"}, true);
    cr_expect_str_eq(top(app)->told, "run run ");
    screen_press(app, "q");
    cr_expect(app_left(app));
}

Test(app, changes_nothing_when_it_may_only_read)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    App *app = screen_app(&(ScreenCase){.open = open_plain, .keys = "x", .read_only = true}, true);
    cr_expect_str_eq(top(app)->told, "");
    const char *text = screen_text(app, a, 24, 80);
    cr_expect(strstr(text, "--read-only"), "%s", text);
    cr_expect(strstr(text, " ro "), "%s", text);
    cr_expect_null(strstr(text, "x run"), "%s", text);
}

Test(app, prints_any_screen_into_a_file)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    App *app = screen_app(&(ScreenCase){.open = open_plain}, true);
    mkdir(app_clinic(app)->state_folder, 0700);
    screen_press(app, "P");
    cr_expect(strstr(screen_text(app, a, 24, 80), "state/screens/plain-"));
}

Test(app, keeps_what_was_said)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    App *app = screen_app(&(ScreenCase){.open = open_plain, .keys = "x", .read_only = true}, true);
    screen_press(app, "Down F6");
    cr_expect_str_eq(app_top(app)->type->name, "messages");
    cr_expect(strstr(screen_text(app, a, 24, 80), "Nothing is changed with --read-only"));
}

Test(app, pasted_text_runs_nothing)
{
    App *app = screen_app(&(ScreenCase){.open = open_plain}, true);
    app_paste(app, "xxxQ\n");
    cr_expect_str_eq(top(app)->told, "");
    cr_expect(!app_left(app));
}

Test(app, showing_values_is_audited_first_and_ends_with_the_screen)
{
    App *app = screen_app(&(ScreenCase){.open = open_plain}, true);
    mkdir(app_clinic(app)->state_folder, 0700);
    screen_press(app, "M");
    cr_expect(app_unmasked(app));
    cr_expect_str_eq(top(app)->told, "mask ");
    screen_press(app, "M");
    cr_expect(!app_unmasked(app));
    screen_press(app, "M q");
    cr_expect(!app_unmasked(app));
}

Test(app, values_stay_masked_when_the_audit_log_cannot_be_written)
{
    App *app = screen_app(&(ScreenCase){.open = open_plain}, true);
    const char *state = app_clinic(app)->state_folder;
    AUTO(arena_free_at) Arena *a = arena_new();
    FILE *in_the_way = fopen(state, "w"); // a file where the folder should be
    cr_assert(in_the_way);
    fclose(in_the_way);
    screen_press(app, "M");
    cr_expect(!app_unmasked(app));
    cr_expect(strstr(screen_text(app, a, 24, 80), "audit.log"));
}

static void *seven(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err)
{
    (void)o;
    (void)clinic;
    if (*(const int *)wish == 0) {
        err_set(err, ERR_TARGET, "no server");
        return NULL;
    }
    return arena_copy(a, wish, sizeof(int));
}

static void wait_for(App *app, int what)
{
    for (int i = 0; i < 500 && app_fetching(app, app_top(app), what); i++) {
        usleep(2000);
        app_fetch_take(app);
    }
}

Test(app, reads_on_another_thread_and_takes_the_last_wish)
{
    App *app = screen_app(&(ScreenCase){.open = open_plain}, true);
    // the bench gives no models: what is read comes by a thread only without one
    AppOptions o = *app_options(app);
    o.stand_in = NULL;
    app = app_new(&o);
    app_push(app, open_plain(app));
    for (int i = 1; i <= 7; i++)
        app_fetch(app, app_top(app), 0, seven, &i, sizeof i);
    wait_for(app, 0);
    cr_expect_eq(top(app)->read, 7);
    app_fetch(app, app_top(app), 1, seven, &(int){0}, sizeof(int));
    wait_for(app, 1);
    cr_expect_eq(top(app)->read, -ERR_TARGET);
    app_fetch(app, app_top(app), 2, seven, &(int){9}, sizeof(int));
    cr_expect(app_free(app)); // closed while it reads
}

static void *never(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err)
{
    (void)a;
    (void)o;
    (void)clinic;
    (void)err;
    char byte;
    ssize_t n = read(*(const int *)wish, &byte, 1); // as long as the test lets it
    return n ? NULL : NULL;
}

Test(app, leaves_without_waiting_for_a_server_that_does_not_answer)
{
    int ends[2];
    App *app = screen_app(&(ScreenCase){.open = open_plain}, true);
    AppOptions o = *app_options(app);
    o.stand_in = NULL;
    app = app_new(&o);
    app_push(app, open_plain(app));
    cr_assert_eq(pipe(ends), 0);
    app_fetch(app, app_top(app), 0, never, &ends[0], sizeof ends[0]);
    cr_expect(!app_free(app), "what is in use was freed");
    close(ends[1]);
}

static void *name_of(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err)
{
    (void)o;
    (void)wish;
    (void)err;
    return arena_copy(a, &(int){clinic ? (int)strlen(clinic->name) : -1}, sizeof(int));
}

Test(app, goes_on_reading_when_the_configuration_becomes_wrong)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    App *app = screen_app(&(ScreenCase){.open = open_plain}, true);
    AppOptions o = *app_options(app);
    o.stand_in = NULL;
    app = app_new(&o);
    cr_assert(app_open_clinic(app, "north", NULL));
    app_push(app, open_plain(app));
    cr_assert_eq(unlink(arena_text(a, "%s/north/config.yaml", o.workspace)), 0);
    app_changed(app, CHANGED_CONFIG);
    cr_expect_null(app_clinic(app));
    const char *text = screen_text(app, a, 24, 80);
    cr_expect(strstr(text, "E shows why"), "%s", text);
    app_fetch(app, app_top(app), 0, name_of, NULL, 0);
    wait_for(app, 0);
    cr_expect_eq(top(app)->read, 5);
    app_changed(app, CHANGED_CONFIG); // told once
    cr_expect_eq(app_messages(app), 1);
    cr_expect(app_free(app));
}

Test(app, frame)
{
    screen_golden("app.frame", &(ScreenCase){.open = open_plain, .keys = "x"});
}
