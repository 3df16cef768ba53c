#include "engine/hooks.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/cancel.h"
#include "engine/hooks_inner.h"

enum { SECOND_US = 1000000 };

static char *copy(const char *text)
{
    char *copy = text ? strdup(text) : NULL;
    if (text && !copy)
        abort();
    return copy;
}

void hook_waiting_free(HookWaiting *w)
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
        if (h->n_waiting == HOOKS_WAITING_MAX) {
            h->dropped++;
            continue;
        }
        char *json = strndup(e->json.at, e->json.len);
        if (!json)
            abort();
        h->waiting[h->n_waiting++] = (HookWaiting){&h->clinic->hooks[i],
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
    int failed = pthread_create(&h->thread, NULL, hooks_thread, h);
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
