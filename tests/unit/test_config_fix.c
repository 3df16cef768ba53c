#include <criterion/criterion.h>
#include <string.h>

#include "config/config_check.h"
#include "config/config_fix.h"
#include "config/config_trial.h"

static Arena *a;

static void setup(void)
{
    a = arena_new();
}
static void teardown(void)
{
    arena_free(a);
}
TestSuite(config_fix, .init = setup, .fini = teardown);

static const ConfigFile *file_of(const char *text)
{
    return config_file_of(a, "config.yaml", config_keys, str_of(text), problems_new(a));
}

static const ConfigFix *fix_number(const ConfigFile *f, size_t which)
{
    ConfigTrial t = config_trial(a, f, NULL, 0);
    cr_assert_lt(which, t.problems->n, "no such problem in: %s", f->bytes.at);
    return config_fix_of(a, f, &t.problems->items[which]);
}

// The first problem is mended so; everything else of the file stays.
static void mends(const char *before, const char *after, const char *kind)
{
    const ConfigFile *f = file_of(before);
    const ConfigFix *fix = fix_number(f, 0);
    cr_assert_not_null(fix, "no fix for: %s", before);
    Str got = config_fixed(a, f, &fix, 1, NULL);
    cr_assert(str_is(got, after), "of:\n%s\ncame:\n%.*s\nnot:\n%s", before, STR_ARG(got), after);
    cr_assert_str_eq(fix->kind, kind);
}

static void leaves(const char *text)
{
    cr_assert_null(fix_number(file_of(text), 0), "mended: %s", text);
}

#define TOP "profile: dentalpin\n"

Test(config_fix, a_key_is_renamed_in_its_place)
{
    mends("# remark\nprofle:   dentalpin # which\n", "# remark\nprofile:   dentalpin # which\n", "rename");
    mends(TOP "limits: { max_reject: 3 , jobs: 2 }\n", TOP "limits: { max_rejects: 3 , jobs: 2 }\n", "rename");
    mends(TOP "\"Sorce\":\n  path: 'x'\n", TOP "\"source\":\n  path: 'x'\n", "rename");
    mends(TOP "hooks:\n  - on: gate\n    exce: [/bin/true]\n", TOP "hooks:\n  - on: gate\n    exec: [/bin/true]\n",
          "rename");
    mends(TOP "settings: {n: Ñandú}\nsorce: {path: ñ}\n", TOP "settings: {n: Ñandú}\nsource: {path: ñ}\n", "rename");
}

Test(config_fix, a_rename_that_would_do_harm_is_not_offered)
{
    leaves(TOP "limits: {max_rejects: 1, max_reject: 3}\n"); // it would be there twice
    leaves(TOP "limits: {max_reject: many}\n");              // the value would be wrong
    leaves(TOP "passphrase: ${env:X}\n");                    // belongs elsewhere
    leaves(TOP "target: {type: postgres, dbname: x, pasword: hunter2}\n");
    leaves(TOP "? >-\n  sour\n  c\n: {path: x}\n");
}

Test(config_fix, what_looks_like_another_type_gets_quotes)
{
    mends(TOP "settings:\n  clinic_id: 08001   # postcode\n", TOP "settings:\n  clinic_id: \"08001\"   # postcode\n", "quote");
    mends(TOP "settings: {a: no, b: x}\n", TOP "settings: {a: \"no\", b: x}\n", "quote");
    mends(TOP "settings: {a: 12:30}\n", TOP "settings: {a: \"12:30\"}\n", "quote");
    mends(TOP "settings: {a: 1e3}", TOP "settings: {a: \"1e3\"}", "quote");
    mends("\xEF\xBB\xBFsettings: {a: on}\r\n" TOP, "\xEF\xBB\xBFsettings: {a: \"on\"}\r\n" TOP, "quote");
    mends(TOP "policy: {blocking: [on, 'x']}\n", TOP "policy: {blocking: [\"on\", 'x']}\n", "quote");
}

Test(config_fix, a_word_becomes_the_one_that_was_meant)
{
    mends(TOP "target: {env: prod}\n", TOP "target: {env: PROD}\n", "word");
    mends(TOP "target: {env: 'prod'} # x\n", TOP "target: {env: 'PROD'} # x\n", "word");
    mends(TOP "policy:\r\n  on_fail: \"stpo\"\r\n", TOP "policy:\r\n  on_fail: \"stop\"\r\n", "word");
    mends(TOP "policy: {rehearse_in_prod: Yes}\n", TOP "policy: {rehearse_in_prod: true}\n", "word");
    mends(TOP "policy: {rehearse_in_prod: 'false'}\n", TOP "policy: {rehearse_in_prod: false}\n", "word");
    mends(TOP "limits: {max_rejects: \"5\"}\n", TOP "limits: {max_rejects: 5}\n", "word");
    leaves(TOP "target: {env: production}\n");
    leaves(TOP "policy: {rehearse_in_prod: maybe}\n");
    leaves(TOP "limits: {jobs: \"9\"}\n");
    leaves(TOP "policy: {on_fail: |\n  stpo\n  }\n");
}

