#include <criterion/criterion.h>
#include <string.h>

#include "tests/screen/screen_bench.h"
#include "ui/clinics_data.h"

static ClinicRow clinic_as(const char *name, const char *env, StepStatus status, double share, int64_t open,
                           const char *last)
{
    static int attention;
    return (ClinicRow){.name = name, .title = "", .env = env, .source = "export.dpm.zst", .target = "clinicsay", .valid = true,
                       .share = share, .open = open, .status = status, .last = last, .attention = attention++,
                       .moment = share > 0 ? "2026-01-31T11:58:00Z" : NULL, .next = "", .next_command = "",
                       .line = {"valid, 2 hints", "../fuente/export.dpm.zst, read 2026-01-31 09:12",
                                "412,906 rows, 301 MB", "PROD  service='clinicsay_prod'", "free", "none yet"}};
}

static ClinicsModel *list_of(Arena *a)
{
    ClinicRow rows[] = {
        clinic_as("sonrisa-madrid", "PROD", STEP_FAILED, 0.36, 214, "#42 failed 11:58"),
        clinic_as("vet-demo", "", STEP_FAILED, -1, -1, "config: 3 errors"),
        clinic_as("smile-bcn", "PROD", STEP_PARTIAL, 0.88, 57, "#33 partial yesterday"),
        clinic_as("ortho-valencia", "PROD", STEP_RUNNING, 0.38, 31, "#12 at work, jruiz"),
        clinic_as("pediadent", "PROD", STEP_STALE, 1, 4, "#19 stopped 3 d ago"),
        clinic_as("clinica-llobet", "DEV", STEP_PENDING, -1, 0, "never run"),
        clinic_as("dental-norte", "STAG", STEP_DONE, 1, 0, "#7 done 2026-01-12"),
    };
    ClinicsModel *m = arena_one(a, ClinicsModel);
    m->workspace = "/srv/clinics";
    rows[0].line[5] = "#42 failed, 26 of 73 steps done, 1 failed, 59 rows rejected";
    rows[0].title = "Cl\xc3\xadnica Sonrisa Madrid";
    rows[0].next_key = 'o';
    rows[0].next = "read why \"care_plan/insert\" failed";
    rows[1].valid = false;
    rows[1].errors = 3;
    rows[1].source = rows[1].target = "";
    memset(rows[1].line, 0, sizeof rows[1].line);
    for (size_t i = 0; i < ARRAY_LEN(rows[1].line); i++)
        rows[1].line[i] = i ? "" : "3 errors: Enter shows them";
    rows[1].next_key = 'E';
    rows[1].next = "mend config.yaml";
    m->rows = arena_copy(a, rows, sizeof rows);
    m->n = ARRAY_LEN(rows);
    return m;
}

static void *typical(Arena *a, const char *screen, int what)
{
    (void)what;
    return strcmp(screen, "clinics") == 0 ? list_of(a) : NULL;
}

static void *none(Arena *a, const char *screen, int what)
{
    (void)screen, (void)what;
    ClinicsModel *m = arena_one(a, ClinicsModel);
    m->workspace = "/srv/clinics";
    return m;
}

static void *no_workspace(Arena *a, const char *screen, int what)
{
    (void)screen, (void)what;
    return arena_one(a, ClinicsModel);
}

static void *hostile(Arena *a, const char *screen, int what)
{
    (void)screen, (void)what;
    ClinicsModel *m = list_of(a);
    m->rows[0].name = "a_folder_made_by_hand_\xe4\xbd\x9c\xe8\x80\x85_\x1b[2J_\xff_that_goes_on_and_on_and_on_and_on_and_on";
    m->rows[0].source = "\xe2\x80\xae" "export\tof\xc3\xa9 today with a name that is much too long for it.dpm";
    m->rows[0].open = INT64_MAX;
    m->rows[0].last = "#9223372036854775807 unbalanced 2026-01-31";
    m->rows[0].line[1] = m->rows[0].line[5] = m->rows[0].next = m->rows[0].name;
    return m;
}

static Screen *open_clinics(App *app)
{
    (void)app;
    return clinics_screen();
}

Test(clinics, typical)
{
    screen_golden("clinics", &(ScreenCase){.open = open_clinics, .model = typical});
}

