// AES-256-GCM in pieces, of any size. The only home of libcrypto's ciphers.
#ifndef BASE_CIPHER_H
#define BASE_CIPHER_H

#include "base/err.h"
#include "base/str.h"

enum {
    GCM_KEY = 32,
    GCM_TAG = 16,
    GCM_MIN_IV = 8,
    GCM_MAX_IV = 128
}; // bytes; NIST SP 800-38D, iv as OpenSSL takes it

typedef struct GcmOpen GcmOpen;
// key: GCM_KEY bytes, only read here; iv: GCM_MIN_IV..GCM_MAX_IV bytes; aad: authenticated, not encrypted.
GcmOpen *gcm_open_new(Str key, Str iv, Str aad, Err *err);
void gcm_open_free(GcmOpen *g); // NULL is fine
void gcm_open_free_at(GcmOpen **g);
// Decrypts piece into out (as long as piece). What comes out must not be believed before gcm_open_end.
bool gcm_open_add(GcmOpen *g, Str piece, char *out, Err *err) MUST_CHECK;
bool gcm_open_end(GcmOpen *g,
                  const unsigned char tag[GCM_TAG]) MUST_CHECK; // false: key wrong or bytes changed

// The other way round. iv must never have been used with this key before: take random bytes.
typedef struct GcmSeal GcmSeal;
GcmSeal *gcm_seal_new(Str key, Str iv, Str aad, Err *err);
void gcm_seal_free(GcmSeal *g); // NULL is fine
void gcm_seal_free_at(GcmSeal **g);
bool gcm_seal_add(GcmSeal *g, Str piece, char *out, Err *err) MUST_CHECK; // out may be piece.at itself
bool gcm_seal_end(GcmSeal *g, unsigned char tag[GCM_TAG], Err *err) MUST_CHECK;

#endif
