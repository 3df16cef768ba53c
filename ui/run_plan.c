// What would run and why, before it runs. Enter does nothing: starting work is a decision.
#include "ui/run_plan.h"

#include <stdlib.h>
#include <string.h>

#include "base/intl.h"
#include "engine/lock.h"
#include "ui/run_words.h"
#include "ui/screens.h"
#include "ui/when.h"

enum { COLS = 76, LABEL = 10, STEP_LINES = 3, ROOMY = 14 };
enum { ACT_DRY = ACT_OWN, ACT_COPY_COMMAND };

static const ScreenType type, idle_type; // idle: there is nothing to run

typedef struct {
    Screen base;
    const char *mode;
    const char *const *select, *const *options; // NULL-ended, never NULL
    const RunPlanned *plan;                      // NULL: not read yet
} RunPlan;

// ---- Painting --------------------------------------------------------------------------------------

static int paint_line(Canvas *c, int y, const char *label, Role role, const char *text)
{
    canvas_text(c, y, 0, LABEL - 1, ROLE_HEAD, label);
    Canvas rest = canvas_part(c, y, LABEL, c->rows - y, c->cols - LABEL);
    return y + MAX(canvas_wrap(&rest, 0, 0, role, text), 1);
}

// A long list takes some lines and no more.
static int paint_steps(Canvas *c, int y, const char *text)
{
    canvas_text(c, y, 0, LABEL - 1, ROLE_HEAD, _("steps"));
    int most = c->rows < ROOMY ? 1 : STEP_LINES;
    Canvas rest = canvas_part(c, y, LABEL, MIN(most, c->rows - y), c->cols - LABEL);
    return y + MAX(MIN(canvas_wrap(&rest, 0, 0, ROLE_TEXT, text), most), 1);
}

static int paint_target(const RunPlanned *p, const Clinic *clinic, Canvas *c, int y)
{
    bool prod = !strcmp(clinic->env, "PROD");
    canvas_text(c, y, 0, LABEL - 1, ROLE_HEAD, _("target"));
    int x = LABEL + canvas_text(c, y, LABEL, -1, prod ? ROLE_PROD : ROLE_STRONG, clinic->env) + 2;
    canvas_text(c, y, x, -1, ROLE_STRONG, p->clinic ? p->clinic : _("there is none yet: the run makes it"));
    if (prod)
        canvas_text(c, y + 1, LABEL, -1, ROLE_BAD, _("PROD: rows are written into the application people work with"));
    return y + 1 + prod;
}

static int paint_causes(const RunPlanned *p, Canvas *c, int y)
{
    for (size_t i = 0; i < p->n_causes && y < c->rows; i++) {
        if (!i)
            canvas_text(c, y, 0, LABEL - 1, ROLE_HEAD, _("because"));
        canvas_text(c, y++, LABEL, -1, ROLE_TEXT, p->causes[i]);
    }
    if (p->more_causes)
        canvas_textf(c, y++, LABEL, -1, ROLE_DIM, _("and %zu more"), p->more_causes);
    return y;
}

static int paint_sums(const RunPlan *s, Canvas *c, int y)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    const RunPlanned *p = s->plan;
    const char *time = time_about(a, p->eta_low_s, p->eta_high_s);
    AUTO(buf_free) Buf rows = {0};
    if (p->rows >= 0)
        buf_addf(&rows, _("about %s"), number_words(a, p->rows));
    else
        buf_add_text(&rows, _("not known yet"));
    buf_addf(&rows, _("   time  %s"), time ? time : _("not known yet"));
    y = paint_line(c, y, _("rows"), ROLE_TEXT, buf_text(&rows));
    y = paint_line(c, y, _("undo"), ROLE_TEXT,
                   !strcmp(s->mode, "rehearse") ? _("not needed: all of it is taken back in the end")
                                                : _("yes, per run, of rows nobody changed since"));
    return p->bulk ? paint_line(c, y, _("bulk"), ROLE_TEXT, p->bulk) : y;
}

