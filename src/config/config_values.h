// Values of configuration that are more than a text: times, shares, references to secrets.
#ifndef CONFIG_CONFIG_VALUES_H
#define CONFIG_CONFIG_VALUES_H

#include "base/str.h"

// "90s", "5m", "6h", "30d", "1h30m": seconds. Units s, m, h, d, largest first, each at most once; a bare 0 is
// zero.
bool duration_parse(Str text, int64_t *seconds);

// "1%", "0.5%", "100%": a share, 0.01 for 1 %. From 0 to 100.
bool percent_parse(Str text, double *share);

// "0.85": a score from 0 to 1.
bool score_parse(Str text, double *score);

typedef enum { REFERENCE_NONE, REFERENCE_ENV, REFERENCE_FILE, REFERENCE_CRED } ReferenceKind;

// ${env:NAME}, ${file:PATH}, ${cred:NAME}: its kind and what is behind the colon. NONE: a literal or
// something broken.
ReferenceKind reference_parse(Str text, Str *name);

#endif
