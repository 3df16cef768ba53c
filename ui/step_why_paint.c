// Tabs Why and History: what changed, with before and after, what follows from it; and the runs that worked
// on the step.
#include <string.h>

#include "base/intl.h"
#include "engine/reason_shown.h"
#include "engine/words_shown.h"
#include "ui/glyphs.h"
#include "ui/step.h"
#include "ui/when.h"

enum { VALUES = 8 }; // where before and after begin

static int paint_value(Canvas *c, int y, const char *sign, const char *value, Role role)
{
    canvas_text(c, y, VALUES - 2, 1, role, sign);
    Canvas part = canvas_part(c, 0, VALUES, c->rows, c->cols - VALUES - 1);
    return y + MAX(canvas_wrap(&part, y, 0, role, value), 1);
}

static int paint_cause(Canvas *c, int y, const Cause *cause)
{
    canvas_text(c, y, 3, 1, ROLE_WARN, "~");
    Canvas part = canvas_part(c, 0, 5, c->rows, c->cols - 6);
    y += MAX(canvas_wrap(&part, y, 0, ROLE_TEXT, cause->text), 1);
    if (cause->before)
        y = paint_value(c, y, "-", cause->before, ROLE_BAD);
    if (cause->after)
        y = paint_value(c, y, "+", cause->after, ROLE_GOOD);
    return y;
}

static int paint_reached(Canvas *c, int y, const PlannedStep *p, bool certain)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    bool any = false;
    for (size_t i = 0; i < p->n_reached; i++) {
        const Reached *r = &p->reached[i];
        if (r->certain != certain)
            continue;
        if (!any)
            canvas_text(c, y++, 1, -1, ROLE_HEAD,
                        certain ? _("DONE AGAIN BECAUSE OF IT")
                                : _("PERHAPS, IF WHAT THEY READ COMES OUT DIFFERENT"));
        any = true;
        AUTO(buf_free) Buf rows = {0};
        if (r->rows >= 0)
            number_shown(r->rows, &rows);
        canvas_text(c, y, 3, 40, ROLE_TEXT, r->step);
        canvas_text(c, y++, 44, -1, ROLE_DIM,
                    r->rows >= 0 ? arena_text(a, _("%s rows"), buf_text(&rows)) : "");
    }
    return y + any;
}

void step_paint_why(const StepScreen *s, const App *app, Canvas *c)
{
    const PlannedStep *p = s->plan ? s->plan->step : NULL;
    if (step_paint_lack(s, STEP_PLAN, s->plan, _("looking for what changed: source, mappings, target ..."), c,
                        0))
        return;
    int y = -(int)s->list[TAB_WHY].cursor; // scrolled
    paint_status(c, y, 1, 30, step_status_now(s, app));
    y += 2;
    if (!p) {
        canvas_text(c, y, 1, -1, ROLE_TEXT, _("This pipeline has no such step."));
        return;
    }
    if (!p->n_causes)
        canvas_text(c, y++, 1, -1, ROLE_TEXT,
                    p->status == STEP_PENDING
                        ? _("Nobody has worked on it yet.")
                        : _("Nothing changed since it was done: it has nothing to do."));
    for (size_t i = 0; i < p->n_causes; i++)
        y = paint_cause(c, y, &p->causes[i]);
    y++;
    y = paint_reached(c, y, p, true);
    paint_reached(c, y, p, false);
}

// ---- History ------------------------------------------------------------------------------------------

enum { AT_RUN, AT_WHEN, AT_MODE, AT_STATUS, AT_ROWS, AT_DONE, AT_REJECTED, AT_TOOK, AT_BY, AT_COLUMNS };
static const Column history_columns[AT_COLUMNS] = {
    {N_("RUN"), 6, true, 0},       {N_("ENDED"), 16, false, 3}, {N_("MODE"), 10, false, 6},
    {N_("STATUS"), 12, false, 0},  {N_("ROWS"), 11, true, 4},   {N_("DONE"), 11, true, 1},
    {N_("REJECTED"), 10, true, 2}, {N_("TOOK"), 8, true, 5},    {N_("BY"), 0, false, 7},
};

static int status_named(const char *word)
{
    for (int i = 0; word && i < STEP_STATUSES; i++)
        if (strcmp(step_status_words[i], word) == 0)
            return i;
    return -1;
}

static void paint_run(const Table *t, Canvas *c, int y, const StepRun *r)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    int status = status_named(r->status);
    table_number(t, c, y, AT_RUN, ROLE_TEXT, r->run);
    table_cell(t, c, y, AT_WHEN, ROLE_TEXT, when_whole(a, r->at));
    table_cell(t, c, y, AT_MODE, ROLE_TEXT, r->mode ? word_shown(r->mode) : NULL);
    if (status >= 0)
        paint_status(c, y, t->x[AT_STATUS], t->width[AT_STATUS], (StepStatus)status);
    else
        table_cell(t, c, y, AT_STATUS, ROLE_TEXT, r->status ? r->status : "-");
    table_number(t, c, y, AT_ROWS, ROLE_TEXT, r->rows);
    table_number(t, c, y, AT_DONE, ROLE_TEXT, r->done);
    table_number(t, c, y, AT_REJECTED, r->rejected > 0 ? ROLE_WARN : ROLE_TEXT, r->rejected);
    table_cell(t, c, y, AT_TOOK, ROLE_TEXT, took_short(a, r->took_s));
    table_cell(t, c, y, AT_BY, ROLE_TEXT, r->by);
}

void step_paint_history(const StepScreen *s, const App *app, Canvas *c)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    const ListState *l = &s->list[TAB_HISTORY];
    (void)app;
    if (step_paint_lack(s, STEP_KNOWN, s->known, _("reading the step ..."), c, 0))
        return;
    if (!s->known->n_runs) {
        canvas_text(c, 0, 1, -1, ROLE_TEXT, _("No run has worked on it yet."));
        return;
    }
    const Table t = table_of(history_columns, AT_COLUMNS, c->cols);
    const bool told = s->known->runs[MIN(l->cursor, (int64_t)s->known->n_runs - 1)].why;
    table_head(&t, c, 0);
    *s->page = MAX(c->rows - 1 - 2 * told, 1);
    ListState shown = *l;
    list_fit(&shown, (int64_t)s->known->n_runs, *s->page);
    for (int i = 0; i < *s->page && shown.top + i < shown.count; i++) {
        paint_run(&t, c, 1 + i, &s->known->runs[shown.top + i]);
        table_cursor(c, 1 + i, shown.top + i == shown.cursor, false);
    }
    if (told)
        canvas_text(c, c->rows - 1, 1, -1, ROLE_TEXT, reason_shown(a, s->known->runs[shown.cursor].why));
}
