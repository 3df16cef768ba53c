// How a run ended, in the language of who reads it: it is kept in that of who ran it.
#ifndef ENGINE_REASON_SHOWN_H
#define ENGINE_REASON_SHOWN_H

#include "base/str.h"

// An English reason in the language of messages, when it is one of the usual ones; else as it is. NULL: NULL.
const char *reason_shown(Arena *a, const char *reason);

#endif
