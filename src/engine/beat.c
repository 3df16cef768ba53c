#include "engine/beat_inner.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/boot.h"
#include "base/cancel.h"
#include "base/file.h"
#include "base/intl.h"
#include "base/process.h"
#include "engine/lock.h"

enum { BEAT_US = 1000000, GRACE_S = 30, ASK_AFTER_S = 5, ASK_AGAIN_S = 5 };

// ---- What the target waits for --------------------------------------------------------------------

// Long before it counts as a stall: somebody may be looking.
static void ask_target(Beat *b)
{
    Instant now = steady_now();
    if (!b->target || b->finishing || *b->paused_by || now - b->moved < ASK_AFTER_S * 1000000LL) {
        *b->waits_for = 0;
        return;
    }
    if (now - b->looked < ASK_AGAIN_S * 1000000LL)
        return;
    AUTO(arena_free_at) Arena *a = arena_new();
    const char *text = NULL;
    for (size_t i = b->n_others; !text && i-- > 0;)
        text = b->others[i]->kind->waits_for(b->others[i], a);
    if (!text)
        text = b->target->kind->waits_for(b->target, a);
    snprintf(b->waits_for, sizeof b->waits_for, "%s", text ? text : "");
    b->looked = steady_now();
}

// ---- Nothing moves --------------------------------------------------------------------------------

static void tell_stall(Beat *b)
{
    JsonOut *j = event_try_begin(b->o.events, "stall", *b->step ? b->step : NULL);
    if (!j)
        return; // told with the next beat
    AUTO(buf_free) Buf text = {0};
    buf_addf(&text, _("nothing has moved for %lld s"), (long long)beat_still_s(b));
    json_int(j, "since_s", beat_still_s(b));
    json_text(j, "cause", cancel_asked() == b->seen ? "silent" : "no progress");
    if (*b->waits_for)
        buf_addf(&text, ": %s", b->waits_for);
    json_text(j, "waits_for", *b->waits_for ? b->waits_for : NULL);
    json_text(j, "message", buf_text(&text));
    event_send(b->o.events, &(Event){.text = buf_text(&text)});
    b->stalled = true;
}

// The worker does not even come to ask: what it holds is lost with it, as after a kill.
static NORETURN void leave(Beat *b)
{
    JsonOut *j = event_try_begin(b->o.events, "run.end", NULL);
    if (j) {
        json_text(j, "status", "failed");
        json_int(j, "exit", ERR_STALLED);
        json_text(j, "reason", _("the run stalled and did not obey"));
        json_bool(j, "resumable", true);
        event_send(b->o.events, &(Event){.status = "failed", .text = _("the run stalled and did not obey")});
    }
    snprintf(b->state, sizeof b->state, "failed");
    beat_write(b);
    control_socket_close(b->o.socket);
    _exit(ERR_STALLED);
}

static void look_for_stall(Beat *b)
{
    int64_t still = beat_still_s(b), kill_s = b->o.stall_kill_s;
    if (b->finishing || *b->paused_by || still < b->o.stall_after_s) {
        b->stalled = false;
        return;
    }
    if (!b->stalled)
        tell_stall(b);
    if (kill_s && still >= kill_s && !b->gave_up) {
        b->gave_up = true;
        cancel_request(0);
    }
    if (b->gave_up && still >= kill_s + MIN(kill_s, (int64_t)GRACE_S))
        leave(b);
}

// ---- The thread -----------------------------------------------------------------------------------

static void look(Beat *b)
{
    pthread_mutex_lock(&b->mutex);
    ask_target(b);
    look_for_stall(b);
    unsigned asked = cancel_asked();
    if (asked != b->seen)
        beat_write(b);
    b->seen = asked;
    pthread_mutex_unlock(&b->mutex);
}

static bool has_ended(Beat *b)
{
    pthread_mutex_lock(&b->mutex);
    bool ending = b->ending;
    pthread_mutex_unlock(&b->mutex);
    return ending;
}

static void *beat(void *arg)
{
    Beat *b = arg;
    struct pollfd fds[1 + CONTROL_FDS];
    Instant next = steady_now();
    while (!has_ended(b)) {
        Instant now = steady_now();
        if (now >= next) {
            look(b);
            next = steady_now() + BEAT_US;
            now = steady_now();
        }
        fds[0] = (struct pollfd){.fd = b->wake, .events = POLLIN};
        size_t n = control_socket_wants(b->o.socket, fds + 1);
        if (poll(fds, 1 + n, (int)((next - now) / 1000) + 1) > 0 || n > 1)
            control_socket_serve(b->o.socket, fds + 1, n);
    }
    return NULL;
}

Beat *beat_start(const BeatOptions *o, Err *err)
{
    Arena *a = arena_new();
    Beat *b = arena_one(a, Beat);
    *b = (Beat){.arena = a, .o = *o, .rows = -1, .eta_low_s = -1, .eta_high_s = -1};
    b->path = file_join(a, o->state_folder, "status.json");
    b->beside = file_join(a, o->state_folder, "status.json.new");
    b->host = lock_host(a);
    b->boot = boot_id(a);
    b->pid_start = process_start(getpid());
    b->moved_at = instant_now();
    b->moved = steady_now();
    b->seen = cancel_asked() - 1; // the first beat comes at once
    b->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    snprintf(b->state, sizeof b->state, "running");
    pthread_mutex_init(&b->mutex, NULL);
    beat_write(b);
    // Signals are the worker's business.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int failed = pthread_create(&b->thread, NULL, beat, b);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (!failed)
        return b;
    err_set(err, ERR_INTERNAL, _("cannot start the heartbeat: %s"), strerror(failed));
    if (b->wake >= 0)
        close(b->wake);
    arena_free(a);
    return NULL;
}

