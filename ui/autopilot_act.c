// What the keys of the Autopilot screen do.
#include <string.h>

#include "base/intl.h"
#include "engine/worker_words.h"
#include "ui/autopilot.h"

static bool move_list(Autopilot *s, int action)
{
    if (!s->runs || !list_move(&s->list, action, s->seen->list_rows))
        return false;
    s->run_at = s->runs->n ? s->runs->runs[s->list.cursor].run : 0;
    return true;
}

static bool move_log(Autopilot *s, int action)
{
    size_t lines = feed_log_lines(s->feed), room = (size_t)MAX(s->seen->log_rows, 1);
    ListState l = {.count = (int64_t)lines, .cursor = (int64_t)(lines - MIN(s->log_back, lines)) - 1};
    if (!lines || !list_move(&l, action, (int)room))
        return false;
    size_t back = lines - 1 - (size_t)l.cursor;
    s->log_back = MIN(back, lines > room ? lines - room : 0);
    return true;
}

static bool move_steps(Autopilot *s, int action)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    size_t n, cursor;
    const int *rows = autopilot_rows(s, a, s->seen->room, &n, &cursor);
    ListState l = {.cursor = (int64_t)cursor, .top = s->top};
    list_fit(&l, (int64_t)n, s->seen->room);
    if (!n || !list_move(&l, action, s->seen->room))
        return false;
    s->top = l.top;
    s->at = autopilot_row_id(s, rows[l.cursor]);
    return true;
}

static bool move(Autopilot *s, int action)
{
    return !s->feed ? move_list(s, action) : s->log_focus ? move_log(s, action) : move_steps(s, action);
}

static void pause_or_go_on(Autopilot *s, App *app)
{
    Order order = {.kind = autopilot_is_held(s) ? ORDER_CONTINUE : ORDER_PAUSE};
    if (!app_fetching(app, &s->base, FETCH_PAUSE))
        app_fetch(app, &s->base, FETCH_PAUSE, order_ask_read, &order, sizeof order);
}

// Why nothing moves, or why it ended as it did: all that is known of it.
static void say_why(const Autopilot *s, App *app)
{
    const RunFeed *f = s->feed;
    AUTO(buf_free) Buf line = {0};
    if (!f) { // not read yet, or there is none
        app_say(app, SAY_INFO, "%s", _("No run is shown here yet."));
        return;
    }
    if (s->news && s->news->told)
        worker_trouble_words(&s->news->seen, &line);
    const char *const more[] = {
        line.len || f->ended ? "" : f->stall, f->gate, f->gate_hint, f->error, f->error_hint, f->retry};
    for (size_t i = 0; i < ARRAY_LEN(more); i++)
        if (*more[i] && !strstr(buf_text(&line), more[i]))
            buf_addf(&line, "%s%s", line.len ? "; " : "", more[i]);
    if (!line.len)
        buf_add_text(&line,
                     f->ended ? f->reason : _("It does not wait: something moved within the last seconds."));
    app_say(app, SAY_INFO, "%s", buf_text(&line));
}

static void show_log(const Autopilot *s, App *app)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    int64_t run = s->feed ? s->feed->run : s->runs && s->runs->n ? s->runs->runs[s->list.cursor].run : 0;
    if (!run || !app_clinic(app))
        return;
    const char *path = arena_text(a, "%s/runs/%06lld/run.log", app_clinic(app)->state_folder, (long long)run);
    const char *const argv[] = {"/bin/sh", "-c", "exec ${PAGER:-more} \"$1\"", "sh", path, NULL};
    app_run_foreground(app, argv);
}

static void open_row(Autopilot *s, App *app)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    size_t n, cursor;
    if (!s->feed) {
        if (s->runs && s->runs->n)
            app_push(app, autopilot_of_run(s->runs->runs[s->list.cursor].run));
        return;
    }
    const int *rows = autopilot_rows(s, a, s->seen->room, &n, &cursor);
    if (n && rows[cursor] == ROW_FOLDED)
        s->unfolded = true;
    else if (n && rows[cursor] >= 0 && s->feed->steps[rows[cursor]].stage >= 0)
        app_push(app, step_screen(app, s->feed->steps[rows[cursor]].entity,
                                  (Stage)s->feed->steps[rows[cursor]].stage, 1));
}

// What is left to do: a run that did not come to its end is gone on with.
static void run_again(const Autopilot *s, App *app)
{
    bool go_on = s->feed && (!s->feed->ended || *s->feed->resume) && s->feed->exit_code != EXIT_REJECTS;
    app_push(app, run_plan_overlay(app, go_on ? "resume" : "autopilot", NULL, NULL));
}

// The command that shows the same.
static void copy_command(const Autopilot *s, App *app)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    if (!app_clinic(app))
        return;
    const char *typed = app_clinic(app)->typed;
    if (!s->feed)
        app_copy(app, arena_text(a, "mudanza runs %s", typed));
    else if (s->news && s->news->live)
        app_copy(app, arena_text(a, "mudanza monitor %s", typed));
    else
        app_copy(app, arena_text(a, "mudanza report %s %lld", typed, (long long)s->feed->run));
}

bool autopilot_act(Screen *screen, App *app, int action)
{
    Autopilot *s = (Autopilot *)screen;
    if (move(s, action))
        return true;
    switch (action) {
    case ACT_OPEN: open_row(s, app); return true;
    case ACT_PAUSE: pause_or_go_on(s, app); return true;
    case ACT_STOP: app_push(app, stop_overlay()); return true;
    case ACT_WHY: say_why(s, app); return true;
    case ACT_BEHIND: show_log(s, app); return true;
    case ACT_RUN: run_again(s, app); return true;
    case ACT_FOLLOW: // it follows; if it did, it holds still
        s->log_back = s->log_back ? 0 : s->feed && s->feed->logged ? 1 : 0;
        s->at = NULL;
        return true;
    case ACT_COPY: copy_command(s, app); return true;
    case ACT_FOLD_ALL: s->unfolded = !s->unfolded; return true;
    case ACT_NEXT_TAB:
    case ACT_PREV_TAB: s->log_focus = s->feed && !s->log_focus; return s->feed;
    default: return false;
    }
}
