#include "base/relay.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

enum { BUFFERS = 4 };

struct Relay {
    RelayTake take;
    void *arg;
    pthread_t thread;
    bool threaded;
    pthread_mutex_t lock; // of all below but the buffers themselves
    pthread_cond_t changed;
    unsigned put, taken; // buffers handed over and taken since the beginning
    bool stop, failed;
    Err err; // when failed
    void *buffers[BUFFERS];
};

static void must(bool ok)
{
    if (!ok)
        abort();
}

static void note_taken(Relay *r, bool ok, const Err *err)
{
    r->taken++;
    if (!ok && !r->failed) {
        r->failed = true;
        r->err = *err;
    }
    pthread_cond_signal(&r->changed);
}

static void *take_all(void *arg)
{
    Relay *r = arg;
    pthread_mutex_lock(&r->lock);
    for (;;) {
        while (!r->stop && r->put == r->taken)
            pthread_cond_wait(&r->changed, &r->lock);
        if (r->stop)
            break;
        void *buffer = r->buffers[r->taken % BUFFERS];
        bool wanted = !r->failed;
        pthread_mutex_unlock(&r->lock);
        Err err = {0};
        bool ok = !wanted || r->take(r->arg, buffer, &err);
        pthread_mutex_lock(&r->lock);
        note_taken(r, ok, &err);
    }
    pthread_mutex_unlock(&r->lock);
    return NULL;
}

// A new thread inherits the signals that its maker blocks.
static bool start(Relay *r)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    bool ok = pthread_create(&r->thread, NULL, take_all, r) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return ok;
}

Relay *relay_new(size_t buffer_size, RelayTake take, void *arg)
{
    Relay *r = calloc(1, sizeof *r);
    must(r != NULL);
    r->take = take;
    r->arg = arg;
    for (size_t i = 0; i < BUFFERS; i++)
        must((r->buffers[i] = calloc(1, buffer_size)) != NULL);
    must(pthread_mutex_init(&r->lock, NULL) == 0 && pthread_cond_init(&r->changed, NULL) == 0);
    r->threaded = start(r);
    return r;
}

void relay_free(Relay *r)
{
    if (!r)
        return;
    if (r->threaded) {
        pthread_mutex_lock(&r->lock);
        r->stop = true;
        pthread_cond_signal(&r->changed);
        pthread_mutex_unlock(&r->lock);
        pthread_join(r->thread, NULL);
    }
    pthread_cond_destroy(&r->changed);
    pthread_mutex_destroy(&r->lock);
    for (size_t i = 0; i < BUFFERS; i++)
        free(r->buffers[i]);
    free(r);
}

void relay_free_at(Relay **r)
{
    relay_free(*r);
    *r = NULL;
}

// Until at most so many buffers wait.
static bool wait_for(Relay *r, unsigned waiting, Err *err)
{
    pthread_mutex_lock(&r->lock);
    while (!r->failed && r->put - r->taken > waiting)
        pthread_cond_wait(&r->changed, &r->lock);
    bool ok = !r->failed;
    if (!ok)
        *err = r->err;
    pthread_mutex_unlock(&r->lock);
    return ok;
}

void *relay_get(Relay *r, Err *err)
{
    return wait_for(r, BUFFERS - 1, err) ? r->buffers[r->put % BUFFERS] : NULL;
}

void relay_put(Relay *r)
{
    if (!r->threaded) {
        Err err = {0};
        bool ok = r->failed || r->take(r->arg, r->buffers[r->put++ % BUFFERS], &err);
        note_taken(r, ok, &err);
        return;
    }
    pthread_mutex_lock(&r->lock);
    r->put++;
    pthread_cond_signal(&r->changed);
    pthread_mutex_unlock(&r->lock);
}

bool relay_drain(Relay *r, Err *err)
{
    return wait_for(r, 0, err);
}
