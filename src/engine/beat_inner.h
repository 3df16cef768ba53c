// The state of the heartbeat. Private to beat.c and beat_status.c.
#ifndef ENGINE_BEAT_INNER_H
#define ENGINE_BEAT_INNER_H

#include <pthread.h>

#include "base/date.h"
#include "engine/beat.h"

enum { TEXT_MAX = 128 };

struct Beat {
    pthread_t thread;
    pthread_mutex_t mutex;
    Arena *arena;
    BeatOptions o;
    const char *path, *beside, *host, *boot;
    int wake; // an eventfd: the end has come
    bool ending, finishing;
    int64_t done, rows, rejected, warnings_new, retries, pid_start;
    int steps_done, steps_total;
    double rate, eta_low_s, eta_high_s;
    char phase[TEXT_MAX], step[TEXT_MAX], state[TEXT_MAX];
    char paused_by[TEXT_MAX], pause_until[TEXT_MAX], asked[TEXT_MAX]; // "": not
    Target *target; // NULL: none is open
    Target *others[8];
    size_t n_others;
    char waits_for[4 * TEXT_MAX];
    Instant looked; // at the target
    Instant moved_at; // by the clock, for people
    Instant moved;    // by the steady clock
    unsigned seen;    // the worker's signs of life when it last beat
    bool stalled, gave_up;
};

// All of them under the mutex.
int64_t beat_still_s(const Beat *b); // how long nothing has moved
// The members of status.json, without its braces.
void beat_describe(const Beat *b, JsonOut *j);
// Replaces status.json.
void beat_write(const Beat *b);

#endif
