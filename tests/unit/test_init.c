#include <criterion/criterion.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "config/conninfo.h"
#include "config/init.h"
#include "tests/support/temp_clinic.h"
#include "tests/support/temp_folder.h"

static TempClinic t;

static void setup(void)
{
    t = temp_clinic();
}

static void teardown(void)
{
    arena_free(t.arena);
}

TestSuite(init, .init = setup, .fini = teardown);
TestSuite(conninfo, .init = setup, .fini = teardown);

static unsigned mode_of(const char *folder, const char *name)
{
    struct stat st;
    cr_assert_eq(stat(arena_text(t.arena, "%s/%s", folder, name), &st), 0, "%s", name);
    return st.st_mode & 07777;
}

static InitOptions options(const char *name)
{
    return (InitOptions){.workspace = t.workspace, .name = name, .profile = "dentalpin"};
}

// Makes the clinic and loads what was written: it must have no problem, not even a warning.
static Clinic *round_trip(const InitOptions *o)
{
    Err err = {0};
    const char *folder = NULL;
    cr_assert(clinic_init(t.arena, o, &folder, &err), "%s", err.text);
    t.problems = problems_new(t.arena);
    Clinic *c = clinic_load(t.arena, t.workspace, o->name, NULL, t.problems);
    cr_assert_eq(t.problems->n, 0u, "%s", temp_clinic_told(&t));
    cr_assert_str_eq(c->folder, folder);
    cr_assert(c->pipeline_auto);
    cr_assert_eq(strlen(clinic_setting(c, "secret")), 64u);
    return c;
}

static void refused(const InitOptions *o, ErrKind kind, const char *expected)
{
    Err err = {0};
    const char *folder = NULL;
    cr_assert_not(clinic_init(t.arena, o, &folder, &err));
    cr_assert_eq(err.kind, kind, "%s", err.text);
    cr_assert(strstr(err.text, expected) || strstr(err.hint, expected), "expected '%s' in: %s (%s)", expected,
              err.text, err.hint);
}

Test(init, writes_a_clinic_without_problems)
{
    InitOptions o = options("south-2");
    Clinic *c = round_trip(&o);
    cr_assert_eq(c->target_type, TARGET_SQLITE);
    cr_assert_str_eq(c->target_path, arena_text(t.arena, "%s/south-2/state/target.db", t.workspace));
    cr_assert_null(clinic_setting(c, "clinic_id"));
    cr_assert_null(c->source_path);
    cr_assert_eq(mode_of(c->folder, "config.yaml"), 0600u);
    cr_assert_eq(mode_of(c->folder, "commands.yaml"), 0640u);
    cr_assert_eq(mode_of(c->folder, "state"), 0700u);
    cr_assert_eq(mode_of(c->folder, "") & ~0750u, 0u);
    cr_assert(file_exists(arena_text(t.arena, "%s/state/.gitignore", c->folder)));
}

Test(init, keeps_any_character_of_paths_and_settings)
{
    const char *const names[] = {"plain.dpm",
                                 "with blanks # and: {x} [y]",
                                 "quotes\"'\\",
                                 "ñandú €😀",
                                 "line\nbreak\ttab",
                                 "${env:X}",
                                 "no",
                                 "}"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        const char *source =
            temp_file(t.arena, t.workspace, arena_text(t.arena, "in/%s", names[i]), STR("x"));
        const Setting settings[] = {{"clinic_id", i == 5 ? "x" : names[i], 0}, {"empty", "", 0}};
        InitOptions o = options(arena_text(t.arena, "c%zu", i));
        o.source = source;
        o.passphrase_file = source;
        o.settings = settings;
        o.n_settings = ARRAY_LEN(settings);
        Clinic *c = round_trip(&o);
        cr_assert_str_eq(c->source_path, source);
        cr_assert_str_eq(c->passphrase, arena_text(t.arena, "${file:%s}", source));
        cr_assert_str_eq(clinic_setting(c, "clinic_id"), settings[0].value);
        cr_assert_str_eq(clinic_setting(c, "empty"), "");
    }
}

Test(init, a_relative_source_becomes_absolute)
{
    temp_file(t.arena, t.workspace, "in/x.dpm", STR("x"));
    cr_assert_eq(chdir(t.workspace), 0);
    InitOptions o = options("south");
    o.source = "in/x.dpm";
    cr_assert_str_eq(round_trip(&o)->source_path, arena_text(t.arena, "%s/in/x.dpm", t.workspace));
}

Test(init, a_server_is_written_as_keywords)
{
    InitOptions o = options("a");
    o.target = "host=/run/pg dbname='it\\'s \"here\"' port=5433 user=u";
    cr_assert_str_eq(round_trip(&o)->target_conninfo,
                     "host='/run/pg' port='5433' dbname='it\\'s \"here\"' user='u'");
    o = options("b");
    o.target = "postgresql://u%40x@[::1]:6000/d%20b";
    cr_assert_str_eq(round_trip(&o)->target_conninfo, "host='::1' port='6000' dbname='d b' user='u@x'");
    o = options("c");
    o.target = "service=prod";
    cr_assert_eq(round_trip(&o)->target_type, TARGET_POSTGRES);
    o = options("d");
    o.target = "sqlite:/data/x.db";
    cr_assert_str_eq(round_trip(&o)->target_path, "/data/x.db");
}

Test(init, two_clinics_have_two_secrets)
{
    InitOptions a = options("a"), b = options("b");
    cr_assert_str_neq(clinic_setting(round_trip(&a), "secret"), clinic_setting(round_trip(&b), "secret"));
}

