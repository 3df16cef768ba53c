// What writing and reading decisions/issues.yaml share. Private to engine/.
#ifndef ENGINE_DECISIONS_INNER_H
#define ENGINE_DECISIONS_INNER_H

#include "cache/control.h"

#define DECISIONS_NOTE "decisions:issues.yaml" // the digest of the content control.db knows

// never: control.db has not seen any; known: it is this one.
bool decisions_known(Arena *a, Control *c, Str content, bool *never, bool *known, Err *err) MUST_CHECK;
bool decisions_remember(Control *c, Str content, Err *err) MUST_CHECK;

#endif
