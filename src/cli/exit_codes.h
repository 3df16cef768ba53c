// The ways mudanza(1) can end, as the caller sees them. Numbers of ErrKind are exit codes.
#ifndef CLI_EXIT_CODES_H
#define CLI_EXIT_CODES_H

#include "base/err.h"

// The ends that are not errors of one call, beside those of ErrKind.
enum {
    EXIT_OK = 0,
    EXIT_PARTIAL = 3,
    EXIT_NOOP = 9,
    EXIT_STALLED = 13,
    EXIT_INTERRUPTED = 130,
    EXIT_UNREAD = 141, // as a shell sees SIGPIPE; not in the table: no end of a run
    EXIT_TERMINATED = 143
};

typedef struct {
    int code;
    const char *name;      // one word for scripts and for "code" of an error document
    const char *resumable; // "yes", "no", "maybe", or "-": nothing is left to do
    const char *meaning;   // N_()
} ExitCode;

extern const ExitCode exit_codes[];   // ascending; ends with a NULL name
const char *exit_code_name(int code); // "internal" for a code not in the table

#endif
