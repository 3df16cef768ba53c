#include <criterion/criterion.h>
#include <string.h>

#include "base/file.h"
#include "tests/screen/screen_bench.h"
#include "ui/record.h"

// ---- Models made by hand -----------------------------------------------------------------------

static InspectValue payload[] = {{"given_name", "L****  "},       {"family_name", "G*****,  "},
                                 {"date_of_birth", "12/03/1969"}, {"national_id", "0****67a "},
                                 {"mobile_phone", "6** *** 118"}, {"email", "l.g@@mail.es"},
                                 {"professional_uuid", "44"},     {"notes", NULL}};
static InspectValue fields[] = {{"given_name", "L****"},          {"family_name", "G*****"},
                                {"date_of_birth", "1969-**-**"},  {"national_id", "0****67A"},
                                {"mobile_phone", "+346******18"}, {"email", NULL},
                                {"professional_uuid", "44"},      {"notes", NULL}};
static InspectValue raw[] = {{"IdPac", "3***"}, {"NIF", "0****67a "}};

static InspectValue from_given[] = {{"payload.given_name", "L****"}},
                    from_family[] = {{"payload.family_name", "G*****"}},
                    from_birth[] = {{"payload.date_of_birth", "1969-**-**"}},
                    from_id[] = {{"payload.national_id", "0****67A"}, {"raw_source_data.NIF", "0****67a "}},
                    from_email[] = {{"payload.email", NULL}};
static InspectCheck taken[] = {{"patient.tax_id.taken", "error", true, 97}},
                    mail[] = {{"email.invalid", "warning", true, 0},
                              {"patient.no_contact", "warning", false, 101}};
static InspectWayOf ways[] = {
    {.mapping = "patient",
     .file = "/srv/profiles/dentalpin/patient.yaml",
     .column = "first_name",
     .line = 26,
     .expression = "coalesce(nullif(trim(clean_text(p.given_name)), ''), 'Sin nombre')",
     .from = from_given,
     .n_from = 1},
    {.mapping = "patient",
     .file = "/srv/profiles/dentalpin/patient.yaml",
     .column = "last_name",
     .line = 27,
     .expression = "trim(p.family_name)",
     .from = from_family,
     .n_from = 1},
    {.mapping = "patient",
     .file = "/srv/profiles/dentalpin/patient.yaml",
     .column = "date_of_birth",
     .line = 31,
     .expression = "date_of(p.date_of_birth, 'dmy')",
     .from = from_birth,
     .n_from = 1},
    {.mapping = "patient",
     .file = "/srv/profiles/dentalpin/patient.yaml",
     .column = "national_id",
     .line = 97,
     .expression = "upper_of(trim(p.national_id))",
     .from = from_id,
     .n_from = 2,
     .checks = taken,
     .n_checks = 1},
    {.mapping = "patient",
     .file = "/srv/profiles/dentalpin/patient.yaml",
     .column = "email",
     .line = 40,
     .expression = "email_of(p.email)",
     .from = from_email,
     .n_from = 1,
     .checks = mail,
     .n_checks = 2},
};

static InspectColumn made[] = {{"first_name", true, false, "L****", NULL, false},
                               {"last_name", true, false, "G*****", NULL, false},
                               {"date_of_birth", true, false, "1969-**-**", NULL, false},
                               {"national_id", true, false, "0****67A", NULL, false},
                               {"email", true, false, NULL, NULL, false}};
static InspectColumn there[] = {{"first_name", true, true, "L****", "L****", true},
                                {"last_name", true, true, "G*****", "G***** R*****", false},
                                {"date_of_birth", true, true, "1969-**-**", "1969-**-**", true},
                                {"national_id", true, true, "0****67A", "0****67A", true},
                                {"email", true, true, NULL, "l***@mail.es", false},
                                {"id", false, true, NULL, "004410aa-0000-4000-8000-000000000001", false}};
static InspectColumn other[] = {{"last_name", true, true, "G*****", "G***** R*****", false},
                                {"email", true, true, NULL, "l***@mail.es", false}};

