// Writes JSON, one value after the other, into a Buf. Commas and escapes are its business.
#ifndef BASE_JSON_OUT_H
#define BASE_JSON_OUT_H

#include "base/str.h"

typedef struct {
    Buf *out;
    bool need_comma;
} JsonOut;

// key NULL: an element of an array, or the document itself.
void json_open(JsonOut *j, const char *key);        // {
void json_close(JsonOut *j);                        // }
void json_open_list(JsonOut *j, const char *key);   // [
void json_close_list(JsonOut *j);                   // ]
// Without value: null. Each byte that is not UTF-8 becomes U+FFFD.
void json_str(JsonOut *j, const char *key, Str value);
void json_text(JsonOut *j, const char *key, const char *value);
void json_int(JsonOut *j, const char *key, int64_t value);
void json_num(JsonOut *j, const char *key, double value, int decimals);
void json_bool(JsonOut *j, const char *key, bool value);
void json_null(JsonOut *j, const char *key);
void json_raw(JsonOut *j, const char *key, Str json); // already JSON

#endif
