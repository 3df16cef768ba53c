// Reads members of small JSON objects: status files, requests, events. The text may come from anybody.
#ifndef BASE_JSON_READ_H
#define BASE_JSON_READ_H

#include "base/str.h"

// Whether text is one sound JSON object without repeated keys. Only such a text may be given to the others.
bool json_is_object(Str text);

// The value of a key of the object itself, as JSON: what it holds is not searched. Without value when the
// key is missing, and for null.
Str json_member(Str object, const char *key);
Str json_element(Str list, size_t i); // of a list; without value behind its end

// Of such a value. A text is decoded; what is no text gives NULL, what is no number the other value.
const char *json_as_text(Arena *a, Str value);
int64_t json_as_int(Str value, int64_t otherwise);
double json_as_num(Str value, double otherwise);
bool json_as_bool(Str value);

#endif
