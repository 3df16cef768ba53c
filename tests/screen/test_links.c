#include <criterion/criterion.h>
#include <string.h>

#include "tests/screen/screen_bench.h"
#include "ui/links_state.h"

#define LONG_WORD "0123456789012345678901234567890123456789012345678901234567890123456789"

static Screen *open_screen(App *app)
{
    (void)app;
    return links_screen();
}

static LinkItem item(const char *key, const char *label, const char *code, int64_t used, LinkKind kind, const char *target,
                     double score, LinkState state)
{
    return (LinkItem){.entity = "treatment_catalog_item", .key = key, .label = label, .code = code, .used = used,
                      .kind = kind, .target = {.id = target ? key : NULL, .label = target, .score = {.score = score}},
                      .new_category = target ? NULL : "Otros", .threshold = 0.6, .state = state, .price = "64.00"};
}

static LinksList *list_of(Arena *a)
{
    const LinkItem items[] = {
        item("k1", "Limpieza bucal", "LIMP", 9870, LINK_FUZZY, "Tartrectomia", 0.88, LINK_PENDING),
        item("k2", "Obturacion compuesta 2 caras", "OBT2", 4118, LINK_FUZZY, "Obturacion 2 superficies", 0.93,
             LINK_PENDING),
        item("k3", "Rx panoramica", "RXP", 2204, LINK_FUZZY, "Ortopantomografia", 0.86, LINK_PENDING),
        item("k4", "Varios", NULL, 977, LINK_CREATE, NULL, 0, LINK_PENDING),
        item("k5", "Endodoncia molar", "ENDM", 845, LINK_FUZZY, "Endodoncia multirradicular", 0.91, LINK_RELINKED),
        item("k6", "Implante titanio", "IMPL", 612, LINK_EQUAL, "Implante titanio", 1, LINK_ACCEPTED),
        item("k7", "Ferula descarga", "FER", 303, LINK_FUZZY, "Ferula de descarga", 0.97, LINK_CREATE_NEW),
        item("k8", "Prueba NO USAR", "ZZZ", 0, LINK_CREATE, NULL, 0, LINK_IGNORED),
    };
    LinksList *list = arena_one(a, LinksList);
    list->items = arena_copy(a, items, sizeof items);
    list->n = ARRAY_LEN(items);
    list->items[4].chosen = (LinkTarget){.id = "t9", .label = "Endodoncia de tres conductos"};
    list->items[5].changed = true;
    list->items[6].chosen_category = "Protesis";
    list->items[0].by = "amartin";
    list->items[0].note = "the clinic says so";
    list->tally = (LinkTally){.items = 1204, .used = 90000, .kinds = {640, 310, 254}, .pending_used = 54900,
                              .states = {433, 700, 30, 21, 20}, .changed = 1, .offered = 12};
    return list;
}

static LinksItem *closely(Arena *a)
{
    static const LinkTarget candidates[] = {
        {"t1", "Tartrectomia", "TAR", "Higiene", "60.00", {0.88, 0.9, 0.88, true, false, false, true}},
        {"t2", "Limpieza profunda", "LIM", "Higiene", "55.00", {0.85, 0.89, 0.85, false, false, true, true}},
        {"t3", "Raspado", "RAS", NULL, NULL, {0.61, 0.7, 0.61, false, false, false, false}},
    };
    static const LinkOffer offers[] = {
        {.clinic = "south", .by = "ana", .at = "2026-01-01T00:00:00.000Z", .state = LINK_RELINKED,
         .target = {.id = "t1", .label = "Tartrectomia"}},
    };
    LinksItem *i = arena_one(a, LinksItem);
    *i = (LinksItem){.key = "k1", .n = ARRAY_LEN(candidates), .n_offers = 1};
    i->candidates = arena_copy(a, candidates, sizeof candidates);
    i->offers = arena_copy(a, offers, sizeof offers);
    return i;
}

static void *typical(Arena *a, const char *screen, int what)
{
    if (strcmp(screen, "links") != 0)
        return NULL;
    return what == LINKS_LIST ? (void *)list_of(a) : what == LINKS_ITEM ? (void *)closely(a) : NULL;
}

static void *none(Arena *a, const char *screen, int what)
{
    LinksList *list = arena_one(a, LinksList);
    list->none = true;
    return !strcmp(screen, "links") && what == LINKS_LIST ? list : NULL;
}

static void *hostile(Arena *a, const char *screen, int what)
{
    if (strcmp(screen, "links") != 0 || what > LINKS_ITEM)
        return NULL;
    if (what == LINKS_ITEM) {
        LinksItem *i = closely(a);
        i->candidates[0].label = "\033[2J" LONG_WORD;
        i->candidates[1].price = "99999999999999999999.99";
        i->offers[0].clinic = LONG_WORD "\u202e";
        return i;
    }
    LinksList *list = list_of(a);
    list->items[0].label = "\u202egnp.exe\033[2J " LONG_WORD LONG_WORD;
    list->items[0].used = INT64_MAX;
    list->items[0].target.label = "\u4f5c\u4f5c\u4f5c\u4f5c\u4f5c\u4f5c\u4f5c\u4f5c\u4f5c\u4f5c\u4f5c\u4f5c\u4f5c\u4f5c\u4f5c\u4f5c";
    list->items[1].code = LONG_WORD;
    list->items[2].label = "";
    list->items[3].new_category = LONG_WORD;
    list->tally.items = list->tally.states[0] = INT64_MAX;
    list->more = true;
    return list;
}

