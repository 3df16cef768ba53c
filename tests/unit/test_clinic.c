#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
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

TestSuite(clinic, .init = setup, .fini = teardown);
TestSuite(commands_file, .init = setup, .fini = teardown);
TestSuite(workspace, .init = setup, .fini = teardown);

static Clinic *loaded(const char *config, const char *commands)
{
    Clinic *c = temp_clinic_load(&t, config, commands);
    cr_assert_not_null(c, "%s", temp_clinic_told(&t));
    return c;
}

static const char *in_folder(const char *name)
{
    return arena_text(t.arena, "%s/north/%s", t.workspace, name);
}

Test(clinic, the_table_gives_the_defaults)
{
    Clinic *c = loaded("profile: dentalpin\n", "pipeline: auto\n");
    cr_assert_str_eq(c->env, "DEV");
    cr_assert_eq(c->target_type, TARGET_SQLITE);
    cr_assert_str_eq(c->target_path, in_folder("state/target.db"));
    cr_assert_null(c->source_path);
    cr_assert_eq(c->max_rejects, 100);
    cr_assert_float_eq(c->max_reject_ratio, 0.01, 1e-9);
    cr_assert_eq(c->max_duration_s, 0);
    cr_assert_eq(c->stall_after_s, 300);
    cr_assert_str_eq(c->on_reject, "isolate");
    cr_assert_str_eq(c->on_fail, "skip-dependents");
    cr_assert_str_eq(c->unreviewed, "block");
    cr_assert_eq(c->retention_cache_s, 30 * 86400);
    cr_assert_eq(c->retention_runs, 20);
    cr_assert(c->pipeline_auto);
    cr_assert_eq(c->n_settings, 0u);
}

Test(clinic, values_are_read)
{
    Clinic *c = loaded(
        "profile: dentalpin\n"
        "source: {path: sources/a.dpm, system: gesden, passphrase: \"${file:keys/p}\"}\n"
        "target: {env: PROD, type: postgres, service: s, host: /run/pg, port: 5433, dbname: it's, user: u}\n"
        "settings: {clinic_id: 08f, months: 24, nothing: ~}\n"
        "limits: {max_rejects: 5, max_reject_ratio: 2.5%, max_duration: 6h, stall_after: 90s}\n"
        "policy: {on_reject: stop, on_fail: continue, unreviewed: 0.85}\n"
        "retention: {cache: 2h, runs: 3}\n",
        "pipeline: auto\n");
    cr_assert_str_eq(c->source_path, in_folder("sources/a.dpm"));
    cr_assert_str_eq(c->passphrase, arena_text(t.arena, "${file:%s}", in_folder("keys/p")));
    cr_assert_str_eq(c->target_conninfo, "service='s' host='/run/pg' port='5433' dbname='it\\'s' user='u'");
    cr_assert_null(c->target_path);
    cr_assert_str_eq(clinic_setting(c, "clinic_id"), "08f");
    cr_assert_str_eq(clinic_setting(c, "months"), "24");
    cr_assert_null(clinic_setting(c, "nothing"));
    cr_assert_eq(c->settings[1].line, 4);
    cr_assert_float_eq(c->max_reject_ratio, 0.025, 1e-9);
    cr_assert_eq(c->max_duration_s, 21600);
    cr_assert_str_eq(c->unreviewed, "0.85");
    cr_assert_eq(c->retention_cache_s, 7200);
}

Test(clinic, absolute_paths_and_empty_sections_stay)
{
    Clinic *c =
        loaded("profile: dentalpin\nsource: {path: /data/x.dpm, passphrase: \"${file:/k}\"}\nlimits:\n",
               "pipeline: auto\n");
    cr_assert_str_eq(c->source_path, "/data/x.dpm");
    cr_assert_str_eq(c->passphrase, "${file:/k}");
    cr_assert_eq(c->max_rejects, 100);
}

Test(clinic, state_can_be_elsewhere)
{
    setenv("MUDANZA_STATE_DIR", "/var/lib/mudanza", 1);
    Clinic *c = loaded("profile: dentalpin\n", "pipeline: auto\n");
    cr_assert_str_eq(c->state_folder, "/var/lib/mudanza/north");
    cr_assert_str_eq(c->target_path, "/var/lib/mudanza/north/target.db");
    c = clinic_load(t.arena, t.workspace, "north", "/elsewhere", t.problems);
    cr_assert_str_eq(c->state_folder, "/elsewhere");
}

Test(clinic, an_unknown_clinic_names_the_nearest)
{
    loaded("profile: dentalpin\n", "pipeline: auto\n");
    const char *const wrong[] = {"nort", "../ws/north", "", ".", "north/../north"};
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        t.problems = problems_new(t.arena);
        cr_assert_null(clinic_load(t.arena, t.workspace, wrong[i], NULL, t.problems), "%s", wrong[i]);
        cr_assert_eq(t.problems->errors, 1u);
    }
    t.problems = problems_new(t.arena);
    clinic_load(t.arena, t.workspace, "nort", NULL, t.problems);
    cr_assert(strstr(temp_clinic_told(&t), "there is no clinic \"nort\" (did you mean north?)"), "%s",
              temp_clinic_told(&t));
}

