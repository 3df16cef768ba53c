#include "ui/board.h"

#include <string.h>

#include "base/intl.h"
#include "engine/beat_read.h"
#include "ui/glyphs.h"
#include "ui/screens.h"

enum { FETCH_NOW, FETCH_PLAN };
enum { TAB_PLAN = 1, TAB_LOG = 5, TAB_WHY = 6 };

typedef struct {
    Screen base;
    BoardView view;
    const BoardModel *now, *plan; // of the last reading of each kind; NULL: failed, or none yet
    bool plan_is_newer;
    Arena *mixed; // what is shown when a plan is older than what is known
    const char *trouble;
    const char *held; // why control.db could not be read the last time; NULL: it could
    const char *said; // why there was no plan the last time; NULL: there was one
    bool reading, at_work;
    const char *at; // the step the worker was on when it was read
    unsigned missed; // CHANGED_* while another screen was above
    int *page;
} Board;

// What is shown: a plan, or what was read since with what the plan said of all else.
static void choose_model(Board *b)
{
    arena_reset(b->mixed);
    b->view.model = b->plan_is_newer ? b->plan : NULL;
    if (!b->view.model && b->now) {
        BoardModel *m = arena_copy(b->mixed, b->now, sizeof *b->now);
        m->items = arena_copy(b->mixed, b->now->items, (b->now->n + 1) * sizeof *m->items);
        board_keep_plan(m, b->plan);
        b->view.model = m;
    } else if (!b->view.model) {
        b->view.model = b->plan;
    }
    // Before the first run control.db knows of no steps: the plan does.
    if (b->view.model && !b->view.model->n && b->plan)
        b->view.model = b->plan;
    board_view_fill(&b->view);
}

static const char *step_at_work(const App *app)
{
    return app_worker(app) ? app_worker(app)->step : "";
}

static void read_now(Board *b, App *app)
{
    if (!b->at || strcmp(b->at, step_at_work(app)) != 0)
        b->at = arena_text(b->base.arena, "%s", step_at_work(app));
    app_fetch(app, &b->base, FETCH_NOW, board_read, NULL, 0);
}

// A plan takes its time and is of no use while a worker changes what it looks at.
static void read_all(Board *b, App *app)
{
    read_now(b, app);
    b->at_work = app_worker(app);
    if (!b->at_work || !b->plan)
        app_fetch(app, &b->base, FETCH_PLAN, board_read_plan, NULL, 0);
}

static void opened(Screen *s, App *app)
{
    Board *b = (Board *)s;
    b->reading = true;
    read_all(b, app);
}

// Once, not each time it is tried again.
static void tell_why_no_plan(Board *b, App *app, const char *why)
{
    if (why && !b->trouble && (!b->said || strcmp(b->said, why) != 0))
        app_say(app, SAY_WARN, _("what is to do is not known: %s"), why);
    b->said = why ? arena_text(b->base.arena, "%s", why) : NULL;
}

// What was read before stays to be seen.
static void tell_why_not_read(Board *b, App *app, const Err *err)
{
    if (err && b->now && (!b->held || strcmp(b->held, err->text) != 0))
        app_say(app, SAY_WARN,
                err->passing ? _("%s; what is shown was read before, and is read again by itself")
                             : _("%s; what is shown was read before"),
                err->text);
    b->held = err ? arena_text(b->base.arena, "%s", err->text) : NULL;
}

static void fetched(Screen *s, App *app, int what, void *result, const Err *err)
{
    Board *b = (Board *)s;
    if (result && what == FETCH_NOW)
        b->now = result;
    else if (result)
        b->plan = result;
    if (what == FETCH_NOW || (!result && err->passing))
        tell_why_not_read(b, app, result ? NULL : err);
    if (result)
        b->plan_is_newer = what == FETCH_PLAN;
    if (what == FETCH_PLAN)
        b->reading = false;
    b->trouble = result || b->now || b->plan ? NULL : arena_text(s->arena, "%s", err->text);
    if (what == FETCH_PLAN && (result || !err->passing || !b->now))
        tell_why_no_plan(b, app, result ? NULL : err->text);
    choose_model(b);
}

// Below another screen it is not seen: it reads when it is back.
static void changed(Screen *s, App *app, unsigned what)
{
    Board *b = (Board *)s;
    const Screen *top = app_top(app);
    while (top != s && top->type->overlay && top->below)
        top = top->below;
    if (top != s) {
        b->missed |= what;
        return;
    }
    bool ended = b->at_work && !app_worker(app);
    if (what & (CHANGED_RECORDS | CHANGED_CONFIG) || ended)
        read_all(b, app);
    else if (what & CHANGED_RUN && strcmp(b->at, step_at_work(app)) != 0)
        read_now(b, app); // what it left has its status before the worker told so
    b->at_work = app_worker(app);
}

