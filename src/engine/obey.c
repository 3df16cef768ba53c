// Where a run may be held or ended: between rows, batches and steps, with no transaction open in the target.
#include <errno.h>
#include <poll.h>
#include <signal.h>

#include "base/cancel.h"
#include "base/file.h"
#include "base/intl.h"
#include "engine/lanes.h"

enum { LOOK_MS = 500, DISK_LOOK_S = 5, DISK_AGAIN_S = 300, SECOND_US = 1000000, MB = 1000000 };

static const char *order_text(const Worker *w, const Order *o)
{
    return *o->from ? arena_text(w->s.arena, "%s (%s)", o->by, o->from) : arena_text(w->s.arena, "%s", o->by);
}

static void tell_applied(Worker *w, const Order *o)
{
    const char *who = order_text(w, o);
    const char *text = o->kind == ORDER_PAUSE      ? arena_text(w->s.arena, _("pause asked for by %s"), who)
                       : o->kind == ORDER_CONTINUE ? arena_text(w->s.arena, _("continued by %s"), who)
                                                   : arena_text(w->s.arena, _("stop asked for by %s"), who);
    JsonOut *j = event_begin(w->events, "control", NULL);
    json_text(j, "id", o->id);
    json_text(j, "cmd", order_words[o->kind]);
    if (o->kind == ORDER_STOP)
        json_text(j, "after", stop_words[o->stop]);
    json_text(j, "by", o->by);
    json_text(j, "from", o->from);
    json_text(j, "state", "applied");
    json_text(j, "message", text);
    event_send(w->events, &(Event){.text = text});
}

static void show_asked(Worker *w)
{
    static const char *const stops[] = {NULL, "stop after step", "stop after batch", "stop now"};
    const char *what = stops[w->stop_when];
    beat_asked(w->beat, what ? what : w->pause_asked && !w->paused ? "pause" : NULL);
}

static void stop_by_order(Worker *w)
{
    const char *who = order_text(w, &w->stop_order);
    if (w->why_stopped)
        return;
    tell_applied(w, &w->stop_order);
    if (w->stop_when == STOP_NOW)
        w->why_stopped = arena_text(w->s.arena, _("stopped by %s"), who);
    else if (w->stop_when == STOP_AFTER_BATCH)
        w->why_stopped = arena_text(w->s.arena, _("stopped by %s after the running batch"), who);
    else
        w->why_stopped = arena_text(w->s.arena, _("stopped by %s after the running step"), who);
}

static void take_order(Worker *w, const Order *o)
{
    switch (o->kind) {
    case ORDER_PAUSE:
        w->pause_asked = true;
        w->pause_order = *o;
        break;
    case ORDER_CONTINUE: // also takes back what was asked and not yet done
        tell_applied(w, o);
        w->pause_asked = false;
        w->stop_when = STOP_NOT;
        w->went_on = true;
        break;
    case ORDER_STOP:
        w->stop_when = MAX(w->stop_when, o->stop);
        w->stop_order = *o;
        if (o->stop == STOP_NOW) // it is being obeyed already
            stop_by_order(w);
        break;
    }
    show_asked(w);
}

// What came in since the last look; no more than that.
static void hear(Worker *w)
{
    Order order;
    while (w->orders && orders_take(w->orders, &order))
        take_order(w, &order);
    if (cancel_user_signal(SIGUSR1))
        beat_tell(w->beat, w->events);
    if (cancel_user_signal(SIGUSR2)) {
        events_reopen(w->events);
        run_log_reopen(w->log);
    }
}

// Notes why the run ends, once.
static void stop_for(Worker *w, const char *why)
{
    if (!w->why_stopped)
        w->why_stopped = why;
}

static bool time_is_over(Worker *w)
{
    if (w->deadline && steady_now() > w->deadline)
        stop_for(w, _("the time limit was reached"));
    else if (w->has_window && !w->window_waived && !window_open(&w->window, instant_now()))
        stop_for(w, arena_text(w->s.arena, _("the window %s is over"), w->o->window));
    else
        return false;
    return true;
}

