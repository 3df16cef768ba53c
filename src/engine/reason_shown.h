// How a run or a step ended, in the language of who reads it: it is kept in English.
#ifndef ENGINE_REASON_SHOWN_H
#define ENGINE_REASON_SHOWN_H

#include "base/str.h"

// An English reason in the language of messages, when it is one of the usual ones; else as it is. NULL: NULL.
const char *reason_shown(Arena *a, const char *reason);
// The other way: one of the usual ones, in the language of messages, in English to be kept.
const char *reason_kept(Arena *a, const char *reason);

#endif
