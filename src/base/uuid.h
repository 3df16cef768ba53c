// UUIDs as 36 lower-case characters.
#ifndef BASE_UUID_H
#define BASE_UUID_H

#include "base/str.h"

enum { UUID_TEXT = 36 };

bool uuid_valid(Str text); // 8-4-4-4-12 hexadecimal digits, either case
// RFC 4122 name-based uuid, version 5. namespace_uuid: 36 characters. out is NUL-ended.
// false when namespace_uuid is not a uuid.
bool uuid5(Str namespace_uuid, Str name, char out[UUID_TEXT + 1]);
void uuid_format(const unsigned char bytes[16], char out[UUID_TEXT + 1]); // any 16 bytes, NUL-ended

#endif
