// Following the events of a run that another process writes, or wrote.
#ifndef CLI_RUN_WATCH_H
#define CLI_RUN_WATCH_H

#include "cli/cli.h"

typedef struct RunWatch RunWatch;

// NULL: the run has no events. Closed with the arena.
RunWatch *run_watch_open(Arena *a, const Clinic *clinic, int64_t run, Err *err);
// Gives every whole line that has come since the last call; a half one waits for its rest.
void run_watch_lines(RunWatch *w, void (*line)(void *arg, Str line), void *arg);
bool run_watch_ended(const RunWatch *w); // run.end has been given
// Waits a moment for more. false: there will be none, because the worker is gone (it may have written its
// last lines before: they are still to be read), or we are asked to leave, or nobody reads what we print.
bool run_watch_more(RunWatch *w);

#endif
