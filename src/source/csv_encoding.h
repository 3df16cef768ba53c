// In which encoding a text is written, and how its bytes become UTF-8.
#ifndef SOURCE_CSV_ENCODING_H
#define SOURCE_CSV_ENCODING_H

#include "base/err.h"
#include "base/str.h"

typedef enum {
    ENCODING_UTF8,   // ASCII too: taken as it is, looked at record by record
    ENCODING_BYTES,  // a byte is a character and ASCII is ASCII: records are found in the bytes as they are
    ENCODING_STREAM, // anything else (UTF-16, GB18030): to be converted before records can be found
} EncodingKind;

typedef struct {
    const char *name; // for iconv(3)
    EncodingKind kind;
    char utf8[256][4];        // ENCODING_BYTES: what a byte becomes
    unsigned char utf8_len[256]; // 0: the encoding has no such byte
    bool ascii_only;          // ENCODING_UTF8 in which bytes over 0x7F are wrong
    size_t unit;              // ENCODING_STREAM: bytes of the smallest character
    bool big;                 // and the last of them is its lowest
} Encoding;

// ERR_USAGE: iconv does not know the name.
bool encoding_open(const char *name, Encoding *out, Err *err) MUST_CHECK;
// Appends the text in UTF-8. false: a byte the encoding does not have, or no UTF-8.
bool encoding_text(const Encoding *e, Str bytes, Buf *out);

// Guesses from the beginning of a file (whole: it is all of it). sure: 0..100. bom: bytes of a byte order mark.
const char *encoding_detect(Str head, bool whole, int *sure, size_t *bom);
// Among encodings of one byte a character, by the letters that would come out.
const char *encoding_detect_bytes(Str text, int *sure);

#endif
