#include "engine/event.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/date.h"
#include "base/file.h"
#include "base/intl.h"

enum { PROGRESS_US = 500 * 1000, LISTENERS = 3, PACES = 16 };

// How fast a step goes. Several may be under way.
typedef struct {
    const char *step;
    const char *phase; // last heard of
    Instant began;     // of the phase, by the steady clock
    Instant told;      // likewise
    int64_t first_done;
} Pace;

// The worker and its beat thread both write: from begin to send the log is held.
struct EventLog {
    Arena *arena;
    pthread_mutex_t mutex;
    const char *path, *clinic;
    char at[40]; // the moment of the event being written
    atomic_llong bytes;
    int64_t run, seq;
    int fd;
    Listener listeners[LISTENERS];
    size_t n_listeners;
    int lost; // errno of the first event that could not be written; 0: none
    Buf line;
    JsonOut json;
    const char *type, *step;
    Pace paces[PACES]; // of the steps that began last
    size_t n_paces;    // ever
    Instant told;      // progress of any step
};

static int open_log(const char *path)
{
    return open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

EventLog *events_open(const char *folder, const char *clinic, int64_t run, Listener listener, Err *err)
{
    Arena *a = arena_new();
    EventLog *log = arena_one(a, EventLog);
    const char *path = arena_text(a, "%s/events.ndjson", folder);
    int fd = open_log(path);
    if (fd < 0) {
        file_cannot_write(path, errno, err);
        arena_free(a);
        return NULL;
    }
    *log = (EventLog){.arena = a,
                      .path = path,
                      .clinic = arena_text(a, "%s", clinic),
                      .run = run,
                      .fd = fd};
    pthread_mutex_init(&log->mutex, NULL);
    events_listen(log, listener);
    return log;
}

void events_listen(EventLog *log, Listener listener)
{
    pthread_mutex_lock(&log->mutex);
    if (listener.event && log->n_listeners < LISTENERS)
        log->listeners[log->n_listeners++] = listener;
    pthread_mutex_unlock(&log->mutex);
}

void events_close(EventLog *log)
{
    if (!log)
        return;
    close(log->fd);
    pthread_mutex_destroy(&log->mutex);
    buf_free(&log->line);
    arena_free(log->arena);
}

void events_reopen(EventLog *log)
{
    pthread_mutex_lock(&log->mutex);
    int fd = open_log(log->path);
    if (fd >= 0) { // else the old one serves on
        close(log->fd);
        log->fd = fd;
    }
    pthread_mutex_unlock(&log->mutex);
}

bool events_whole(EventLog *log, Err *err)
{
    pthread_mutex_lock(&log->mutex);
    int lost = log->lost;
    pthread_mutex_unlock(&log->mutex);
    return !lost || file_cannot_write(log->path, lost, err);
}

int64_t events_bytes(EventLog *log)
{
    return atomic_load(&log->bytes);
}

static JsonOut *begin(EventLog *log, const char *type, const char *step)
{
    AUTO(buf_free) Buf now = {0};
    instant_rfc3339(instant_now(), &now);
    snprintf(log->at, sizeof log->at, "%s", buf_text(&now));
    buf_clear(&log->line);
    log->json = (JsonOut){.out = &log->line};
    log->type = type;
    log->step = step;
    JsonOut *j = &log->json;
    json_open(j, NULL);
    json_int(j, "v", 1);
    json_str(j, "t", buf_str(&now));
    json_int(j, "seq", ++log->seq);
    json_text(j, "type", type);
    json_text(j, "clinic", log->clinic);
    json_int(j, "run", log->run);
    if (step)
        json_text(j, "step", step);
    return j;
}

JsonOut *event_begin(EventLog *log, const char *type, const char *step)
{
    pthread_mutex_lock(&log->mutex);
    return begin(log, type, step);
}

JsonOut *event_try_begin(EventLog *log, const char *type, const char *step)
{
    return pthread_mutex_trylock(&log->mutex) == 0 ? begin(log, type, step) : NULL;
}

// A full disk must not stop the run, which has its own checks for that; its end says that events are missing.
// Half a line is taken back, so that the next one can be read.
static void write_line(EventLog *log)
{
    buf_add_char(&log->line, '\n');
    size_t sent = 0;
    while (sent < log->line.len) {
        ssize_t n = write(log->fd, log->line.at + sent, log->line.len - sent);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            log->lost = log->lost ? log->lost : n ? errno : ENOSPC;
            off_t end = lseek(log->fd, 0, SEEK_END);
            if (sent && (end < (off_t)sent || ftruncate(log->fd, end - (off_t)sent) == 0))
                sent = 0;
            break;
        }
        sent += (size_t)n;
    }
    atomic_fetch_add(&log->bytes, (long long)sent);
    log->line.len--;
    log->line.at[log->line.len] = 0;
}

static void tell(EventLog *log, const Event *e)
{
    Event whole = *e;
    whole.type = log->type;
    whole.step = log->step;
    whole.at = log->at;
    whole.json = buf_str(&log->line);
    for (size_t i = 0; i < log->n_listeners; i++)
        log->listeners[i].event(log->listeners[i].arg, &whole);
}

// Every event of every kind passes here, once: what is to be told to anybody else is told from here.
void event_send(EventLog *log, const Event *e)
{
    json_close(&log->json);
    write_line(log);
    tell(log, e);
    pthread_mutex_unlock(&log->mutex);
}

static Pace *pace_of(EventLog *log, const char *step)
{
    for (size_t i = 0; i < MIN(log->n_paces, (size_t)PACES); i++)
        if (strcmp(log->paces[i].step, step) == 0)
            return &log->paces[i];
    Pace *p = &log->paces[log->n_paces++ % PACES];
    *p = (Pace){.step = arena_text(log->arena, "%s", step), .told = log->told};
    return p;
}

void event_progress_reset(EventLog *log, const char *step)
{
    pace_of(log, step)->began = 0;
}

void event_progress(EventLog *log, const char *step, const char *phase, bool bytes, int64_t done,
                    int64_t rows, int64_t rejected)
{
    Instant now = steady_now();
    Pace *p = pace_of(log, step);
    if (!p->began || strcmp(p->phase, phase) != 0) {
        p->phase = phase;
        p->began = now;
        p->first_done = done;
    }
    if (!done || now - p->told < MAX(PROGRESS_US, log->listeners[0].every_us))
        return;
    log->told = p->told = now;
    double seconds = (double)(now - p->began) / 1e6;
    double rate = seconds > 0 ? (double)(done - p->first_done) / seconds : 0;
    double left = rows > 0 && rate > 0 ? (double)(rows - done) / rate : -1;
    JsonOut *j = event_begin(log, "step.progress", step);
    json_text(j, "phase", phase);
    json_int(j, "done", done);
    json_int(j, "rows", rows);
    json_text(j, "unit", bytes ? "bytes" : "rows");
    json_num(j, "rate", rate, 1);
    if (left >= 0) {
        json_open_list(j, "eta_s");
        json_num(j, NULL, left * 0.9, 0);
        json_num(j, NULL, left * 1.3 + 1, 0);
        json_close_list(j);
    }
    json_int(j, "rejects", rejected);
    Event e = {.text = phase,
               .bytes = bytes,
               .done = done,
               .rows = rows,
               .rate = rate,
               .rejected = rejected,
               .eta_low_s = left < 0 ? -1 : left * 0.9,
               .eta_high_s = left < 0 ? -1 : left * 1.3 + 1};
    event_send(log, &e);
}