static IssueItem issues[] = {
    {.fp = "9c41e0a1b2c3d4e5",
     .code = "patient.tax_id.taken",
     .severity = "error",
     .entity = "patient",
     .step = "patient/insert",
     .key = "k3",
     .field = "national_id",
     .detail = "UNIQUE constraint failed: patients.national_id",
     .state = "open",
     .present = true},
    {.fp = "1c41e0a1b2c3d4e5",
     .code = "email.invalid",
     .severity = "warning",
     .entity = "patient",
     .step = "patient/validate",
     .key = "k3",
     .field = "email",
     .detail = "",
     .state = "ignored",
     .by = "eva",
     .at = "2026-01-30T10:00:00Z",
     .reason = "the clinic knows",
     .note = "asked twice",
     .present = true},
};
static InspectTouch touches[] = {{.job = 1,
                                  .runs = "42",
                                  .at = "2026-01-31T09:31:20Z",
                                  .step = "patient/insert",
                                  .what = "refused",
                                  .batch = 64}};
static InspectWaiting waiting[] = {{"appointment", "patient_uuid", 4, 4}, {"budget", "patient_uuid", 1, 0}};
static InspectNeed needs[] = {{"professional_uuid", "professional", "p-44", {.word = "inserted"}}};

static Inspect *record(Arena *a)
{
    Inspect *f = arena_one(a, Inspect);
    *f = (Inspect){.entity = "patient",
                   .key = "k3",
                   .matched = "source_id",
                   .in_cache = true,
                   .source_system = "gesden",
                   .file = "/srv/fuente/sonrisa.dpm",
                   .source_id = "P-031877",
                   .row = 31902,
                   .payload_fields = payload,
                   .n_payload_fields = ARRAY_LEN(payload),
                   .raw_fields = raw,
                   .n_raw_fields = ARRAY_LEN(raw),
                   .fields = fields,
                   .n_fields = ARRAY_LEN(fields),
                   .ways = ways,
                   .n_ways = ARRAY_LEN(ways),
                   .touches = touches,
                   .n_touches = 1,
                   .waiting = waiting,
                   .n_waiting = 2,
                   .needs = needs,
                   .n_needs = 1};
    return f;
}

// The target refused it: another row has its tax id.
static void *refused(Arena *a, const char *screen, int what)
{
    if (strcmp(screen, "record") != 0 || what == RECORD_DECIDE)
        return NULL;
    Inspect *f = record(a);
    f->outcome = (InspectOutcome){.word = "rejected",
                                  .reason = "target.unique",
                                  .step = "patient/insert",
                                  .detail = "UNIQUE constraint failed: patients.national_id"};
    f->rows = arena_one(a, InspectRow);
    *f->rows = (InspectRow){.mapping = "patient",
                            .table = "patients",
                            .id = "0031877a-0000-4000-8000-000000000003",
                            .columns = made,
                            .n = ARRAY_LEN(made)};
    f->n_rows = 1;
    f->way = arena_one(a, InspectWay);
    *f->way = (InspectWay){.table = "patients",
                           .id = "004410aa-0000-4000-8000-000000000001",
                           .constraint = "national_id",
                           .key = "k1",
                           .columns = other,
                           .n = ARRAY_LEN(other),
                           .equal = 3};
    f->issues = issues;
    f->n_issues = 2;
    return f;
}

static void *written(Arena *a, const char *screen, int what)
{
    if (strcmp(screen, "record") != 0 || what == RECORD_DECIDE)
        return NULL;
    Inspect *f = record(a);
    f->outcome = (InspectOutcome){
        .word = "updated", .table = "patients", .id = "004410aa-0000-4000-8000-000000000001"};
    f->rows = arena_one(a, InspectRow);
    *f->rows = (InspectRow){.mapping = "patient",
                            .table = "patients",
                            .id = "004410aa-0000-4000-8000-000000000001",
                            .there = true,
                            .columns = there,
                            .n = ARRAY_LEN(there),
                            .different = 2};
    f->n_rows = 1;
    f->made_anew = true;
    return f;
}

// Kept out before anything was made of it, and the target does not answer yet.
static void *unwritten(Arena *a, const char *screen, int what)
{
    static const char *missing[] = {"the target cannot be looked at: db1 does not answer"};
    Inspect *f = what == RECORD_FIRST && strcmp(screen, "record") == 0 ? record(a) : NULL;
    if (!f)
        return NULL;
    f->outcome =
        (InspectOutcome){.word = "rejected", .reason = "patient.no_name", .step = "patient/validate"};
    f->missing = missing;
    f->n_missing = 1;
    f->issues = issues;
    f->n_issues = 1;
    return f;
}

