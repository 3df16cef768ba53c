// Judges one JSON text in one pass without building anything: for checks over millions of rows.
#ifndef BASE_JSON_SCAN_H
#define BASE_JSON_SCAN_H

#include "base/str.h"

enum {
    JSON_BAD = 1 << 0,           // not JSON (RFC 8259), nested deeper than JSON_MAX_DEPTH, or no value at all
    JSON_NOT_OBJECT = 1 << 1,    // sound, but the outermost value is no object
    JSON_DUPLICATE_KEY = 1 << 2, // one object holds a key twice, or more keys than can be remembered
    JSON_NUL_ESCAPE = 1 << 3,    // \u0000 in a string
    JSON_LONE_SURROGATE = 1 << 4, // half of a surrogate pair as an escape
    JSON_BIG_NUMBER = 1 << 5,     // a number that is no plain integer within +-2^53: a double may not hold it
    JSON_NAN = 1 << 6,            // together with JSON_BAD: the offence is NaN, Infinity or -Infinity
    JSON_ESCAPED_KEY = 1 << 7,    // a key holds an escape: compared byte by byte it is not found
    JSON_DEEP = 1 << 8,           // nested deeper than JSON_EASY_DEPTH

    JSON_MAX_DEPTH = 500,
    // What jq 1.6 still reads as a member of an object in a list: it counts to 256, an object twice.
    JSON_EASY_DEPTH = 127,
    JSON_MAX_OPEN_KEYS = 1024, // keys of all objects that are open at one moment
};

// 0: a sound object in which nothing is remarkable. With JSON_BAD the other flags tell only of what stands
// before the offence. Bytes from 0x80 up are taken as they are: text_is_utf8() judges them.
unsigned json_scan(Str text);

#endif
