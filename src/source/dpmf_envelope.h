// The header of an encrypted DPMF file (mudanza-dpmf(5)).
#ifndef SOURCE_DPMF_ENVELOPE_H
#define SOURCE_DPMF_ENVELOPE_H

#include "base/cipher.h"
#include "source/dpmf_inner.h"

enum { DPME_START = 8, DPME_MAX_HEADER = 65536 }; // bytes: magic and length; the JSON behind them

typedef struct {
    Str header;              // as stored: the additional data of the tag
    Str salt, iv;            // decoded
    bool zstd;               // what the plaintext is: zstd or raw
    int64_t cipher_at, size; // where the ciphertext begins, and its bytes; the tag follows
} Envelope;

// Reads and judges the header of the file behind fd. What it holds lives as long as d.
bool dpmf_read_envelope(Dpmf *d, int fd, Envelope *out, Err *err) MUST_CHECK;

#endif
