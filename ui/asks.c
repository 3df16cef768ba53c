// Questions: a line of text, yes or no, one of some things.
#include <string.h>

#include "base/intl.h"
#include "base/text.h"
#include "ui/field.h"
#include "ui/list.h"
#include "ui/screens.h"

enum { BOX_COLS = 72 };

typedef struct {
    Screen base;
    const char *title, *text, *wrong; // wrong: what is wrong with what was typed; NULL: nothing
    Field field;
    const char *(*check)(void *arg, const char *text);
    void (*given)(App *app, void *arg, const char *text);
    void (*yes)(App *app, void *arg);
    void (*chosen)(App *app, void *arg, int key);
    const Choice *choices;
    size_t n_choices;
    ListState list;
    void *arg;
} Asked;

static int lines_of(const char *text, int width)
{
    Str rest = str_of(text), line;
    int lines = 0;
    while (str_cut(&rest, '\n', &line))
        lines += text_width(line) / MAX(width - 8, 1) + 1; // words that break cost some columns
    return lines;
}

static Canvas box_for(const Asked *q, Canvas *body, int more)
{
    int cols = MIN(BOX_COLS, body->cols);
    return canvas_box(body, lines_of(q->text, cols - 4) + more + 3, cols, q->title);
}

static Asked *asked_new(const ScreenType *type, const char *title, const char *text, void *arg)
{
    Asked *q = screen_new(Asked, type);
    q->title = arena_text(q->base.arena, "%s", title);
    q->text = arena_text(q->base.arena, "%s", text);
    q->arg = arg;
    return q;
}

// ---- A line of text ------------------------------------------------------------------------------

static void paint_ask(const Screen *s, const App *app, Canvas *body)
{
    const Asked *q = (const Asked *)s;
    (void)app;
    Canvas box = box_for(q, body, 3);
    int y = canvas_wrap(&box, 0, 0, ROLE_TEXT, q->text) + 1;
    canvas_text(&box, y, 0, 2, ROLE_STRONG, ">");
    field_paint(&q->field, &box, y, 2, box.cols - 2, true);
    if (q->wrong)
        canvas_text(&box, y + 1, 2, -1, ROLE_BAD, q->wrong);
}

static bool key_ask(Screen *s, App *app, int key)
{
    Asked *q = (Asked *)s;
    if (key == K_ENTER) {
        q->wrong = q->check ? q->check(q->arg, q->field.text) : NULL;
        if (q->wrong)
            return true;
        AUTO(arena_free_at) Arena *a = arena_new();
        const char *text = arena_text(a, "%s", q->field.text);
        void (*given)(App *, void *, const char *) = q->given;
        void *arg = q->arg;
        app_pop(app, s);
        given(app, arg, text);
        return true;
    }
    if (!field_key(&q->field, key, app_pasted(app)))
        return false;
    q->wrong = q->check ? q->check(q->arg, q->field.text) : NULL;
    return true;
}

static const Binding ask_bindings[] = {
    {"Enter", ACT_OPEN, N_("take it"), N_("takes what is typed"), NULL, false},
    {0},
};
static const ScreenType ask_type = {
    .name = "ask", .title = "", .bindings = ask_bindings, .overlay = true, .paint = paint_ask, .key = key_ask};

Screen *ask_overlay(const char *title, const char *sentence, const char *now, const char *(*check)(void *arg, const char *text),
                    void (*given)(App *app, void *arg, const char *text), void *arg)
{
    Asked *q = asked_new(&ask_type, title, sentence, arg);
    field_set(&q->field, now ? now : "");
    q->check = check;
    q->given = given;
    return &q->base;
}

// ---- Yes or no ---------------------------------------------------------------------------------------

