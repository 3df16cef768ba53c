#include "ui/clinics.h"

#include <stdlib.h>
#include <string.h>

#include "base/intl.h"
#include "ui/field.h"
#include "ui/screens.h"

typedef struct {
    Screen base;
    ClinicsView view;
    Arena *order_arena; // of view.order
} Clinics;

static const char *const sort_words[CLINIC_SORTS] = {N_("needs attention first"), N_("name"), N_("last run"),
                                                     N_("warnings")};

// ---- Order and cursor ------------------------------------------------------------------------------

static int by(const ClinicsView *v, size_t left, size_t right)
{
    const ClinicRow *l = &v->model->rows[left], *r = &v->model->rows[right];
    int order = 0;
    switch (v->sort) {
    case SORT_ATTENTION:
    case CLINIC_SORTS: order = (l->attention > r->attention) - (l->attention < r->attention); break;
    case SORT_NAME: break;
    case SORT_LAST_RUN: order = strcmp(r->moment ? r->moment : "", l->moment ? l->moment : ""); break;
    case SORT_WARNINGS: order = (r->open > l->open) - (r->open < l->open); break;
    }
    if (!order)
        order = strcmp(l->name, r->name);
    return v->backwards ? -order : order;
}

static int compare(const void *left, const void *right, void *view)
{
    return by(view, *(const size_t *)left, *(const size_t *)right);
}

static void remember(Clinics *c)
{
    ClinicsView *v = &c->view;
    const char *name = v->list.count ? v->model->rows[v->order[v->list.cursor]].name : NULL;
    if (name && (!v->at || strcmp(name, v->at) != 0))
        v->at = arena_text(c->base.arena, "%s", name);
}

static void fill(Clinics *c)
{
    ClinicsView *v = &c->view;
    size_t n = 0;
    if (!v->model)
        return;
    arena_reset(c->order_arena);
    v->order = arena_many(c->order_arena, size_t, v->model->n + 1);
    for (size_t i = 0; i < v->model->n; i++) {
        const ClinicRow *r = &v->model->rows[i];
        const char *texts[] = {r->name, r->env, r->source, r->target, r->last};
        if (filter_matches(v->filter, texts, ARRAY_LEN(texts)))
            v->order[n++] = i;
    }
    qsort_r(v->order, n, sizeof *v->order, compare, v);
    v->list.count = (int64_t)n;
    v->list.cursor = MAX(MIN(v->list.cursor, v->list.count - 1), 0);
    for (size_t i = 0; v->at && i < n; i++)
        if (strcmp(v->model->rows[v->order[i]].name, v->at) == 0)
            v->list.cursor = (int64_t)i;
    remember(c);
}

static void read_again(Clinics *c, App *app)
{
    app_fetch(app, &c->base, 0, clinics_read, NULL, 0);
}

static void opened(Screen *s, App *app)
{
    read_again((Clinics *)s, app);
}

static void fetched(Screen *s, App *app, int what, void *result, const Err *err)
{
    Clinics *c = (Clinics *)s;
    (void)what;
    c->view.model = result;
    c->view.list.count = result ? c->view.list.count : 0;
    if (!result)
        app_say_err(app, err);
    fill(c);
}

static void changed(Screen *s, App *app, unsigned what)
{
    (void)what;
    if (app_top(app) == s) // else it reads when it is back
        read_again((Clinics *)s, app);
}

static void close_clinics(Screen *s)
{
    arena_free(((Clinics *)s)->order_arena);
}

// ---- Keys --------------------------------------------------------------------------------------------

static const ClinicRow *current(const Clinics *c)
{
    const ClinicsView *v = &c->view;
    return v->model && v->list.count ? &v->model->rows[v->order[v->list.cursor]] : NULL;
}

static Screen *screen_for(App *app, int action)
{
    switch (action) {
    case ACT_OPEN:
    case ACT_GO_BOARD: return board_screen();
    case ACT_GO_AUTOPILOT:
    case ACT_BEHIND: return autopilot_screen(); // with the end of the last run's log
    case ACT_GO_WARNINGS: return warnings_screen(app, NULL, NULL);
    case ACT_GO_REPORT: return report_screen(0);
    case ACT_GO_JOURNAL: return journal_screen();
    default: return config_screen(0, 0);
    }
}

// A clinic whose configuration is wrong has no other screen than the one that mends it.
static void open_clinic(Clinics *c, App *app, int action)
{
    const ClinicRow *row = current(c);
    if (!row)
        return;
    bool right = app_open_clinic(app, row->name, NULL);
    if (!right && action != ACT_OPEN && action != ACT_GO_CONFIG)
        app_say(app, SAY_WARN, _("The configuration of %s has errors; this is where they are."), row->name);
    app_push(app, screen_for(app, right ? action : ACT_GO_CONFIG));
    if (right && action == ACT_OPEN && row->in_use)
        app_push(app, in_use_overlay());
}