Test(init, an_existing_clinic_is_left_alone)
{
    temp_clinic_load(&t, "mine: 1\n", NULL);
    InitOptions o = options("north");
    refused(&o, ERR_USAGE, "exists already");
    Str text;
    Err err = {0};
    cr_assert(file_read(t.arena, arena_text(t.arena, "%s/north/config.yaml", t.workspace), 100, &text, &err));
    cr_assert(str_is(text, "mine: 1\n"));
    temp_clinic_load(&t, NULL, "pipeline: auto\n");
    refused(&o, ERR_USAGE, "exists already");
    temp_clinic_load(&t, NULL, NULL);
    round_trip(&o);
}

Test(init, wrong_wishes_are_refused_and_leave_nothing)
{
    const char *const names[] = {
        "",    "-a",  "A",
        "a b", "a/b", "..",
        "ñ",   "a_b", "a123456789012345678901234567890123456789012345678901234567890123"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        InitOptions o = options(names[i]);
        refused(&o, ERR_USAGE, "cannot be the name of a clinic");
    }
    InitOptions o = options("south");
    o.source = "/nowhere/x.dpm";
    refused(&o, ERR_SOURCE, "/nowhere/x.dpm");
    o = options("south");
    o.source = temp_file(t.arena, t.workspace, "in/\xff.dpm", STR("x"));
    refused(&o, ERR_SOURCE, "not UTF-8");
    o = options("south");
    o.profile = "dentalpim";
    refused(&o, ERR_USAGE, "did you mean dentalpin?");
    const Setting wrong[] = {{"secret", "x", 0},   {"a b", "x", 0},      {"1", "x", 0},
                             {"as_of", "soon", 0}, {"x", "${env:Y}", 0}, {"x", "\xff", 0}};
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        o = options("south");
        o.settings = &wrong[i];
        o.n_settings = 1;
        refused(&o, ERR_USAGE, "");
    }
    cr_assert_not(file_exists(arena_text(t.arena, "%s/south", t.workspace)));
}

Test(conninfo, passwords_and_other_options_are_refused_and_not_repeated)
{
    const char *const wrong[] = {"host=h dbname=d password=hunter2",
                                 "postgresql://u:hunter2@h/d",
                                 "postgres://h/d?password=hunter2",
                                 "dbname='x password=hunter2'",
                                 "postgresql://h/d?passfile=hunter2",
                                 "host=h sslmode=hunter2",
                                 "postgresql://u:hunter2@x@h/d",
                                 "hunter2",
                                 "dbname='hunter2",
                                 "postgresql://h%zzhunter2/d",
                                 "postgresql://a,hunter2/d",
                                 "=hunter2",
                                 "postgresql://h/d?p%61ssword=hunter2",
                                 "postgresql://h/d%00hunter2",
                                 "dbname=postgresql://u:hunter2@h/d"};
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        Conninfo info;
        Err err = {0};
        cr_assert_not(conninfo_parse(t.arena, wrong[i], &info, &err), "%s", wrong[i]);
        cr_assert_eq(err.kind, ERR_USAGE);
        cr_assert_null(strstr(err.text, "hunter2"), "%s", err.text);
    }
    InitOptions o = options("south");
    o.target = wrong[0];
    refused(&o, ERR_USAGE, ".pgpass");
    o.target = "host=h";
    refused(&o, ERR_USAGE, "neither a service nor a dbname");
    o.target = "dbname=d port=70000";
    refused(&o, ERR_USAGE, "port");
}

// ---- For forms -------------------------------------------------------------------------------------

static const char *judged(const InitOptions *o, InitPart part)
{
    Err err = {0};
    return clinic_init_check(t.arena, o, part, &err) ? NULL : arena_text(t.arena, "%s", err.text);
}

Test(init, each_part_is_judged_alone_and_nothing_is_made)
{
    InitOptions o = options("sol");
    cr_assert_null(judged(&o, INIT_NAME));
    cr_assert_null(judged(&o, INIT_SOURCE));
    cr_assert_null(judged(&o, INIT_TARGET));
    cr_assert_null(judged(&o, INIT_PROFILE));
    o.name = "Sol";
    o.source = "/there/is/no/such/file";
    o.profile = "dentalpon";
    o.target = "dbname=x password=secreto";
    cr_assert(strstr(judged(&o, INIT_NAME), "cannot be the name"));
    cr_assert(judged(&o, INIT_SOURCE));
    cr_assert(strstr(judged(&o, INIT_PROFILE), "no profile"));
    cr_assert_not(strstr(judged(&o, INIT_TARGET), "secreto"));
    cr_assert_not(file_exists(arena_text(t.arena, "%s/sol", t.workspace)));
}

Test(init, the_command_that_does_the_same_can_be_typed)
{
    InitOptions o = options("sol");
    cr_assert_str_eq(clinic_init_command(t.arena, &o),
                     arena_text(t.arena, "mudanza init sol --profile dentalpin -C %s", t.workspace));
    setenv("MUDANZA_CLINICS_DIR", t.workspace, 1); // a command finds it, as it does from inside the workspace
    cr_assert_str_eq(clinic_init_command(t.arena, &o), "mudanza init sol --profile dentalpin");
    const Setting settings[] = {{.name = "clinic_id", .value = "a'b"}};
    o.name = "";
    o.source = "/srv/the export.dpm";
    o.target = "service=x";
    o.settings = settings;
    o.n_settings = 1;
    cr_assert_str_eq(clinic_init_command(t.arena, &o),
                     "mudanza init CLINIC --source '/srv/the export.dpm' --profile dentalpin --target 'service=x' "
                     "--set 'clinic_id=a'\\''b'");
}
