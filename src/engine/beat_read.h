// What a worker tells of itself in status.json, and how a reader judges it.
#ifndef ENGINE_BEAT_READ_H
#define ENGINE_BEAT_READ_H

#include "base/date.h"

typedef struct {
    int64_t run, pid, done, rows, rejects; // rows -1: unknown
    int64_t steps_done, steps_total, warnings_new, retries;
    const char *clinic, *host, *state, *phase, *step; // "": none; state: running, paused, ..., done
    const char *paused_by, *asked;                    // NULL: not paused; nothing asked that is still to come
    const char *pause_until;                          // NULL: until somebody says so
    double rate, eta_low_s, eta_high_s;               // rows a second; of the run, negative: unknown
    const char *waits_for;                            // NULL: nothing known
    double still_s;                                   // stalled for so long; 0: it moves
    double silent_s;                                  // since it last wrote
    Str json;                                         // the whole file
} WorkerSeen;

typedef enum { WORKER_ALIVE, WORKER_SILENT, WORKER_SUSPICIOUS } WorkerPulse;
WorkerPulse worker_pulse(const WorkerSeen *seen); // silent after 5 s, suspicious after a minute

// false: there is no status.json that makes sense, or no lock is held by the process that wrote it.
bool beat_read(Arena *a, const char *state_folder, WorkerSeen *out);

#endif
