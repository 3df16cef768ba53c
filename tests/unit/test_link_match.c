#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "map/abbreviations.h"
#include "map/link_match.h"

enum { FIELDS = 6 };

// The rows of a file of vectors, without its first one.
static size_t read_rows(Arena *a, const char *file, char *(**rows)[FIELDS])
{
    const char *source = getenv("TOP_SRCDIR");
    Err err = {0};
    Str text, line, cell;
    cr_assert(file_read(a, arena_text(a, "%s/tests/fixtures/links/%s", source ? source : ".", file), 1 << 20,
                        &text, &err),
              "%s", err.text);
    size_t n = 0;
    *rows = arena_take_array(a, sizeof **rows, text.len);
    cr_assert(str_cut(&text, '\n', &line));
    while (str_cut(&text, '\n', &line) && line.len) {
        for (size_t i = 0; i < FIELDS && str_cut(&line, '\t', &cell); i++)
            (*rows)[n][i] = str_keep(a, cell);
        n++;
    }
    return n;
}

static LinkTarget *read_catalogue(Arena *a, size_t *n)
{
    char *(*rows)[FIELDS];
    *n = read_rows(a, "seed-catalog.tsv", &rows);
    LinkTarget *targets = arena_many(a, LinkTarget, *n);
    for (size_t i = 0; i < *n; i++)
        targets[i] =
            (LinkTarget){.id = rows[i][1], .code = rows[i][1], .category = rows[i][0], .label = rows[i][2]};
    return targets;
}

static const char *category_of(const char *type)
{
    static const struct {
        int type;
        const char *category;
    } known[] = {{8, "ortodoncia"},    {13, "diagnostico"},  {39, "diagnostico"},  {21, "endodoncia"},
                 {22, "restauradora"}, {26, "restauradora"}, {27, "restauradora"}, {33, "restauradora"},
                 {24, "cirugia"},      {29, "cirugia"},      {35, "cirugia"},      {37, "cirugia"},
                 {28, "protesis"},     {32, "preventivo"},   {38, "preventivo"},   {34, "periodoncia"}};
    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        if (*type && atoi(type) == known[i].type)
            return known[i].category;
    return NULL;
}

Test(link_match, every_label_finds_what_it_is_known_to_find)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    char *(*rows)[FIELDS];
    size_t n_targets, n = read_rows(a, "fuzzy-vectors.tsv", &rows);
    LinkTarget *targets = read_catalogue(a, &n_targets);
    LinkMatcher *m = link_matcher_new(a, targets, n_targets);
    cr_assert_eq(n, 36);
    cr_assert_eq(n_targets, 129);
    for (size_t i = 0; i < n; i++) {
        LinkMatch found;
        link_match(m, str_of(rows[i][0]), category_of(rows[i][1]), &found);
        cr_expect_str_eq(link_kind_words[found.kind], rows[i][3], "%s: %s", rows[i][0],
                         link_kind_words[found.kind]);
        if (found.kind != LINK_CREATE)
            cr_expect_str_eq(targets[found.target].code, rows[i][4], "%s: %s", rows[i][0],
                             targets[found.target].code);
    }
}

Test(link_match, scores_are_the_known_ones)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    char *(*rows)[FIELDS];
    size_t n = read_rows(a, "fuzzy-scores.tsv", &rows);
    cr_assert_eq(n, 9);
    for (size_t i = 0; i < n; i++) {
        bool subset;
        LinkScore score = link_score(str_of(rows[i][0]), str_of(rows[i][1]), &subset);
        cr_expect_float_eq(score.score, atof(rows[i][4]), 1e-6, "%s: %f", rows[i][0], score.score);
        cr_expect_eq(subset, atoi(rows[i][5]) != 0, "%s", rows[i][0]);
    }
}

static LinkMatch match(Arena *a, const char *label, const char *category, const LinkTarget *targets, size_t n)
{
    LinkMatch found;
    link_match(link_matcher_new(a, targets, n), str_of(label), category, &found);
    return found;
}

Test(link_match, two_items_of_one_name_are_no_answer)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    const LinkTarget targets[] = {{.id = "1", .label = "Corona metal", .category = "a"},
                                  {.id = "2", .label = "CORONA  METAL.", .category = "a"},
                                  {.id = "3", .label = "corona metal", .category = "b"}};
    LinkMatch found = match(a, "Corona metal", "a", targets, 3);
    cr_expect_eq(found.kind, LINK_CREATE);
    cr_expect_eq(found.n_top, 3);
    found = match(a, "Corona metal", "b", targets, 3);
    cr_expect_eq(found.kind, LINK_EQUAL);
    cr_expect_eq(found.target, 2);
    cr_expect(found.top[0].score.equal && found.top[0].score.category);
}

