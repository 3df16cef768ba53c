#include <criterion/criterion.h>
#include <string.h>

#include "tests/screen/screen_bench.h"

static void paint(const Screen *s, const App *app, Canvas *body)
{
    (void)s;
    (void)app;
    for (int y = 0; y < body->rows; y++)
        canvas_text(body, y, 0, -1, ROLE_TEXT, "what is below the overlay, from the left to the right and on and on and on");
}

static int ran;
static bool act(Screen *s, App *app, int action)
{
    (void)s;
    (void)app;
    ran += action == ACT_RUN;
    return action == ACT_RUN;
}

static const Binding bindings[] = {
    {"x F5", ACT_RUN, "run", "run what is marked, or the row of the cursor", "mudanza run CLINIC", true}, {0}};
static const ScreenType below = {
    .name = "below", .title = "Below", .bindings = bindings, .paint = paint, .act = act};

static Screen *open_below(App *app)
{
    (void)app;
    return screen_make(sizeof(Screen), &below);
}

static void answered(App *app, void *arg, const char *text)
{
    (void)arg;
    app_say(app, SAY_GOOD, "given: %s", text);
}

static const char *not_empty(void *arg, const char *text)
{
    (void)arg;
    return *text ? NULL : "a reason is needed";
}

static Screen *open_ask(App *app)
{
    app_push(app, open_below(app));
    return ask_overlay("Ignore 7 warnings", "Why? The reason stays with them.", "", not_empty, answered, NULL);
}

Test(help, shows_all_keys)
{
    screen_golden("help", &(ScreenCase){.open = open_below, .keys = "?"});
}

Test(help, finds_by_typing)
{
    screen_golden("help.search", &(ScreenCase){.open = open_below, .keys = "? 'run'"});
}

Test(help, palette_does_what_is_found)
{
    App *app = screen_app(&(ScreenCase){.open = open_below, .keys = ": 'marked, or' Enter"}, true);
    cr_expect_eq(ran, 1);
    cr_expect_str_eq(app_top(app)->type->name, "below");
}

Test(help, asks_for_a_line)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    App *app = screen_app(&(ScreenCase){.open = open_ask, .keys = "Enter"}, true);
    cr_expect(strstr(screen_text(app, a, 24, 80), "a reason is needed"));
    screen_press(app, "'not a patient' Enter");
    cr_expect(strstr(screen_text(app, a, 24, 80), "given: not a patient"));
    screen_golden("ask", &(ScreenCase){.open = open_ask, .keys = "'not a patient'"});
}

static void yes(App *app, void *arg)
{
    (void)arg;
    app_say(app, SAY_GOOD, "yes");
}

static Screen *open_confirm(App *app)
{
    app_push(app, open_below(app));
    return confirm_overlay("Empty the cache", "312 MB of cache.db; a run makes it again.", yes, NULL);
}

Test(help, enter_confirms_nothing)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    App *app = screen_app(&(ScreenCase){.open = open_confirm, .keys = "Enter Space x"}, true);
    cr_expect_str_eq(app_top(app)->type->name, "confirm");
    screen_press(app, "s");
    cr_expect(strstr(screen_text(app, a, 24, 80), "+  yes"));
    screen_golden("confirm", &(ScreenCase){.open = open_confirm});
}
