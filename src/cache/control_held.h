// What keeps the folder of a run, or the cache, from being thrown away.
#ifndef CACHE_CONTROL_HELD_H
#define CACHE_CONTROL_HELD_H

#include "cache/control.h"

typedef struct {
    int64_t issues; // open or asked, met in it for the first or the last time
    int64_t steps;  // whose last good end is its
} RunHold;
bool control_run_hold(Control *c, int64_t run, RunHold *out, Err *err) MUST_CHECK;

// The instant since which the cache has made nothing for the target; NULL: it is needed still. It is while a
// step is to be done or a run to be gone on with, and while rows are kept out that nobody decided to leave out.
// witness: when the run before the newest began; NULL: there was none.
bool control_cache_idle(Control *c, Arena *a, const char **since, const char **witness, Err *err) MUST_CHECK;

#endif
