// The terminal as it was, also when the program ends in the middle of anything: what to write and which modes
// to set is laid ready while all is well, so that a signal handler needs nothing but write() and tcsetattr().
#ifndef UI_TERM_CRASH_H
#define UI_TERM_CRASH_H

#include <termios.h>

#include "base/str.h"

// Arms it: what restores the screen, the modes of fd, where standard error went before (-1: nowhere else).
// Handlers of the signals that mean a crash are installed, on a stack of their own, unless somebody (a
// sanitizer) has handlers there already; those call __asan_on_error, which does the same.
void crash_arm(int fd, Str restore, const struct termios *modes, int standard_error);
void crash_disarm(void);
bool crash_armed(void); // false: the terminal was given back; whoever still runs leaves it alone

// Does it, once, if it is armed. Async-signal-safe; for a terminal that is lost it does no harm.
void crash_restore(void);

#endif
