#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "config/yaml.h"
#include "tests/support/temp_folder.h"

static Arena *arena;
static Problems *problems;

static void setup(void)
{
    arena = arena_new();
    problems = problems_new(arena);
}

static void teardown(void)
{
    arena_free(arena);
}

TestSuite(yaml, .init = setup, .fini = teardown);

static YamlNode *parse(const char *text)
{
    return yaml_parse(arena, str_of(text), "f.yaml", problems);
}

// The whole list, as an operator sees it.
static const char *told(void)
{
    AUTO(buf_free) Buf out = {0};
    problems_print(problems, &out);
    return arena_text(arena, "%s", buf_text(&out));
}

static void refused(const char *text, const char *expected)
{
    problems = problems_new(arena);
    YamlNode *root = parse(text);
    cr_assert(root == NULL, "accepted: %s", text);
    cr_assert(strstr(told(), expected), "expected '%s' in:\n%s", expected, told());
}

static const char *canonical(const char *text)
{
    AUTO(buf_free) Buf out = {0};
    YamlNode *root = parse(text);
    cr_assert(root != NULL, "%s", told());
    yaml_canonical(root, &out);
    return arena_text(arena, "%s", buf_text(&out));
}

Test(yaml, every_node_knows_line_and_column)
{
    YamlNode *root = parse("# first\na: 1\nmap:\n  inner: \"x\"\nlist:\n  - one\n  - {k: v}\n");
    cr_assert(root != NULL, "%s", told());
    YamlNode *inner = yaml_get(yaml_get(root, "map"), "inner");
    cr_assert_eq(inner->line, 4);
    cr_assert_eq(inner->col, 10);
    cr_assert_eq(inner->key_line, 4);
    cr_assert_eq(inner->key_col, 3);
    cr_assert_not(inner->plain);
    YamlNode *list = yaml_get(root, "list");
    cr_assert_eq(list->key_line, 5);
    cr_assert_eq(list->first->line, 6);
    cr_assert_eq(list->first->col, 5);
    cr_assert_null(list->first->key);
    cr_assert_eq(yaml_get(list->first->next, "k")->col, 9);
}

Test(yaml, columns_count_characters_not_bytes)
{
    YamlNode *root = parse("clínica: {ñandú: x}\n");
    cr_assert_eq(yaml_get(root, "clínica")->first->col, 18);
}

Test(yaml, an_empty_file_is_an_empty_map)
{
    const char *const texts[] = {"", "\n\n", "# only a comment\n", "\xEF\xBB\xBF"};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        YamlNode *root = parse(texts[i]);
        cr_assert(root && root->kind == YAML_MAP && !root->first);
    }
    cr_assert_eq(problems->n, 0u);
}

Test(yaml, crlf_and_byte_order_mark_do_not_matter)
{
    YamlNode *root = parse("\xEF\xBB\xBF"
                           "a: 1\r\nb: two\r\n");
    cr_assert(root != NULL, "%s", told());
    cr_assert_str_eq(yaml_text(yaml_get(root, "b")), "two");
    cr_assert_eq(yaml_get(root, "a")->key_col, 1);
    cr_assert_str_eq(canonical("a: 1\r\nb: |\r\n  x\r\n"), canonical("a: 1\nb: |\n  x\n"));
}

Test(yaml, only_plain_scalars_are_more_than_text)
{
    YamlNode *root =
        parse("a: 12\nb: \"12\"\nc: true\nd: 'true'\ne: ~\nf: ''\ng: 007\nh: -3\ni: 9223372036854775808\n");
    int64_t n;
    bool flag;
    cr_assert(yaml_int(yaml_get(root, "a"), &n) && n == 12);
    cr_assert_not(yaml_int(yaml_get(root, "b"), &n));
    cr_assert(yaml_bool(yaml_get(root, "c"), &flag) && flag);
    cr_assert_not(yaml_bool(yaml_get(root, "d"), &flag));
    cr_assert(yaml_is_null(yaml_get(root, "e")));
    cr_assert_not(yaml_is_null(yaml_get(root, "f")));
    cr_assert_str_eq(yaml_text(yaml_get(root, "f")), "");
    cr_assert_not(yaml_int(yaml_get(root, "g"), &n));
    cr_assert(yaml_int(yaml_get(root, "h"), &n) && n == -3);
    cr_assert_not(yaml_int(yaml_get(root, "i"), &n));
    cr_assert(yaml_is_null(yaml_get(root, "absent")));
    cr_assert_null(yaml_text(root));
}

