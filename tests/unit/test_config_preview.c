#include <criterion/criterion.h>
#include <string.h>

#include "config/config_preview.h"
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
TestSuite(config_preview, .init = setup, .fini = teardown);

static const char *preview(const char *text, int around)
{
    const ConfigFile *f = config_file_of(a, "c.yaml", config_keys, str_of(text), problems_new(a));
    ConfigTrial t = config_trial(a, f, NULL, 0);
    const ConfigFix *fixes[16];
    size_t n = 0, n_lines;
    for (size_t i = 0; i < t.problems->n && n < ARRAY_LEN(fixes); i++) {
        fixes[n] = config_fix_of(a, f, &t.problems->items[i]);
        n += fixes[n] != NULL;
    }
    PreviewLine *lines = config_preview(a, f, fixes, n, around, &n_lines);
    AUTO(buf_free) Buf out = {0};
    config_preview_text(f, lines, n_lines, &out);
    return str_keep(a, buf_str(&out));
}

Test(config_preview, one_line_with_what_is_around)
{
    cr_assert_str_eq(preview("profile: x\nlimits:\n  jobs: 1\n  stall_kil: 5m\nsource:\n  path: w\n", 1),
                     "--- c.yaml\n+++ c.yaml\n@@ -3,3 +3,3 @@\n   jobs: 1\n-  stall_kil: 5m\n+  stall_kill: 5m\n"
                     " source:\n");
}

Test(config_preview, far_changes_stand_apart_and_near_ones_together)
{
    const char *text = "profile: x\nsettings:\n  a: no\n  b: x\n  c: on\n  d: x\n  e: x\n  f: x\n  g: off\n";
    cr_assert_str_eq(preview(text, 1), "--- c.yaml\n+++ c.yaml\n"
                                       "@@ -2,5 +2,5 @@\n settings:\n-  a: no\n+  a: \"no\"\n   b: x\n-  c: on\n"
                                       "+  c: \"on\"\n   d: x\n"
                                       "@@ -8,2 +8,2 @@\n   f: x\n-  g: off\n+  g: \"off\"\n");
}

Test(config_preview, lines_that_go_or_come)
{
    cr_assert_str_eq(preview("profile: x\nsource:\n  path: w\n  path: w\n  system: z\n", 1),
                     "--- c.yaml\n+++ c.yaml\n@@ -3,3 +3,2 @@\n   path: w\n-  path: w\n   system: z\n");
    cr_assert_str_eq(preview("profile: x\n", 3), "");
}

Test(config_preview, a_tab_that_goes_can_be_seen)
{
    cr_assert_str_eq(preview("profile: x\nlimits:\n\tjobs: 2\n", 1),
                     "--- c.yaml\n+++ c.yaml\n@@ -2,2 +2,2 @@\n limits:\n-<TAB>jobs: 2\n+  jobs: 2\n");
}

Test(config_preview, the_columns_that_differ_are_told)
{
    const ConfigFile *f = config_file_of(a, "c.yaml", config_keys, STR("profile: x\ntarget: {env: dev}\n"), problems_new(a));
    ConfigTrial t = config_trial(a, f, NULL, 0);
    const ConfigFix *fix = config_fix_of(a, f, &t.problems->items[0]);
    size_t n;
    PreviewLine *lines = config_preview(a, f, &fix, 1, 0, &n);
    cr_assert_eq(n, 3u);
    cr_assert_eq(lines[1].sign, '-');
    cr_assert_eq(lines[1].before, 2);
    cr_assert_eq(lines[1].from, 15);
    cr_assert_eq(lines[1].to, 18);
}

Test(config_preview, a_secret_in_quotes_is_seen_and_not_read)
{
    const char *shown = preview("profile: x\nsettings:\n  secret: 00000000000000000000000000000000\n  b: no\n", 1);
    cr_assert_not(strstr(shown, "0000"), "%s", shown);
    cr_assert(strstr(shown, "-  secret: (set)\n+  secret: \"(set)\"\n-  b: no\n"), "%s", shown);
}