static void back(Screen *s, App *app)
{
    unsigned missed = ((Board *)s)->missed;
    ((Board *)s)->missed = 0;
    if (missed)
        changed(s, app, missed);
}

static void close_board(Screen *s)
{
    arena_free(((Board *)s)->mixed);
}

// ---- Keys -------------------------------------------------------------------------------------------

static void open_step(Board *b, App *app, int tab)
{
    const BoardRow *row = board_view_row(&b->view);
    if (!row || (row->kind == BOARD_CATEGORY && tab != TAB_PLAN))
        return;
    if (row->kind == BOARD_CATEGORY) {
        board_fold(&b->view, !row->folded);
        return;
    }
    const BoardEntity *e = &b->view.model->items[row->entity];
    app_push(app, step_screen(app, e->name, row->kind == BOARD_STEP ? row->stage : e->telling, tab));
}

static void run_chosen(Board *b, App *app, const char *mode)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    const char *const *chosen = board_chosen(a, &b->view);
    if (chosen)
        app_push(app, run_plan_overlay(app, mode, board_chose_all(&b->view, chosen) ? NULL : chosen, NULL));
    else
        app_say(app, SAY_INFO, "%s",
                b->reading ? _("The pipeline is still being read; A runs all of it.") : _("There is no row to run."));
}

static void take_filter(App *app, void *arg, const char *text)
{
    Board *b = arg;
    (void)app;
    b->view.filter = *text ? arena_text(b->base.arena, "%s", text) : NULL;
    board_view_fill(&b->view);
}

// What the row is called, or what would run it.
static void copy_chosen(App *app, void *arg, int key)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    AUTO(buf_free) Buf text = {0};
    const Board *b = arg;
    const char *const *chosen = board_chosen(a, &b->view);
    if (!chosen)
        return;
    if (key == 'c')
        buf_addf(&text, "mudanza run %s", app_clinic(app) ? app_clinic(app)->typed : "CLINIC");
    const bool all = key == 'c' && board_chose_all(&b->view, chosen);
    for (size_t i = 0; !all && chosen[i]; i++)
        buf_addf(&text, "%s%s", text.len ? " " : "", shell_word(a, chosen[i]));
    app_copy(app, buf_text(&text));
}

static void copy(Board *b, App *app)
{
    const Choice choices[] = {{'c', _("the command that runs it")}, {'i', _("its name")}};
    if (board_view_row(&b->view))
        app_push(app, choice_overlay(_("Copy"), "", choices, ARRAY_LEN(choices), copy_chosen, b));
}

// Esc: filter and marks first.
static bool close_innermost(Board *b)
{
    if (b->view.filter || b->view.quick != QUICK_ALL) {
        b->view.filter = NULL;
        b->view.quick = QUICK_ALL;
        board_view_fill(&b->view);
        return true;
    }
    if (b->view.marked.n) {
        b->view.marked.n = 0;
        return true;
    }
    return false;
}

static bool act(Screen *s, App *app, int action)
{
    Board *b = (Board *)s;
    switch (action) {
    case ACT_OPEN: open_step(b, app, TAB_PLAN); return true;
    case ACT_BEHIND: open_step(b, app, TAB_LOG); return true;
    case ACT_WHY: open_step(b, app, TAB_WHY); return true;
    case ACT_RUN: run_chosen(b, app, "run"); return true;
    case ACT_DRY_RUN: run_chosen(b, app, "rehearse"); return true;
    case ACT_MARK: board_mark(&b->view); return true;
    case ACT_MARK_ALL: board_mark_all(&b->view); return true;
    case ACT_LEFT: board_fold(&b->view, true); return true;
    case ACT_RIGHT: board_fold(&b->view, false); return true;
    case ACT_FOLD_ALL: board_fold_all(&b->view); return true;
    case ACT_VIEW: board_view_switch(&b->view); return true;
    case ACT_QUICK_FILTER:
        b->view.quick = (BoardQuick)((b->view.quick + 1) % QUICKS);
        board_view_fill(&b->view);
        return true;
    case ACT_FILTER:
        app_push(app, ask_overlay(_("Filter"), _("Rows whose entity or category has these words are shown."),
                                  b->view.filter, NULL, take_filter, b));
        return true;
    case ACT_COPY: copy(b, app); return true;
    case ACT_DANGER: app_push(app, danger_overlay()); return true;
    case ACT_CLOSE: return close_innermost(b);
    default: return board_view_move(&b->view, action, *b->page);
    }
}

