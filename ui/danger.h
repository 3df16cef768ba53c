// What takes something away, from inside: the confirmation and what it counts.
#ifndef UI_DANGER_H
#define UI_DANGER_H

#include "ui/app.h"

enum { DANGER_LINES = 16 };

typedef enum { DANGER_ROLLBACK, DANGER_CACHE, DANGER_RUNS, DANGERS } DangerKind;

typedef struct {
    DangerKind kind;
    int64_t run; // of DANGER_ROLLBACK
} DangerWish;

// What would go, in lines, and what has to be typed.
typedef struct {
    const char *lines[DANGER_LINES];
    size_t n, loud;      // loud: so many of the first ones are to be seen before all others
    const char *confirm; // NULL: there is nothing to do, or it may not begin; the lines say why
} DangerLook;

void *danger_read(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err);

Screen *danger_confirm(DangerKind kind, int64_t run);
Screen *danger_runs(void); // which run is to be undone: danger_runs.c

#endif
