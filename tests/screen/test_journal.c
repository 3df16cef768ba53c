#include <criterion/criterion.h>
#include <string.h>

#include "tests/screen/screen_bench.h"
#include "ui/journal_model.h"

#define LONG_WORD "0123456789012345678901234567890123456789012345678901234567890123456789"

static const JournalEntry typical_entries[] = {
    {"2025-11-20T14:12:00.000Z", "2025-11-20 14:12", "amartin", "ignored issues", "count 7",
     "mudanza warnings ignore north ISSUE --reason TEXT", 0, NULL, "state:ignored"},
    {"2025-11-20T14:02:00.000Z", "2025-11-20 14:02", "carmen@soporte2", "looked at the values of a record",
     "entity patient  id 0d1f  note the clinic called", "mudanza inspect north ENTITY:ID --unmask", 0,
     "patient:0d1f", NULL},
    {"2025-11-20T12:32:51.000Z", "2025-11-20 12:32", "amartin@srv1", "run 43: autopilot",
     "partial, exit code 3, finished; 66 rows were rejected, see the report", "mudanza autopilot north", 43,
     NULL, NULL},
    {"2025-11-18T09:00:00.000Z", "2025-11-18 09:00", "amartin", "threw away what was kept",
     "what cache  items 3  bytes 12392216", "mudanza purge north cache", 0, NULL, NULL},
};

static void *typical(Arena *a, const char *screen, int what)
{
    (void)what;
    if (strcmp(screen, "journal") != 0)
        return NULL;
    Journal *j = arena_one(a, Journal);
    j->entries = arena_copy(a, typical_entries, sizeof typical_entries);
    j->n = ARRAY_LEN(typical_entries);
    j->more = true;
    return j;
}

static void *none(Arena *a, const char *screen, int what)
{
    (void)what;
    return strcmp(screen, "journal") == 0 ? arena_one(a, Journal) : NULL;
}

static void *hostile(Arena *a, const char *screen, int what)
{
    Journal *j = typical(a, screen, what);
    if (!j)
        return NULL;
    j->entries[0].who = "\xe4\xbd\x9c\xe8\x80\x85\x1b[2J\n" LONG_WORD;
    j->entries[0].more = "note \xe2\x80\xae" LONG_WORD LONG_WORD "\xff";
    j->entries[0].twin = LONG_WORD LONG_WORD;
    return j;
}

static Screen *open_journal(App *app)
{
    (void)app;
    return journal_screen();
}

Test(journal, in_every_state)
{
    screen_golden("journal", &(ScreenCase){.open = open_journal, .model = typical, .keys = "Down"});
    screen_golden("journal.filtered",
                  &(ScreenCase){.open = open_journal, .model = typical, .keys = "/ 'amartin !cache' Enter"});
    screen_golden("journal.reading", &(ScreenCase){.open = open_journal});
    screen_golden("journal.none", &(ScreenCase){.open = open_journal, .model = none});
    screen_golden("journal.hostile", &(ScreenCase){.open = open_journal, .model = hostile});
}

Test(journal, every_key_does_something)
{
    static const struct {
        const char *before, *key;
    } keys[] = {{"", "Down"},    {"Down", "Up"}, {"", "End"},
                {"End", "Home"}, {"", "/"},      {"/ 'cache' Enter", "Esc"},
                {"", "y"},       {"", "Enter"},  {"Down Down", "Enter"},
                {"End", "Enter"}};
    AUTO(arena_free_at) Arena *a = arena_new();
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        App *app =
            screen_app(&(ScreenCase){.open = open_journal, .model = typical, .keys = keys[i].before}, true);
        const char *before = screen_text(app, a, 30, 100);
        const Screen *top = app_top(app);
        screen_press(app, keys[i].key);
        cr_expect(top != app_top(app) || strcmp(before, screen_text(app, a, 30, 100)) != 0, "%s after \"%s\"",
                  keys[i].key, keys[i].before);
    }
    App *app = screen_app(&(ScreenCase){.open = open_journal, .model = typical, .keys = "Enter"}, true);
    cr_expect_str_eq(app_top(app)->type->name, "warnings");
    app = screen_app(&(ScreenCase){.open = open_journal, .model = typical, .keys = "Down Down Enter"}, true);
    cr_expect_str_eq(app_top(app)->type->name, "report");
}

Test(journal, a_line_of_the_audit_log_is_told_in_words)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    const Clinic clinic = {.name = "north", .typed = "north -C /srv"};
    JournalEntry e;
    cr_assert(journal_line(
        a, &clinic, "srv1",
        STR("{\"v\":1,\"t\":\"2025-11-20T14:02:00.000Z\",\"by\":\"carmen\",\"host\":\"soporte2\",\"clinic\":"
            "\"north\",\"action\":\"inspect.unmask\",\"entity\":\"patient\",\"id\":\"0d1f\",\"field\":null,"
            "\"note\":\"asked \\\"why\\\"\"}"),
        &e));
    cr_expect_str_eq(e.who, "carmen@soporte2");
    cr_expect_str_eq(e.more, "entity patient  id 0d1f  note asked \"why\"");
    cr_expect_str_eq(e.record, "patient:0d1f");
    cr_expect_str_eq(e.twin, "mudanza inspect north -C /srv ENTITY:ID --unmask");
    cr_assert(journal_line(
        a, &clinic, "srv1",
        STR("{\"t\":\"2025-11-20T14:02:00.000Z\",\"action\":\"something.new\",\"count\":3}"), &e));
    cr_expect_str_eq(e.what, "something.new");
    cr_expect_null(e.twin);
    cr_expect_not(journal_line(a, &clinic, "srv1", STR("{\"t\":\"2025-11-20T14:02:00.000Z\",\"act"), &e));
    cr_expect_not(journal_line(a, &clinic, "srv1", STR("[]"), &e));
}
