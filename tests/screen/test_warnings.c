#include <criterion/criterion.h>
#include <string.h>

#include "tests/screen/screen_bench.h"
#include "ui/list.h"
#include "ui/warnings_data.h"

#define NODE(d, l, sev, cod, ent, o, f, since)                                                               \
    {                                                                                                        \
        .node = {                                                                                            \
            .depth = (d),                                                                                    \
            .leaf = (l),                                                                                     \
            .severity = (sev),                                                                               \
            .code = (cod),                                                                                   \
            .entity = (ent),                                                                                 \
            .step = "x/validate",                                                                            \
            .count = (o),                                                                                    \
            .open = (o),                                                                                     \
            .fresh = (f),                                                                                    \
            .first_run = (since)                                                                             \
        }                                                                                                    \
    }

static const WarningsLine lines[] = {
    NODE(0, false, "error", NULL, NULL, 69, 10, 38),
    NODE(1, false, "error", "budget.professional.unmapped", NULL, 10, 7, 42),
    NODE(2, true, "error", "budget.professional.unmapped", "budget", 7, 7, 42),
    NODE(2, true, "error", "budget.professional.unmapped", "budget_line", 3, 0, 40),
    NODE(1, true, "error", "target.unique", "patient", 59, 0, 38),
    NODE(0, false, "warning", NULL, NULL, 128, 18, 38),
    NODE(1, true, "warning", "email.invalid", "patient", 74, 0, 38),
    NODE(1, true, "warning", "patient.name.truncated", "patient", 54, 18, 38),
    NODE(0, false, "information", NULL, NULL, 17, 0, 38),
    NODE(1, true, "information", "patient.sex.unknown", "patient", 17, 0, 38),
};

static WarningsTree *tree_of(Arena *a, const WarningsLine *from, size_t n)
{
    WarningsTree *t = arena_one(a, WarningsTree);
    t->lines = arena_copy(a, from, n * sizeof *from);
    t->n = n;
    t->totals = (IssueTotals){214, 3, 412, 1020, 69, 0, 41, 28, 40, 2};
    for (size_t i = 0; i < n; i++) {
        WarningsLine *line = &t->lines[i];
        t->count += line->node.leaf ? line->node.count : 0;
        if (!line->node.code)
            continue;
        line->meaning = "it refers to a row that was not imported";
        line->remedy = "mend the row it refers to; this one follows by itself";
        line->blocking = strcmp(line->node.code, "budget.professional.unmapped") == 0;
        t->blocking += line->blocking && line->node.leaf ? line->node.open : 0;
    }
    return t;
}

static WarningsGroup *group_of(Arena *a, size_t n, const char *entity, const char *id)
{
    WarningsGroup *g = arena_one(a, WarningsGroup);
    g->causes = arena_many(a, IssueCause, 2);
    g->causes[0] = (IssueCause){entity, "budget/validate", "professional_id", "", 7, 7, NULL, 0};
    g->n = 1;
    g->total = 1;
    g->page = (WarningsPage){.count = (int64_t)n, .items = arena_many(a, IssueItem, n + 1), .n = n};
    for (size_t i = 0; i < n; i++)
        g->page.items[i] = (IssueItem){.fp = arena_text(a, "9c41e0a1b2c3%04zu", i),
                                       .code = "budget.professional.unmapped",
                                       .severity = "error",
                                       .entity = entity,
                                       .step = "budget/validate",
                                       .key = arena_text(a, "key-%zu", i),
                                       .field = "professional_id",
                                       .state = "open",
                                       .source_id = arena_text(a, "%s%zu", id, i),
                                       .origin = 88213 + (int64_t)i,
                                       .present = true,
                                       .first_run = 42,
                                       .last_run = 42,
                                       .revision = 1,
                                       .note = i == 2 ? "asked by phone" : NULL,
                                       .owner = i == 1 ? "amartin" : NULL};
    return g;
}

static void *typical(Arena *a, const char *screen, int what)
{
    if (strcmp(screen, "warnings") != 0)
        return NULL;
    if (what == WARNINGS_TREE)
        return tree_of(a, lines, ARRAY_LEN(lines));
    return what == WARNINGS_GROUP ? group_of(a, 7, "budget", "TtosMed:8821") : NULL;
}

static Screen *open_warnings(App *app)
{
    return warnings_screen(app, NULL, NULL);
}

