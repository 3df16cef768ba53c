// A program that takes our place at the terminal for a while: an editor, a pager.
#ifndef UI_FOREGROUND_H
#define UI_FOREGROUND_H

#include "base/err.h"

// Runs argv (NULL-ended; looked for in PATH) and waits for its end; Ctrl-Z stops both. The terminal has been
// left. Handlers of signals are to be set again afterwards. false + err when it cannot be started.
// When wake (a descriptor, -1: none) is readable, enough() is asked, which takes in what wakes; true: the program
// is told that its terminal is gone, and is not waited for any more.
bool foreground_run(const char *const *argv, int wake, bool (*enough)(void), Err *err) MUST_CHECK;

#endif
