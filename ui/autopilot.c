// The run under way, from wherever one comes in; else the list of runs. The worker knows nothing of who
// looks.
#include "ui/autopilot.h"

#include <string.h>

#include "base/intl.h"
#include "engine/reason_shown.h"
#include "engine/words_shown.h"

enum { LOOK_EVERY_MS = 1000, START_EVERY_MS = 250 };

static const ScreenType list_type, live_type, held_type, ended_type;

bool autopilot_is_held(const Autopilot *s)
{
    return s->news && s->news->told && (s->news->seen.paused_by || s->news->seen.asked);
}

AutopilotState autopilot_state(const Autopilot *s, const App *app)
{
    const RunNews *n = s->news;
    if (s->feed)
        return n && n->live ? RUN_LIVE : s->feed->ended ? RUN_ENDED : s->caught_up ? RUN_GONE : RUN_READING;
    if (!n)
        return RUN_READING;
    return n->at_work || (s->expected_pid && app_launch_pid(app) == s->expected_pid) ? RUN_STARTING
                                                                                     : RUN_LIST;
}

// ---- Reading ----------------------------------------------------------------------------------------

static void look(Autopilot *s, App *app, int wait_ms)
{
    NewsWish wish = {.run = s->pinned, .pid = s->expected_pid, .wait_ms = wait_ms};
    if (s->feed) {
        wish.known = s->feed->run;
        wish.offset = s->feed->offset;
    }
    if (!app_fetching(app, &s->base, FETCH_NEWS))
        app_fetch(app, &s->base, FETCH_NEWS, run_news_read, &wish, sizeof wish);
}

// How the run ended, and where one goes from here. What stopped at the first row that was refused says which.
static void say_end(const Autopilot *s, App *app)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    const RunFeed *f = s->feed;
    const char *reason = *f->reason ? reason_shown(a, f->reason) : run_word(f->status);
    bool refused = f->exit_code == ERR_STEP && *f->refused && !strstr(reason, f->refused);
    if (f->exit_code == 0 || f->exit_code == EXIT_REJECTS)
        app_say(app, f->exit_code == 0 ? SAY_GOOD : SAY_WARN,
                _("Run %lld ended: %s. R shows the report, W the warnings."), (long long)f->run, reason);
    else if (f->exit_code == ERR_STOPPED) // as somebody wished
        app_say(app, SAY_INFO, _("Run %lld ended: %s. x goes on from here."), (long long)f->run, reason);
    else if (f->exit_code == ERR_DECISION && f->wants_links)
        app_say(app, SAY_WARN, _("Run %lld ended: %s. L decides them, x goes on from here."), (long long)f->run, reason);
    else if (!f->issues[SEVERITY_FATAL] && !f->issues[SEVERITY_ERROR])
        app_say(app, SAY_ERROR, _("Run %lld ended: %s. w shows why, x goes on from here."), (long long)f->run,
                reason);
    else
        app_say(app, SAY_ERROR, _("Run %lld ended: %s%s%s. W shows the causes, x goes on from here."),
                (long long)f->run, reason, refused ? ": " : "", refused ? f->refused : "");
}

static void take_lines(Autopilot *s, const RunNews *n)
{
    Str rest = n->lines, line;
    if (!s->feed || s->feed->run != n->run) {
        feed_free(s->feed);
        s->feed = feed_new(n->run);
        s->at = NULL;
        s->log_back = 0;
        s->was_live = false;
    }
    if (n->from != s->feed->offset && n->from)
        return; // of another reading: it comes again
    size_t before = s->feed->logged;
    while (rest.at && str_cut(&rest, '\n', &line))
        if (line.len)
            feed_line(s->feed, line);
    s->feed->offset = n->to;
    if (s->log_back) // what one looks at stays where it is
        s->log_back += s->feed->logged - before;
    s->caught_up = !n->more;
}

static void take_news(Autopilot *s, App *app, const RunNews *n)
{
    s->news = n;
    if (n->run)
        take_lines(s, n);
    else if (s->feed && !n->at_work) { // its run is not there any more
        feed_free(s->feed);
        s->feed = NULL;
    }
    bool ours =
        s->feed && s->expected_pid && s->feed->pid == s->expected_pid; // over before it was seen at work
    if (s->feed && s->feed->ended && !n->live && (s->was_live || ours))
        say_end(s, app);
    s->was_live = n->live;
    if (n->live || (ours && s->feed->ended))
        s->expected_pid = 0;
    AutopilotState state = autopilot_state(s, app);
    s->base.type = state == RUN_LIST                         ? &list_type
                   : state == RUN_ENDED || state == RUN_GONE ? &ended_type
                   : autopilot_is_held(s)                    ? &held_type
                                                             : &live_type;
    s->base.subject =
        s->feed ? arena_text(s->feed->arena, _("Autopilot #%lld"), (long long)s->feed->run) : NULL;
}

static void fetched(Screen *screen, App *app, int what, void *result, const Err *err)
{
    Autopilot *s = (Autopilot *)screen;
    if (what == FETCH_PAUSE) {
        if (result)
            app_say(app, SAY_INFO, "%s", (const char *)result);
        else
            app_say_err(app, err);
        return;
    }
    if (what == FETCH_RUNS) {
        s->runs = result;
        if (result)
            autopilot_runs_read(s);
        return;
    }
    s->news = NULL; // what it was is gone by now
    if (result)
        take_news(s, app, result);
    else if (err->kind != ERR_NONE)
        app_say_err(app, err);
    if (app_options(app)->stand_in || !result)
        return;
    switch (autopilot_state(s, app)) {
    case RUN_READING: look(s, app, 0); break;
    case RUN_STARTING: look(s, app, START_EVERY_MS); break;
    case RUN_LIVE: look(s, app, s->caught_up ? LOOK_EVERY_MS : 0); break;
    case RUN_LIST:
        if (!app_fetching(app, screen, FETCH_RUNS))
            app_fetch(app, screen, FETCH_RUNS, run_list_read, NULL, 0);
        break;
    case RUN_ENDED:
    case RUN_GONE:
        if (!s->caught_up)
            look(s, app, 0);
    }
}

