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
    {N_("Plan"), step_paint_plan},       {N_("Samples"), step_paint_samples}, {N_("Diff"), step_paint_diff},
    {N_("Issues"), step_paint_issues},   {N_("Log"), step_paint_log},         {N_("Why"), step_paint_why},
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

static const char *tab_name(Arena *a, const StepScreen *s, int i)
{
    AUTO(buf_free) Buf name = {0};
    buf_addf(&name, i == s->tab ? "[%d %s" : "%d %s", i + 1, _(tabs[i].title));
    if (i == TAB_ISSUES && s->known && s->known->open) {
        buf_add_char(&name, ' ');
        number_shown(s->known->open, &name);
    }
    buf_add_text(&name, i == s->tab ? "]" : "");
    return str_keep(a, buf_str(&name));
}

// Where not all of them fit, the others are numbers.
static void paint_tabs(const StepScreen *s, Canvas *c)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    const int between = c->cols >= 100 ? 3 : 1;
    int x = 1, all = 0;
    for (int i = 0; i < STEP_TABS; i++)
        all += text_width(str_of(tab_name(a, s, i))) + between;
    for (int i = 0; i < STEP_TABS; i++) {
        const bool here = i == s->tab;
        const char *name =
            here || all <= c->cols - 1 + between ? tab_name(a, s, i) : arena_text(a, "%d", i + 1);
        x += canvas_text(c, 0, x, -1, here ? ROLE_STRONG : ROLE_TEXT, name) + between;
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