Test(yaml, what_other_readers_take_for_something_else_is_doubtful)
{
    const char *const doubtful[] = {"no",   "on",   "Yes", "08001", "1e3",  "1.5e-3", "12:30",
                                    "0x1F", "0o17", "+5",  "1_000", "NULL", "True",   ".inf"};
    const char *const clear[] = {"12",         "-4",     "3.10",    "true", "none", "a:b", "north",
                                 "2026-01-31", "\"no\"", "'08001'", "1e3x", "0",    "0.5", "12h"};
    for (size_t i = 0; i < ARRAY_LEN(doubtful); i++)
        cr_assert(yaml_is_doubtful(yaml_get(parse(arena_text(arena, "k: %s", doubtful[i])), "k")), "%s",
                  doubtful[i]);
    for (size_t i = 0; i < ARRAY_LEN(clear); i++)
        cr_assert_not(yaml_is_doubtful(yaml_get(parse(arena_text(arena, "k: %s", clear[i])), "k")), "%s",
                      clear[i]);
}

Test(yaml, each_thing_outside_the_subset_is_refused_at_its_place)
{
    refused("a: 1\nb: 2\na: 3\n", "f.yaml:3:1: error: the key \"a\" is there twice: first in line 1");
    refused("m: {x: 1, x: 2}\n", "f.yaml:1:11: error: the key \"x\"");
    refused("a: 1\n\tb: 2\n", "f.yaml:2:1: error: a tab");
    refused("a: x\ty\n", "f.yaml:1:5: error: a tab");
    refused("a: &here 1\n", "f.yaml:1:4: error: an anchor (&here)");
    refused("a: 1\nb: *here\n", "f.yaml:2:4: error: an alias (*here)");
    refused("a:\n  <<: {x: 1}\n", "f.yaml:2:3: error: a merge key");
    refused("a: !!int 1\n", "f.yaml:1:4: error: a tag");
    refused("a: !local {b: 1}\n", "f.yaml:1:4: error: a tag");
    refused("a: ! x\n", "f.yaml:1:4: error: a tag");
    refused("%YAML 1.1\n---\na: 1\n", "error: a directive");
    refused("a: 1\n---\nb: 2\n", "f.yaml:2:1: error: a second document");
    refused("? [a, b]\n: 1\n", "f.yaml:1:3: error: a map or list as a key");
    refused("?\n: 1\n", "error: a value without a key");
    refused("a: \"x\\0y\"\n", "f.yaml:1:4: error: a text with the character NUL");
    refused("a: [1, 2\nb: 3\n", "error: not valid YAML");
    refused("a: \"open\n", "error: not valid YAML");
    refused("a: b: c\n", "f.yaml:1:5: error: not valid YAML");
}

Test(yaml, a_tab_in_a_comment_is_harmless)
{
    cr_assert(parse("#\tnote\na: 1 # x\ty\n") != NULL, "%s", told());
}

Test(yaml, mistakes_are_told_together)
{
    cr_assert_null(parse("a: &x 1\nb: !t 2\nc: *x\nc: 3\n"));
    cr_assert_eq(problems->errors, 4u, "%s", told());
}

Test(yaml, canonical_form_forgets_comments_order_and_quotes)
{
    const char *one = canonical("# hello\na: 1\nb: {x: \"y\", z: [1, two]}\nn: ~\n");
    const char *two = canonical("b:\n  z:\n    - '1'\n    - two # note\n\n  x: y\n\nn:\na: '1'\n");
    cr_assert_str_eq(one, two);
}

