// A line of events.ndjson as the event it was: what a listener of the run got, for who reads it later.
#ifndef ENGINE_EVENT_READ_H
#define ENGINE_EVENT_READ_H

#include "engine/event.h"

// false: it is no event. The line must outlive it; texts live in the arena.
bool event_read(Arena *a, Str line, Event *out);

#endif
