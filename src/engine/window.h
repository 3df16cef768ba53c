// A part of the day in which a run may work: 22:00-06:00, by the machine's local time.
#ifndef ENGINE_WINDOW_H
#define ENGINE_WINDOW_H

#include "base/date.h"

typedef struct {
    int from_s, to_s; // seconds of the day; from after to: over midnight
} DayWindow;

bool window_parse(Str text, DayWindow *out); // HH:MM[:SS]-HH:MM[:SS]; from and to differ
bool window_open(const DayWindow *w, Instant at);
Instant window_next(const DayWindow *w, Instant at); // when it opens next, after that moment
void local_time_text(Instant at, Buf *out);          // 2026-11-21 22:00

#endif