static const Binding bindings[] = {
    {"Enter", ACT_OPEN, N_("detail"), N_("the step with its rows and its log; a category folds"),
     "mudanza preview CLINIC STEP", false},
    {"Space Ins", ACT_MARK, N_("mark"), N_("mark the row, or take its mark away"), NULL, false},
    {"x F5", ACT_RUN, N_("run it"), N_("run what is marked, or the row; the plan is shown first"),
     "mudanza run CLINIC STEP", true},
    {"d", ACT_DRY_RUN, N_("dry run"), N_("try the real statements and roll them back"),
     "mudanza rehearse CLINIC STEP", true},
    {"w", ACT_WHY, N_("why"), N_("why the step stands where it stands"), "mudanza plan CLINIC STEP -v", false},
    {"v", ACT_VIEW, N_("list"), N_("one row for each entity, or for each step"), "mudanza plan CLINIC", false},
    {"A F8", ACT_GO_AUTOPILOT, N_("autopilot"), N_("go to the autopilot: the run under way, or start one"),
     "mudanza autopilot CLINIC", false},
    {"W F7", ACT_GO_WARNINGS, N_("warnings"), N_("go to the warnings"), "mudanza warnings list CLINIC", false},
    {"o", ACT_BEHIND, N_("log"), N_("what happened in the step, line by line"), "mudanza logs CLINIC --step STEP",
     false},
    {"f", ACT_QUICK_FILTER, N_("only"), N_("only what failed, only what is stale, only what has warnings, all"),
     "mudanza plan CLINIC --stale", false},
    {"z", ACT_FOLD_ALL, N_("fold"), N_("fold all categories, or unfold them"), NULL, false},
    {"/ F3", ACT_FILTER, N_("filter"), N_("filter by words of entity and category; Esc takes it away"), NULL, false},
    {"y", ACT_COPY, N_("copy"), N_("copy the name of the row, or the command that runs it"), NULL, false},
    {"D", ACT_DANGER, N_("danger"), N_("what takes something away: undoing a run, emptying the cache"),
     "mudanza rollback CLINIC RUN", true},
    {0},
};

// ---- Painting -------------------------------------------------------------------------------------------

static void paint(const Screen *s, const App *app, Canvas *body)
{
    const Board *b = (const Board *)s;
    const BoardLook look = {.worker = app_worker(app), .reading = b->reading, .trouble = b->trouble, .page = b->page};
    board_paint(&b->view, &look, body);
}

static void add_count(Buf *line, const BoardModel *m, StepStatus status)
{
    if (!m->count[status])
        return;
    buf_add_text(line, "  ");
    add_status_count(line, status, m->count[status]);
}

static void context(const Screen *s, const App *app, Buf *line)
{
    static const StepStatus order[] = {STEP_FAILED, STEP_RUNNING, STEP_STALE,   STEP_BLOCKED,
                                       STEP_PENDING, STEP_PARTIAL, STEP_DONE, STEP_SKIPPED};
    const Board *b = (const Board *)s;
    const BoardModel *m = b->view.model;
    const WorkerSeen *w = app_worker(app);
    if (!m)
        return;
    buf_addf(line, ngettext("%zu step", "%zu steps", m->steps), m->steps);
    for (size_t i = 0; i < ARRAY_LEN(order); i++)
        add_count(line, m, order[i]);
    if (b->view.quick != QUICK_ALL || b->view.filter)
        buf_addf(line, _("   only: %s %s"), b->view.quick == QUICK_ALL ? "" : board_quick_word(b->view.quick),
                 b->view.filter ? b->view.filter : "");
    if (b->view.marked.n)
        buf_addf(line, ngettext("   %zu marked", "   %zu marked", b->view.marked.n), b->view.marked.n);
    if (w)
        buf_addf(line, _("   run %lld at work"), (long long)w->run);
    else if (b->reading && m->n)
        buf_add_text(line, _("   looking for what changed ..."));
}

static const ScreenType board_type = {
    .name = "board",
    .title = N_("Board"),
    .bindings = bindings,
    .opened = opened,
    .paint = paint,
    .context = context,
    .act = act,
    .fetched = fetched,
    .changed = changed,
    .back = back,
    .close = close_board,
};

Screen *board_screen(void)
{
    Board *b = screen_new(Board, &board_type);
    b->view.arena = b->base.arena;
    b->mixed = arena_new();
    b->page = arena_one(b->base.arena, int);
    *b->page = 1;
    return &b->base;
}
