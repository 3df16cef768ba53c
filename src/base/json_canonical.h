// One text for every JSON text that means the same, so that two of them can be compared by their bytes even
// if a database keeps a document in a form of its own.
#ifndef BASE_JSON_CANONICAL_H
#define BASE_JSON_CANONICAL_H

#include "base/str.h"

enum { JSON_MAX_EXPONENT = 1000 }; // of a number; it is written out

// Appends the document without blanks between its parts; members by length and bytes of their keys, of a
// repeated key the last one; escapes only where JSON needs them; numbers without exponent, their decimals
// kept (1.50 is not 1.5), zero without a sign. Half a surrogate pair becomes U+FFFD. What comes out gives
// itself again, also after PostgreSQL's jsonb has had it.
// false, and out holds anything: not JSON, nested deeper than JSON_MAX_DEPTH, \u0000 or an exponent beyond
// the limit.
bool json_canonical(Str json, Buf *out);

#endif
