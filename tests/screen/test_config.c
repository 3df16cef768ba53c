#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "tests/screen/screen_bench.h"
#include "ui/config_data.h"

static const char right[] = "profile: dentalpin\n"
                            "source: {path: fuente/sonrisa.dpm, passphrase: \"${file:fuente/passphrase}\"}\n"
                            "target: {type: postgres, env: PROD, service: clinic_prod}\n"
                            "settings:\n"
                            "  clinic_id: 7b7a1c5e-8c0e-4a39-9a52-6d6ea3fd2c01\n"
                            "  secret: 0123456789abcdef0123456789abcdef\n";

static const char wrong[] = "profile: dentalpin\n"
                            "source:\n"
                            "  path: fuente/sonrisa.dpm     # as the old clinic sent it\n"
                            "  pasphrase: \"${file:fuente/passphrase}\"\n"
                            "target:\n"
                            "  type: Postgres\n"
                            "  env: PROD\n"
                            "  service: clinic_prod\n"
                            "settings:\n"
                            "  postal_code: 08001\n"
                            "limits: {max_rejects: many}\n";

static void *model(Arena *a, const char *screen, int what)
{
    Err err = {0};
    if (strcmp(screen, "config") != 0 || what != 0)
        return NULL;
    AppOptions o = {.workspace = getenv("MUDANZA_CLINICS_DIR")};
    const char *name = "north";
    void *m = config_read(a, &o, NULL, &name, &err);
    cr_assert(m, "%s", err.text);
    return m;
}

static Screen *open_config(App *app)
{
    (void)app;
    return config_screen(0, 0);
}

Test(config_screen, problems)
{
    screen_golden("config.problems", &(ScreenCase){.open = open_config, .model = model, .config = wrong, .keys = "Down"});
}

Test(config_screen, a_fix_is_shown_first)
{
    screen_golden("config.fix", &(ScreenCase){.open = open_config, .model = model, .config = wrong, .keys = "F"});
}

Test(config_screen, values_and_their_origins)
{
    screen_golden("config.values", &(ScreenCase){.open = open_config, .model = model, .config = right, .keys = "Down"});
}

Test(config_screen, reading)
{
    screen_golden("config.reading", &(ScreenCase){.open = open_config});
}

static Connection parts[CONNECT_PARTS];
static void *connected(Arena *a, const char *screen, int what)
{
    static const FoundValue source[] = {{"path", "fuente/sonrisa.dpm", false, FOUND_CONFIG, "config.yaml", 2, NULL, NULL},
                                        {"passphrase", NULL, true, FOUND_CONFIG, "config.yaml", 2, NULL, NULL}},
                            target[] = {{"service", "clinic_prod", false, FOUND_CONFIG, "config.yaml", 3, NULL, NULL},
                                        {"host", "db1", false, FOUND_SERVICE, "~/.pg_service.conf", 14, NULL, NULL}};
    static const Finding good[] = {{"source", FINDING_GOOD, 0, "dpmf 0.3, 48,213 rows", NULL}},
                         bad[] = {{"target", FINDING_BAD, ERR_TARGET, "db1: connection refused",
                                   "is the server up, and does it listen there?"}};
    parts[0] = (Connection){CONNECT_SOURCE, FINDING_GOOD, source, 2, good, 1, 12};
    parts[1] = (Connection){CONNECT_CACHE, FINDING_GOOD, NULL, 0, good, 1, 3};
    parts[2] = (Connection){CONNECT_TARGET, FINDING_BAD, target, 2, bad, 1, 2003};
    return what == 2 ? parts : model(a, screen, what);
}

Test(config_screen, connections)
{
    screen_golden("config.connections",
                  &(ScreenCase){.open = open_config, .model = connected, .config = right, .keys = "t"});
}

