#include <criterion/criterion.h>
#include <string.h>

#include "base/file.h"
#include "tests/screen/screen_bench.h"
#include "ui/new_clinic.h"

enum { SOURCE, CLINICS, PROFILES };

static const char *const profiles[] = {"dentalpin", "elsewhere", NULL};

static void *lookups(Arena *a, const char *screen, int what)
{
    if (strcmp(screen, "new-clinic") != 0)
        return NULL;
    if (what == PROFILES)
        return (void *)(uintptr_t)profiles;
    if (what == CLINICS) {
        const TargetClinic items[] = {{"11", "Cl\xc3\xadnica Norte"}, {"12", "Cl\xc3\xadnica Sur"}, {"13", "?"}};
        ClinicsLook *l = arena_one(a, ClinicsLook);
        l->items = arena_copy(a, items, sizeof items);
        l->n = ARRAY_LEN(items);
        return l;
    }
    return NULL;
}

static SourceLook found;
static void *with_source(Arena *a, const char *screen, int what)
{
    return strcmp(screen, "new-clinic") == 0 && what == SOURCE ? arena_copy(a, &found, sizeof found)
                                                               : lookups(a, screen, what);
}

static Screen *open_form(App *app)
{
    return new_clinic_form(app);
}

Test(new_clinic, empty)
{
    screen_golden("new-clinic", &(ScreenCase){.open = open_form, .model = lookups});
}

Test(new_clinic, a_name_that_cannot_be)
{
    screen_golden("new-clinic.name", &(ScreenCase){.open = open_form, .model = lookups, .keys = "'Clinica Sol'"});
}

Test(new_clinic, a_source_that_is_encrypted)
{
    found = (SourceLook){.path = "a.dpm", .there = true, .recognised = true, .encrypted = true, .bytes = 1234567};
    screen_golden("new-clinic.encrypted",
                  &(ScreenCase){.open = open_form, .model = with_source, .keys = "'sol' Tab 'a.dpm' Tab"});
}

Test(new_clinic, a_target_with_several_clinics)
{
    found = (SourceLook){.path = "a.dpm", .there = true, .recognised = true, .opened = true, .bytes = 1900000000,
                         .layering = "zstd", .version = "0.3", .system = "gesden", .entities = 32, .rows = 1348765};
    screen_golden("new-clinic.several",
                  &(ScreenCase){.open = open_form, .model = with_source,
                                .keys = "'sol' Tab 'a.dpm' Tab Tab Right Tab 'service=clinic_prod' Tab Right Right"});
}

Test(new_clinic, one_of_several_is_picked)
{
    screen_golden("new-clinic.pick",
                  &(ScreenCase){.open = open_form, .model = lookups,
                                .keys = "'sol' Tab Tab Tab Right Tab 'service=x' Tab Enter 'sur'"});
}

// ---- What is judged -----------------------------------------------------------------------------------

static App *app;
static Arena *arena;

static void start(void)
{
    static const ScreenCase c = {.open = open_form, .model = lookups};
    app = screen_app(&c, false);
    arena = arena_new();
}

static void end(void)
{
    app_free(app);
    arena_free(arena);
}

TestSuite(new_clinic_keys, .init = start, .fini = end);

static bool shows(const char *text)
{
    return strstr(screen_text(app, arena, 30, 100), text);
}

Test(new_clinic_keys, a_name_is_checked_as_it_is_typed)
{
    screen_press(app, "'north'");
    cr_assert(shows("exists already"));
    screen_press(app, "'2'");
    cr_assert(shows("north2 will be made"));
    screen_press(app, "'X'");
    cr_assert(shows("cannot be the name of a clinic"));
}

Test(new_clinic_keys, letters_are_typed_and_are_no_commands)
{
    screen_press(app, "'q' 'Q' '?'");
    cr_assert(shows("qQ?"));
}

