// One thing that was looked at before a run: a line of `mudanza doctor`, a row of a screen.
#ifndef ENGINE_FINDING_H
#define ENGINE_FINDING_H

#include "base/err.h"
#include "target/finding_state.h"

typedef struct {
    const char *name; // one word, for scripts too: source, cache, target, encoding, ...
    FindingState state;
    ErrKind kind;       // FINDING_BAD: what a run would end with
    const char *text;   // what was found
    const char *advice; // what to do about it; NULL: nothing
} Finding;

static inline Finding finding_good(const char *name, const char *text)
{
    return (Finding){name, FINDING_GOOD, ERR_NONE, text, NULL};
}
static inline Finding finding_doubtful(const char *name, const char *text, const char *advice)
{
    return (Finding){name, FINDING_DOUBTFUL, ERR_NONE, text, advice};
}
static inline Finding finding_bad(const char *name, ErrKind kind, const char *text, const char *advice)
{
    return (Finding){name, FINDING_BAD, kind, text, advice};
}

#endif
