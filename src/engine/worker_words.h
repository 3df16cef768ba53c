// What a worker tells of itself, in words for people.
#ifndef ENGINE_WORKER_WORDS_H
#define ENGINE_WORKER_WORDS_H

#include "base/str.h"
#include "engine/beat_read.h"

// Where it is: steps done, time left, the running step with its rows and rate, rejects, new issues.
void worker_progress_words(const WorkerSeen *seen, Buf *out);
// What is the matter with it: paused, stalled, silent, suspicious, asked to stop. Nothing when all is well.
void worker_trouble_words(const WorkerSeen *seen, Buf *out);
const char *worker_pulse_word(const WorkerSeen *seen); // alive, silent, suspicious, stalled, paused: for JSON
void add_time_left(Buf *out, double low_s, double high_s); // "5-8 min left"; nothing when unknown

#endif
