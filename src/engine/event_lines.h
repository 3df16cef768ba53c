// The lines of a run's events, read while another process writes them, or afterwards.
#ifndef ENGINE_EVENT_LINES_H
#define ENGINE_EVENT_LINES_H

#include "base/err.h"
#include "base/str.h"

// Appends whole lines, with their ends, from *offset on: about `most` bytes, always a whole line if there is
// one. Moves *offset behind them; a half line waits for its rest. *more: there are others already. A file
// that became shorter was begun anew, and is read from its beginning. false: it cannot be read.
bool event_lines_read(const char *path, int64_t *offset, size_t most, Buf *out, bool *more,
                      Err *err) MUST_CHECK;

// events.ndjson of a run.
const char *event_lines_path(Arena *a, const char *state_folder, int64_t run);

#endif
