#include "engine/beat.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/date.h"
#include "base/file.h"
#include "base/intl.h"
#include "base/json_out.h"
#include "engine/lock.h"

enum { TEXT_MAX = 128, SILENT_S = 60 };

struct Beat {
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t wake;
    bool ending;
    Arena *arena;
    const char *path, *clinic, *host;
    int64_t run, done, rows, rejected;
    int steps_done, steps_total;
    char phase[TEXT_MAX], step[TEXT_MAX], state[TEXT_MAX];
    Instant moved_at;
};

static void write_status(Beat *b)
{
    AUTO(buf_free) Buf text = {0}, now = {0}, moved = {0};
    instant_rfc3339(instant_now(), &now);
    instant_rfc3339(b->moved_at, &moved);
    JsonOut j = {.out = &text};
    json_open(&j, NULL);
    json_int(&j, "v", 1);
    json_text(&j, "clinic", b->clinic);
    json_int(&j, "run", b->run);
    json_int(&j, "pid", getpid());
    json_text(&j, "host", b->host);
    json_text(&j, "state", b->state);
    json_text(&j, "phase", b->phase);
    json_text(&j, "step", b->step);
    json_int(&j, "done", b->done);
    json_int(&j, "rows", b->rows);
    json_int(&j, "rejects", b->rejected);
    json_open_list(&j, "steps");
    json_int(&j, NULL, b->steps_done);
    json_int(&j, NULL, b->steps_total);
    json_close_list(&j);
    json_str(&j, "beat_at", buf_str(&now));
    json_str(&j, "moved_at", buf_str(&moved));
    json_close(&j);
    buf_add_char(&text, '\n');
    Err ignored; // the file is disposable; a full disk shows elsewhere
    if (!file_write(b->path, buf_str(&text), 0600, &ignored))
        ignored.kind = ERR_NONE;
}

// Beats only while the worker ticked lately: a worker that hangs is seen to be silent.
static void *beat(void *arg)
{
    Beat *b = arg;
    pthread_mutex_lock(&b->mutex);
    while (!b->ending) {
        if (instant_now() - b->moved_at < (Instant)SILENT_S * 1000000)
            write_status(b);
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec++;
        pthread_cond_timedwait(&b->wake, &b->mutex, &until);
    }
    pthread_mutex_unlock(&b->mutex);
    return NULL;
}

Beat *beat_start(const char *state_folder, const char *clinic, int64_t run, Err *err)
{
    Arena *a = arena_new();
    Beat *b = arena_one(a, Beat);
    b->arena = a;
    b->path = file_join(a, state_folder, "status.json");
    b->clinic = arena_text(a, "%s", clinic);
    b->host = lock_host(a);
    b->run = run;
    b->rows = -1;
    b->moved_at = instant_now();
    snprintf(b->state, sizeof b->state, "running");
    pthread_mutex_init(&b->mutex, NULL);
    pthread_cond_init(&b->wake, NULL);
    // Signals are the worker's business.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int failed = pthread_create(&b->thread, NULL, beat, b);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (!failed)
        return b;
    err_set(err, ERR_INTERNAL, _("cannot start the heartbeat: %s"), strerror(failed));
    arena_free(a);
    return NULL;
}

void beat_tick(Beat *b, const char *phase, const char *step, int64_t done, int64_t rows, int64_t rejected)
{
    pthread_mutex_lock(&b->mutex);
    snprintf(b->phase, sizeof b->phase, "%s", phase);
    snprintf(b->step, sizeof b->step, "%s", step);
    b->done = done;
    b->rows = rows;
    b->rejected = rejected;
    b->moved_at = instant_now();
    pthread_mutex_unlock(&b->mutex);
}

void beat_steps(Beat *b, int done, int total)
{
    pthread_mutex_lock(&b->mutex);
    b->steps_done = done;
    b->steps_total = total;
    pthread_mutex_unlock(&b->mutex);
}

void beat_stop(Beat *b, const char *state)
{
    if (!b)
        return;
    pthread_mutex_lock(&b->mutex);
    b->ending = true;
    snprintf(b->state, sizeof b->state, "%s", state);
    pthread_cond_signal(&b->wake);
    pthread_mutex_unlock(&b->mutex);
    pthread_join(b->thread, NULL);
    write_status(b);
    pthread_mutex_destroy(&b->mutex);
    pthread_cond_destroy(&b->wake);
    arena_free(b->arena);
}
