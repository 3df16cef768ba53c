#include <criterion/criterion.h>
#include <string.h>

#include "config/clinic.h"
#include "config/config_values.h"
#include "config/explain.h"
#include "tests/support/temp_clinic.h"

static TempClinic t;

static void setup(void)
{
    t = temp_clinic();
}

static void teardown(void)
{
    arena_free(t.arena);
}

TestSuite(config_check, .init = setup, .fini = teardown);

static void refused(const char *config, const char *expected)
{
    const char *text = arena_text(t.arena, "profile: dentalpin\n%s", config);
    cr_assert_null(temp_clinic_load(&t, text, "pipeline: auto\n"), "accepted: %s", config);
    cr_assert(strstr(temp_clinic_told(&t), expected), "%s\nexpected '%s' in:\n%s", config, expected,
              temp_clinic_told(&t));
    cr_assert_eq(t.problems->errors, 1u, "%s", temp_clinic_told(&t));
}

static void warned(const char *config, const char *expected)
{
    const char *text = arena_text(t.arena, "profile: dentalpin\n%s", config);
    cr_assert_not_null(temp_clinic_load(&t, text, "pipeline: auto\n"), "%s", temp_clinic_told(&t));
    cr_assert_eq(t.problems->n, expected ? 1u : 0u, "%s: %s", config, temp_clinic_told(&t));
    if (expected)
        cr_assert(strstr(temp_clinic_told(&t), expected), "%s", temp_clinic_told(&t));
}

Test(config_check, an_unknown_key_names_the_nearest)
{
    refused("limits: {max_reject: 3}\n",
            "config.yaml:2:10: error: unknown key \"limits.max_reject\" (did you mean max_rejects?)");
    refused("sorce: {path: x}\n", "config.yaml:2:1: error: unknown key \"sorce\" (did you mean source?)");
    refused("passphrase: ${env:X}\n", "(it belongs under source)");
    refused("source: {retention: {}}\n", "(it belongs to the top of the file)");
    refused("source.path: x\n", "unknown key \"source.path\"");
}

Test(config_check, each_type_is_checked_at_its_place)
{
    refused("limits: {max_rejects: many}\n",
            "config.yaml:2:23: error: limits.max_rejects must be a whole number, at least 0");
    refused("limits: {max_rejects: -1}\n", "not \"-1\"");
    refused("limits: {max_rejects: \"5\"}\n", "must be a whole number");
    refused("limits: {max_reject_ratio: 0.01}\n", "must be a share such as 1%");
    refused("limits: {max_reject_ratio: 101%}\n", "must be a share such as 1%");
    refused("limits: {stall_after: 5 minutes}\n", "must be a time such as 90s");
    refused("limits: {stall_after: 5}\n", "must be a time such as 90s");
    refused("limits: {stall_after: 0s}\n", "limits.stall_after is shorter than 1 s");
    refused("limits: {stall_after: 2d}\n", "limits.stall_after is longer than 86400 s");
    refused("limits: {max_rejects: [1]}\n", "not a list");
    refused("limits: 5\n", "config.yaml:2:9: error: limits must be a map, not \"5\"");
    refused("target: {env: PRD}\n", "target.env must be one of: DEV, STAG, PROD, not \"PRD\"");
    refused("target: {env: prod}\n", "not \"prod\"");
    refused("target: {type: oracle}\n", "target.type must be one of: sqlite, postgres");
    refused("target: {type: postgres, dbname: x, port: 70000}\n", "from 1 to 65535");
    refused("policy: {unreviewed: 1.5}\n", "a score such as 0.85");
    refused("policy: {on_fail: no}\n", "policy.on_fail must be one of");
    refused("settings: {as_of: yesterday}\n", "must be a moment such as");
    refused("settings: {x: {y: z}}\n", "settings.x must be a text, not a map");
    refused("settings: {x: [y]}\n", "settings.x must be a text, not a list");
    refused("version: 2\n", "version must be the number 1");
    refused("source: {path: ''}\n", "source.path is empty");
    refused("retention: {runs: 0}\n", "from 1 to 100000");
}

