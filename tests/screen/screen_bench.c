#include "tests/screen/screen_bench.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/intl.h"
#include "base/text.h"
#include "tests/support/golden.h"
#include "tests/support/temp_clinic.h"

static const char config[] = "profile: dentalpin\n"
                             "source: {path: fuente/sonrisa.dpm}\n"
                             "target: {type: postgres, env: PROD, service: clinic_prod}\n";

static const char *noon(Arena *a)
{
    (void)a;
    return "12:11";
}

static const char *workspace(const ScreenCase *c)
{
    TempClinic t = temp_clinic();
    Clinic *clinic = temp_clinic_load(&t, c->config ? c->config : config, "pipeline: auto\n");
    cr_assert(clinic || c->config, "%s", temp_clinic_told(&t));
    setenv("MUDANZA_CLINICS_DIR", t.workspace, 1); // commands that are shown need no -C
    return t.workspace;
}

static void *nothing(Arena *a, const char *screen, int what)
{
    (void)a;
    (void)screen;
    (void)what;
    return NULL;
}

static App *app_in(const ScreenCase *c, const char *place, bool unicode)
{
    AppOptions o = {.workspace = place, .program = "/usr/bin/mudanza", .read_only = c->read_only, .unicode = unicode,
                    .clock = noon, .user = "amartin"};
    o.stand_in = c->model ? c->model : nothing;
    App *app = app_new(&o);
    app_open_clinic(app, "north", NULL);
    app_push(app, c->open(app));
    if (c->keys)
        screen_press(app, c->keys);
    return app;
}

App *screen_app(const ScreenCase *c, bool unicode)
{
    return app_in(c, workspace(c), unicode);
}

void screen_press(App *app, const char *keys)
{
    for (const char *at = keys; *at;) {
        size_t len = strcspn(at, " ");
        if (*at == '\'') {
            for (at++; *at && *at != '\''; at++)
                app_key(app, (unsigned char)*at);
            at += *at == '\'';
        } else if (len) {
            int key = key_named((Str){at, len});
            cr_assert(key != K_NONE, "no key is called %.*s", (int)len, at);
            app_key(app, key);
            at += len;
        }
        at += *at == ' ';
    }
}

static void paint(App *app, int rows, int cols, bool unicode, bool roles, Buf *out)
{
    AUTO(surface_free_at) Surface *s = surface_new(rows, cols, unicode);
    app_paint(app, s);
    surface_dump(s, roles, out);
}

const char *screen_text(App *app, Arena *a, int rows, int cols)
{
    AUTO(buf_free) Buf out = {0};
    paint(app, rows, cols, app_options(app)->unicode, false, &out);
    return str_keep(a, buf_str(&out));
}

// ---- Goldens --------------------------------------------------------------------------------------

static const struct {
    int cols, rows;
    bool unicode;
    const char *lang;
    bool roles;
} looks[] = {{100, 30, true, "en", false}, {80, 24, false, "en", true}, {100, 30, false, "es", false},
             {80, 24, true, "es", false},  {100, 30, false, "en", false}, {80, 24, true, "en", false},
             {100, 30, true, "es", false}, {80, 24, false, "es", false},  {60, 16, false, "en", false},
             {54, 9, false, "en", false}};

static void check_width(Str text, int cols, const char *name)
{
    Str line;
    while (str_cut(&text, '\n', &line))
        cr_assert(text_width(line) <= cols, "%s: a line is wider than %d: %.*s", name, cols, STR_ARG(line));
}

void screen_golden(const char *name, const ScreenCase *c)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    AUTO(buf_free) Buf all = {0};
    const char *place = workspace(c);
    setenv("MUDANZA_LOCALE_DIR", arena_text(a, "%s/po/locale", getenv("TOP_BUILDDIR")), 1);
    for (size_t i = 0; i < ARRAY_LEN(looks); i++) {
        intl_start(looks[i].lang);
        App *app = app_in(c, place, looks[i].unicode);
        AUTO(buf_free) Buf one = {0};
        paint(app, looks[i].rows, looks[i].cols, looks[i].unicode, looks[i].roles, &one);
        if (!looks[i].roles)
            check_width(buf_str(&one), looks[i].cols, name);
        buf_addf(&all, "==== %dx%d %s %s\n", looks[i].cols, looks[i].rows, looks[i].unicode ? "unicode" : "ascii",
                 looks[i].lang);
        buf_add(&all, buf_str(&one));
        app_free(app);
    }
    intl_start("en");
    App *app = app_in(c, place, true);
    for (int rows = 1; rows <= 8; rows++)
        for (int cols = 1; cols <= 8; cols++) {
            AUTO(buf_free) Buf small = {0};
            paint(app, rows, cols, true, false, &small);
        }
    app_free(app);
    golden_check(a, arena_text(a, "screens/%s.txt", name), buf_str(&all));
}
