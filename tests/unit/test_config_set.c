#include <criterion/criterion.h>
#include <string.h>

#include "config/config_fix.h"
#include "config/config_place.h"

static Arena *a;
static Err err;

static void setup(void)
{
    a = arena_new();
    err = (Err){0};
}
static void teardown(void)
{
    arena_free(a);
}
TestSuite(config_set, .init = setup, .fini = teardown);

static const char text[] = "profile: dentalpin # which\n"      // 1
                           "source:\n"                          // 2
                           "  path: 'a b'\n"                    // 3
                           "  system:\n"                        // 4
                           "  passphrase: \"${env:X}\"\n"       // 5
                           "limits: { jobs: 2, max_rejects: 5 }\n" // 6
                           "settings:\n"                        // 7
                           "  color: red\n"                     // 8
                           "  secret: 0123456789abcdef0123456789abcdef\n" // 9
                           "  long: |\n    x\n    y\n"          // 10-12
                           "policy: {blocking: [a, b]}\n";      // 13

static const ConfigFile *file(void)
{
    return config_file_of(a, "config.yaml", config_keys, str_of(text), problems_new(a));
}

static void sets(int line, int col, const char *value, const char *expected)
{
    const ConfigFile *f = file();
    const ConfigFix *fix = config_set(a, f, line, col, value, &err);
    cr_assert_not_null(fix, "%s: %s", value, err.text);
    Str all = config_fixed(a, f, &fix, 1, NULL);
    cr_assert(strstr(all.at, expected), "no %s in:\n%.*s", expected, STR_ARG(all));
    cr_assert_eq(all.len - fix->edits[0].text.len, sizeof text - 1 - fix->edits[0].len);
}

static void refuses(int line, int col, const char *value, const char *why)
{
    err = (Err){0};
    cr_assert_null(config_set(a, file(), line, col, value, &err), "%d:%d took %s", line, col, value);
    cr_assert(strstr(err.text, why), "%s\nis not: %s", err.text, why);
    cr_assert_eq(err.kind, ERR_CONFIG);
}

Test(config_set, a_value_is_written_as_it_was_quoted)
{
    sets(1, 10, "other", "profile: other # which\n");
    sets(1, 3, "12", "profile: \"12\" # which\n");
    sets(1, 10, "it's: x", "profile: \"it's: x\" # which\n");
    sets(3, 9, "c d", "  path: 'c d'\n");
    sets(3, 9, "l'o", "  path: 'l''o'\n");
    sets(3, 9, "l\nñ", "  path: \"l\\x0Añ\"\n");
    sets(5, 15, "${file:/x}", "  passphrase: \"${file:/x}\"\n");
    sets(8, 10, "no", "  color: \"no\"\n");
    sets(8, 10, NULL, "  color: \n");
    sets(6, 17, "3", "limits: { jobs: 3, max_rejects: 5 }\n");
    sets(13, 21, "on", "policy: {blocking: [\"on\", b]}\n");
}

Test(config_set, an_empty_key_gets_a_value)
{
    sets(4, 3, "gesden", "  system: gesden\n");
    sets(4, 5, "1e3", "  system: \"1e3\"\n");
}

Test(config_set, what_the_key_does_not_take_is_refused)
{
    refuses(6, 17, "9", "limits.jobs must be");
    refuses(6, 17, "x: y", "limits.jobs must be");
    refuses(6, 20, "many", "limits.max_rejects must be");
    refuses(5, 15, "hunter2", "must not stand here in clear");
    cr_assert_not(strstr(err.text, "hunter2"));
    refuses(3, 9, "", "source.path is empty");
    refuses(8, 10, "\xFF", "UTF-8");
    refuses(10, 9, "x", "several lines");
    refuses(6, 3, "x", "several values");
    refuses(99, 1, "x", "there is no value");
}

