// Help and palette: all keys of a screen, found by typing. From the same table that does the work.
//
// Help tells of the key under the cursor what it does and how to do it on the command line; in the palette Enter
// does it.
#include <string.h>

#include "base/intl.h"
#include "base/text.h"
#include "ui/field.h"
#include "ui/glyphs.h"
#include "ui/list.h"
#include "ui/screens.h"

typedef struct {
    Screen base;
    const ScreenType *of;
    Field search;
    ListState list;
} Help;

enum { SHOWN_MAX = 128, KEYS_WIDTH = 12, BOX_COLS = 76, FOOT_ROWS = 6, HEAD_ROWS = 2 };

static bool is_own(const ScreenType *type, const Binding *b)
{
    Str rest = str_of(b->keys), name;
    str_cut(&rest, ' ', &name);
    return keys_find(type->bindings, key_named(name), NULL) != ACT_NONE;
}

// Those that the search finds: of the screen, then of every screen what that one has not changed.
static size_t found(const Help *h, const Binding **out)
{
    const Binding *tables[] = {h->of->bindings, keys_everywhere};
    size_t n = 0;
    for (size_t t = 0; t < ARRAY_LEN(tables); t++)
        for (const Binding *b = tables[t]; b && b->keys && n < SHOWN_MAX; b++) {
            const char *texts[] = {b->keys, b->help ? _(b->help) : NULL, b->hint ? _(b->hint) : NULL, b->twin};
            if (b->help && !(t == 1 && is_own(h->of, b)) && filter_matches(h->search.text, texts, ARRAY_LEN(texts)))
                out[n++] = b;
        }
    return n;
}

// The command with the clinic's name in it, as it would be typed.
static const char *twin_of(Arena *a, const App *app, const Binding *b)
{
    const char *at = strstr(b->twin, "CLINIC");
    if (!at || !app_clinic_name(app))
        return b->twin;
    const char *clinic = app_clinic(app) ? app_clinic(app)->typed : app_clinic_name(app);
    return arena_text(a, "%.*s%s%s", (int)(at - b->twin), b->twin, clinic, at + strlen("CLINIC"));
}

// In two lines: in no language do all of them fit into one.
static void paint_statuses(Canvas *box, int y)
{
    int x = 0;
    for (int i = 0; i < STEP_STATUSES; i++) {
        x = i == STEP_STATUSES / 2 ? 0 : x;
        x += paint_status(box, y + (i >= STEP_STATUSES / 2), x, -1, (StepStatus)i) + 3;
    }
}

static void paint(const Screen *s, const App *app, Canvas *body)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    const Help *h = (const Help *)s;
    const Binding *shown[SHOWN_MAX];
    size_t n = found(h, shown);
    Canvas box = canvas_box(body, body->rows - 2, MIN(BOX_COLS, body->cols),
                            arena_text(a, "%s: %s", _(s->type->title), _(h->of->title)));
    int x = canvas_text(&box, 0, 0, -1, ROLE_DIM, _("type to search:")) + 1;
    field_paint(&h->search, &box, 0, x, MIN(24, box.cols - x), true);
    int rows = MAX(box.rows - HEAD_ROWS - FOOT_ROWS, 1), top = MAX((int)h->list.cursor - rows + 1, 0);
    for (int i = 0; i < rows && top + i < (int)n; i++) {
        const Binding *b = shown[top + i];
        canvas_text(&box, HEAD_ROWS + i, 2, KEYS_WIDTH, ROLE_KEY, b->keys);
        canvas_text(&box, HEAD_ROWS + i, KEYS_WIDTH + 3, -1, ROLE_TEXT, _(b->help));
        if (top + i == h->list.cursor)
            canvas_text(&box, HEAD_ROWS + i, 0, 1, ROLE_STRONG, ">");
    }
    if (!n)
        canvas_text(&box, HEAD_ROWS, 2, -1, ROLE_DIM, _("No key does that."));
    const Binding *at = n ? shown[MIN((size_t)h->list.cursor, n - 1)] : NULL;
    Canvas foot = canvas_part(&box, box.rows - FOOT_ROWS + 1, 0, FOOT_ROWS - 1, box.cols);
    int y = at ? canvas_wrap(&foot, 0, 0, ROLE_STRONG, _(at->help)) : 0;
    if (at && at->twin)
        canvas_textf(&foot, y, 0, -1, ROLE_TEXT, "= %s", twin_of(a, app, at));
    paint_statuses(&foot, foot.rows - 2);
}

static bool move(Help *h, int action)
{
    const Binding *shown[SHOWN_MAX];
    list_fit(&h->list, (int64_t)found(h, shown), 10);
    return list_move(&h->list, action, 10);
}

// Letters search; only what no text has in it moves.
static bool key(Screen *s, App *app, int key)
{
    Help *h = (Help *)s;
    if (key == K_UP || key == K_DOWN || key == K_PAGE_UP || key == K_PAGE_DOWN)
        return move(h, keys_find(keys_everywhere, key, NULL));
    if (!field_key(&h->search, key, app_pasted(app)))
        return false;
    h->list.cursor = 0;
    return true;
}

static const ScreenType help_type = {.name = "help", .title = N_("Help"), .overlay = true, .paint = paint, .key = key};

Screen *help_overlay(const ScreenType *of)
{
    Help *h = screen_new(Help, &help_type);
    h->of = of;
    return &h->base;
}

static bool act_palette(Screen *s, App *app, int action)
{
    Help *h = (Help *)s;
    const Binding *shown[SHOWN_MAX];
    size_t n = found(h, shown);
    if (action != ACT_OPEN || !n)
        return false;
    const Binding *b = shown[MIN((size_t)h->list.cursor, n - 1)];
    app_pop(app, s);
    app_do(app, b);
    return true;
}

static const Binding palette_bindings[] = {
    {"Enter", ACT_OPEN, N_("do it"), N_("does what the cursor is on"), NULL, false},
    {0},
};
static const ScreenType palette_type = {.name = "palette", .title = N_("What to do"), .bindings = palette_bindings,
                                        .overlay = true, .paint = paint, .act = act_palette, .key = key};

Screen *palette_overlay(const ScreenType *of)
{
    Help *h = screen_new(Help, &palette_type);
    h->of = of;
    return &h->base;
}
