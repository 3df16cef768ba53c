// The heartbeat: status.json, replaced every second while the worker moves.
#ifndef ENGINE_BEAT_H
#define ENGINE_BEAT_H

#include "base/err.h"
#include "base/str.h"

typedef struct Beat Beat;

// A thread of its own that only writes the file: it touches no database.
Beat *beat_start(const char *state_folder, const char *clinic, int64_t run, Err *err);
// What the worker is at; cheap enough for every progress report.
void beat_tick(Beat *b, const char *phase, const char *step, int64_t done, int64_t rows, int64_t rejected);
void beat_steps(Beat *b, int done, int total);
// Writes the last state ("done", "failed", ...) and ends the thread. NULL is fine.
void beat_stop(Beat *b, const char *state);

#endif
