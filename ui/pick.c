#include "ui/pick.h"

#include <string.h>

#include "base/intl.h"
#include "base/letters.h"
#include "base/text.h"
#include "ui/field.h"
#include "ui/list.h"

enum { BOX_COLS = 72, AROUND = 4 }; // of the box and its first two lines

typedef struct {
    Screen base;
    const char *title;
    const char **lines;
    size_t n;
    size_t *shown; // lines that pass what is typed, list.count of them
    Field filter;
    ListState list;
    void (*picked)(App *app, void *arg, size_t line);
    void *arg;
    int *page;
} Pick;

// Whether a word of the line begins with the first one typed.
static bool begins(const char *typed, const char *line)
{
    AUTO(buf_free) Buf filter = {0}, text = {0};
    Str wanted = {0}, rest, word;
    letters_fold(&filter, str_of(typed));
    letters_fold(&text, str_of(line));
    rest = buf_str(&filter);
    while (!wanted.len && str_cut(&rest, ' ', &wanted))
        ;
    rest = buf_str(&text);
    while (wanted.len && str_cut(&rest, ' ', &word))
        if (word.len >= wanted.len && memcmp(word.at, wanted.at, wanted.len) == 0)
            return true;
    return !wanted.len;
}

// Lines with a word that begins so come first: "impl" means an implant before it means "simple".
static void narrow(Pick *p)
{
    size_t n = 0;
    for (int late = 0; late < 2; late++)
        for (size_t i = 0; i < p->n; i++)
            if (filter_matches(p->filter.text, &p->lines[i], 1) && begins(p->filter.text, p->lines[i]) != late)
                p->shown[n++] = i;
    list_fit(&p->list, (int64_t)n, *p->page);
}

static bool key(Screen *s, App *app, int key)
{
    Pick *p = (Pick *)s;
    bool moves = key == K_HOME || key == K_END || (key < ' ' && key != K_PASTE && key != K_CTRL('H'));
    if (moves || !field_key(&p->filter, key, app_pasted(app)))
        return false;
    p->list.cursor = 0;
    narrow(p);
    return true;
}

static bool act(Screen *s, App *app, int action)
{
    Pick *p = (Pick *)s;
    if (action != ACT_OPEN)
        return list_move(&p->list, action, *p->page);
    if (!p->list.count)
        return true;
    size_t line = p->shown[p->list.cursor];
    void (*picked)(App *, void *, size_t) = p->picked;
    void *arg = p->arg;
    app_pop(app, s);
    picked(app, arg, line);
    return true;
}

static void paint(const Screen *s, const App *app, Canvas *body)
{
    const Pick *p = (const Pick *)s;
    (void)app;
    Canvas box = canvas_box(body, MIN((int)MIN(p->n, (size_t)1000) + AROUND, body->rows - 1),
                            MIN(BOX_COLS, body->cols), p->title);
    int x = canvas_text(&box, 0, 0, -1, ROLE_DIM, _("with:")) + 1;
    field_paint(&p->filter, &box, 0, x, MIN(30, box.cols - x), true);
    Canvas list = canvas_part(&box, 2, 0, box.rows - 2, box.cols);
    *p->page = MAX(list.rows, 1);
    if (!p->list.count)
        canvas_text(&list, 0, 2, -1, ROLE_DIM, _("nothing here"));
    ListState l = p->list;
    list_fit(&l, l.count, *p->page);
    for (int64_t i = l.top; i < l.count && i - l.top < *p->page; i++) {
        int y = (int)(i - l.top);
        canvas_text(&list, y, 2, -1, ROLE_TEXT, p->lines[p->shown[i]]);
        table_cursor(&list, y, i == l.cursor, false);
    }
}

static const Binding bindings[] = {
    {"Enter", ACT_OPEN, N_("choose"), N_("chooses the line of the cursor"), NULL, false},
    {0},
};

static const ScreenType pick_type = {
    .name = "pick", .title = "", .bindings = bindings, .overlay = true, .paint = paint, .act = act, .key = key};

Screen *pick_overlay(const char *title, const char *const *lines, size_t n, size_t at,
                     void (*picked)(App *app, void *arg, size_t line), void *arg)
{
    Pick *p = screen_new(Pick, &pick_type);
    Arena *a = p->base.arena;
    p->title = arena_text(a, "%s", title);
    p->lines = arena_many(a, const char *, n + 1);
    p->shown = arena_many(a, size_t, n + 1);
    for (size_t i = 0; i < n; i++)
        p->lines[i] = arena_text(a, "%s", lines[i]);
    p->n = n;
    p->picked = picked;
    p->arg = arg;
    p->page = arena_one(a, int);
    *p->page = 1;
    narrow(p);
    p->list.cursor = (int64_t)MIN(at, n ? n - 1 : 0);
    return &p->base;
}