static void paint_plan(const RunPlan *s, const Clinic *clinic, Canvas *c)
{
    const RunPlanned *p = s->plan;
    if (p->trouble) {
        int y = canvas_wrap(c, 0, 0, ROLE_BAD, p->trouble);
        if (p->hint) {
            Canvas rest = canvas_part(c, y, 0, c->rows - y, c->cols);
            canvas_wrap(&rest, 0, 0, ROLE_TEXT, p->hint);
        }
        return;
    }
    int y = paint_target(p, clinic, c, 0);
    if (p->goes_on)
        y = paint_line(c, y, _("goes on"), ROLE_TEXT, p->goes_on);
    if (!p->todo) {
        canvas_wrap(&(Canvas){c->surface, c->y + y + 1, c->x, MAX(c->rows - y - 1, 0), c->cols}, 0, 0, ROLE_GOOD,
                    _("Nothing to do: all of it is done, and nothing it was made from has changed."));
        return;
    }
    y = paint_steps(c, y, p->steps);
    // what it costs is seen, however many the causes are
    Canvas causes = canvas_part(c, 0, 0, c->rows - 2 - (p->bulk != NULL), c->cols);
    y = paint_causes(p, &causes, y);
    if (p->perhaps && y < causes.rows)
        canvas_textf(c, y++, LABEL, -1, ROLE_DIM, _("%zu of them only if what they read comes out different"), p->perhaps);
    paint_sums(s, c, y);
}

static const char *title_of(const RunPlan *s, Arena *a)
{
    if (!s->plan || s->plan->trouble || !s->plan->todo)
        return _("Plan");
    unsigned long n = (unsigned long)s->plan->todo;
    return !strcmp(s->mode, "rehearse")
               ? arena_text(a, ngettext("Dry run of %lu step", "Dry run of %lu steps", n), n)
               : arena_text(a, ngettext("Run %lu step", "Run %lu steps", n), n);
}

static bool may_run(const RunPlan *s)
{
    return s->plan && !s->plan->trouble && s->plan->todo;
}

static int paint_key(Canvas *c, int y, int x, const char *key, const char *text)
{
    x += canvas_text(c, y, x, -1, ROLE_KEY, key) + 1;
    return x + canvas_text(c, y, x, -1, ROLE_TEXT, text) + 4;
}

static void paint(const Screen *screen, const App *app, Canvas *body)
{
    enum { ROWS = 20 };
    AUTO(arena_free_at) Arena *a = arena_new();
    const RunPlan *s = (const RunPlan *)screen;
    Canvas box = canvas_box(body, MIN(ROWS, body->rows), MIN(COLS, body->cols), title_of(s, a));
    Canvas inside = canvas_part(&box, 0, 0, box.rows - 2, box.cols);
    if (!s->plan)
        canvas_text(&inside, 0, 0, -1, ROLE_DIM, _("planning: configuration, cache and target are looked at ..."));
    else if (app_clinic(app))
        paint_plan(s, app_clinic(app), &inside);
    int x = 1, y = box.rows - 1;
    if (may_run(s)) {
        x = paint_key(&box, y, x, "y", _("run now"));
        if (strcmp(s->mode, "rehearse") != 0)
            x = paint_key(&box, y, x, "d", _("dry run"));
    }
    x = paint_key(&box, y, x, "c", _("copy command"));
    paint_key(&box, y, x, "Esc", _("no"));
}

// ---- Acting -----------------------------------------------------------------------------------------

static void add_list(const char **to, size_t *n, const char *const *list)
{
    for (; *list; list++)
        to[(*n)++] = *list;
}

static size_t count(const char *const *list)
{
    size_t n = 0;
    while (list[n])
        n++;
    return n;
}

// A dry run takes the same selection; what a run does about rejects does not matter to it.
static void launch(RunPlan *s, App *app, const char *mode, Str passphrase)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    Err err = {0};
    size_t n = 0;
    const char **args = arena_many(a, const char *, count(s->select) + count(s->options) + 3);
    args[n++] = mode;
    args[n++] = app_clinic(app)->name;
    add_list(args, &n, s->select);
    if (!strcmp(mode, s->mode))
        add_list(args, &n, s->options);
    if (!app_launch(app, &(Launch){args, passphrase}, &err)) {
        app_say_err(app, &err);
        return;
    }
    app_pop(app, &s->base);
    if (app_top(app) && !strcmp(app_top(app)->type->name, "autopilot"))
        app_pop(app, app_top(app)); // it looked at another run
    app_push(app, autopilot_screen());
}

// The overlay is still there: the one that asked was above it.
static void take_passphrase(App *app, void *arg, Str passphrase)
{
    launch(arg, app, ((RunPlan *)arg)->mode, passphrase);
}

static void take_passphrase_dry(App *app, void *arg, Str passphrase)
{
    launch(arg, app, "rehearse", passphrase);
}