Test(config_check, a_secret_that_looks_like_a_number_is_not_repeated)
{
    warned("settings: {secret: 01234567890123456789012345678901}\n", "settings.secret is a text here");
    cr_assert_not(strstr(temp_clinic_told(&t), "0123456789"));
}

Test(config_check, secrets_in_clear_are_refused_and_not_repeated)
{
    refused("source: {passphrase: hunter2}\n",
            "config.yaml:2:22: error: source.passphrase must not stand here in clear");
    cr_assert_null(strstr(temp_clinic_told(&t), "hunter2"));
    refused("source: {passphrase: \"${cmd:cat x}\"}\n", "no reference this version knows");
    refused("source: {passphrase: \"${env:A B}\"}\n", "no reference this version knows");
    refused("source: {passphrase: \"${file:}\"}\n", "no reference this version knows");
    refused("settings: {token: \"${env:X}\"}\n", "takes no reference");
    refused("target: {type: postgres, dbname: x, password: hunter2}\n",
            "config.yaml:2:47: error: target.password must not stand here in clear");
    cr_assert_null(strstr(temp_clinic_told(&t), "hunter2"));
    refused("target: {type: postgres, dbname: x, password: \"${env:PW}\"}\n", "is a file or a credential");
    refused("target: {password: \"${cred:pw}\"}\n", "target.password goes with type: postgres");
    refused("target: postgresql://u:hunter2@h/db\n", "target must be a map");
    cr_assert_null(strstr(temp_clinic_told(&t), "hunter2"));
    refused("target: {type: postgres, dbname: \"x password=hunter2\"}\n", "target.dbname is no plain name");
    cr_assert_null(strstr(temp_clinic_told(&t), "hunter2"));
    refused("target: {type: postgres, dbname: \"postgresql://u:hunter2@h/db\"}\n",
            "target.dbname is no plain name");
    cr_assert_null(strstr(temp_clinic_told(&t), "hunter2"));
}

Test(config_check, texts_that_look_like_something_else_are_warned_about)
{
    warned("settings: {x: no}\n", "config.yaml:2:15: warning: settings.x is the text \"no\" here");
    warned("settings: {x: 08001}\n", "put it in quotes");
    warned("settings: {x: 1e3}\n", "warning:");
    warned("settings: {x: 12:30}\n", "warning:");
    warned("settings: {on: on}\n", "warning:");
    warned("source: {system: yes}\n", "warning:");
    warned("settings: {x: \"no\", y: '08001', z: 12, w: true, v: north}\n", NULL);
}

Test(config_check, a_short_secret_is_warned_about)
{
    warned("settings: {secret: abc}\n", "settings.secret is short");
    cr_assert_null(strstr(temp_clinic_told(&t), "abc"));
}

Test(config_check, keys_of_a_target_go_with_its_type)
{
    refused("target: {host: h}\n", "config.yaml:2:10: error: target.host goes with type: postgres");
    refused("target: {type: postgres, service: s, path: p}\n", "target.path goes with type: sqlite");
    refused("target: {type: postgres, host: h}\n", "needs a service or a dbname");
}

Test(config_check, the_target_is_neither_the_source_nor_a_file_of_ours)
{
    refused("source: {path: a.dpm}\ntarget: {path: a.dpm}\n",
            "config.yaml:3:16: error: target.path is a file that holds something else: a.dpm");
    refused("source: {path: config.yaml}\ntarget: {path: ./config.yaml}\n", "holds something else");
    refused("target: {path: state/cache.db}\n", "holds something else");
    refused("target: {path: state/control.db}\n", "holds something else");
    warned("target: {path: state/other.db}\n", NULL);
}