Test(yaml, canonical_form_keeps_values_and_structure)
{
    const char *const texts[] = {"a: 1\n",      "a: 2\n",     "a: 11\n",   "b: 1\n",         "a: [1]\n",
                                 "a: {1: 1}\n", "a: [[1]]\n", "a: ''\n",   "a: ~\n",         "a: [1, 2]\n",
                                 "a: [2, 1]\n", "a: '1 '\n",  "a: [12]\n", "a: ['1', '']\n", "{}\n"};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        for (size_t j = 0; j < i; j++)
            cr_assert_str_neq(canonical(texts[i]), canonical(texts[j]), "%s %s", texts[i], texts[j]);
}

Test(yaml, a_quoted_text_reads_back)
{
    const char *const texts[] = {"",
                                 "plain",
                                 "a \"b\" \\c",
                                 "line\nline\r\n\ttab",
                                 "  blanks  ",
                                 "# no: comment",
                                 "ñ€😀",
                                 "\xC2\x85\xC2\x9F\xC2\xA0",
                                 "\xE2\x80\xA8\xEF\xBB\xBF\xEF\xBF\xBF",
                                 "\x01\x1F\x7F",
                                 "~",
                                 "'"};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        AUTO(buf_free) Buf out = {0};
        buf_add_text(&out, "k: ");
        yaml_quote(str_of(texts[i]), &out);
        YamlNode *root = yaml_parse(arena, buf_str(&out), "f.yaml", problems);
        cr_assert(root != NULL, "%s\n%s", buf_text(&out), told());
        cr_assert_str_eq(yaml_text(yaml_get(root, "k")), texts[i]);
    }
}

// ---- Hostile files ------------------------------------------------------------------------------

static Str repeated(const char *piece, size_t times, const char *end)
{
    size_t n = strlen(piece);
    char *text = arena_many(arena, char, n *times + strlen(end) + 1);
    for (size_t i = 0; i < times; i++)
        memcpy(text + i * n, piece, n);
    memcpy(text + n * times, end, strlen(end));
    return (Str){text, n * times + strlen(end)};
}

Test(yaml, nesting_has_a_limit, .timeout = 10)
{
    const char *const pieces[] = {"[", "{a: ", "- ", "? "};
    for (size_t i = 0; i < ARRAY_LEN(pieces); i++) {
        problems = problems_new(arena);
        cr_assert_null(yaml_parse(arena, repeated(pieces[i], 100000, "\n"), "f.yaml", problems));
        cr_assert(strstr(told(), "nested deeper than 64 levels"), "%s: %s", pieces[i], told());
        cr_assert_eq(problems->n, 1u);
    }
    problems = problems_new(arena);
    cr_assert(parse(arena_text(arena, "%s%s", repeated("[", 60, "").at, repeated("]", 60, "").at)) != NULL,
              "%s", told());
}

Test(yaml, a_file_has_a_limit, .timeout = 20)
{
    const char *folder = temp_folder(arena);
    const char *path = temp_file(arena, folder, "big.yaml", repeated("a: 12345\n", 50 * 1024 * 1024 / 9, ""));
    cr_assert_null(yaml_read(arena, path, problems));
    cr_assert(strstr(told(), "larger than"), "%s", told());
    cr_assert_null(yaml_read(arena, arena_text(arena, "%s/none.yaml", folder), problems));
    cr_assert(strstr(told(), "none.yaml: error:"), "%s", told());
}

Test(yaml, values_and_problems_have_a_limit, .timeout = 20)
{
    cr_assert_null(yaml_parse(arena, repeated("- a\n", 600000, ""), "f.yaml", problems));
    cr_assert(strstr(told(), "more than 500000 values"), "%s", told());
    problems = problems_new(arena);
    cr_assert_null(yaml_parse(arena, repeated("a: 1\n", 100000, ""), "f.yaml", problems));
    cr_assert_leq(problems->n, 100u);
}

