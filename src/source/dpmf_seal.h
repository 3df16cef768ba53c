// The layers around the database of a DPMF file (mudanza-dpmf(5)): zstd first, the envelope last.
#ifndef SOURCE_DPMF_SEAL_H
#define SOURCE_DPMF_SEAL_H

#include "base/cipher.h"
#include "base/fresh_file.h"
#include "source/dpmf.h"

enum { DPME_SALT = 16, DPME_IV = 12 }; // bytes, as the format's writers use them

typedef struct {
    bool zstd, encrypted;
} DpmfLayering;
extern const char *const dpmf_layering_words[]; // raw, zstd, enc(raw), enc(zstd); NULL-ended
bool dpmf_layering_named(const char *word, DpmfLayering *out);

// What an envelope is closed with, for one file alone: salt and iv are new each time.
typedef struct {
    Secret *key; // NULL: none
    unsigned char salt[DPME_SALT], iv[DPME_IV];
} DpmfKey;
bool dpmf_key_make(DpmfKey *k, const Secret *passphrase, Err *err) MUST_CHECK; // 128 MiB for about 0.3 s
void dpmf_key_end(DpmfKey *k);                                                // for AUTO(dpmf_key_end)

// Reads the database from plain, from its first byte, and writes it into out, compressed when zstd is set and
// encrypted when key is given. Progress in bytes read.
bool dpmf_seal(int plain, FreshFile *out, bool zstd, const DpmfKey *key, const DpmfWatch *watch,
               Err *err) MUST_CHECK;

#endif