Test(new_clinic_keys, the_command_says_the_same)
{
    screen_press(app, "'sol' Tab Tab");
    cr_assert(shows("mudanza init sol --profile dentalpin"));
    screen_press(app, "Tab Right Tab 'service=x' Tab");
    cr_assert_not(shows("clinic_id"));
    screen_press(app, "Right Right");
    cr_assert(shows("--target 'service=x' --set 'clinic_id=12'"));
    screen_press(app, "Left Left");
    cr_assert(shows("clinic_id=13"));
}

Test(new_clinic_keys, a_password_is_refused_in_the_connection)
{
    screen_press(app, "Tab Tab Tab Right Tab 'dbname=x password=secreto'");
    cr_assert_not(shows("+ it holds"));
    cr_assert_not(shows("Enter asks it"));
}

Test(new_clinic_keys, nothing_is_made_while_something_is_missing)
{
    screen_press(app, "Shift-Tab Enter");
    cr_assert(shows("Not yet"));
    cr_assert_str_eq(app_top(app)->type->name, "new-clinic");
}

Test(new_clinic_keys, one_of_several_clinics_has_to_be_chosen)
{
    screen_press(app, "'sol' Tab Tab Tab Right Tab 'service=x' Tab");
    cr_assert(shows("choose one"));
    screen_press(app, "Tab Enter");
    cr_assert(shows("Not yet"));
    screen_press(app, "Shift-Tab Enter Down Enter");
    cr_assert(shows("clinic_id=12"));
}

Test(new_clinic_keys, it_is_made_and_its_board_opens)
{
    screen_press(app, "'sol' Shift-Tab Enter");
    const char *workspace = app_options(app)->workspace;
    cr_assert(file_exists(arena_text(arena, "%s/sol/config.yaml", workspace)));
    cr_assert_str_eq(app_top(app)->type->name, "board");
    cr_assert_str_eq(app_clinic(app)->profile, "dentalpin");
    cr_assert(shows("sol: made"));
}

// ---- Looking at real files -----------------------------------------------------------------------------------

static const SourceLook *look_at(Arena *a, const char *path, Secret *secret)
{
    SourceWish wish = {.secret = secret};
    Err err = {0};
    cr_assert_lt(strlen(path), sizeof wish.path);
    strcpy(wish.path, path);
    return source_look(a, NULL, NULL, &wish, &err);
}

Test(new_clinic, a_source_tells_what_it_is)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    const char *demo = arena_text(a, "%s/demo/sources/demo.dpm.zst.enc", getenv("MUDANZA_DATA_DIR"));
    const SourceLook *look = look_at(a, demo, NULL);
    cr_assert(look->there && look->recognised && look->encrypted && !look->opened && !look->trouble);
    look = look_at(a, demo, secret_new(STR("wrong")));
    cr_assert(!look->opened && look->trouble);
    look = look_at(a, arena_text(a, "%s/demo", getenv("MUDANZA_DATA_DIR")), NULL);
    cr_assert(look->there && look->folder);
    look = look_at(a, arena_text(a, "%s/demo/config.yaml", getenv("MUDANZA_DATA_DIR")), NULL);
    cr_assert(look->there && !look->recognised);
    cr_assert_not(look_at(a, "/there/is/no/such/file", NULL)->there);
}

Test(new_clinic, the_right_passphrase_shows_what_is_inside)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    const char *sources = arena_text(a, "%s/demo/sources", getenv("MUDANZA_DATA_DIR"));
    Str passphrase;
    Err err = {0};
    cr_assert(file_read(a, arena_text(a, "%s/passphrase", sources), 1000, &passphrase, &err));
    const SourceLook *look =
        look_at(a, arena_text(a, "%s/demo.dpm.zst.enc", sources), secret_new(str_trim(passphrase)));
    cr_assert(look->opened, "%s", look->trouble);
    cr_assert_str_eq(look->layering, "enc(zstd)");
    cr_assert_gt(look->entities, 10u);
    cr_assert_gt(look->rows, 100);
}