static void paint_confirm(const Screen *s, const App *app, Canvas *body)
{
    const Asked *q = (const Asked *)s;
    (void)app;
    Canvas box = box_for(q, body, 2);
    int y = canvas_wrap(&box, 0, 0, ROLE_TEXT, q->text) + 1;
    int x = canvas_text(&box, y, 0, -1, ROLE_KEY, _("y")) + 1;
    x += canvas_text(&box, y, x, -1, ROLE_TEXT, _("yes")) + 3;
    x += canvas_text(&box, y, x, -1, ROLE_KEY, "Esc") + 1;
    canvas_text(&box, y, x, -1, ROLE_TEXT, _("no"));
}

static bool act_confirm(Screen *s, App *app, int action)
{
    Asked *q = (Asked *)s;
    if (action != ACT_YES)
        return false;
    void (*yes)(App *, void *) = q->yes;
    void *arg = q->arg;
    app_pop(app, s);
    yes(app, arg);
    return true;
}

static const Binding confirm_bindings[] = {
    {"y s", ACT_YES, N_("yes"), N_("yes; Enter does nothing"), NULL, false}, // s: sí
    {0},
};
static const ScreenType confirm_type = {.name = "confirm", .title = "", .bindings = confirm_bindings, .overlay = true,
                                        .paint = paint_confirm, .act = act_confirm};

Screen *confirm_overlay(const char *title, const char *text, void (*yes)(App *app, void *arg), void *arg)
{
    Asked *q = asked_new(&confirm_type, title, text, arg);
    q->yes = yes;
    return &q->base;
}

// ---- One of some -----------------------------------------------------------------------------------------

static void paint_choice(const Screen *s, const App *app, Canvas *body)
{
    const Asked *q = (const Asked *)s;
    AUTO(arena_free_at) Arena *a = arena_new();
    (void)app;
    Canvas box = box_for(q, body, (int)q->n_choices + 1);
    int y = *q->text ? canvas_wrap(&box, 0, 0, ROLE_TEXT, q->text) + 1 : 0;
    for (size_t i = 0; i < q->n_choices; i++) {
        canvas_text(&box, y + (int)i, 2, -1, ROLE_KEY, key_name(a, q->choices[i].key));
        canvas_text(&box, y + (int)i, 5, -1, ROLE_TEXT, q->choices[i].text);
        if ((int64_t)i == q->list.cursor)
            canvas_text(&box, y + (int)i, 0, 1, ROLE_STRONG, ">");
    }
}

static void choose(Asked *q, App *app, int key)
{
    void (*chosen)(App *, void *, int) = q->chosen;
    void *arg = q->arg;
    app_pop(app, &q->base);
    chosen(app, arg, key);
}

static bool key_choice(Screen *s, App *app, int key)
{
    Asked *q = (Asked *)s;
    for (size_t i = 0; i < q->n_choices; i++)
        if (q->choices[i].key == key) {
            choose(q, app, key);
            return true;
        }
    return false;
}

static bool act_choice(Screen *s, App *app, int action)
{
    Asked *q = (Asked *)s;
    if (action == ACT_OPEN && q->n_choices)
        choose(q, app, q->choices[q->list.cursor].key);
    else if (!list_move(&q->list, action, (int)q->n_choices))
        return false;
    return true;
}

static const Binding choice_bindings[] = {
    {"Enter", ACT_OPEN, N_("choose"), N_("chooses the line of the cursor"), NULL, false},
    {0},
};
static const ScreenType choice_type = {.name = "choice", .title = "", .bindings = choice_bindings, .overlay = true,
                                       .paint = paint_choice, .act = act_choice, .key = key_choice};

Screen *choice_overlay(const char *title, const char *text, const Choice *choices, size_t n,
                       void (*chosen)(App *app, void *arg, int key), void *arg)
{
    Asked *q = asked_new(&choice_type, title, text, arg);
    Choice *copy = arena_many(q->base.arena, Choice, n + 1);
    for (size_t i = 0; i < n; i++)
        copy[i] = (Choice){choices[i].key, arena_text(q->base.arena, "%s", choices[i].text)};
    q->choices = copy;
    q->n_choices = n;
    q->chosen = chosen;
    list_fit(&q->list, (int64_t)n, (int)n);
    return &q->base;
}