// ---- commands.yaml ------------------------------------------------------------------------------

static void refused(const char *commands, const char *expected)
{
    cr_assert_null(temp_clinic_load(&t, "profile: dentalpin\n", commands), "accepted: %s", commands);
    cr_assert(strstr(temp_clinic_told(&t), expected), "%s\nexpected '%s' in:\n%s", commands, expected,
              temp_clinic_told(&t));
    cr_assert_eq(t.problems->errors, 1u, "%s", temp_clinic_told(&t));
}

Test(commands_file, a_file_of_the_older_form_loads_unchanged)
{
    Clinic *c = loaded("profile: dentalpin\n",
                       "commands:\n"
                       "  - name: Generar queries\n"
                       "    category: \"1. Configuración\"\n"
                       "    script: __generate_queries__\n"
                       "  - name: Formatear\n"
                       "    type: global\n"
                       "    script: format_source_files.py\n"
                       "    function: format_source_files\n"
                       "    description: Da formato\n"
                       "    skip_autopilot: true\n"
                       "    skip_status: true\n"
                       "  - {name: Pacientes, script: migrations/insert_patients.py, function: }\n");
    cr_assert_eq(c->n_commands, 3u);
    cr_assert_not(c->pipeline_auto);
    cr_assert_str_eq(c->commands[0].type, "script");
    cr_assert_str_eq(c->commands[0].category, "1. Configuración");
    cr_assert_str_eq(c->commands[1].type, "global");
    cr_assert(c->commands[1].skip_autopilot && c->commands[1].skip_status);
    cr_assert_str_eq(c->commands[2].category, "General");
    cr_assert_null(c->commands[2].function);
    cr_assert_eq(c->commands[2].line, 12);
    cr_assert_null(c->commands[2].after[0]);
}

Test(commands_file, steps_of_ours_are_read)
{
    Clinic *c =
        loaded("profile: dentalpin\n",
               "commands:\n"
               "  - {name: read, type: extract, entity: patient, source: main}\n"
               "  - {name: put, type: insert, entity: patient, after: read, params: {mode: fast, n: 3}}\n"
               "  - {name: end, type: report, after: [put, patient/extract]}\n");
    cr_assert_str_eq(c->commands[1].after[0], "read");
    cr_assert_null(c->commands[1].after[1]);
    cr_assert_str_eq(c->commands[2].after[1], "patient/extract");
    cr_assert_eq(c->commands[1].n_params, 2u);
    cr_assert_str_eq(c->commands[1].params[1].value, "3");
}

Test(commands_file, what_does_not_fit_together_is_refused)
{
    refused("", "commands.yaml:1:1: error: neither pipeline: auto nor a list of commands");
    refused("commands: []\n", "neither pipeline: auto nor a list");
    refused("pipeline: manual\n", "pipeline must be one of: auto");
    refused("pipeline: auto\ncommands:\n  - {name: a, script: x}\n",
            "commands.yaml:2:1: error: pipeline: auto and a list");
    refused("commands:\n  - name: a\n",
            "commands.yaml:2:5: error: the command has neither a type nor a script");
    refused("commands:\n  - {name: a, type: insert}\n", "needs an entity");
    refused("commands:\n  - {name: a, type: sql}\n", "needs a script");
    refused("commands:\n  - {name: a, type: report, script: x}\n",
            "commands.yaml:2:29: error: a command of type report has no script");
    refused("commands:\n  - {name: a, type: report, function: x}\n", "has no function");
    refused("commands:\n  - {name: a, script: /etc/x}\n", "outside the folder");
    refused("commands:\n  - {name: a, script: x}\n  - {name: a, script: y}\n",
            "commands.yaml:3:12: error: another command is called \"a\": the one of line 2");
    refused("commands:\n  - {name: alpha, script: x}\n  - {name: b, script: y, after: alpa}\n",
            "commands.yaml:3:33: error: no command is called \"alpa\" (did you mean alpha?)");
    refused("commands:\n  - {name: a, script: x, after: {b: c}}\n",
            "commands.after must be a list, not a map");
    refused("commands:\n  - {name: a, script: x, skip_autopilot: yes}\n",
            "must be true or false, not \"yes\"");
    refused("commands:\n  - just a text\n", "an entry of commands must be a map, not a text");
    refused("commands: {name: a}\n", "commands must be a list, not a map");
    refused("pipeline: auto\nprofile: x\n", "unknown key \"profile\"");
}

// ---- The workspace --------------------------------------------------------------------------------

