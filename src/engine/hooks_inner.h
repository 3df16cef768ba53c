// What the halves of the hooks share: the worker's side (hooks.c) and the thread (hooks_thread.c).
#ifndef ENGINE_HOOKS_INNER_H
#define ENGINE_HOOKS_INNER_H

#include <pthread.h>

#include "engine/hooks.h"

enum { HOOKS_AT_ONCE = 4, HOOKS_WAITING_MAX = 32 };

// An event that a hook is still to be told of.
typedef struct {
    const Hook *hook;
    HookFacts facts; // texts are ours
} HookWaiting;

struct Hooks {
    pthread_t thread;
    pthread_mutex_t mutex; // of waiting, dropped, ending
    pthread_mutex_t voice; // of over; held while the thread tells something
    const Clinic *clinic;
    int64_t run;
    EventLog *events;
    RunLog *log;
    int wake;          // an eventfd
    bool ending, over; // over: no event may follow
    HookWaiting waiting[HOOKS_WAITING_MAX];
    size_t n_waiting;
    size_t dropped;
    HookJob jobs[HOOKS_AT_ONCE]; // of the thread alone
    Instant *beat_at;            // of each hook: when heartbeat is due; 0: not wanted
    unsigned seen;               // the worker's signs of life at the last heartbeat
};

void hook_waiting_free(HookWaiting *w);
void *hooks_thread(void *hooks); // until ending is set and nothing is left to do

#endif
