#include "engine/hooks.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/cancel.h"
#include "base/intl.h"

enum { AT_ONCE = 4, WAITING_MAX = 32, LOOK_MS = 50, IDLE_MS = 1000, SECOND_US = 1000000, MERCY_S = 3 };

// An event that a hook is still to be told of.
typedef struct {
    const Hook *hook;
    HookFacts facts; // texts are ours
} Waiting;

struct Hooks {
    pthread_t thread;
    pthread_mutex_t mutex; // of waiting, dropped, ending
    pthread_mutex_t voice; // of over; held while the thread tells something
    const Clinic *clinic;
    int64_t run;
    EventLog *events;
    RunLog *log;
    int wake; // an eventfd
    bool ending, over; // over: no event may follow
    Waiting waiting[WAITING_MAX];
    size_t n_waiting;
    size_t dropped;
    HookJob jobs[AT_ONCE]; // of the thread alone
    Instant *beat_at;      // of each hook: when heartbeat is due; 0: not wanted
    unsigned seen;         // the worker's signs of life at the last heartbeat
};

// ---- From the worker's side -------------------------------------------------------------------------

static char *copy(const char *text)
{
    char *copy = text ? strdup(text) : NULL;
    if (text && !copy)
        abort();
    return copy;
}

static void forget(Waiting *w)
{
    free((char *)(uintptr_t)w->facts.step);
    free((char *)(uintptr_t)w->facts.status);
    free((char *)(uintptr_t)w->facts.json.at);
}

static bool event_of(const Event *e, HookEvent *out)
{
    const char *type = e->type;
    if (strcmp(type, "step.end") == 0)
        type = e->status && strcmp(e->status, "failed") == 0 ? "step.failed" : "";
    for (int i = 0; i < HOOK_EVENTS; i++)
        if (strcmp(type, hook_words[i]) == 0) {
            *out = (HookEvent)i;
            return true;
        }
    return false;
}

// Called with the event log held: takes a copy and goes.
static void offer(void *arg, const Event *e)
{
    Hooks *h = arg;
    HookEvent event;
    if (!event_of(e, &event))
        return;
    pthread_mutex_lock(&h->mutex);
    for (size_t i = 0; i < h->clinic->n_hooks; i++) {
        if (!(h->clinic->hooks[i].on & 1U << event))
            continue;
        if (h->n_waiting == WAITING_MAX) {
            h->dropped++;
            continue;
        }
        char *json = strndup(e->json.at, e->json.len);
        if (!json)
            abort();
        h->waiting[h->n_waiting++] = (Waiting){&h->clinic->hooks[i],
                                               {.clinic = h->clinic->name,
                                                .env = h->clinic->env,
                                                .run = h->run,
                                                .event = event,
                                                .step = copy(e->step),
                                                .status = copy(e->status),
                                                .json = {json, e->json.len}}};
    }
    pthread_mutex_unlock(&h->mutex);
    eventfd_write(h->wake, 1);
}

// ---- The thread -------------------------------------------------------------------------------------

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

static bool take(Hooks *h, Waiting *out)
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

static void begin_one(Hooks *h, HookJob *job, Waiting *next)
{
    Err err = {0};
    if (!hook_job_start(job, next->hook, &next->facts, &err)) {
        tell(h, job, err.text);
        hook_job_free(job);
    }
    forget(next);
}

