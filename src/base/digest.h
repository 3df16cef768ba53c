// Digests, HMAC and random bytes. The only home of libcrypto's digests.
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include "base/err.h"
#include "base/str.h"

enum { SHA1_BYTES = 20, SHA256_BYTES = 32, SHA256_HEX = 64 };

typedef struct Sha256 Sha256;
Sha256 *sha256_new(void); // buffers 64 KiB, so one call per field is cheap
void sha256_free(Sha256 *h);
void sha256_reset(Sha256 *h);
void sha256_add(Sha256 *h, Str bytes);
void sha256_finish(Sha256 *h, unsigned char out[SHA256_BYTES]); // and starts anew
void sha256_finish_hex(Sha256 *h, char out[SHA256_HEX + 1]);

void sha1_of(Str bytes, unsigned char out[SHA1_BYTES]); // for uuid version 5 alone, never for trust
void sha256_hex_of(Str bytes, char out[SHA256_HEX + 1]);
bool sha256_file(const char *path, char out[SHA256_HEX + 1], Err *err) MUST_CHECK;
void hmac_sha256_hex(Str key, Str message, char out[SHA256_HEX + 1]);
void hex_of(const unsigned char *bytes, size_t n, char *out); // 2n + 1 characters
void random_bytes(unsigned char *out, size_t n); // from the kernel; aborts when it has none

#endif
