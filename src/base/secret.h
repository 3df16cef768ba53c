// Secrets: passphrases and keys in guarded memory, wiped when freed. The only home of libsodium
// (secret.c, and secret_find.c for where they come from).
#ifndef BASE_SECRET_H
#define BASE_SECRET_H

#include "base/err.h"
#include "base/str.h"

typedef struct Secret Secret;

Secret *secret_new(Str bytes); // a copy in guarded memory
void secret_free(Secret *s);   // NULL is fine; wipes
void secret_free_at(Secret **s);
Str secret_bytes(const Secret *s); // never print, never copy

// Where a passphrase may come from; at most one of the first two is set by the command line.
typedef struct {
    const char *file;      // --passphrase-file: its bytes without one final line end
    int fd;                // --passphrase-fd: read to its end, one final line end dropped; -1: none
    const char *reference; // from config.yaml: ${env:NAME}, ${file:PATH}, ${cred:NAME}; or NULL
    bool may_ask;          // a terminal is there: prompt without echo
    const char *again;     // prompt that asks a second time and compares (for a new file); NULL: once
} SecretSource;

// Order: file, fd, MUDANZA_PASSPHRASE (unset from the environment once read), reference, prompt.
// NULL with err->kind ERR_NONE when no source has one; NULL with an error when a source is broken.
// An empty passphrase counts as none.
Secret *secret_find(const SecretSource *source, const char *prompt, Err *err);

// What a reference of config.yaml leads to; NULL with ERR_NONE when that is empty.
Secret *secret_of(const char *reference, Err *err);

// scrypt with N=2^17, r=8, p=1, 32 bytes (the only parameters of DPME): 128 MiB for about 0.3 s.
Secret *secret_scrypt(const Secret *passphrase, Str salt, Err *err);
// The same at any cost, for published vectors; n: a power of two.
Secret *secret_scrypt_with(const Secret *passphrase, Str salt, uint64_t n, uint32_t r, uint32_t p,
                           size_t bytes, Err *err);

bool base64_decode(Str text, unsigned char *out, size_t cap,
                   size_t *n);    // standard alphabet; CR, LF and blanks skipped
void base64_encode(Str bytes, Buf *out); // appends; with padding
void secret_harden_process(void); // no core, PR_SET_DUMPABLE 0

#endif