// How many are under way afterwards.
static size_t work(Hooks *h)
{
    size_t running = 0;
    for (size_t i = 0; i < AT_ONCE; i++) {
        HookJob *job = &h->jobs[i];
        Waiting next;
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
    for (size_t i = 0; i < AT_ONCE; i++)
        if (h->jobs[i].hook) {
            kill(-h->jobs[i].child.pid, SIGKILL);
            h->jobs[i].code = child_end(&h->jobs[i].child);
            h->jobs[i].end = HOOK_TIMEOUT;
            tell(h, &h->jobs[i], NULL);
            hook_job_free(&h->jobs[i]);
        }
    Waiting next;
    while (take(h, &next)) {
        tell(h, &(HookJob){.hook = next.hook, .event = next.facts.event, .end = HOOK_DROPPED}, NULL);
        forget(&next);
    }
}

static void *call_hooks(void *arg)
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

static void free_hooks(Hooks *h)
{
    close(h->wake);
    pthread_mutex_destroy(&h->mutex);
    pthread_mutex_destroy(&h->voice);
    free(h->beat_at);
    free(h);
}

Hooks *hooks_start(const Clinic *clinic, int64_t run, EventLog *events, RunLog *log)
{
    if (!clinic->n_hooks)
        return NULL;
    Hooks *h = calloc(1, sizeof *h);
    if (!h || !(h->beat_at = calloc(clinic->n_hooks, sizeof *h->beat_at)))
        abort();
    h->clinic = clinic;
    h->run = run;
    h->events = events;
    h->log = log;
    h->seen = cancel_asked();
    h->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    for (size_t i = 0; i < clinic->n_hooks; i++)
        if (clinic->hooks[i].on & 1U << HOOK_HEARTBEAT)
            h->beat_at[i] = steady_now() + clinic->hooks[i].every_s * SECOND_US;
    pthread_mutex_init(&h->mutex, NULL);
    pthread_mutex_init(&h->voice, NULL);
    sigset_t all, before; // signals are the worker's business
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int failed = pthread_create(&h->thread, NULL, call_hooks, h);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (failed) {
        free_hooks(h);
        return NULL;
    }
    events_listen(events, (Listener){.event = offer, .arg = h});
    return h;
}

void hooks_hush(Hooks *h)
{
    if (!h)
        return;
    pthread_mutex_lock(&h->voice);
    h->over = true;
    pthread_mutex_unlock(&h->voice);
}

void hooks_stop(Hooks *h)
{
    if (!h)
        return;
    pthread_mutex_lock(&h->mutex);
    h->ending = true;
    pthread_mutex_unlock(&h->mutex);
    eventfd_write(h->wake, 1);
    pthread_join(h->thread, NULL);
    free_hooks(h);
}

// ---- A sample ---------------------------------------------------------------------------------------

static const char *sample(Arena *a, const Clinic *clinic, HookEvent event)
{
    AUTO(buf_free) Buf text = {0}, now = {0};
    JsonOut j = {.out = &text};
    instant_rfc3339(instant_now(), &now);
    json_open(&j, NULL);
    json_int(&j, "v", 1);
    json_str(&j, "t", buf_str(&now));
    json_int(&j, "seq", 0);
    json_text(&j, "type", event == HOOK_STEP_FAILED ? "step.end" : hook_words[event]);
    json_text(&j, "clinic", clinic->name);
    json_int(&j, "run", 0);
    json_bool(&j, "sample", true);
    json_close(&j);
    return str_keep(a, buf_str(&text));
}

bool hooks_test(Arena *a, const Clinic *clinic, HookEvent event,
                void (*tell_one)(void *arg, const HookJob *job, const char *text), void *arg, Err *err)
{
    HookFacts facts = {
        .clinic = clinic->name, .env = clinic->env, .event = event, .json = str_of(sample(a, clinic, event))};
    size_t n = 0;
    for (size_t i = 0; i < clinic->n_hooks; i++) {
        HookJob job;
        Err why = {0};
        if (!(clinic->hooks[i].on & 1U << event))
            continue;
        n++;
        bool started = hook_job_start(&job, &clinic->hooks[i], &facts, &why);
        while (started && !hook_job_ended(&job))
            poll(NULL, 0, LOOK_MS);
        tell_one(arg, &job, hook_job_text(a, &job, started ? NULL : why.text));
        hook_job_free(&job);
    }
    return n ? true : err_set(err, ERR_USAGE, _("%s has no hook for %s"), clinic->name, hook_words[event]);
}