static bool must_stop(Worker *w, StopWhen at_least, Err *err)
{
    hear(w);
    if (w->stop_when >= at_least)
        stop_by_order(w);
    else if (!cancel_requested() && !time_is_over(w))
        return false;
    if (w->why_stopped)
        err_set(err, ERR_STOPPED, "%s", w->why_stopped);
    else if (cancel_check(err)) // somebody else asked first, for a reason of his own
        return false;
    return true;
}

// ---- Pauses ---------------------------------------------------------------------------------------

// Nothing is being written any more when it is told; wait_paused lets it go on.
static void tell_pause(Worker *w, const char *by, const char *until, const char *text, const char *hint)
{
    lanes_hold(w->lanes);
    JsonOut *j = event_begin(w->events, "paused", NULL);
    json_text(j, "by", by);
    json_text(j, "until", until);
    json_text(j, "reason", text);
    if (hint)
        json_text(j, "hint", hint);
    event_send(w->events, &(Event){.status = "paused", .text = text, .hint = hint});
    beat_pause(w->beat, by, until);
}

// Waits until over() or somebody says so; false with ERR_STOPPED. no_limits: neither time limit nor window
// counts meanwhile.
static bool wait_paused(Worker *w, bool (*over)(Worker *w), bool no_limits, Err *err)
{
    bool stopped = false;
    bool had_window = w->has_window;
    Instant deadline = w->deadline;
    if (no_limits) {
        w->has_window = false;
        w->deadline = 0;
    }
    w->paused = true;
    w->went_on = false;
    show_asked(w);
    while (!(stopped = must_stop(w, STOP_AFTER_STEP, err)) && !over(w)) {
        struct pollfd wait[] = {{.fd = w->orders ? orders_fd(w->orders) : -1, .events = POLLIN},
                                {.fd = cancel_fd(), .events = POLLIN}};
        poll(wait, 2, LOOK_MS); // interrupted or not: looks again
    }
    lanes_release(w->lanes);
    w->paused = false;
    w->has_window = had_window;
    w->deadline = deadline;
    beat_pause(w->beat, NULL, NULL);
    if (!stopped) {
        json_text(event_begin(w->events, "continued", NULL), "message", _("goes on"));
        event_send(w->events, &(Event){.status = "running", .text = _("goes on")});
    }
    return !stopped;
}

static bool is_told_to_go_on(Worker *w)
{
    return !w->pause_asked;
}

static bool pause_by_order(Worker *w, Err *err)
{
    tell_applied(w, &w->pause_order);
    tell_pause(w, w->pause_order.by, NULL,
               arena_text(w->s.arena, _("paused by %s; `mudanza continue %s` goes on"),
                          order_text(w, &w->pause_order), w->s.clinic->typed),
               NULL);
    return wait_paused(w, is_told_to_go_on, false, err);
}

static bool window_has_come(Worker *w)
{
    w->window_waived = w->went_on; // somebody knows better
    return w->went_on || window_open(&w->window, instant_now());
}

bool worker_wait_for_window(Worker *w, Err *err)
{
    AUTO(buf_free) Buf until = {0}, shown = {0};
    if (!w->has_window || window_open(&w->window, instant_now()))
        return true;
    Instant next = window_next(&w->window, instant_now());
    instant_rfc3339(next, &until);
    local_time_text(next, &shown);
    tell_pause(w, "window", buf_text(&until),
               arena_text(w->s.arena, _("outside the window %s: it begins at %s"), w->o->window,
                          buf_text(&shown)),
               arena_text(w->s.arena,
                          _("`mudanza continue %s` begins at once; to set another window, `mudanza stop %s` and "
                            "resume with --window"),
                          w->s.clinic->typed, w->s.clinic->typed));
    return wait_paused(w, window_has_come, true, err);
}

// ---- Room on the disk -----------------------------------------------------------------------------

// The folder that has less than the clinic wants free; NULL: none.
static const char *short_of_room(Worker *w)
{
    const Clinic *c = w->s.clinic;
    const char *places[] = {c->state_folder, NULL};
    if (c->target_type == TARGET_SQLITE && file_exists(c->target_path))
        places[1] = c->target_path;
    for (size_t i = 0; i < ARRAY_LEN(places); i++) {
        int64_t bytes = places[i] ? file_free_bytes(places[i]) : -1;
        if (bytes >= 0 && bytes < c->disk_reserve_mb * MB)
            return places[i];
    }
    return NULL;
}