static void opened(Screen *screen, App *app)
{
    Autopilot *s = (Autopilot *)screen;
    if (!s->pinned)
        s->expected_pid = app_launch_pid(app);
    look(s, app, 0);
    if (app_options(app)->stand_in && !s->feed)
        app_fetch(app, screen, FETCH_RUNS, run_list_read, NULL, 0);
}

// A live run is looked at once a second anyway.
static void changed(Screen *screen, App *app, unsigned what)
{
    Autopilot *s = (Autopilot *)screen;
    if (what & CHANGED_RUN)
        look(s, app, 0);
}

static void close_screen(Screen *screen)
{
    feed_free(((Autopilot *)screen)->feed);
}

// ---- Keys --------------------------------------------------------------------------------------------

#define STEP_KEYS                                                                                            \
    {"Enter", ACT_OPEN, N_("step"), N_("open the step"), NULL, false},                                       \
        {"f",  ACT_FOLLOW, N_("follow"), N_("the log follows the run, or holds still; so does the cursor"),  \
         NULL, false},                                                                                       \
        {"z", ACT_FOLD_ALL, N_("fold"), N_("fold the steps that are done, or show them all"), NULL, false},  \
        {"Tab Shift-Tab", ACT_NEXT_TAB, NULL, N_("from the steps to the log, and back"), NULL, false},       \
    {                                                                                                        \
        0                                                                                                    \
    }
#define LOG_KEY                                                                                              \
    {                                                                                                        \
        "o", ACT_BEHIND, N_("full log"), N_("the log from its first line, in $PAGER"),                       \
            "mudanza logs CLINIC", false                                                                     \
    }
#define WARNINGS_KEY                                                                                         \
    {                                                                                                        \
        "W F7", ACT_GO_WARNINGS, N_("warnings"), N_("go to the warnings"), "mudanza warnings list CLINIC",   \
            false                                                                                            \
    }

#define LIVE_KEYS                                                                                            \
    {"t",                                                                                                    \
     ACT_STOP,                                                                                               \
     N_("stop..."),                                                                                          \
     N_("stop: after the batch, after the step, or now"),                                                    \
     "mudanza stop CLINIC",                                                                                  \
     true},                                                                                                  \
        LOG_KEY, WARNINGS_KEY,                                                                               \
        {"w",                                                                                                \
         ACT_WHY,                                                                                            \
         N_("why waiting"),                                                                                  \
         N_("what it waits for, and since when"),                                                            \
         "mudanza status CLINIC",                                                                            \
         false},                                                                                             \
        STEP_KEYS

static const Binding live_bindings[] = {
    {"p", ACT_PAUSE, N_("pause"), N_("pause after the running batch, or go on"), "mudanza pause CLINIC",
     true},
    LIVE_KEYS,
};

static const Binding held_bindings[] = {
    {"p", ACT_PAUSE, N_("continue"), N_("go on with what is paused"), "mudanza continue CLINIC", true},
    LIVE_KEYS,
};

static const Binding ended_bindings[] = {
    {"R", ACT_GO_REPORT, N_("report"), N_("go to the report"), "mudanza report CLINIC", false},
    WARNINGS_KEY,
    {"x F5", ACT_RUN, N_("go on"), N_("go on with it, or run what is to be done now"),
     "mudanza resume CLINIC", true},
    {"w", ACT_WHY, N_("why"), N_("why it ended as it did"), "mudanza report CLINIC", false},
    LOG_KEY,
    STEP_KEYS,
};

static const Binding list_bindings[] = {
    {"Enter", ACT_OPEN, N_("open it"), N_("open the run"), "mudanza report CLINIC RUN", false},
    {"x F5", ACT_RUN, N_("run all"), N_("run what is to be done"), "mudanza autopilot CLINIC", true},
    LOG_KEY,
    WARNINGS_KEY,
    {"R", ACT_GO_REPORT, N_("report"), N_("go to the report"), "mudanza report CLINIC", false},
    {0},
};

#define AUTOPILOT_TYPE(keys)                                                                                 \
    {                                                                                                        \
        .name = "autopilot", .title = N_("Autopilot"), .bindings = (keys), .opened = opened,                 \
        .paint = autopilot_paint, .context = autopilot_context, .act = autopilot_act, .fetched = fetched,    \
        .changed = changed, .close = close_screen                                                            \
    }
static const ScreenType list_type = AUTOPILOT_TYPE(list_bindings), live_type = AUTOPILOT_TYPE(live_bindings),
                        held_type = AUTOPILOT_TYPE(held_bindings), ended_type = AUTOPILOT_TYPE(ended_bindings);

Screen *autopilot_screen(void)
{
    Autopilot *s = screen_new(Autopilot, &live_type);
    s->seen = arena_one(s->base.arena, struct AutopilotSeen);
    return &s->base;
}

Screen *autopilot_of_run(int64_t run)
{
    Autopilot *s = (Autopilot *)autopilot_screen();
    s->pinned = run;
    return &s->base;
}
