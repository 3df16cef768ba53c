// How to stop a run: after the running batch, after the running step, or now.
#include "base/intl.h"
#include "ui/run_news.h"
#include "ui/screens.h"

typedef struct {
    Screen base;
    StopWhen asked; // of the worker, and not answered yet
} Stop;

enum { ACT_BATCH = ACT_OWN, ACT_STEP, ACT_NOW };

static const struct {
    const char *key, *what, *means;
    StopWhen when;
} ways[] = {
    {"b", N_("after the running batch"), N_("about a second; nothing is half written"), STOP_AFTER_BATCH},
    {"e", N_("at the end of the running step"), N_("the steps behind it stay to be done"), STOP_AFTER_STEP},
    {"n", N_("now"), N_("what the open batch wrote is taken back"), STOP_NOW},
};

static void paint(const Screen *screen, const App *app, Canvas *body)
{
    enum { COLS = 76, TEXT_AT = 4, MEANS_AT = 33 };
    const Stop *s = (const Stop *)screen;
    (void)app;
    int n = (int)ARRAY_LEN(ways);
    Canvas box = canvas_box(body, n + 6, MIN(COLS, body->cols), _("Stop the run"));
    canvas_text(&box, 0, 0, -1, ROLE_TEXT,
                _("Whatever is chosen, it can be gone on with later (x, mudanza resume)."));
    for (int i = 0; i < n; i++) {
        canvas_text(&box, i + 2, 1, 1, ROLE_KEY, ways[i].key);
        canvas_text(&box, i + 2, TEXT_AT, MEANS_AT - TEXT_AT - 1, ROLE_TEXT, _(ways[i].what));
        canvas_text(&box, i + 2, MEANS_AT, -1, ROLE_DIM, _(ways[i].means));
    }
    if (s->asked)
        canvas_text(&box, n + 3, 0, -1, ROLE_ACTIVE, _("asking the worker ..."));
}

static bool act(Screen *screen, App *app, int action)
{
    Stop *s = (Stop *)screen;
    if (action < ACT_BATCH || action > ACT_NOW)
        return false;
    if (s->asked)
        return true;
    s->asked = ways[action - ACT_BATCH].when;
    Order order = {.kind = ORDER_STOP, .stop = s->asked};
    app_fetch(app, screen, 0, order_ask_read, &order, sizeof order);
    return true;
}

static void fetched(Screen *screen, App *app, int what, void *result, const Err *err)
{
    (void)what;
    if (result)
        app_say(app, SAY_INFO, "%s", (const char *)result);
    else
        app_say_err(app, err);
    app_pop(app, screen);
}

static const Binding bindings[] = {
    {"b", ACT_BATCH, N_("after batch"), N_("stop when the running batch is written"),
     "mudanza stop CLINIC --after batch", true},
    {"e", ACT_STEP, N_("after step"), N_("stop when the running step is done"),
     "mudanza stop CLINIC --after step", true},
    {"n", ACT_NOW, N_("now"), N_("stop at once; the open batch is taken back"), "mudanza stop CLINIC --now",
     true},
    {0},
};
static const ScreenType type = {.name = "stop",
                                .title = N_("Stop the run"),
                                .bindings = bindings,
                                .overlay = true,
                                .paint = paint,
                                .act = act,
                                .fetched = fetched};

Screen *stop_overlay(void)
{
    return &screen_new(Stop, &type)->base;
}