static bool room_has_come(Worker *w)
{
    if (!w->went_on && steady_now() - w->looked_at_disk < (Instant)DISK_AGAIN_S * SECOND_US)
        return false;
    w->looked_at_disk = steady_now();
    w->went_on = false;
    return !short_of_room(w);
}

// Unattended, it waits for room; with a person there, that person is told.
static bool need_room(Worker *w, Err *err)
{
    if (w->looked_at_disk && steady_now() - w->looked_at_disk < (Instant)DISK_LOOK_S * SECOND_US)
        return true;
    w->looked_at_disk = steady_now();
    const char *place = short_of_room(w);
    if (!place)
        return true;
    const char *text = arena_text(w->s.arena, _("less than %lld MB are free at %s"),
                                  (long long)w->s.clinic->disk_reserve_mb, shown_path(w->s.arena, place));
    JsonOut *j = event_begin(w->events, "gate", NULL);
    json_text(j, "need", "disk");
    json_text(j, "message", text);
    event_send(w->events, &(Event){.text = text});
    if (!worker_is_unattended(w->o)) {
        err_set(err, ERR_STEP, "%s", text);
        return err_hint(err, "%s", _("Make room, then resume; limits.disk_reserve says how much is wanted."));
    }
    tell_pause(w, "disk", NULL, arena_text(w->s.arena, _("%s: looks again every 5 minutes"), text), NULL);
    return wait_paused(w, room_has_come, false, err);
}

// ---- The server has to recover -------------------------------------------------------------------

bool worker_wait(Worker *w, Instant us, Err *err)
{
    Instant end = steady_now() + us;
    for (Instant left; (left = end - steady_now()) > 0;) {
        if (must_stop(w, STOP_AFTER_BATCH, err))
            return false;
        struct pollfd wait[] = {{.fd = w->orders ? orders_fd(w->orders) : -1, .events = POLLIN},
                                {.fd = cancel_fd(), .events = POLLIN}};
        poll(wait, 2, (int)MIN(left / 1000 + 1, (Instant)LOOK_MS));
    }
    return !must_stop(w, STOP_AFTER_BATCH, err);
}

static bool is_time_to_look(Worker *w)
{
    return w->went_on || steady_now() - w->looked_at_disk >= (Instant)DISK_AGAIN_S * SECOND_US;
}

bool worker_wait_for_server(Worker *w, const char *why, Err *err)
{
    w->looked_at_disk = steady_now();
    JsonOut *j = event_begin(w->events, "gate", NULL);
    json_text(j, "need", "server");
    json_text(j, "message", why);
    event_send(w->events, &(Event){.text = why});
    if (!worker_is_unattended(w->o))
        return false;
    tell_pause(w, "server", NULL, arena_text(w->s.arena, _("%s: tries again every 5 minutes"), why),
               arena_text(w->s.arena, "mudanza continue %s", w->s.clinic->typed));
    return wait_paused(w, is_time_to_look, false, err);
}

// ---- For the phases -------------------------------------------------------------------------------

static bool may_go_on(Worker *w, StopWhen at_least, Err *err)
{
    if (must_stop(w, at_least, err))
        return false;
    if (w->pause_asked && !pause_by_order(w, err))
        return false;
    return need_room(w, err);
}

bool worker_may_go_on(Worker *w, Err *err)
{
    return may_go_on(w, STOP_AFTER_BATCH, err);
}

bool worker_may_begin(Worker *w, Err *err)
{
    return may_go_on(w, STOP_AFTER_STEP, err);
}

void worker_glance(Worker *w, Stage stage)
{
    hear(w);
    if (stage == STAGE_INSERT || cancel_requested())
        return; // a batch is finished; it is short
    if (w->stop_when >= STOP_AFTER_BATCH)
        stop_by_order(w);
    if (w->why_stopped || time_is_over(w))
        cancel_request(0); // nothing of the target is half done here
}
