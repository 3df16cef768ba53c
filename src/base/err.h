// Errors: what went wrong, of which kind, told once, in the words the operator will read.
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include "base/base.h"

// The kind decides what happens next; its number is the exit code of mudanza(1).
typedef enum {
    ERR_NONE = 0,
    ERR_INTERNAL = 1,    // a bug, or the operating system refused something we cannot classify
    ERR_USAGE = 2,       // the command line is wrong
    ERR_STEP = 4,        // a step failed or a limit was passed
    ERR_CONFIG = 5,      // config.yaml, commands.yaml or a mapping file is wrong
    ERR_SOURCE = 6,      // a source is missing, unreadable or not what it claims to be
    ERR_TARGET = 7,      // the target is unreachable, refuses, or has another schema
    ERR_DECISION = 8,    // a person has to decide
    ERR_IN_USE = 10,     // another worker holds the clinic
    ERR_STOPPED = 11,    // somebody asked us to stop
    ERR_UNBALANCED = 12, // rows are lost
    ERR_STALLED = 13,    // nothing moved for longer than the clinic allows
} ErrKind;

typedef struct {
    ErrKind kind;
    char text[768]; // one sentence: what, where
    char hint[768]; // what the operator can do, or ""
    bool passing;   // another program holds what was to be read: a little later it may be free
} Err;

// One word for scripts, the one `mudanza help exit-codes` has: "source".
const char *err_word(ErrKind kind);

// Each returns false, so a caller can write: return err_set(err, ...);
bool err_set(Err *err, ErrKind kind, const char *fmt, ...) PRINTF(3, 4);
bool err_sys(Err *err, ErrKind kind, const char *fmt, ...) PRINTF(3, 4); // appends ": " strerror(errno)
bool err_because(Err *err, int why);                                      // appends ": " strerror(why)
bool err_wrap(Err *err, const char *fmt, ...) PRINTF(2, 3);              // puts "context: " in front
bool err_hint(Err *err, const char *fmt, ...) PRINTF(2, 3);              // sets the hint

#endif