static void *none(Arena *a, const char *screen, int what)
{
    return strcmp(screen, "warnings") == 0 && what == WARNINGS_TREE ? tree_of(a, lines, 0) : NULL;
}

static void *no_run(Arena *a, const char *screen, int what)
{
    if (strcmp(screen, "warnings") != 0 || what != WARNINGS_TREE)
        return NULL;
    WarningsTree *t = arena_one(a, WarningsTree);
    t->no_run = true;
    return t;
}

#define LONG_WORD "0123456789012345678901234567890123456789012345678901234567890123456789"
static void *hostile(Arena *a, const char *screen, int what)
{
    static const WarningsLine bad[] = {
        NODE(0, false, "fatal", NULL, NULL, 1234567890123, 999999999, 1),
        NODE(1, true, "fatal", "bad\x1b[31m.code\xe2\x80\xae." LONG_WORD, "entity\n\xff\xc3" LONG_WORD,
             1234567890123, 7, 1),
    };
    if (strcmp(screen, "warnings") != 0)
        return NULL;
    if (what == WARNINGS_TREE)
        return tree_of(a, bad, ARRAY_LEN(bad));
    if (what != WARNINGS_GROUP)
        return NULL;
    WarningsGroup *g = group_of(a, 60, "\xe4\xbd\x9c\xe8\x80\x85", "a\x07\xe2\x80\x8f" LONG_WORD);
    g->page.items[0].note = "\x1b]0;forged\x07 e\xcc\x81\xcc\x81\xcc\x81\xcc\x81 " LONG_WORD;
    g->page.items[1].source_id = "";
    g->page.items[1].key = "";
    return g;
}

Test(warnings, in_every_state)
{
    screen_golden("warnings", &(ScreenCase){.open = open_warnings, .model = typical});
    screen_golden("warnings.reading", &(ScreenCase){.open = open_warnings});
    screen_golden("warnings.none", &(ScreenCase){.open = open_warnings, .model = none});
    screen_golden("warnings.no_run", &(ScreenCase){.open = open_warnings, .model = no_run});
    screen_golden("warnings.read_only",
                  &(ScreenCase){.open = open_warnings, .model = typical, .read_only = true});
}

Test(warnings, records_and_marks)
{
    screen_golden(
        "warnings.records",
        &(ScreenCase){.open = open_warnings, .model = typical, .keys = "Right Down Tab Space Down"});
    screen_golden("warnings.marked", &(ScreenCase){.open = open_warnings,
                                                   .model = typical,
                                                   .keys = "v Space Space / 'state:all !x' Enter Space"});
}

Test(warnings, hostile_names_stay_in_their_cells)
{
    screen_golden("warnings.hostile", &(ScreenCase){.open = open_warnings, .model = hostile});
    screen_golden("warnings.hostile_records",
                  &(ScreenCase){.open = open_warnings, .model = hostile, .keys = "Tab End"});
}

// Each key from this state does something that is seen, or opens something.
Test(warnings, every_key_does_something)
{
    static const struct {
        const char *before, *key;
    } keys[] = {{"", "Down"}, {"", "Up"},     {"", "Right"}, {"Right", "Left"}, {"", "End"},  {"End", "Home"},
                {"", "Tab"},  {"Tab", "Esc"}, {"", "Space"}, {"", "*"},         {"", "v"},    {"", "/"},
                {"", "z"},    {"", "P"},      {"", "y"},     {"", "u"},         {"", "Enter"}};
    AUTO(arena_free_at) Arena *a = arena_new();
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        App *app =
            screen_app(&(ScreenCase){.open = open_warnings, .model = typical, .keys = keys[i].before}, true);
        const char *before = screen_text(app, a, 30, 100);
        const Screen *top = app_top(app);
        screen_press(app, keys[i].key);
        cr_expect(top != app_top(app) || strcmp(before, screen_text(app, a, 30, 100)) != 0, "%s after \"%s\"",
                  keys[i].key, keys[i].before);
    }
    App *app = screen_app(&(ScreenCase){.open = open_warnings, .model = typical}, true);
    const char *before = screen_text(app, a, 30, 100);
    screen_press(app, "a b d e f m o w x 9 Ins Up");
    screen_press(app, "Ins Up");
    cr_expect_str_eq(before, screen_text(app, a, 30, 100));
}
