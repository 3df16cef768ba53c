// The hooks of a run: a thread beside the worker calls them, at most four at once, so that the slowest of them
// holds up nothing. What becomes of each call is an event of its own, never a reason to stop.
#ifndef ENGINE_HOOKS_H
#define ENGINE_HOOKS_H

#include "engine/event.h"
#include "engine/hook_job.h"
#include "engine/run_log.h"

typedef struct Hooks Hooks;

// Listens to the events from now on. clinic, events and log must outlive it. NULL: the clinic has no hooks, or no
// thread could be made.
Hooks *hooks_start(const Clinic *clinic, int64_t run, EventLog *events, RunLog *log);
// Before the last event: what calls come to goes to the log from now on.
void hooks_hush(Hooks *h);
// After the last event: waits for the calls that are under way or wait, no longer than the longest of their time
// limits. NULL is fine, here and above.
void hooks_stop(Hooks *h);

// Calls every hook for this event with a made-up event of no run, one after the other, and tells each. false +
// ERR_USAGE: there is none for it.
bool hooks_test(Arena *a, const Clinic *clinic, HookEvent event,
                void (*tell)(void *arg, const HookJob *job, const char *text), void *arg, Err *err) MUST_CHECK;

#endif