Test(clinics, reading)
{
    screen_golden("clinics.reading", &(ScreenCase){.open = open_clinics});
}

Test(clinics, broken_configuration)
{
    screen_golden("clinics.broken", &(ScreenCase){.open = open_clinics, .model = typical, .keys = "Down", .read_only = true});
}

Test(clinics, none_yet)
{
    screen_golden("clinics.none", &(ScreenCase){.open = open_clinics, .model = none});
}

Test(clinics, not_even_a_workspace)
{
    screen_golden("clinics.nowhere", &(ScreenCase){.open = open_clinics, .model = no_workspace});
}

Test(clinics, hostile_names_and_huge_numbers)
{
    screen_golden("clinics.hostile", &(ScreenCase){.open = open_clinics, .model = hostile});
}

// ---- Keys --------------------------------------------------------------------------------------------

static App *app;
static Arena *arena;

static void start(void)
{
    static const ScreenCase c = {.open = open_clinics, .model = typical};
    app = screen_app(&c, false);
    arena = arena_new();
}

static void end(void)
{
    app_free(app);
    arena_free(arena);
}

TestSuite(clinics_keys, .init = start, .fini = end);

static bool shows(const char *text)
{
    return strstr(screen_text(app, arena, 30, 100), text);
}

static bool comes_before(const char *one, const char *other)
{
    const char *text = screen_text(app, arena, 30, 100), *a = strstr(text, one), *b = strstr(text, other);
    return a && b && a < b;
}

Test(clinics_keys, what_wants_attention_comes_first_and_s_sorts_otherwise)
{
    cr_assert(comes_before(" sonrisa-madrid", " clinica-llobet"));
    screen_press(app, "s");
    cr_assert(shows("sorted by: name"));
    cr_assert(comes_before(" clinica-llobet", " sonrisa-madrid"));
    cr_assert(shows("> sonrisa-madrid")); // the cursor stays
    screen_press(app, "S");
    cr_assert(comes_before(" vet-demo", " clinica-llobet"));
}

Test(clinics_keys, a_filter_goes_with_esc)
{
    screen_press(app, "/ 'vet' Enter");
    cr_assert(shows("vet-demo"));
    cr_assert_not(shows("pediadent"));
    screen_press(app, "Esc");
    cr_assert(shows("pediadent"));
    screen_press(app, "Esc");
    cr_assert_not(app_left(app), "Esc does not leave the program");
}

Test(clinics_keys, a_clinic_that_is_not_right_has_only_its_configuration)
{
    screen_press(app, "Enter"); // sonrisa-madrid is no folder of this workspace: it cannot be loaded
    cr_assert_str_eq(app_clinic_name(app), "sonrisa-madrid");
    cr_assert_null(app_clinic(app));
    cr_assert_str_neq(app_top(app)->type->name, "board");
}

Test(clinics_keys, n_opens_the_form)
{
    screen_press(app, "n");
    cr_assert_str_eq(app_top(app)->type->name, "new-clinic");
}

Test(clinics_keys, every_bound_key_does_something)
{
    const ScreenType *type = app_top(app)->type;
    for (const Binding *b = type->bindings; b->keys; b++) {
        const ScreenCase c = {.open = open_clinics, .model = typical};
        App *one = screen_app(&c, false);
        const Screen *top = app_top(one);
        const char *before = screen_text(one, arena, 30, 100);
        screen_press(one, keys_first(arena, b->keys));
        cr_assert(app_top(one) != top || strcmp(before, screen_text(one, arena, 30, 100)) != 0, "%s does nothing",
                  b->keys);
        app_free(one);
    }
}

Test(clinics_keys, unbound_keys_change_nothing)
{
    const char *before = screen_text(app, arena, 30, 100);
    screen_press(app, "b c d e i r t x z Del F4");
    cr_assert_str_eq(before, screen_text(app, arena, 30, 100));
}

Test(clinics, read_only_makes_none)
{
    app = screen_app(&(ScreenCase){.open = open_clinics, .model = none, .read_only = true}, false);
    screen_press(app, "n");
    cr_assert_str_eq(app_top(app)->type->name, "clinics");
    app_free(app);
}
