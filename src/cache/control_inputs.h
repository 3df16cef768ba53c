// What control.db keeps of steps so that a plan can explain itself: their inputs, and how long they took.
#ifndef CACHE_CONTROL_INPUTS_H
#define CACHE_CONTROL_INPUTS_H

#include "cache/control.h"
#include "cache/inputs.h"

// Replaces what is known of a step's inputs.
bool control_inputs_save(Control *c, const char *step, const Inputs *l, Err *err) MUST_CHECK;
// Empty when nothing is known of the step. out->arena is given.
bool control_inputs(Control *c, const char *step, Inputs *out, Err *err) MUST_CHECK;

// Notes that a step worked on rows for so long; of each step the last few are kept.
bool control_time_add(Control *c, const char *step, int64_t run, int64_t rows, double took_s,
                      Err *err) MUST_CHECK;

typedef struct {
    double low, high, mean; // seconds a row: the quickest and the slowest of those kept, and all together
    int64_t samples;        // 0: nothing is known, and the others are 0
} StepPace;
// Of one step, or of all that match a pattern of SQL's LIKE (%/insert).
bool control_pace(Control *c, const char *step, StepPace *out, Err *err) MUST_CHECK;

#endif
