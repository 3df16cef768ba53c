// The step screen: its tabs, and what several of them share.
#include <string.h>

#include "base/intl.h"
#include "base/text.h"
#include "engine/beat_read.h"
#include "ui/step.h"

static const struct {
    const char *title;
    void (*paint)(const StepScreen *s, const App *app, Canvas *c);
} tabs[STEP_TABS] = {
    {N_("Plan"), step_paint_plan},     {N_("Samples"), step_paint_samples}, {N_("Diff"), step_paint_diff},
    {N_("Issues"), step_paint_issues}, {N_("Log"), step_paint_log},         {N_("Why"), step_paint_why},
    {N_("History"), step_paint_history},
};

StepStatus step_status_now(const StepScreen *s, const App *app)
{
    const WorkerSeen *w = app_worker(app);
    if (w && strcmp(w->step, s->step) == 0)
        return STEP_RUNNING;
    if (s->plan && s->plan->step)
        return s->plan->step->status;
    return s->known ? s->known->status : STEP_PENDING;
}

bool step_paint_lack(const StepScreen *s, int kind, const void *data, const char *reading, Canvas *c, int y)
{
    if (data)
        return false;
    Canvas rest = canvas_part(c, y, 1, c->rows - y, c->cols - 2);
    if (s->trouble[kind])
        canvas_wrap(&rest, 0, 0, ROLE_WARN, s->trouble[kind]);
    else
        canvas_text(&rest, 0, 0, -1, ROLE_DIM, reading);
    return true;
}

static void paint_tabs(const StepScreen *s, Canvas *c)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    const int between = c->cols >= 100 ? 3 : 1;
    int x = 1;
    for (int i = 0; i < STEP_TABS; i++) {
        const char *name = arena_text(a, "%d %s", i + 1, _(tabs[i].title));
        if (i == TAB_ISSUES && s->known && s->known->open) {
            AUTO(buf_free) Buf count = {0};
            number_shown(s->known->open, &count);
            name = arena_text(a, "%s %s", name, buf_text(&count));
        }
        bool here = i == s->tab;
        x += canvas_text(c, 0, x, -1, here ? ROLE_STRONG : ROLE_TEXT, here ? arena_text(a, "[%s]", name) : name);
        x += between;
    }
}

void step_paint(const Screen *screen, const App *app, Canvas *body)
{
    const StepScreen *s = (const StepScreen *)screen;
    paint_tabs(s, body);
    Canvas rest = canvas_part(body, 2, 0, body->rows - 2, body->cols);
    *s->page = MAX(rest.rows - 1, 1); // without the heads of columns
    tabs[s->tab].paint(s, app, &rest);
}
