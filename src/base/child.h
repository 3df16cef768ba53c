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

typedef struct {
    const char *const *argv; // NULL-ended; begins with the program's path
    const char *const *env;  // NULL-ended NAME=VALUE; NULL: our own
    int in;                  // becomes its standard input; -1: that is empty
    const char *err_path;    // where its standard error goes; NULL: nowhere
    bool err_to_out;         // or to where its standard output goes
    int death_signal;        // it gets when the thread that started it ends
} ChildPlan;

// The child leads its own process group: kill(-pid) reaches what it starts too.
bool child_start_as(const ChildPlan *plan, Child *out, Err *err) MUST_CHECK;

// argv is NULL-ended and begins with the program's path. Standard input is empty, standard error goes to the
// file err_path (NULL: nowhere). The child leads its own process group and gets death_signal when the thread
// that started it ends.
bool child_start(const char *const *argv, const char *err_path, int death_signal, Child *out,
                 Err *err) MUST_CHECK;
// Whether it has ended; if so, out is closed and *code is set as child_end() gives it. Never waits.
bool child_ended(Child *c, int *code);
// Waits for its end and closes out. The exit code, or 128 + the signal that killed it.
int child_end(Child *c);

#endif
