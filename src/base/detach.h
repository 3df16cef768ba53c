// A program that goes on without us: in a session of its own, so that neither our end nor that of our
// terminal reaches it, and with nothing of ours but what it is given.
#ifndef BASE_DETACH_H
#define BASE_DETACH_H

#include <sys/types.h>

#include "base/err.h"
#include "base/str.h"

enum { DETACH_GIVEN_FD = 3 }; // where the program reads what it is given

typedef struct {
    const char *const *argv; // NULL-ended; begins with the program's path
    const char *out_path;    // where standard output and error go: made anew, 0600; standard input is empty
    Str given; // at most 4096 bytes that wait for it on DETACH_GIVEN_FD, never in a file; without value: none
} DetachPlan;

typedef struct {
    pid_t pid;
    int fd; // readable when it has ended; -1: none
} Detached;

bool detach_start(const DetachPlan *plan, Detached *out, Err *err) MUST_CHECK;
// Whether it has ended; if so fd is closed and *code is its exit code, or 128 + the signal that killed it;
// 127: it could not be started. Never waits.
bool detach_ended(Detached *d, int *code);
void detach_leave(Detached *d); // it goes on; nobody is told of its end

#endif