static void copy_chosen(App *app, void *arg, int key)
{
    const ClinicRow *row = current(arg);
    if (row)
        app_copy(app, key == 'c' ? row->next_command : row->name);
}

static void copy(Clinics *c, App *app)
{
    const ClinicRow *row = current(c);
    const Choice choices[] = {{'i', _("its name")}, {'c', _("the command for what comes next")}};
    if (row)
        app_push(app, choice_overlay(_("Copy"), "", choices, *row->next_command ? 2 : 1, copy_chosen, c));
}

static void take_filter(App *app, void *arg, const char *text)
{
    Clinics *c = arg;
    (void)app;
    c->view.filter = *text ? arena_text(c->base.arena, "%s", text) : NULL;
    fill(c);
}

static bool act(Screen *s, App *app, int action)
{
    Clinics *c = (Clinics *)s;
    ClinicsView *v = &c->view;
    bool moved;
    switch (action) {
    case ACT_OPEN:
    case ACT_GO_BOARD:
    case ACT_GO_AUTOPILOT:
    case ACT_BEHIND:
    case ACT_GO_WARNINGS:
    case ACT_GO_CONFIG:
    case ACT_GO_JOURNAL:
    case ACT_GO_REPORT: open_clinic(c, app, action); return true;
    case ACT_COPY: copy(c, app); return true;
    case ACT_NEW: app_push(app, new_clinic_form(app)); return true;
    case ACT_FILTER:
        app_push(app, ask_overlay(_("Filter"), _("Clinics whose line has these words are shown."), v->filter, NULL,
                                  take_filter, c));
        return true;
    case ACT_SORT: v->sort = (ClinicSort)((v->sort + 1) % CLINIC_SORTS); break;
    case ACT_SORT_BACK: v->backwards = !v->backwards; break;
    case ACT_CLOSE:
        if (v->filter)
            v->filter = NULL;
        break; // the first screen is left with q or Q
    default:
        moved = list_move(&v->list, action, *v->page);
        remember(c);
        return moved;
    }
    fill(c);
    return true;
}

static const Binding bindings[] = {
    {"Enter", ACT_OPEN, N_("board"), N_("the clinic's board; its configuration when that has errors"),
     "mudanza status CLINIC", false},
    {"A m F8", ACT_GO_AUTOPILOT, N_("autopilot"), N_("the run under way, or the last one"),
     "mudanza monitor CLINIC", false},
    {"E F2", ACT_GO_CONFIG, N_("config"), N_("the clinic's configuration"), "mudanza config validate CLINIC", false},
    {"W F7", ACT_GO_WARNINGS, N_("warnings"), N_("the clinic's warnings"), "mudanza warnings list CLINIC", false},
    {"R", ACT_GO_REPORT, N_("report"), N_("the report of its last run"), "mudanza report CLINIC", false},
    {"n", ACT_NEW, N_("new clinic"), N_("make a new clinic"), "mudanza init CLINIC --source FILE --profile NAME", true},
    {"/ F3", ACT_FILTER, N_("filter"), N_("filter by words of the line; Esc takes it away"), NULL, false},
    {"s", ACT_SORT, N_("sort"), N_("sort by attention, name, last run or warnings"), NULL, false},
    {"o", ACT_BEHIND, N_("last log"), N_("how the last run ended, with the end of its log"), "mudanza logs CLINIC",
     false},
    {"y", ACT_COPY, N_("copy"), N_("copy the name of the clinic, or the command for what comes next"), NULL, false},
    {"B", ACT_GO_BOARD, NULL, N_("the clinic's board"), "mudanza status CLINIC", false},
    {"J", ACT_GO_JOURNAL, NULL, N_("what anybody did in the clinic"), "mudanza runs CLINIC", false},
    {0},
};

// ---- Painting ------------------------------------------------------------------------------------------

static void paint(const Screen *s, const App *app, Canvas *body)
{
    clinics_paint(&((const Clinics *)s)->view, app_options(app)->read_only, body);
}

static void context(const Screen *s, const App *app, Buf *line)
{
    const ClinicsView *v = &((const Clinics *)s)->view;
    (void)app;
    if (!v->model || !v->model->n)
        return;
    buf_addf(line, ngettext("%zu clinic", "%zu clinics", v->model->n), v->model->n);
    buf_addf(line, v->backwards ? _("   sorted by: %s, backwards") : _("   sorted by: %s"), _(sort_words[v->sort]));
    if (v->filter)
        buf_addf(line, _("   filter: %s"), v->filter);
}

static const ScreenType clinics_type = {
    .name = "clinics",
    .title = N_("Clinics"),
    .bindings = bindings,
    .alone = true,
    .opened = opened,
    .paint = paint,
    .context = context,
    .act = act,
    .fetched = fetched,
    .changed = changed,
    .close = close_clinics,
    .back = opened,
};

Screen *clinics_screen(void)
{
    Clinics *c = screen_new(Clinics, &clinics_type);
    c->order_arena = arena_new();
    c->view.page = arena_one(c->base.arena, int);
    *c->view.page = 1;
    return &c->base;
}
