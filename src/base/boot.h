// The clock that two processes of a machine can compare and nobody can set: how long the machine has been on.
#ifndef BASE_BOOT_H
#define BASE_BOOT_H

#include "base/arena.h"
#include "base/date.h"

Instant boot_now(void);        // since the machine was started, the time it slept included
const char *boot_id(Arena *a); // of this start, as the kernel names it; "": it does not say

#endif