Test(config_fix, tabs_become_blanks_and_nothing_else_does)
{
    mends(TOP "limits:\n\tjobs: 2\t# tabs\there\n", TOP "limits:\n  jobs: 2 # tabs\there\n", "tabs");
    mends(TOP "limits:\n    jobs: 2\nsource:\n\tpath: x\n", TOP "limits:\n    jobs: 2\nsource:\n    path: x\n", "tabs");
    mends(TOP "settings: {a: \"x\ty\", b:\tz}\n", TOP "settings: {a: \"x\\ty\", b: z}\n", "tabs");
    mends(TOP "settings:\t{a: it's\tgood}\n", TOP "settings: {a: it's good}\n", "tabs");
    leaves(TOP "settings: {a: 'x\ty'}\n");
}

Test(config_fix, what_is_there_twice_and_the_same_goes)
{
    mends(TOP "source:\n  path: x\n  path: \"x\"\n  system: y\n", TOP "source:\n  path: x\n  system: y\n", "double");
    mends("limits:\n  jobs: 2\n  max_rejects: 1\n" TOP "limits:\n  max_rejects: 1\n  jobs: 2",
          "limits:\n  jobs: 2\n  max_rejects: 1\n" TOP, "double");
    leaves(TOP "source:\n  path: x\n  path: y\n");
    leaves(TOP "source:\n  path: x\n  path: x # remark\n");
    leaves(TOP "source: {path: x, path: x}\n");
}

Test(config_fix, a_line_with_the_default_is_added_where_its_map_ends)
{
    static const ConfigKey keys[] = {
        {"a", KEY_MAP, .since = "1", .about = "a"},
        {"a.b", KEY_TEXT, .since = "1", .about = "b"},
        {"a.c", KEY_TEXT, .fallback = "d", .required = true, .since = "1", .about = "c"},
        {0},
    };
    static const struct {
        const char *before, *after;
    } cases[] = {
        {"a:\n   b: x # remark\n\n# end\n", "a:\n   b: x # remark\n   c: d\n\n# end\n"},
        {"a:\r\n  b: x\r\n", "a:\r\n  b: x\r\n  c: d\r\n"},
        {"a:\n  b: x", "a:\n  b: x\n  c: d"},
        {"a: {b: x}\n", NULL},
        {"a: {}\n", NULL},
        {"a:\n  b: |\n    x\n", NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const ConfigFile *f = config_file_of(a, "x.yaml", keys, str_of(cases[i].before), problems_new(a));
        const ConfigFix *fix = fix_number(f, 0);
        cr_assert_eq(fix != NULL, cases[i].after != NULL, "%s", cases[i].before);
        if (fix)
            cr_assert(str_is(config_fixed(a, f, &fix, 1, NULL), cases[i].after), "%s", cases[i].before);
    }
}

Test(config_fix, fixes_that_overlap_are_not_applied_together)
{
    const ConfigFile *f = file_of(TOP "settings: {a: no, b: on}\ntarget: {env: dev}\n");
    const ConfigFix *some[] = {fix_number(f, 2), fix_number(f, 0), fix_number(f, 1), fix_number(f, 0)};
    size_t left_out;
    Str got = config_fixed(a, f, some, ARRAY_LEN(some), &left_out);
    cr_assert_eq(left_out, 1u);
    cr_assert(str_is(got, TOP "settings: {a: \"no\", b: \"on\"}\ntarget: {env: DEV}\n"), "%.*s", STR_ARG(got));
}

Test(config_fix, hostile_files_have_no_fix_and_do_no_harm)
{
    leaves(TOP "sorce: {path: x}\n# \xE2\x80\xA8\n"); // editors and YAML count other lines
    leaves(TOP "sorce: {path: \x01}\n");
    leaves(TOP "sorce: {path: \xE9t\xE9}\n");
    leaves(TOP "sorce: &x {path: y}\nlimits: *x\n");
    leaves(TOP "sorce: [\n");
    const ConfigFile *f = config_file_of(a, "c", config_keys, (Str){TOP "sorce: \0 {path: x}\n", sizeof TOP + 18},
                                         problems_new(a));
    cr_assert_null(fix_number(f, 0));
    size_t most = 1000 * 1000;
    char *line = arena_take(a, most + 1);
    memset(line, 'x', most);
    memcpy(line, TOP "settings: {a: no, b: ", strlen(TOP) + 21);
    memcpy(line + most - 1, "}", 2);
    leaves(line);
}

// Every cut of a file, so that each kind of broken text comes by; whatever is offered must hold its promise.
Test(config_fix, a_cut_file_never_gets_worse)
{
    static const char whole[] = "profle: dentalpin\nsettings:\n\ta: no # x\n  b: 'on'\n  b: 'on'\ntarget: {env: prod,\n"
                                "  type: \"Sqlite\"}\nhooks:\n  - on: gate\n    exce: [a, 08]\nlimits: {jobs: '2'}\n";
    for (size_t cut = 1; cut <= strlen(whole); cut++) {
        const ConfigFile *f = config_file_of(a, "c", config_keys, (Str){str_keep(a, (Str){whole, cut}), cut}, problems_new(a));
        ConfigTrial t = config_trial(a, f, NULL, 0);
        for (size_t i = 0; i < t.problems->n; i++) {
            const ConfigFix *fix = config_fix_of(a, f, &t.problems->items[i]);
            if (fix && t.problems->items[i].mend != MEND_TABS)
                cr_assert_leq(config_trial(a, f, &fix, 1).problems->n, t.problems->n, "cut at %zu", cut);
        }
    }
}
