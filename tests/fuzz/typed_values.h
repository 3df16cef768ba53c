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

typedef enum { UTF8, UTF16LE, UTF16BE, ENCODINGS } Encoding; // of the texts of a database

typedef struct {
    const uint8_t *at, *end;
    Encoding encoding;
} Input;

uint8_t take_byte(Input *in); // 0 behind the end, and so on: an input can be read for ever
// kind, then 8 bytes of a number, or a length and so many bytes. What UTF-16 could not hold becomes a blob.
Value take_value(Input *in);

// As ORDER BY does: NULL, numbers, texts (by their bytes in this encoding), blobs.
int value_compare(const Value *a, const Value *b, Encoding encoding);
void value_show(const Value *v, Buf *out); // appends what Python's str() writes

#endif
