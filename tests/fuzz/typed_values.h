// Values of every SQLite type taken from an input, and what the integrity hash must be made of, worked out
// without the reader: as plainly as possible, not fast.
#ifndef TESTS_FUZZ_TYPED_VALUES_H
#define TESTS_FUZZ_TYPED_VALUES_H

#include "tests/fuzz/fuzz.h"

typedef enum { VALUE_NULL, VALUE_INTEGER, VALUE_REAL, VALUE_TEXT, VALUE_BLOB } ValueKind;

typedef struct {
    ValueKind kind;
    int64_t integer;
    double real;
    Str bytes; // of a text or a blob; in the input
} Value;

typedef struct {
    const uint8_t *at, *end;
} Input;

uint8_t take_byte(Input *in); // 0 behind the end, and so on: an input can be read for ever
// kind, then 8 bytes of a number, or a length and so many bytes.
Value take_value(Input *in);

int value_compare(const Value *a, const Value *b); // as ORDER BY does: NULL, numbers, texts, blobs
void value_show(const Value *v, Buf *out);         // appends what Python's str() writes

#endif