static void *hostile(Arena *a, const char *screen, int what)
{
    enum { LONG = 4096 };
    Inspect *f = refused(a, screen, what);
    if (!f)
        return NULL;
    char *name = arena_take(a, LONG + 1);
    memset(name, 'W', LONG);
    memcpy(name, "\x1b[2J\xe2\x80\xae\xff\xe4\xbd\x9c", 11);
    f->source_id = f->file = f->way->id = f->outcome.detail = name;
    f->payload_fields = arena_copy(a, payload, sizeof payload);
    f->payload_fields[0].value = name;
    f->payload_fields[7].name = name;
    f->ways = arena_copy(a, ways, sizeof ways);
    f->ways[0].expression = name;
    f->rows->columns = arena_copy(a, made, sizeof made);
    f->rows->columns[0].made_value = name;
    f->touches = arena_copy(a, touches, sizeof touches);
    f->touches[0].batch = INT64_MAX;
    f->row = INT64_MAX;
    return f;
}

static Screen *open_record(App *app)
{
    static const char *const list[] = {"patient:k1", "patient:k3", "patient:k4"};
    (void)app;
    return record_screen(list, 3, 1);
}

// ---- What it looks like -------------------------------------------------------------------------

Test(record, states)
{
    screen_golden("record.refused", &(ScreenCase){.open = open_record, .model = refused});
    screen_golden("record.written", &(ScreenCase){.open = open_record, .model = written});
    screen_golden("record.differences", &(ScreenCase){.open = open_record, .model = written, .keys = "v"});
    screen_golden("record.unwritten", &(ScreenCase){.open = open_record, .model = unwritten});
    screen_golden("record.below",
                  &(ScreenCase){.open = open_record, .model = refused, .keys = "Tab Down Down"});
    screen_golden("record.reading", &(ScreenCase){.open = open_record});
    screen_golden("record.hostile", &(ScreenCase){.open = open_record, .model = hostile, .keys = "g"});
    screen_golden("record.read_only",
                  &(ScreenCase){.open = open_record, .model = refused, .read_only = true});
}

// ---- Keys -----------------------------------------------------------------------------------------

// With a folder of state, which has the audit log.
static App *app_as(bool read_only, void *(*model)(Arena *, const char *, int))
{
    const ScreenCase c = {.open = open_record, .model = model, .read_only = read_only};
    App *app = screen_app(&c, false);
    Err err;
    cr_assert(file_make_folder(app_clinic(app)->state_folder, 0700, &err), "%s", err.text);
    return app;
}

static const char *after(const char *keys, bool read_only, void *(*model)(Arena *, const char *, int))
{
    App *app = app_as(read_only, model);
    screen_press(app, keys);
    return screen_text(app, arena_new(), 30, 100);
}

Test(record, every_key_does_something)
{
    static const struct {
        const char *keys, *shows;
    } cases[] = {
        {"n", "record 3 of 3"},
        {"n n", "This is the last record of the list."},
        {"p", "record 1 of 3"},
        {"p N", "This is the first record of the list."},
        {"v", "only differences: on"},
        {"v v", "only differences: off"},
        {"g Down Down", "last_name, HOW IT GOT HERE"},
        {"g Down", "patient.yaml:26"},
        {"i", "Why does it not matter?"},
        {";", "A remark"},
        {"c", "What is to be asked?"},
        {"y", "value of the field, as it is shown"},
        {"P", "Written: "},
        {"M P", "are not written into files"},
        {"M", "audit log"},
        {"M", "values as they are"},
        {"M M", "masked"},
        {"u", "You decided nothing here"},
        {"G", "IdPac, HOW IT GOT HERE"},
        {"G Enter", "No mapping fills this field."},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const char *text = after(cases[i].keys, false, refused);
        cr_expect(strstr(text, cases[i].shows), "%s does not show \"%s\":\n%s", cases[i].keys, cases[i].shows,
                  text);
    }
}

Test(record, one_comes_for_what_is_wrong)
{
    const char *text = after("", false, refused);
    cr_expect(strstr(text, "> national_id"), "%s", text);
    cr_expect(strstr(text, "national_id, HOW IT GOT HERE"), "%s", text);
}

Test(record, other_keys_change_nothing)
{
    static const char *const keys[] = {"b", "e", "H", "x", "9", "F12", "'&'", "Space", "d"};
    const char *before = after("", false, refused);
    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        cr_expect_str_eq(after(keys[i], false, refused), before, "%s", keys[i]);
}

