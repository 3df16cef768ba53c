// The lock of a clinic: one worker at a time. It is gone when its owner dies.
#ifndef ENGINE_LOCK_H
#define ENGINE_LOCK_H

#include "base/err.h"
#include "base/str.h"
#include "config/clinic.h"

typedef struct Lock Lock;

// Makes the state folder (0700) when it is not there; refuses one that others can read. NULL with
// ERR_IN_USE when another worker holds the clinic: err says who, since when, which run, which step.
Lock *lock_take(const Clinic *clinic, Err *err);
void lock_run(Lock *l, int64_t run); // writes the run's number beside the owner
void lock_drop(Lock *l);             // NULL is fine

// Whether somebody holds it; *owner: the JSON they wrote, "" when they had no time to, NULL when free.
// Looking never stands in the way of a worker that begins at the same moment.
bool lock_owner(Arena *a, const char *state_folder, const char **owner);
const char *lock_user(Arena *a); // who runs this process
const char *lock_host(Arena *a);
const char *lock_terminal(Arena *a); // pts/4, or "" without one

#endif
