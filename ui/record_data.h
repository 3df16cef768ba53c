// What the record inspector reads: the record as the engine looks at it, first without the target, at once.
#ifndef UI_RECORD_DATA_H
#define UI_RECORD_DATA_H

#include "engine/inspect.h"
#include "ui/app.h"

enum {
    RECORD_FIRST,  // Inspect, without the target
    RECORD_WHOLE,  // Inspect
    RECORD_DECIDE, // ui/decide.h
    RECORD_LIST,   // RecordPage: where the list goes on
};

// The record's id stands behind it.
typedef struct {
    bool unmask, without_target;
    char record[];
} RecordWish;
void record_wish(Buf *out, const char *record, bool unmask, bool without_target);

// A FetchRead function: Inspect with every column's way.
void *record_read(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err);

#endif
