// What the two halves of json_scan share; nobody else includes it.
#ifndef BASE_JSON_SCAN_INNER_H
#define BASE_JSON_SCAN_INNER_H

#include "base/json_scan.h"

typedef struct {
    const unsigned char *at, *end;
    unsigned flags;
    unsigned depth, keys;
    bool is_object[JSON_MAX_DEPTH];     // of each open value
    uint16_t first_key[JSON_MAX_DEPTH]; // where the keys of each open object begin
    // Equal hashes count as equal keys: 64 bits make that safe enough.
    uint64_t key_hashes[JSON_MAX_OPEN_KEYS];
} JsonScan;

static inline bool json_scan_bad(JsonScan *s)
{
    s->flags |= JSON_BAD;
    return false;
}

static inline void json_scan_blanks(JsonScan *s)
{
    while (s->at < s->end && *s->at <= ' ' &&
           (*s->at == ' ' || *s->at == '\t' || *s->at == '\n' || *s->at == '\r'))
        s->at++;
}

// json_scan_string.c. at stands behind the opening quote, ends behind the closing one. escaped: whether a
// backslash was met.
bool json_scan_string(JsonScan *s, bool *escaped);
// A key of the innermost open object, to the value behind its colon.
bool json_scan_key(JsonScan *s);

#endif
