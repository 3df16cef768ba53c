// Which run is to be rolled back: those that wrote and were not taken back yet.
#include <string.h>

#include "base/intl.h"
#include "engine/words_shown.h"
#include "ui/danger.h"
#include "ui/list.h"
#include "ui/run_news.h"
#include "ui/when.h"

enum { COLS = 76, ROWS = 14 };

typedef struct {
    Screen base;
    const RunList *runs;        // NULL: not read yet
    const RunRecord **undoable; // of them
    ListState list;
} DangerRuns;

static void paint(const Screen *screen, const App *app, Canvas *body)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    const DangerRuns *s = (const DangerRuns *)screen;
    (void)app;
    Canvas box = canvas_box(body, MIN(ROWS, body->rows), MIN(COLS, body->cols), _("Roll back which run?"));
    int room = MAX(box.rows, 1);
    if (!s->runs || !s->list.count) {
        canvas_text(&box, 0, 0, -1, ROLE_DIM,
                    !s->runs ? _("reading ...") : _("No run wrote anything that can be taken back."));
        return;
    }
    ListState l = s->list;
    list_fit(&l, l.count, room);
    for (int i = 0; i < room && l.top + i < l.count; i++) {
        const RunRecord *r = s->undoable[l.top + i];
        canvas_textf(&box, i, 2, -1, ROLE_TEXT, _("run %lld  %s  %s  by %s  %s"), (long long)r->run,
                     when_whole(a, r->started_at), word_shown(r->mode), r->by, run_word(r->status));
        table_cursor(&box, i, l.top + i == l.cursor, false);
    }
}

static bool act(Screen *screen, App *app, int action)
{
    DangerRuns *s = (DangerRuns *)screen;
    if (action != ACT_OPEN)
        return list_move(&s->list, action, ROWS - 2);
    if (!s->list.count)
        return true;
    int64_t run = s->undoable[s->list.cursor]->run;
    app_pop(app, screen);
    app_push(app, danger_confirm(DANGER_ROLLBACK, run));
    return true;
}

static void opened(Screen *screen, App *app)
{
    if (app_clinic(app))
        app_fetch(app, screen, 0, run_list_read, NULL, 0);
}

static bool can_be_undone(const RunRecord *r)
{
    return r->job && !r->undone_by && strcmp(r->mode, "rollback") != 0 && strcmp(r->mode, "rehearse") != 0;
}

static void fetched(Screen *screen, App *app, int what, void *result, const Err *err)
{
    DangerRuns *s = (DangerRuns *)screen;
    const RunList *runs = result;
    size_t n = 0;
    (void)app, (void)what, (void)err;
    s->runs = runs;
    s->undoable = arena_many(s->base.arena, const RunRecord *, (runs ? runs->n : 0) + 1);
    for (size_t i = 0; runs && i < runs->n; i++)
        if (can_be_undone(&runs->runs[i]))
            s->undoable[n++] = &runs->runs[i];
    list_fit(&s->list, (int64_t)n, ROWS - 2);
}

static const Binding bindings[] = {
    {"Enter", ACT_OPEN, N_("this one"), N_("count what would be taken back"),
     "mudanza rollback CLINIC RUN --plan", false},
    {0},
};
static const ScreenType type = {.name = "danger-runs",
                                .title = N_("Roll back which run?"),
                                .bindings = bindings,
                                .overlay = true,
                                .opened = opened,
                                .paint = paint,
                                .act = act,
                                .fetched = fetched};

Screen *danger_runs(void)
{
    return &screen_new(DangerRuns, &type)->base;
}