Test(yaml, bytes_that_are_no_text_are_refused_at_their_place)
{
    struct {
        Str text;
        const char *expected;
    } cases[] = {
        {STR("a: 1\nb: \0x\n"), "f.yaml:2:4: error: a NUL byte"},
        {STR("a: ñ\xff\n"), "f.yaml:1:5: error: bytes that are not UTF-8"},
        {STR("a: \xc3"), "f.yaml:1:4: error: bytes that are not UTF-8"},
        {STR("a: \xed\xa0\x80\n"), "f.yaml:1:4: error: bytes that are not UTF-8"},
        {STR("a: \x1b[2J\n"), "f.yaml:1:4: error: a control character"},
        {STR("a: x\ry\n"), "f.yaml:1:5: error: a control character"},
        {STR("\xff\xfe"
             "a\0:\0"),
         "f.yaml:1:1: error: bytes that are not UTF-8"},
        {STR("a: \xc2\x9b\n"), "f.yaml:1:4: error: not valid YAML"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        problems = problems_new(arena);
        cr_assert_null(yaml_parse(arena, cases[i].text, "f.yaml", problems));
        cr_assert(strstr(told(), cases[i].expected), "%zu: %s", i, told());
    }
}

Test(yaml, a_long_line_of_blanks_and_tabs_takes_no_time, .timeout = 5)
{
    Str blanks = repeated(" ", 4 << 20, "");
    Str tabs = repeated("\t", 4 << 20, "\n");
    cr_assert_null(parse(arena_text(arena, "a: 1\n%s%s", blanks.at, tabs.at)));
    cr_assert(strstr(told(), "f.yaml:2:4194305: error: a tab"), "%s", told());
}

Test(yaml, a_billion_laughs_are_not_laughed, .timeout = 5)
{
    AUTO(buf_free) Buf b = {0};
    buf_add_text(&b, "a0: &a0 lol\n");
    for (int i = 1; i < 10; i++) {
        buf_addf(&b, "a%d: &a%d [", i, i);
        for (int j = 0; j < 9; j++)
            buf_addf(&b, "*a%d,", i - 1);
        buf_add_text(&b, "]\n");
    }
    cr_assert_null(yaml_parse(arena, buf_str(&b), "f.yaml", problems));
    cr_assert(strstr(told(), "an anchor (&a0)"));
    cr_assert_leq(problems->n, 100u);
}

// The same bytes every time: what fails here can be repeated.
Test(yaml, any_bytes_are_read_or_told, .timeout = 60)
{
    static const char sample[] =
        "a: 1 # c\nb: {x: \"q\\n\", y: ['z', ~]}\nc:\n  - |\n   text\n  - >-\n   more\n? k\n: v\n";
    static const char bytes[] = "{}[]:,-?#&*!|>'\"%@`\\ \n\r\t~<a1\xC3\xB1\xFF\0";
    uint32_t dice = 12345;
    for (int round = 0; round < 20000; round++) {
        AUTO(arena_free_at) Arena *a = arena_new();
        Problems *list = problems_new(a);
        char *text = arena_copy(a, sample, sizeof sample);
        for (int i = 0; i < 1 + round % 4; i++) {
            dice = dice * 1664525u + 1013904223u;
            text[(dice >> 8) % (sizeof sample - 1)] = bytes[(dice >> 24) % (sizeof bytes - 1)];
        }
        YamlNode *root = yaml_parse(a, (Str){text, sizeof sample - 1}, "f.yaml", list);
        cr_assert_eq(root == NULL, list->errors > 0, "%s", text);
        for (size_t i = 0; i < list->n; i++)
            cr_assert(list->items[i].line >= 1 && list->items[i].col >= 1, "%s\n%s", list->items[i].text,
                      text);
        AUTO(buf_free) Buf out = {0};
        if (root)
            yaml_canonical(root, &out);
    }
}