Test(config_check, a_profile_must_exist)
{
    cr_assert_null(temp_clinic_load(&t, "profile: dentalpim\n", "pipeline: auto\n"));
    cr_assert(strstr(temp_clinic_told(&t),
                     "config.yaml:1:10: error: there is no profile \"dentalpim\" (did you mean dentalpin?)"),
              "%s", temp_clinic_told(&t));
    cr_assert_null(temp_clinic_load(&t, "version: 1\n", "pipeline: auto\n"));
    cr_assert(strstr(temp_clinic_told(&t), "config.yaml:1:1: error: the key profile is missing"), "%s",
              temp_clinic_told(&t));
    cr_assert_null(temp_clinic_load(&t, "profile:\n", "pipeline: auto\n"));
    cr_assert(strstr(temp_clinic_told(&t), "profile is empty"), "%s", temp_clinic_told(&t));
    cr_assert_null(temp_clinic_load(&t, "profile: ../dentalpin\n", "pipeline: auto\n"));
}

Test(config_check, all_problems_of_both_files_are_told_at_once)
{
    cr_assert_null(
        temp_clinic_load(&t, "profil: dentalpin\nlimits: {max_rejects: x}\nsettings: {a: no}\n",
                         "commands:\n  - nam: x\n    script: ../up.py\n  - name: z\n    type: inser\n"));
    const char *const expected[] = {
        "config.yaml:1:1: error: unknown key \"profil\"",
        "config.yaml:1:1: error: the key profile is missing",
        "config.yaml:2:23: error:",
        "config.yaml:3:15: warning:",
        "commands.yaml:2:5: error: unknown key \"commands.nam\"",
        "commands.yaml:2:5: error: the key commands.name is missing",
        "commands.yaml:3:13: error: the script ../up.py",
        "commands.yaml:5:11: error: commands.type must be",
    };
    for (size_t i = 0; i < ARRAY_LEN(expected); i++)
        cr_assert(strstr(temp_clinic_told(&t), expected[i]), "%s\nin:\n%s", expected[i],
                  temp_clinic_told(&t));
    cr_assert_eq(t.problems->n, ARRAY_LEN(expected), "%s", temp_clinic_told(&t));
}

Test(config_check, what_the_reader_refuses_does_not_hide_the_rest)
{
    cr_assert_null(
        temp_clinic_load(&t,
                         "profile: dentalpin\nlimits: &a {max_rejects: x}\nlimits: {max_rejects: y}\n"
                         "policy: *a\nversion:\t2\n<<: *a\n",
                         "pipeline: auto\n"));
    const char *const expected[] = {"config.yaml:2:9: error: an anchor",
                                    "config.yaml:2:26: error: limits.max_rejects",
                                    "config.yaml:3:1: error: the key \"limits\"",
                                    "config.yaml:3:23: error: limits.max_rejects",
                                    "config.yaml:4:9: error: an alias",
                                    "config.yaml:5:9: error: a tab",
                                    "config.yaml:5:10: error: version must be",
                                    "config.yaml:6:1: error: a merge key",
                                    "config.yaml:6:5: error: an alias"};
    for (size_t i = 0; i < ARRAY_LEN(expected); i++)
        cr_assert(strstr(temp_clinic_told(&t), expected[i]), "%s\nin:\n%s", expected[i],
                  temp_clinic_told(&t));
    cr_assert_eq(t.problems->n, ARRAY_LEN(expected), "%s", temp_clinic_told(&t));
}

Test(config_check, a_syntax_error_in_one_file_does_not_hide_the_other)
{
    cr_assert_null(temp_clinic_load(&t, "profile: [\n", "pipelin: auto\n"));
    cr_assert(strstr(temp_clinic_told(&t), "config.yaml:2:1: error: not valid YAML"), "%s",
              temp_clinic_told(&t));
    cr_assert(strstr(temp_clinic_told(&t), "did you mean pipeline?"), "%s", temp_clinic_told(&t));
    cr_assert_null(temp_clinic_load(&t, "- a\n- b\n", NULL));
    cr_assert(strstr(temp_clinic_told(&t), "config.yaml:1:1: error: the file must be a map"), "%s",
              temp_clinic_told(&t));
    cr_assert(strstr(temp_clinic_told(&t), "commands.yaml: error: there is no such file"), "%s",
              temp_clinic_told(&t));
}

