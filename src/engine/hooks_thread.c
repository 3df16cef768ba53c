#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>

#include "base/cancel.h"
#include "engine/hooks_inner.h"

enum { LOOK_MS = 50, IDLE_MS = 1000, SECOND_US = 1000000, MERCY_S = 3 };

// NULL: the last event has been sent, or is about to be.
static JsonOut *begin_event(Hooks *h, const char *type)
{
    pthread_mutex_lock(&h->voice);
    if (!h->over)
        return event_begin(h->events, type, NULL);
    pthread_mutex_unlock(&h->voice);
    return NULL;
}

static void send_event(Hooks *h, const Event *e)
{
    event_send(h->events, e);
    pthread_mutex_unlock(&h->voice);
}

static void tell(Hooks *h, const HookJob *job, const char *why)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    const char *text = hook_job_text(a, job, why);
    JsonOut *j = begin_event(h, "hook");
    if (!j) {
        run_log_line(h->log, "hook", job->end == HOOK_DONE ? "" : buf_text(&job->said), text);
        return;
    }
    json_text(j, "event", hook_words[job->event]);
    json_text(j, "program", job->hook->exec[0]);
    json_text(j, "state", hook_end_words[job->end]);
    if (job->end == HOOK_DONE || job->end == HOOK_FAILED)
        json_int(j, "exit", job->code);
    json_num(j, "took_s", job->took_s, 3);
    json_text(j, "message", text);
    json_str(j, "output", buf_str(&job->said));
    send_event(h, &(Event){.status = hook_end_words[job->end], .text = job->end == HOOK_DONE ? NULL : text});
}

static bool take(Hooks *h, HookWaiting *out)
{
    pthread_mutex_lock(&h->mutex);
    bool some = h->n_waiting > 0;
    if (some) {
        *out = h->waiting[0];
        memmove(h->waiting, h->waiting + 1, --h->n_waiting * sizeof *h->waiting);
    }
    pthread_mutex_unlock(&h->mutex);
    return some;
}

static void begin_one(Hooks *h, HookJob *job, HookWaiting *next)
{
    Err err = {0};
    if (!hook_job_start(job, next->hook, &next->facts, &err)) {
        tell(h, job, err.text);
        hook_job_free(job);
    }
    hook_waiting_free(next);
}

// How many are under way afterwards.
static size_t work(Hooks *h)
{
    size_t running = 0;
    for (size_t i = 0; i < HOOKS_AT_ONCE; i++) {
        HookJob *job = &h->jobs[i];
        HookWaiting next;
        if (job->hook && hook_job_ended(job)) {
            tell(h, job, NULL);
            hook_job_free(job);
        }
        if (!job->hook && take(h, &next))
            begin_one(h, job, &next);
        running += job->hook != NULL;
    }
    return running;
}

static void tell_dropped(Hooks *h)
{
    pthread_mutex_lock(&h->mutex);
    size_t n = h->dropped;
    h->dropped = 0;
    pthread_mutex_unlock(&h->mutex);
    JsonOut *j = n ? begin_event(h, "hook") : NULL;
    if (!j)
        return;
    json_text(j, "state", hook_end_words[HOOK_DROPPED]);
    json_int(j, "calls", (int64_t)n);
    send_event(h, &(Event){.status = hook_end_words[HOOK_DROPPED]});
}

// One event for whichever hooks are due, and only when the worker showed a sign of life since the last one:
// a dead man's switch must not be held by a dead man.
static void beat_if_due(Hooks *h)
{
    Instant now = steady_now();
    bool due = false;
    for (size_t i = 0; i < h->clinic->n_hooks; i++) {
        if (!h->beat_at[i] || now < h->beat_at[i])
            continue;
        h->beat_at[i] = now + h->clinic->hooks[i].every_s * SECOND_US;
        due = true;
    }
    unsigned asked = cancel_asked();
    JsonOut *j = due && asked != h->seen ? begin_event(h, "heartbeat") : NULL;
    if (!j)
        return;
    h->seen = asked;
    json_text(j, "status", "running");
    send_event(h, &(Event){.status = "running"});
}

static void end_all(Hooks *h)
{
    for (size_t i = 0; i < HOOKS_AT_ONCE; i++)
        if (h->jobs[i].hook) {
            kill(-h->jobs[i].child.pid, SIGKILL);
            h->jobs[i].code = child_end(&h->jobs[i].child);
            h->jobs[i].end = HOOK_TIMEOUT;
            tell(h, &h->jobs[i], NULL);
            hook_job_free(&h->jobs[i]);
        }
    HookWaiting next;
    while (take(h, &next)) {
        tell(h, &(HookJob){.hook = next.hook, .event = next.facts.event, .end = HOOK_DROPPED}, NULL);
        hook_waiting_free(&next);
    }
}

void *hooks_thread(void *arg)
{
    Hooks *h = arg;
    Instant give_up = 0;
    for (;;) {
        size_t running = work(h);
        tell_dropped(h);
        beat_if_due(h);
        pthread_mutex_lock(&h->mutex);
        bool ending = h->ending, idle = !running && !h->n_waiting;
        pthread_mutex_unlock(&h->mutex);
        if (ending && idle)
            return NULL;
        int64_t patience_s = MERCY_S;
        for (size_t i = 0; i < h->clinic->n_hooks; i++)
            patience_s = MAX(patience_s, h->clinic->hooks[i].timeout_s + MERCY_S);
        if (ending && !give_up)
            give_up = steady_now() + patience_s * SECOND_US;
        if (ending && steady_now() > give_up) {
            end_all(h);
            return NULL;
        }
        struct pollfd wait = {.fd = h->wake, .events = POLLIN};
        eventfd_t drained;
        if (poll(&wait, 1, running ? LOOK_MS : IDLE_MS) > 0)
            eventfd_read(h->wake, &drained);
    }
}