void beat_stop(Beat *b, const char *state)
{
    if (!b)
        return;
    pthread_mutex_lock(&b->mutex);
    b->ending = true;
    snprintf(b->state, sizeof b->state, "%s", state);
    pthread_mutex_unlock(&b->mutex);
    if (b->wake >= 0)
        eventfd_write(b->wake, 1);
    pthread_join(b->thread, NULL);
    beat_write(b);
    if (b->wake >= 0)
        close(b->wake);
    pthread_mutex_destroy(&b->mutex);
    arena_free(b->arena);
}

// ---- What the worker tells ------------------------------------------------------------------------

static void moved(Beat *b)
{
    b->moved_at = instant_now();
    b->moved = steady_now();
}

void beat_tick(Beat *b, const char *phase, const char *step, int64_t done, int64_t rows, int64_t rejected)
{
    pthread_mutex_lock(&b->mutex);
    if (done != b->done || strcmp(step, b->step) != 0 || strcmp(phase, b->phase) != 0)
        moved(b);
    snprintf(b->phase, sizeof b->phase, "%s", phase);
    snprintf(b->step, sizeof b->step, "%s", step);
    b->done = done;
    b->rows = rows;
    b->rejected = rejected;
    pthread_mutex_unlock(&b->mutex);
}

void beat_left(Beat *b, const char *step)
{
    pthread_mutex_lock(&b->mutex);
    if (strcmp(b->step, step) == 0) {
        moved(b);
        *b->step = 0;
        b->done = 0;
        b->rows = -1;
    }
    pthread_mutex_unlock(&b->mutex);
}

void beat_steps(Beat *b, int done, int total)
{
    pthread_mutex_lock(&b->mutex);
    moved(b);
    b->steps_done = done;
    b->steps_total = total;
    pthread_mutex_unlock(&b->mutex);
}

void beat_pace(Beat *b, double rate, double eta_low_s, double eta_high_s)
{
    pthread_mutex_lock(&b->mutex);
    b->rate = rate;
    b->eta_low_s = eta_low_s;
    b->eta_high_s = eta_high_s;
    pthread_mutex_unlock(&b->mutex);
}

void beat_news(Beat *b, int64_t warnings_new)
{
    pthread_mutex_lock(&b->mutex);
    b->warnings_new = warnings_new;
    pthread_mutex_unlock(&b->mutex);
}

void beat_pause(Beat *b, const char *by, const char *until)
{
    pthread_mutex_lock(&b->mutex);
    moved(b);
    snprintf(b->state, sizeof b->state, "%s", by ? "paused" : "running");
    snprintf(b->paused_by, sizeof b->paused_by, "%s", by ? by : "");
    snprintf(b->pause_until, sizeof b->pause_until, "%s", by && until ? until : "");
    beat_write(b); // whoever asked for it is waiting to see it
    pthread_mutex_unlock(&b->mutex);
}

void beat_target(Beat *b, Target *t)
{
    if (!b)
        return;
    pthread_mutex_lock(&b->mutex);
    b->target = t;
    pthread_mutex_unlock(&b->mutex);
}

const char *beat_waits_for(Beat *b, Arena *a)
{
    if (!b)
        return NULL;
    pthread_mutex_lock(&b->mutex);
    const char *text = *b->waits_for ? arena_text(a, "%s", b->waits_for) : NULL;
    pthread_mutex_unlock(&b->mutex);
    return text;
}

void beat_target_beside(Beat *b, Target *t)
{
    if (!b)
        return;
    pthread_mutex_lock(&b->mutex);
    if (!t)
        b->n_others = 0;
    else if (b->n_others < ARRAY_LEN(b->others))
        b->others[b->n_others++] = t;
    pthread_mutex_unlock(&b->mutex);
}

void beat_retry(Beat *b)
{
    if (!b)
        return;
    pthread_mutex_lock(&b->mutex);
    b->retries++;
    pthread_mutex_unlock(&b->mutex);
}

void beat_asked(Beat *b, const char *what)
{
    pthread_mutex_lock(&b->mutex);
    snprintf(b->asked, sizeof b->asked, "%s", what ? what : "");
    pthread_mutex_unlock(&b->mutex);
}

void beat_finishing(Beat *b)
{
    if (!b)
        return;
    pthread_mutex_lock(&b->mutex);
    b->finishing = true;
    pthread_mutex_unlock(&b->mutex);
}

bool beat_gave_up(Beat *b, int64_t *still)
{
    if (!b)
        return false;
    pthread_mutex_lock(&b->mutex);
    bool yes = b->gave_up;
    *still = beat_still_s(b);
    pthread_mutex_unlock(&b->mutex);
    return yes;
}

void beat_tell(Beat *b, EventLog *events)
{
    JsonOut *j = event_begin(events, "state", NULL);
    pthread_mutex_lock(&b->mutex);
    beat_describe(b, j);
    pthread_mutex_unlock(&b->mutex);
    event_send(events, &(Event){0});
}
