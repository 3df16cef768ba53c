// The loop behind the screens: waits for keys, results, changes on disk and signals, and paints what came of it.
// While nothing happens it sleeps.
#ifndef UI_LOOP_H
#define UI_LOOP_H

#include "ui/app.h"

// Handlers of the signals the screens have to do with; before term_open(), for curses leaves those alone that
// have one.
void loop_take_signals(void);
// Until the last screen is left (0), a signal ends it (128 + its number), or the terminal is lost (129). The
// terminal is open.
int loop_run(App *app);

#endif