Test(config_set, a_place_knows_its_key_and_its_origin)
{
    const ConfigFile *f = file();
    ConfigPlace p;
    cr_assert(config_place_at(a, f, 6, 25, &p));
    cr_assert_str_eq(p.path, "limits.max_rejects");
    cr_assert_str_eq(p.key->unit, "rows");
    cr_assert_str_eq(p.value, "5");
    cr_assert_str_eq(config_origin_text(a, f, &p), "config.yaml:6:33");
    cr_assert(config_place_at(a, f, 13, 24, &p));
    cr_assert_str_eq(p.path, "policy.blocking[1]");
    cr_assert_str_eq(p.key->path, "policy.blocking");
    cr_assert(config_place_at(a, f, 11, 1, &p));
    cr_assert_str_eq(p.path, "settings.long");
    cr_assert(config_place_of(a, f, "limits.stall_after", &p));
    cr_assert_eq(p.origin, ORIGIN_DEFAULT);
    cr_assert_str_eq(p.value, "5m");
    cr_assert_not(config_place_of(a, f, "limits.color", &p));
    cr_assert_not(config_place_at(a, f, 99, 1, &p));
}

Test(config_set, a_secret_is_only_set)
{
    const ConfigFile *f = file();
    ConfigPlace p;
    cr_assert(config_place_at(a, f, 9, 11, &p));
    cr_assert(p.secret);
    cr_assert_str_eq(p.value, "set");
    cr_assert(config_place_at(a, f, 5, 3, &p));
    cr_assert_str_eq(p.value, "set");
    cr_assert_str_eq(config_line(a, f, 5, 0), "  passphrase: \"(set)\"");
    cr_assert_str_eq(config_line(a, f, 9, 0), "  secret: (set)");
    size_t n;
    ConfigPlace *all = config_places(a, f, &n);
    for (size_t i = 0; i < n; i++)
        cr_assert(!all[i].value || !strstr(all[i].value, "0123456789"), "%s", all[i].path);
}

static void shows(const char *whole, int line, const char *expected)
{
    const ConfigFile *f = config_file_of(a, "config.yaml", config_keys, str_of(whole), problems_new(a));
    cr_assert_str_eq(config_line(a, f, line, 0), expected);
}

Test(config_set, secrets_are_hidden_wherever_they_stand)
{
    shows("target: postgresql://me:hunter2@db/x\n", 1, "target: (set)");
    shows("target: {host: \"db password=hunter2\"}\n", 1, "target: {host: \"(set)\"}");
    shows("settings: {secret: hunter2, b: c} # x\n", 1, "settings: {secret: (set), b: c} # x");
    shows("settings:\n  smtp_password: >\n    hunter2\n    again\n", 3, "(set)");
    shows("# password: hunter2\r\nprofile: x\r\n", 1, "# password: (set)");
    shows("profile: [\nsettings:\n  secret: hunter2\n", 3, "  secret: (set)");
    shows("profile: [\n  secret: |\n    hunter2\n  b: c\n", 3, "    (set)");
    shows("profile: [\n  secret: |\n    hunter2\n  b: c\n", 4, "  b: c");
    shows("profile: \x01\npassword=hunter2\n", 2, "password=(set)");
    shows("source: {path: /srv/passports/x.dpm}\n", 1, "source: {path: /srv/passports/x.dpm}");
}

Test(config_set, long_lines_are_cut_around_what_matters)
{
    size_t most = 1000 * 1000;
    char *line = arena_take(a, most + 1);
    memset(line, 'x', most);
    line[most] = 0;
    memcpy(line, "profile: ", 9);
    line[500000] = 'Y';
    const ConfigFile *f = config_file_of(a, "config.yaml", config_keys, str_of(line), problems_new(a));
    const char *shown = config_line(a, f, 1, 500000);
    cr_assert_lt(strlen(shown), 420u);
    cr_assert(strchr(shown, 'Y'));
    cr_assert_str_eq(config_line(a, f, 2, 0), "");
}
