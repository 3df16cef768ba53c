// The plan before a run, as a box.
#include <string.h>

#include "base/intl.h"
#include "ui/run_plan.h"
#include "ui/run_words.h"
#include "ui/when.h"

enum { COLS = 76, LABEL = 10, STEP_LINES = 3, ROOMY = 14 };

static int paint_line(Canvas *c, int y, const char *label, Role role, const char *text)
{
    canvas_text(c, y, 0, LABEL - 1, ROLE_HEAD, label);
    Canvas rest = canvas_part(c, y, LABEL, c->rows - y, c->cols - LABEL);
    return y + MAX(canvas_wrap(&rest, 0, 0, role, text), 1);
}

// A long list takes some lines and no more, and says so.
static int paint_steps(Canvas *c, int y, const char *text)
{
    canvas_text(c, y, 0, LABEL - 1, ROLE_HEAD, _("steps"));
    int most = c->rows < ROOMY ? 1 : STEP_LINES;
    Canvas rest = canvas_part(c, y, LABEL, MIN(most, c->rows - y), c->cols - LABEL);
    int lines = canvas_wrap(&rest, 0, 0, ROLE_TEXT, text);
    if (lines > rest.rows)
        canvas_text(&rest, rest.rows - 1, rest.cols - 1, 1, ROLE_DIM, "~");
    return y + MAX(MIN(lines, most), 1);
}

static int paint_target(const RunPlanned *p, const Clinic *clinic, Canvas *c, int y)
{
    bool prod = !strcmp(clinic->env, "PROD");
    canvas_text(c, y, 0, LABEL - 1, ROLE_HEAD, _("target"));
    int x = LABEL + canvas_text(c, y, LABEL, -1, prod ? ROLE_PROD : ROLE_STRONG, clinic->env) + 2;
    Canvas name = canvas_part(c, y, x, MIN(2, c->rows - y), c->cols - x);
    y += MAX(canvas_wrap(&name, 0, 0, ROLE_STRONG, p->clinic ? p->clinic : _("there is none yet: the run makes it")), 1);
    if (prod)
        canvas_text(c, y++, LABEL, -1, ROLE_BAD, _("PROD: rows are written into the application people work with"));
    return y;
}

static int paint_causes(const RunPlanned *p, Canvas *c, int y)
{
    for (size_t i = 0; i < p->n_causes && y < c->rows; i++) {
        if (!i)
            canvas_text(c, y, 0, LABEL - 1, ROLE_HEAD, _("because"));
        Canvas rest = canvas_part(c, y, LABEL, MAX(c->rows - y - (int)(p->n_causes - i - 1), 1), c->cols - LABEL);
        y += MIN(canvas_wrap(&rest, 0, 0, ROLE_TEXT, p->causes[i]), MAX(rest.rows, 1));
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
        canvas_wrap(&(Canvas){c->surface, c->y + y + 1, c->x, MAX(c->rows - y - 1, 0), c->cols}, 0, 0,
                    ROLE_GOOD,
                    _("Nothing to do: all of it is done, and nothing it was made from has changed."));
        return;
    }
    y = paint_steps(c, y, p->steps);
    // what it costs is seen, however many the causes are
    Canvas causes = canvas_part(c, 0, 0, c->rows - 2 - (p->bulk != NULL), c->cols);
    y = paint_causes(p, &causes, y);
    if (p->perhaps && y < causes.rows)
        canvas_textf(c, y++, LABEL, -1, ROLE_DIM, _("%zu of them only if what they read comes out different"),
                     p->perhaps);
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

bool run_plan_may_run(const RunPlan *s)
{
    return s->plan && !s->plan->trouble && s->plan->todo;
}

static int paint_key(Canvas *c, int y, int x, const char *key, const char *text)
{
    x += canvas_text(c, y, x, -1, ROLE_KEY, key) + 1;
    return x + canvas_text(c, y, x, -1, ROLE_TEXT, text) + 4;
}

void run_plan_paint(const Screen *screen, const App *app, Canvas *body)
{
    enum { ROWS = 20 };
    AUTO(arena_free_at) Arena *a = arena_new();
    const RunPlan *s = (const RunPlan *)screen;
    Canvas box = canvas_box(body, MIN(ROWS, body->rows), MIN(COLS, body->cols), title_of(s, a));
    Canvas inside = canvas_part(&box, 0, 0, box.rows - 2, box.cols);
    if (!s->plan)
        canvas_text(&inside, 0, 0, -1, ROLE_DIM,
                    _("planning: configuration, cache and target are looked at ..."));
    else if (app_clinic(app))
        paint_plan(s, app_clinic(app), &inside);
    int x = 1, y = box.rows - 1;
    if (run_plan_may_run(s)) {
        x = paint_key(&box, y, x, "y", _("run now"));
        if (strcmp(s->mode, "rehearse") != 0)
            x = paint_key(&box, y, x, "d", _("dry run"));
    }
    x = paint_key(&box, y, x, "c", _("copy command"));
    paint_key(&box, y, x, "Esc", _("no"));
}