Test(record, read_only_writes_nothing)
{
    static const char *const keys[] = {"r", "i", ";", "c", "O", "u", "M", "P"};
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        const char *text = after(keys[i], true, refused);
        cr_expect(strstr(text, "--read-only"), "%s says nothing:\n%s", keys[i], text);
        cr_expect(strstr(text, "masked"));
    }
}

// A page in the middle of a list: what comes next is read, and after that nothing more is there.
static Screen *open_in_list(App *app)
{
    static RecordPlace places[] = {{.id = "patient:k1"}, {.id = "patient:k3"}};
    const RecordList list = {.entity = "patient"};
    (void)app;
    return record_screen_in(&list, &(RecordPage){places, 2, false, true}, 1);
}

static void *going_on(Arena *a, const char *screen, int what)
{
    static int pages;
    if (strcmp(screen, "record") != 0 || what != RECORD_LIST)
        return refused(a, screen, what);
    RecordPage *page = arena_one(a, RecordPage);
    if (pages++)
        return page;
    page->places = arena_many(a, RecordPlace, 2);
    page->places[0].id = "patient:k8";
    page->places[1].id = "patient:k9";
    page->n = 2;
    page->more_after = true;
    return page;
}

Test(record, the_list_goes_on_behind_what_was_read)
{
    App *app = screen_app(&(ScreenCase){.open = open_in_list, .model = going_on}, false);
    Arena *a = arena_new();
    cr_expect(strstr(screen_text(app, a, 30, 100), "record 2 of more than 2"));
    screen_press(app, "n");
    cr_expect(strstr(screen_text(app, a, 30, 100), "record 3 of more than 4"));
    screen_press(app, "n y i");
    cr_expect_str_eq(app_take_copied(app), "patient:k9");
    screen_press(app, "n");
    cr_expect(strstr(screen_text(app, a, 30, 100), "This is the last record of the list."));
    cr_expect(strstr(screen_text(app, a, 30, 100), "record 4 of 4"));
}

static const char *foreground(const char *keys, size_t n)
{
    const ScreenCase c = {.open = open_record, .model = refused, .keys = keys};
    App *app = screen_app(&c, false);
    const char *const *argv = app_take_foreground(app);
    return argv ? argv[n] : NULL;
}

Test(record, what_lies_behind_opens_in_the_pager)
{
    cr_expect_str_eq(foreground("g Down Enter", 3), "/srv/profiles/dentalpin/patient.yaml");
    cr_expect_str_eq(foreground("g Down Enter", 4), "26");
    cr_expect_str_eq(foreground("o", 4), "inspect");
    cr_expect_str_eq(foreground("o", 6), "patient:k3");
}

Test(record, what_is_copied)
{
    static const struct {
        const char *keys, *copied;
    } cases[] = {
        {"y i", "patient:k3"}, {"y c", "mudanza inspect north 'patient:k3'"}, {"g Down y v", "L****"}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const ScreenCase c = {.open = open_record, .model = refused, .keys = cases[i].keys};
        const char *copied = app_take_copied(screen_app(&c, false));
        cr_expect_str_eq(copied ? copied : "nothing", cases[i].copied, "%s copies %s", cases[i].keys, copied);
    }
}

Test(record, issues_without_decisions_say_so)
{
    cr_expect(strstr(after("r", false, written), "This record has no issues to decide."));
}

Test(record, masked_again_nothing_stays_to_be_seen)
{
    App *app = app_as(false, NULL);
    Screen *s = app_top(app);
    Arena *a = arena_new();
    screen_press(app, "M");
    s->type->fetched(s, app, RECORD_WHOLE, refused(a, "record", RECORD_WHOLE), &(Err){0});
    cr_expect(strstr(screen_text(app, a, 30, 100), "G***** R*****"));
    screen_press(app, "M");
    cr_expect(strstr(screen_text(app, a, 30, 100), "reading the record ..."));
}

// A walk that is the same each time: whatever is pressed, on whatever screen it leads to, nothing breaks.
Test(record, any_keys_do_no_harm)
{
    static const char keys[] = "123456789nNpPvMwodycirOu;*xgG/q'\t\r\x1b ";
    static const int moves[] = {K_UP, K_DOWN, K_LEFT, K_RIGHT, K_PAGE_UP, K_PAGE_DOWN, K_HOME, K_END, K_BACK_TAB};
    const ScreenCase c = {.open = open_record, .model = hostile};
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
            app_push(app, open_record(app));
        app_paint(app, s);
    }
}
