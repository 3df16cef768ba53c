// The safe form of a payload: what SQLite's JSON functions read as it was meant.
//
// SQLite 3.40 takes the first of repeated keys, finds no key that is written with escapes, cuts a text at
// \u0000 and makes 1e400 infinite. In the safe form only the last of repeated keys remains, keys are written
// plainly, \u0000 and unpaired surrogates are U+FFFD, and a number that is not an integer below 2^53 is a
// text.
#ifndef CACHE_PAYLOAD_H
#define CACHE_PAYLOAD_H

#include "base/str.h"

typedef enum {
    PAYLOAD_SAFE,      // as it is
    PAYLOAD_REWRITTEN, // *safe holds the safe form
    PAYLOAD_BROKEN,    // not JSON, or nested too deep
    PAYLOAD_NO_OBJECT, // JSON, but not an object
} PayloadState;

// safe is cleared first and used only for PAYLOAD_REWRITTEN. *replaced: characters were replaced (worth
// an issue; reordering and quoting numbers are not).
PayloadState payload_make_safe(Str payload, Buf *safe, bool *replaced);

#endif