static bool categories;
static void *places(Arena *a, const char *screen, int what)
{
    static const LinkTarget targets[] = {{.id = "t1", .label = "Tartrectomia", .code = "TAR"},
                                         {.id = "t2", .label = "Limpieza profunda", .category = "Higiene"}};
    LinksPlaces *p = arena_one(a, LinksPlaces);
    if (strcmp(screen, "links") != 0 || what != LINKS_PLACES)
        return typical(a, screen, what);
    static const char *const names[] = {"Higiene", "Otros"};
    p->categories = categories;
    p->names = arena_copy(a, names, sizeof names);
    p->targets = arena_copy(a, targets, sizeof targets);
    p->n = ARRAY_LEN(targets);
    return p;
}

Test(links, in_every_state)
{
    screen_golden("links", &(ScreenCase){.open = open_screen, .model = typical});
    screen_golden("links.marked", &(ScreenCase){.open = open_screen, .model = typical, .keys = "Space Space"});
    screen_golden("links.reading", &(ScreenCase){.open = open_screen});
    screen_golden("links.none", &(ScreenCase){.open = open_screen, .model = none});
    screen_golden("links.hostile", &(ScreenCase){.open = open_screen, .model = hostile});
    screen_golden("links.read-only", &(ScreenCase){.open = open_screen, .model = typical, .read_only = true, .keys = "a"});
    screen_golden("links.pick", &(ScreenCase){.open = open_screen, .model = places, .keys = "t"});
}

// What was asked of the decisions.
static LinksDecision decided;
static void *deciding(Arena *a, const char *screen, int what)
{
    if (what != LINKS_DECIDE || strcmp(screen, "links") != 0)
        return places(a, screen, what);
    LinksDone *done = arena_one(a, LinksDone);
    done->wish = &decided;
    done->outcome.changed = 2;
    done->outcome.used = 77;
    done->outcome.weakest = list_of(a)->items;
    done->outcome.n_weakest = decided.look ? 4 : 0;
    return done;
}

static const char *after(Arena *a, const char *keys)
{
    App *app = screen_app(&(ScreenCase){.open = open_screen, .model = deciding}, false);
    screen_text(app, a, 30, 100);
    screen_press(app, keys);
    const char *text = arena_text(a, "%s\n%s", app_top(app) ? app_top(app)->type->name : "left",
                                  app_top(app) ? screen_text(app, a, 30, 100) : "");
    app_free(app);
    return text;
}

Test(links, every_key_does_something)
{
    static const struct {
        const char *keys, *shows;
        bool look;
    } table[] = {
        {"a", "2 items decided; u takes it back", false},
        {"i", "2 items decided", false},
        {"p", "2 items decided", false},
        {"o", "2 items decided", false},
        {"1", "2 items decided", false},
        {"9", "no candidate of this number", false},
        {"t", "Link it to", false},
        {"t Down Enter", "2 items decided", false},
        {"Enter", "Link it to", false},
        {"c", "A new item in which category?", false},
        {"c Enter", "2 items decided", false},
        {"; 'why' Enter", "2 items decided", false},
        {"b", "Accept many", false},
        {"b Enter", "2 items are accepted, used 77 times.", true},
        {"b Enter", "0.88  Limpieza bucal -> Tartrectomia", true},
        {"b Enter", "   -  Varios -> new in Otros", true},
        {"=", "What would be proposed", false},
        {"u", "Nothing was decided here yet", false},
        {"/ 'state:no' Enter", "after state: stands", false},
        {"/ 'state:pending x' Enter", "filter: state:pending x", false},
        {"/ 'x' Enter Esc", "sort: most used   1,204", false},
        {"s", "sort: lowest score", false},
        {"Space", "1 marked", false},
        {"*", "8 marked", false},
        {"* *", "most used   1,204", false},
        {"* Esc", "most used   1,204", false},
        {"Down", "> Obturacion", false},
        {"End", "> Prueba", false},
        {"q", "left", false},
        {"B", "board\n", false},
    };
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        AUTO(arena_free_at) Arena *a = arena_new();
        decided = (LinksDecision){.look = table[i].look};
        categories = *table[i].keys == 'c';
        const char *text = after(a, table[i].keys);
        cr_expect(strstr(text, table[i].shows), "%s: no %s in\n%s", table[i].keys, table[i].shows, text);
    }
}

Test(links, other_keys_change_nothing)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    decided = (LinksDecision){.look = false};
    cr_expect_str_eq(after(a, "r d x f D m n 0 . ,"), after(a, ""));
}

// L leads here from everywhere, and it is one of the ways back.
Test(links, is_one_of_the_ways)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    decided = (LinksDecision){.look = false};
    const char *text = after(a, "B L");
    cr_expect(strstr(text, "links\n"), "%s", text);
}
