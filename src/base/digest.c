#include "base/digest.h"

#include "base/cancel.h"
#include "base/intl.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

enum { BUFFER_SIZE = 64 * 1024 };

// Fetching an algorithm by name costs more than hashing a row, so it happens once.
static pthread_once_t fetched = PTHREAD_ONCE_INIT;
static EVP_MD *sha1_md, *sha256_md;

static void forget(void)
{
    EVP_MD_free(sha1_md);
    EVP_MD_free(sha256_md);
}

// libcrypto without SHA-1 or SHA-256, or out of memory, leaves nothing sensible to do.
static void must(bool ok)
{
    if (!ok)
        abort();
}

static void fetch(void)
{
    sha1_md = EVP_MD_fetch(NULL, "SHA1", NULL);
    sha256_md = EVP_MD_fetch(NULL, "SHA256", NULL);
    must(sha1_md && sha256_md);
    OPENSSL_atexit(forget);
}

void sha1_of(Str bytes, unsigned char out[SHA1_BYTES])
{
    pthread_once(&fetched, fetch);
    must(EVP_Digest(bytes.at, bytes.len, out, NULL, sha1_md, NULL) == 1);
}

// ---- SHA-256 in pieces --------------------------------------------------------------------------

struct Sha256 {
    EVP_MD_CTX *ctx;
    size_t used;
    unsigned char buffer[BUFFER_SIZE];
};

Sha256 *sha256_new(void)
{
    pthread_once(&fetched, fetch);
    Sha256 *h = malloc(sizeof *h);
    must(h != NULL);
    h->ctx = EVP_MD_CTX_new();
    must(h->ctx != NULL);
    sha256_reset(h);
    return h;
}

void sha256_free(Sha256 *h)
{
    if (!h)
        return;
    EVP_MD_CTX_free(h->ctx);
    free(h);
}

void sha256_reset(Sha256 *h)
{
    must(EVP_DigestInit_ex2(h->ctx, sha256_md, NULL) == 1);
    h->used = 0;
}

static void flush(Sha256 *h)
{
    must(EVP_DigestUpdate(h->ctx, h->buffer, h->used) == 1);
    h->used = 0;
}

void sha256_add(Sha256 *h, Str bytes)
{
    if (bytes.len > BUFFER_SIZE - h->used)
        flush(h);
    if (bytes.len >= BUFFER_SIZE) {
        must(EVP_DigestUpdate(h->ctx, bytes.at, bytes.len) == 1);
    } else if (bytes.len) {
        memcpy(h->buffer + h->used, bytes.at, bytes.len);
        h->used += bytes.len;
    }
}

void sha256_finish(Sha256 *h, unsigned char out[SHA256_BYTES])
{
    flush(h);
    must(EVP_DigestFinal_ex(h->ctx, out, NULL) == 1);
    sha256_reset(h);
}

void sha256_finish_hex(Sha256 *h, char out[SHA256_HEX + 1])
{
    unsigned char sum[SHA256_BYTES];
    sha256_finish(h, sum);
    hex_of(sum, sizeof sum, out);
}

// ---- In one go -----------------------------------------------------------------------------------

void sha256_hex_of(Str bytes, char out[SHA256_HEX + 1])
{
    pthread_once(&fetched, fetch);
    unsigned char sum[SHA256_BYTES];
    must(EVP_Digest(bytes.at, bytes.len, sum, NULL, sha256_md, NULL) == 1);
    hex_of(sum, sizeof sum, out);
}

static bool add_file(Sha256 *h, int fd)
{
    char piece[BUFFER_SIZE];
    for (;;) {
        ssize_t got = read(fd, piece, sizeof piece);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return got == 0;
        sha256_add(h, (Str){piece, (size_t)got});
        if (cancel_requested())
            return false;
    }
}

bool sha256_file(const char *path, char out[SHA256_HEX + 1], Err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_sys(err, ERR_INTERNAL, _("cannot open %s"), path);
    Sha256 *h = sha256_new();
    bool ok = add_file(h, fd) ||
              (cancel_requested() ? cancel_check(err) : err_sys(err, ERR_INTERNAL, _("cannot read %s"), path));
    if (ok)
        sha256_finish_hex(h, out);
    sha256_free(h);
    close(fd);
    return ok;
}

void hmac_sha256_hex(Str key, Str message, char out[SHA256_HEX + 1])
{
    pthread_once(&fetched, fetch);
    // libcrypto takes a key of NULL for "the key of before", so an empty one must point somewhere.
    const char *bytes = key.len ? key.at : "";
    unsigned char sum[SHA256_BYTES];
    must(HMAC(sha256_md, bytes, (int)key.len, (const unsigned char *)message.at, message.len, sum, NULL) !=
         NULL);
    hex_of(sum, sizeof sum, out);
}

void hex_of(const unsigned char *bytes, size_t n, char *out)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < n; i++) {
        *out++ = digits[bytes[i] >> 4];
        *out++ = digits[bytes[i] & 15];
    }
    *out = 0;
}

void random_bytes(unsigned char *out, size_t n)
{
    while (n) {
        ssize_t got = getrandom(out, n, 0);
        if (got < 0 && errno == EINTR)
            continue;
        must(got > 0);
        out += got;
        n -= (size_t)got;
    }
}