Test(config_screen, no_secret_is_shown)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    App *app = screen_app(&(ScreenCase){.open = open_config, .model = model, .config = right}, true);
    for (int i = 0; i < 60; i++) {
        const char *text = screen_text(app, a, 30, 100);
        cr_assert_null(strstr(text, "0123456789abcdef"), "%s", text);
        screen_press(app, "Down");
    }
}

Test(config_screen, a_value_is_checked_as_it_is_typed)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    App *app = screen_app(&(ScreenCase){.open = open_config, .model = model, .config = wrong}, true);
    for (int i = 0; i < 6 && !strstr(screen_text(app, a, 30, 100), "> x config.yaml:11"); i++)
        screen_press(app, "Down");
    screen_press(app, "Enter");
    cr_assert_str_eq(app_top(app)->type->name, "ask", "%s", screen_text(app, a, 30, 100));
    screen_press(app, "Ctrl-U 'lots' Enter");
    cr_assert_str_eq(app_top(app)->type->name, "ask");
    screen_press(app, "Ctrl-U '12' Enter");
    cr_assert_str_eq(app_top(app)->type->name, "config");
}

Test(config_screen, an_editor_that_changes_nothing_says_so)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    Err err = {0};
    App *app = screen_app(&(ScreenCase){.open = open_config, .model = model, .config = wrong, .keys = "e"}, true);
    cr_assert(app_take_foreground(app));
    app_foreground_ended(app);
    cr_expect(strstr(screen_text(app, a, 30, 100), "The editor changed nothing."));
    screen_press(app, "F Esc");
    cr_expect(!strstr(screen_text(app, a, 30, 100), "The editor changed nothing."), "no editor was there");
    screen_press(app, "e");
    cr_assert(app_take_foreground(app));
    const char *path = arena_text(a, "%s/north/config.yaml", app_options(app)->workspace);
    cr_assert(file_write(path, STR("profile: x\n"), 0600, &err), "%s", err.text);
    app_foreground_ended(app);
    cr_expect(!strstr(screen_text(app, a, 30, 100), "The editor changed nothing."));
}

Test(config_screen, a_large_file_is_for_an_editor)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    AUTO(buf_free) Buf text = {0};
    buf_add_text(&text, wrong);
    while (text.len <= CONFIG_FIX_MOST_KIB * 1024)
        buf_add_text(&text, "# an endless remark of somebody who has a lot to say\n");
    const ScreenCase c = {.open = open_config, .model = model, .config = buf_text(&text), .keys = "F"};
    cr_expect(strstr(screen_text(screen_app(&c, true), a, 30, 100), "config.yaml is larger than 256 KiB"));
}

// What the keys do to the files themselves, without stand-ins.
static void settle(App *app)
{
    for (int i = 0; i < 500 && (app_fetching(app, app_top(app), 0) || app_fetching(app, app_top(app), 1)); i++) {
        usleep(2000);
        app_fetch_take(app);
    }
}

Test(config_screen, writes_what_was_agreed_to)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    Err err = {0};
    Str text;
    App *app = screen_app(&(ScreenCase){.open = open_config, .model = model, .config = wrong}, true);
    AppOptions o = *app_options(app);
    o.stand_in = NULL;
    app = app_new(&o);
    app_open_clinic(app, "north", NULL);
    app_push(app, config_screen(4, 3));
    settle(app);
    screen_press(app, "F Enter");
    cr_assert_str_eq(app_top(app)->type->name, "confirm", "%s", screen_text(app, a, 30, 100));
    screen_press(app, "y");
    settle(app);
    settle(app);
    cr_assert(file_read(a, arena_text(a, "%s/north/config.yaml", o.workspace), 4096, &text, &err));
    cr_expect(strstr(text.at, "  path: fuente/sonrisa.dpm     # as the old clinic sent it\n  passphrase: "), "%s", text.at);
    cr_expect(strstr(screen_text(app, a, 30, 100), "config.yaml: "), "%s", screen_text(app, a, 30, 100));
}