static void begin(RunPlan *s, App *app, bool dry)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    const char *owner;
    const Clinic *clinic = app_clinic(app);
    if (!may_run(s) || !clinic)
        return;
    if (lock_owner(a, clinic->state_folder, &owner)) {
        app_pop(app, &s->base);
        app_push(app, in_use_overlay());
    } else if (dry && !strcmp(clinic->env, "PROD") && !clinic->rehearse_in_prod) {
        app_say(app, SAY_WARN, "%s",
                _("A dry run holds locks in the target. In PROD it has to be allowed: policy: {rehearse_in_prod: true}."));
    } else if (s->plan->wants_passphrase) {
        app_push(app, passphrase_overlay(dry ? take_passphrase_dry : take_passphrase, s));
    } else {
        launch(s, app, dry ? "rehearse" : s->mode, (Str){NULL, 0});
    }
}

static void copy_command(const RunPlan *s, App *app)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    AUTO(buf_free) Buf line = {0};
    buf_addf(&line, "mudanza %s %s", s->mode, app_clinic(app) ? app_clinic(app)->typed : "CLINIC");
    for (size_t i = 0; s->select[i]; i++)
        buf_addf(&line, " %s", shell_word(a, s->select[i]));
    for (size_t i = 0; s->options[i]; i++)
        buf_addf(&line, " %s", shell_word(a, s->options[i]));
    app_copy(app, buf_text(&line));
}

static bool act(Screen *screen, App *app, int action)
{
    RunPlan *s = (RunPlan *)screen;
    switch (action) {
    case ACT_YES: begin(s, app, false); return true;
    case ACT_DRY: begin(s, app, true); return true;
    case ACT_COPY_COMMAND: copy_command(s, app); return true;
    default: return false;
    }
}

static void opened(Screen *screen, App *app)
{
    const RunPlan *s = (const RunPlan *)screen;
    AUTO(buf_free) Buf wish = {0};
    const PlanWish head = {.n_select = count(s->select), .n_options = count(s->options)};
    buf_add(&wish, (Str){(const char *)&head, sizeof head});
    buf_add(&wish, (Str){s->mode, strlen(s->mode) + 1});
    for (size_t i = 0; s->select[i]; i++)
        buf_add(&wish, (Str){s->select[i], strlen(s->select[i]) + 1});
    for (size_t i = 0; s->options[i]; i++)
        buf_add(&wish, (Str){s->options[i], strlen(s->options[i]) + 1});
    if (app_clinic(app))
        app_fetch(app, screen, 0, run_plan_read, wish.at, wish.len);
}

static void fetched(Screen *screen, App *app, int what, void *result, const Err *err)
{
    (void)what;
    RunPlan *s = (RunPlan *)screen;
    s->plan = result;
    s->base.type = may_run(s) ? &type : &idle_type;
    if (!result)
        app_say_err(app, err);
}

#define COPY_KEY {"c", ACT_COPY_COMMAND, N_("copy command"), N_("copy the command that does the same"), NULL, false}
static const Binding bindings[] = {
    {"y s", ACT_YES, N_("run now"), N_("run what the plan says"), "mudanza run CLINIC --yes", true},
    {"d", ACT_DRY, N_("dry run"), N_("the real statements in one transaction that is taken back"), "mudanza rehearse CLINIC",
     true},
    COPY_KEY,
    {0},
};
static const Binding idle_bindings[] = {COPY_KEY, {0}};

#define PLAN_TYPE(keys)                                                                                                \
    {.name = "run-plan", .title = N_("Plan"), .bindings = (keys), .overlay = true, .opened = opened, .paint = paint,   \
     .act = act, .fetched = fetched}
static const ScreenType type = PLAN_TYPE(bindings), idle_type = PLAN_TYPE(idle_bindings);

static const char *const *copy_list(Arena *a, const char *const *list)
{
    size_t n = list ? count(list) : 0;
    const char **copy = arena_many(a, const char *, n + 1);
    for (size_t i = 0; i < n; i++)
        copy[i] = arena_text(a, "%s", list[i]);
    return copy;
}

Screen *run_plan_overlay(App *app, const char *mode, const char *const *select, const char *const *options)
{
    static const char *const guided[] = {"--on-reject", "stop", NULL};
    RunPlan *s = screen_new(RunPlan, &idle_type);
    (void)app;
    s->mode = arena_text(s->base.arena, "%s", mode);
    s->select = copy_list(s->base.arena, select);
    // somebody is there to look: what is run by hand stops at the first row that is refused
    s->options = copy_list(s->base.arena, options ? options : !strcmp(mode, "run") ? guided : NULL);
    return &s->base;
}