// ---- Values -------------------------------------------------------------------------------------

Test(config_values, durations)
{
    int64_t s = -1;
    cr_assert(duration_parse(STR("90s"), &s) && s == 90);
    cr_assert(duration_parse(STR("1h30m"), &s) && s == 5400);
    cr_assert(duration_parse(STR("30d"), &s) && s == 2592000);
    cr_assert(duration_parse(STR("0"), &s) && s == 0);
    const char *const wrong[] = {"",     "5",   "m",    "5 m",         "5M", "1m1h",
                                 "1h1h", "-5m", "1.5h", "9999999999s", "5ms"};
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
        cr_assert_not(duration_parse(str_of(wrong[i]), &s), "%s", wrong[i]);
}

Test(config_values, shares_and_scores)
{
    double d = -1;
    cr_assert(percent_parse(STR("1%"), &d) && d > 0.00999 && d < 0.01001);
    cr_assert(percent_parse(STR("0.5 %"), &d) && d > 0.00499 && d < 0.00501);
    cr_assert(percent_parse(STR("100%"), &d) && d == 1);
    cr_assert(score_parse(STR("0.85"), &d) && d > 0.8499 && d < 0.8501);
    const char *const wrong[] = {"%", "1", "-1%", "1e1%", "100.1%", "1,5%", ".5%", "1.%", "nan%"};
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
        cr_assert_not(percent_parse(str_of(wrong[i]), &d), "%s", wrong[i]);
}

Test(config_values, references)
{
    Str name;
    cr_assert(reference_parse(STR("${env:A_1}"), &name) == REFERENCE_ENV && str_is(name, "A_1"));
    cr_assert(reference_parse(STR("${file:a b/}c}"), &name) == REFERENCE_FILE && str_is(name, "a b/}c"));
    cr_assert(reference_parse(STR("${cred:db.pass-1}"), &name) == REFERENCE_CRED);
    const char *const wrong[] = {"",      "x",        "${env:}",     "${env:1A}", "${env:A",
                                 "env:A", "${ENV:A}", "${cred:a/b}", "a${env:A}"};
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
        cr_assert_eq(reference_parse(str_of(wrong[i]), &name), REFERENCE_NONE, "%s", wrong[i]);
}

// ---- The table ----------------------------------------------------------------------------------

Test(explain, says_what_a_key_takes)
{
    AUTO(buf_free) Buf out = {0};
    cr_assert(config_explain("limits.max_rejects", &out));
    cr_assert(strstr(buf_text(&out), "a whole number, at least 0"));
    cr_assert(strstr(buf_text(&out), "100"));
    buf_clear(&out);
    cr_assert(config_explain("limits", &out));
    cr_assert(strstr(buf_text(&out), "limits.stall_after"));
    buf_clear(&out);
    cr_assert(config_explain("settings.anything", &out));
    cr_assert(strstr(buf_text(&out), "settings.*"));
    buf_clear(&out);
    cr_assert(config_explain("commands.after", &out));
    cr_assert(strstr(buf_text(&out), "commands.yaml"));
}

Test(explain, names_the_nearest_key)
{
    AUTO(buf_free) Buf out = {0};
    cr_assert_not(config_explain("limits.max_reject", &out));
    cr_assert(strstr(buf_text(&out), "did you mean limits.max_rejects?"));
    buf_clear(&out);
    cr_assert_not(config_explain("passphrase", &out));
    cr_assert(strstr(buf_text(&out), "did you mean source.passphrase?"));
    buf_clear(&out);
    cr_assert_not(config_explain("stall_afte", &out));
    cr_assert(strstr(buf_text(&out), "did you mean limits.stall_after?"));
}
