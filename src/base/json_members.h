// The members of a JSON object one after the other, as they are written: nothing is converted, so numbers
// keep their digits.
#ifndef BASE_JSON_MEMBERS_H
#define BASE_JSON_MEMBERS_H

#include "base/str.h"

typedef struct {
    const char *at, *end;
} JsonMembers;

// object: one in which json_scan() found neither JSON_BAD nor JSON_NOT_OBJECT.
JsonMembers json_members(Str object);
// key with its quotes, value without the blanks around it; both point into the object. false: no more.
bool json_member_next(JsonMembers *m, Str *key, Str *value);

// Appends what a sound JSON string means. \u0000 and unpaired surrogates become U+FFFD.
void json_unquote(Str string, Buf *out);
// Appends a sound JSON text in which each unpaired surrogate is \ufffd: some readers refuse them.
void json_mend_surrogates(Str json, Buf *out);

#endif
