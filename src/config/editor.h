// A person's own editor, called at a line of a file.
#ifndef CONFIG_EDITOR_H
#define CONFIG_EDITOR_H

#include "base/err.h"
#include "base/str.h"

// What would be called: VISUAL, EDITOR, else vi when may_guess; NULL: nothing is set.
const char *editor_command(bool may_guess);

// Calls it through a shell, as git does, with +LINE in front of the path (not of line 1), and waits for its end. It gets the
// terminal; who has drawn on that must have given it back. out: what becomes its standard output. ERR_CONFIG: it could
// not be started, or ended badly.
bool editor_run(const char *command, const char *path, int line, int out, Err *err) MUST_CHECK;

#endif
