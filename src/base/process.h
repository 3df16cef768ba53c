// Other processes of this machine, as /proc tells of them.
#ifndef BASE_PROCESS_H
#define BASE_PROCESS_H

#include "base/arena.h"

// When it began, in clock ticks since the machine's start; 0: there is no such process, or it has ended. A number
// that is used again has another beginning.
int64_t process_start(int64_t pid);

// Within what a pid means something: this start of the machine and its space of process numbers.
const char *process_space(Arena *a);

#endif
