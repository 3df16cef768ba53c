// What became of one step, run by run.
#ifndef CACHE_STEP_HISTORY_H
#define CACHE_STEP_HISTORY_H

#include "cache/control.h"

typedef struct {
    int64_t run;
    const char *mode, *by; // of the run; NULL: the run is not known any more
    const char
        *status;     // as the step ended in it: done, partial, failed, blocked, ...; NULL: it was not noted
    const char *why; // for people; NULL: nothing to say
    int64_t rows, done, rejected; // done, rejected -1: not noted
    double took_s;
    const char *at; // when it ended; NULL: not noted
} StepRun;
// The newest first, at most `most` of those before the run `before` (0: of all). *more: there are older ones.
StepRun *step_history(Control *c, Arena *a, const char *step, int64_t before, size_t most, size_t *n,
                      bool *more, Err *err);
// Called by control_step_save: notes how the step ended in this run, and forgets what is older than the last
// STEP_HISTORY_MOST runs of it. A step that only begins is not noted.
enum { STEP_HISTORY_MOST = 200 };
bool step_history_add(Control *c, const StepRecord *s, const char *at, Err *err) MUST_CHECK;

#endif
