// Somebody else is at work on the clinic: who, since when, at what; and what one can do meanwhile.
#include "base/intl.h"
#include "base/json_read.h"
#include "ui/run_news.h"
#include "ui/run_words.h"
#include "ui/screens.h"

typedef struct {
    Screen base;
    const RunNews *news; // NULL: not read yet
} InUse;

enum { ACT_MONITOR = ACT_OWN };

static const char *owner_text(Arena *a, const RunNews *n, const char *key)
{
    const char *text = n->owner.at ? json_as_text(a, json_member(n->owner, key)) : NULL;
    return text ? text : "?";
}

static const char *since(Arena *a, const RunNews *n)
{
    Instant at;
    bool has_offset;
    return instant_parse(str_of(owner_text(a, n, "since")), &at, &has_offset) ? clock_words(a, at) : "?";
}

static void paint_owner(const RunNews *n, Arena *a, Canvas *c)
{
    const WorkerSeen *w = &n->seen;
    canvas_textf(c, 0, 0, -1, ROLE_TEXT, _("%s on %s, run #%lld, worker %lld"), owner_text(a, n, "user"),
                 owner_text(a, n, "host"), (long long)n->run,
                 (long long)(n->owner.at ? json_as_int(json_member(n->owner, "pid"), 0) : 0));
    if (!n->told) {
        canvas_textf(c, 1, 0, -1, ROLE_TEXT, _("since %s"), since(a, n));
        return;
    }
    int x =
        canvas_textf(c, 1, 0, -1, ROLE_TEXT, _("since %s, heartbeat %.0f s ago"), since(a, n), w->silent_s);
    if (*w->step)
        x += canvas_textf(c, 1, x, -1, ROLE_TEXT, _(", at %s"), w->step);
    if (*w->step && w->rows > 0)
        canvas_textf(c, 1, x, -1, ROLE_TEXT, " %d%%", (int)(100.0 * (double)w->done / (double)w->rows));
}

static int paint_key(Canvas *c, int y, const char *key, const char *text)
{
    canvas_text(c, y, 1, 4, ROLE_KEY, key);
    canvas_text(c, y, 6, -1, ROLE_TEXT, text);
    return y + 1;
}

static void paint(const Screen *screen, const App *app, Canvas *body)
{
    enum { COLS = 70, ROWS = 10 };
    AUTO(arena_free_at) Arena *a = arena_new();
    const InUse *s = (const InUse *)screen;
    const char *name = app_clinic_name(app) ? app_clinic_name(app) : "";
    Canvas box = canvas_box(body, ROWS, MIN(COLS, body->cols), arena_text(a, _("%s is in use"), name));
    if (!s->news)
        canvas_text(&box, 0, 0, -1, ROLE_DIM, _("reading ..."));
    else if (!s->news->at_work)
        canvas_text(&box, 0, 0, -1, ROLE_GOOD, _("Not any more: whoever it was has finished."));
    else
        paint_owner(s->news, a, &box);
    int y = paint_key(&box, 3, "m", _("monitor it; pause and stop are possible there"));
    y = paint_key(&box, y, "v", _("look only; warnings can be decided all the same"));
    paint_key(&box, y, "Esc", _("back"));
}

static bool act(Screen *screen, App *app, int action)
{
    if (action == ACT_MONITOR) {
        app_pop(app, screen);
        app_push(app, autopilot_screen());
        return true;
    }
    if (action != ACT_VIEW)
        return false;
    app_say(app, SAY_INFO, "%s", _("Nothing new is started while the run goes on; A watches it."));
    app_pop(app, screen);
    return true;
}

static void look(Screen *screen, App *app)
{
    NewsWish wish = {0};
    app_fetch(app, screen, 0, run_news_read, &wish, sizeof wish);
}

static void changed(Screen *screen, App *app, unsigned what)
{
    if (what & CHANGED_RUN && !app_fetching(app, screen, 0))
        look(screen, app);
}

static void fetched(Screen *screen, App *app, int what, void *result, const Err *err)
{
    (void)app, (void)what, (void)err;
    ((InUse *)screen)->news = result;
}

static const Binding bindings[] = {
    {"m", ACT_MONITOR, N_("monitor"), N_("watch the run"), "mudanza monitor CLINIC", false},
    {"v", ACT_VIEW, N_("look only"), N_("stay here and start nothing"), NULL, false},
    {0},
};
static const ScreenType type = {.name = "in-use",
                                .title = N_("In use"),
                                .bindings = bindings,
                                .overlay = true,
                                .opened = look,
                                .paint = paint,
                                .act = act,
                                .fetched = fetched,
                                .changed = changed};

Screen *in_use_overlay(void)
{
    return &screen_new(InUse, &type)->base;
}