Test(workspace, is_given_or_found_upwards)
{
    Err err = {0};
    const char *root = temp_folder(t.arena);
    temp_file(t.arena, root, "project/clinics/one/config.yaml", STR(""));
    temp_file(t.arena, root, "project/deep/down/x", STR(""));
    const char *clinics = arena_text(t.arena, "%s/project/clinics", root);
    cr_assert_eq(chdir(arena_text(t.arena, "%s/project/deep/down", root)), 0);
    cr_assert_str_eq(workspace_find(t.arena, NULL, &err), clinics);
    cr_assert_eq(chdir(arena_text(t.arena, "%s/one", clinics)), 0);
    cr_assert_str_eq(workspace_find(t.arena, NULL, &err), clinics);
    setenv("MUDANZA_CLINICS_DIR", t.workspace, 1);
    cr_assert_str_eq(workspace_find(t.arena, NULL, &err), t.workspace);
    cr_assert_str_eq(workspace_find(t.arena, "..", &err), clinics);
    cr_assert_null(workspace_find(t.arena, "nowhere", &err));
    cr_assert_eq(err.kind, ERR_USAGE);
    unsetenv("MUDANZA_CLINICS_DIR");
    cr_assert_eq(chdir("/"), 0);
    cr_assert_null(workspace_find(t.arena, NULL, &err));
}

Test(workspace, lists_folders_with_one_of_the_files)
{
    temp_file(t.arena, t.workspace, "b/commands.yaml", STR(""));
    temp_file(t.arena, t.workspace, "a/config.yaml", STR(""));
    temp_file(t.arena, t.workspace, ".hidden/config.yaml", STR(""));
    temp_file(t.arena, t.workspace, "config.yaml", STR(""));
    char **names = workspace_clinics(t.arena, t.workspace);
    cr_assert_str_eq(names[0], "a");
    cr_assert_str_eq(names[1], "b");
    cr_assert_null(names[2]);
}

Test(workspace, its_own_profile_files_come_first)
{
    const Clinic c = {.workspace = t.workspace};
    const char *own = temp_file(t.arena, t.workspace, "profiles/dentalpin/patient.yaml", STR(""));
    cr_assert_str_eq(profile_file(t.arena, &c, "dentalpin", "patient.yaml"), own);
    cr_assert(strstr(profile_file(t.arena, &c, "dentalpin", "profile.yaml"), "/product/"));
    cr_assert_null(profile_file(t.arena, NULL, "dentalpin", "patient.yaml"));
    cr_assert_null(profile_file(t.arena, &c, "../profiles/dentalpin", "patient.yaml"));
    cr_assert_null(profile_file(t.arena, &c, "dentalpin", "../dentalpin/patient.yaml"));
    temp_file(t.arena, t.workspace, "profiles/acme/profile.yaml", STR(""));
    const char *const *names = profile_names(t.arena, t.workspace);
    cr_assert_str_eq(names[0], "acme");
    cr_assert_str_eq(names[1], "dentalpin");
    cr_assert_null(names[2]);
}

Test(workspace, product_files_must_hold_a_model)
{
    Err err = {0};
    setenv("MUDANZA_DATA_DIR", t.workspace, 1);
    cr_assert_null(data_folder(t.arena, &err));
    cr_assert_eq(err.kind, ERR_CONFIG);
}

Test(clinic, the_demo_we_ship_has_no_problem)
{
    t.problems = problems_new(t.arena);
    const char *clinics = arena_text(t.arena, "%s/clinics", getenv("TOP_SRCDIR"));
    cr_assert_not_null(clinic_load(t.arena, clinics, "demo", NULL, t.problems), "%s", temp_clinic_told(&t));
    cr_assert_eq(t.problems->n, 0u, "%s", temp_clinic_told(&t));
}

// The text between the first .Bd and .Ed of a manual page.
static const char *example_of(const char *page)
{
    Str text;
    Err err = {0};
    const char *path = arena_text(t.arena, "%s/man/%s", getenv("TOP_SRCDIR"), page);
    cr_assert(file_read(t.arena, path, 1 << 20, &text, &err), "%s", err.text);
    const char *start = strstr(text.at, ".Sh EXAMPLES\n.Bd -literal -offset indent\n");
    cr_assert_not_null(start);
    start = strchr(strstr(start, ".Bd"), '\n') + 1;
    return str_keep(t.arena, (Str){start, (size_t)(strstr(start, ".Ed\n") - start)});
}

Test(clinic, the_examples_of_the_manual_have_no_problem)
{
    cr_assert_not_null(
        temp_clinic_load(&t, example_of("mudanza-config.5"), example_of("mudanza-commands.5")));
    cr_assert_eq(t.problems->n, 0u, "%s", temp_clinic_told(&t));
}

Test(clinic, the_password_of_a_server_is_a_reference)
{
    Clinic *c = loaded("profile: dentalpin\ntarget: {type: postgres, dbname: x, password: \"${file:own/pw}\"}\n",
                       "pipeline: auto\n");
    cr_expect_str_eq(c->target_password, arena_text(t.arena, "${file:%s}", in_folder("own/pw")));
    cr_expect_null(strstr(c->target_conninfo, "pw"));
}
