// What takes something away: a list first, then a confirmation that has to be typed.
#include "ui/danger.h"

#include <string.h>

#include "base/intl.h"
#include "engine/lock.h"
#include "engine/purge.h"
#include "ui/field.h"
#include "ui/screens.h"

enum { COLS = 76 };

typedef struct {
    Screen base;
    DangerWish wish;
    const DangerLook *look; // NULL: not read yet
    Field field;
} Danger;

static const char *title_of(const Danger *s, Arena *a)
{
    switch (s->wish.kind) {
    case DANGER_ROLLBACK: return arena_text(a, _("Roll back run %lld"), (long long)s->wish.run);
    case DANGER_CACHE: return _("Empty the cache");
    case DANGER_RUNS:
    case DANGERS: break;
    }
    return _("Forget old runs");
}

static bool matches(const Danger *s)
{
    return s->look && s->look->confirm && !strcmp(s->field.text, s->look->confirm);
}

static void paint_phrase(const Danger *s, Canvas *c, int y)
{
    int x = canvas_text(c, y, 0, -1, ROLE_TEXT, _("To do it, type:")) + 2;
    canvas_text(c, y, x, -1, ROLE_STRONG, s->look->confirm);
    canvas_text(c, y + 1, 0, 2, ROLE_STRONG, ">");
    field_paint(&s->field, c, y + 1, 2, c->cols - 2, true);
    if (matches(s))
        canvas_text(c, y + 3, 0, -1, ROLE_BAD, _("Enter does it.   Esc  no"));
    else
        canvas_text(c, y + 3, 0, -1, ROLE_DIM, _("Esc  no   (Enter does nothing until the text matches)"));
}

static void paint(const Screen *screen, const App *app, Canvas *body)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    const Danger *s = (const Danger *)screen;
    const DangerLook *l = s->look;
    int lines = l ? (int)l->n : 1;
    (void)app;
    Canvas box = canvas_box(body, MIN(lines + 9, body->rows), MIN(COLS, body->cols), title_of(s, a));
    if (!l) {
        canvas_text(&box, 0, 0, -1, ROLE_DIM, _("counting what would go ..."));
        return;
    }
    // what has to be typed is seen before the last of the lines
    Canvas told = canvas_part(&box, 0, 0, l->confirm ? box.rows - 5 : box.rows, box.cols);
    int y = 0;
    for (size_t i = 0; i < l->n && y < told.rows; i++) {
        Canvas rest = canvas_part(&told, y, 0, told.rows - y, told.cols);
        y += MAX(canvas_wrap(&rest, 0, 0, i < l->loud ? ROLE_BAD : ROLE_TEXT, l->lines[i]), 1);
    }
    if (l->confirm)
        paint_phrase(s, &box, MIN(y + 1, MAX(box.rows - 4, 0)));
}

// The command looks again, and wants the phrase of what it then finds.
static void go(Danger *s, App *app)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    const char *owner, *name = app_clinic(app)->name;
    bool undoes = s->wish.kind == DANGER_ROLLBACK;
    const char *const args[] = {undoes ? "rollback" : "purge", "--confirm", s->look->confirm, NULL};
    const char *const names[] = {name,
                                 undoes ? arena_text(a, "%lld", (long long)s->wish.run)
                                        : purge_words[s->wish.kind == DANGER_CACHE ? PURGE_CACHE : PURGE_RUNS],
                                 NULL};
    Err err = {0};
    if (lock_owner(a, app_clinic(app)->state_folder, &owner)) {
        app_pop(app, &s->base);
        app_push(app, in_use_overlay());
    } else if (!app_launch(app, &(Launch){.args = args, .names = names}, &err)) {
        app_say_err(app, &err);
    } else {
        app_pop(app, &s->base);
        if (undoes)
            app_push(app, autopilot_screen());
        else
            app_say(app, SAY_INFO, "%s", _("Under way; its end is told here."));
    }
}

static bool key(Screen *screen, App *app, int code)
{
    Danger *s = (Danger *)screen;
    if (!s->look || !s->look->confirm)
        return false;
    if (code == K_ENTER) {
        if (matches(s) && app_clinic(app))
            go(s, app);
        return true;
    }
    return code != K_ESC && field_key(&s->field, code, app_pasted(app));
}

static void opened(Screen *screen, App *app)
{
    const Danger *s = (const Danger *)screen;
    if (app_clinic(app))
        app_fetch(app, screen, 0, danger_read, &s->wish, sizeof s->wish);
}

static void fetched(Screen *screen, App *app, int what, void *result, const Err *err)
{
    (void)app, (void)what, (void)err;
    ((Danger *)screen)->look = result;
}

static const Binding bindings[] = {
    {"Enter", ACT_OPEN, NULL, N_("do it, once the text matches"),
     "mudanza rollback CLINIC RUN --confirm PHRASE", true},
    {0},
};
static const ScreenType type = {.name = "danger",
                                .title = N_("Danger"),
                                .bindings = bindings,
                                .overlay = true,
                                .opened = opened,
                                .paint = paint,
                                .key = key,
                                .fetched = fetched};

Screen *danger_confirm(DangerKind kind, int64_t run)
{
    Danger *s = screen_new(Danger, &type);
    s->wish = (DangerWish){kind, run};
    return &s->base;
}

// ---- The list ----------------------------------------------------------------------------------------

static void chosen(App *app, void *arg, int code)
{
    (void)arg;
    app_push(app, code == 'r' ? danger_runs() : danger_confirm(code == 'e' ? DANGER_CACHE : DANGER_RUNS, 0));
}

Screen *danger_overlay(void)
{
    const Choice choices[] = {
        {'f', _("Forget old runs that nothing holds: their logs and reports")},
        {'e', _("Empty the cache: the source is read again when it is needed")},
        {'r', _("Roll back a run: take back what it wrote into the target")},
    };
    return choice_overlay(_("Danger"), _("Each of these says first what would go, and wants a phrase typed."),
                          choices, ARRAY_LEN(choices), chosen, NULL);
}
