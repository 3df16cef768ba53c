// Other programs, started so that nothing of ours stays with them: no descriptor but the three standard ones,
// so no lock either, and no life of their own when we die.
#ifndef BASE_CHILD_H
#define BASE_CHILD_H

#include <sys/types.h>

#include "base/err.h"

typedef struct {
    pid_t pid;
    int out; // reads its standard output; never blocks
} Child;

// argv is NULL-ended and begins with the program's path. Standard input is empty, standard error goes to the
// file err_path (NULL: nowhere). The child leads its own process group and gets death_signal when the thread
// that started it ends.
bool child_start(const char *const *argv, const char *err_path, int death_signal, Child *out,
                 Err *err) MUST_CHECK;
// Waits for its end and closes out. The exit code, or 128 + the signal that killed it.
int child_end(Child *c);

#endif