Test(link_match, a_score_tells_its_parts)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    const LinkTarget targets[] = {{.id = "1", .label = "Obturación composite simple", .category = "a"},
                                  {.id = "2", .label = "Obturación amalgama", .category = "a"},
                                  {.id = "3", .label = "Composite", .category = "b"}};
    LinkMatch found = match(a, "OBT COMP", "a", targets, 3);
    cr_expect_eq(found.kind, LINK_FUZZY); // all its words are in one name alone
    cr_expect_eq(found.n_top, 3);
    cr_expect(found.top[0].score.words && !found.top[0].score.equal);
    cr_expect_float_eq(found.top[0].score.label, 1, 1e-9);
    cr_expect_float_eq(found.top[0].score.name, 2.0 / 3, 1e-9);
    cr_expect_float_eq(found.top[0].score.score, 2.0 / 3, 1e-9);
    cr_expect_eq(found.top[1].target, 1);
    cr_expect_eq(found.top[2].target, 2);
    cr_expect(!found.top[2].score.category);
    found = match(a, "MC TI", NULL, (LinkTarget[]){{.id = "1", .label = "metal ceramica titanio"}}, 1);
    cr_expect_eq(found.kind, LINK_FUZZY);
    cr_expect(found.top[0].score.expanded);
}

Test(link_match, hostile_labels_are_labels)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    const LinkTarget targets[] = {{.id = "1", .label = "Corona"}, {.id = "2", .label = ""}, {.id = "3"}};
    AUTO(buf_free) Buf label = {0};
    for (int i = 0; i < 1024; i++)
        buf_add_text(&label, "cor ");
    LinkMatcher *m = link_matcher_new(a, targets, 3);
    LinkMatch found;
    link_match(m, buf_str(&label), NULL, &found);
    cr_expect_eq(found.kind, LINK_FUZZY);
    link_match(m,
               STR("\xE2\x80\xAE"
                   "Co\0rona\x1b[31m"),
               NULL, &found);
    cr_expect_eq(found.kind, LINK_CREATE);
    link_match(m, STR("\xff\xfe\xc3"), "none", &found);
    cr_expect_eq(found.kind, LINK_CREATE);
    link_match(m, (Str){NULL, 0}, NULL, &found);
    cr_expect_eq(found.kind, LINK_CREATE);
    link_match(link_matcher_new(a, NULL, 0), STR("Corona"), "a", &found);
    cr_expect_eq(found.kind, LINK_CREATE);
}

Test(link_match, many_labels_against_many_names)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    enum { NAMES = 2000, LABELS = 10000 };
    LinkTarget *targets = arena_many(a, LinkTarget, NAMES);
    for (int i = 0; i < NAMES; i++)
        targets[i] = (LinkTarget){.id = arena_text(a, "%d", i),
                                  .label = arena_text(a, "corona %c%c%c sobre implante pieza%d", 'a' + i % 26,
                                                      'a' + i / 26 % 26, 'a' + i / 676 % 26, i),
                                  .category = "a"};
    LinkMatcher *m = link_matcher_new(a, targets, NAMES);
    size_t linked = 0;
    for (int i = 0; i < LABELS; i++) {
        LinkMatch found;
        link_match(m, str_of(arena_text(a, "cor impl sobre pieza%d %d", i, i)), "a", &found);
        linked += found.kind != LINK_CREATE;
    }
    cr_expect_gt(linked, 0);
}

Test(link_match, abbreviations_stand_in_order_each_once)
{
    cr_expect_geq(n_abbreviations, 75);
    for (size_t i = 0; i < n_abbreviations; i++) {
        cr_expect(!i || strcmp(abbreviations[i - 1].word, abbreviations[i].word) < 0, "%s",
                  abbreviations[i].word);
        cr_expect_str_eq(abbreviation_meaning(str_of(abbreviations[i].word)), abbreviations[i].meaning);
    }
    cr_expect_null(abbreviation_meaning(STR("corona")));
    cr_expect_null(abbreviation_meaning(STR("")));
}
