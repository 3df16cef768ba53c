// What keeps the folder of a run from being thrown away.
#ifndef CACHE_CONTROL_HELD_H
#define CACHE_CONTROL_HELD_H

#include "cache/control.h"

typedef struct {
    int64_t issues; // open or asked, met in it for the first or the last time
    int64_t steps;  // whose last good end is its
} RunHold;
bool control_run_hold(Control *c, int64_t run, RunHold *out, Err *err) MUST_CHECK;

#endif
