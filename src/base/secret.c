#include "base/secret.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "base/intl.h"

enum { SCRYPT_N = 131072, SCRYPT_R = 8, SCRYPT_P = 1, KEY_BYTES = 32 };

struct Secret {
    size_t len;
    char bytes[]; // the whole struct lies in guarded memory
};

static Secret *take(size_t len)
{
    if (sodium_init() < 0)
        abort();
    // Guarded memory ends at a page border: rounded up, so that len stays aligned.
    Secret *s = sodium_malloc((sizeof *s + len + 15) / 16 * 16);
    if (!s)
        abort();
    s->len = len;
    return s;
}

Secret *secret_new(Str bytes)
{
    Secret *s = take(bytes.len);
    if (bytes.len)
        memcpy(s->bytes, bytes.at, bytes.len);
    return s;
}

void secret_free(Secret *s)
{
    if (s)
        sodium_free(s);
}

void secret_free_at(Secret **s)
{
    secret_free(*s);
    *s = NULL;
}

Str secret_bytes(const Secret *s)
{
    return (Str){s->bytes, s->len};
}

Secret *secret_scrypt(const Secret *passphrase, Str salt, Err *err)
{
    return secret_scrypt_with(passphrase, salt, SCRYPT_N, SCRYPT_R, SCRYPT_P, KEY_BYTES, err);
}

Secret *secret_scrypt_with(const Secret *passphrase, Str salt, uint64_t n, uint32_t r, uint32_t p,
                           size_t bytes, Err *err)
{
    Secret *key = take(bytes);
    if (crypto_pwhash_scryptsalsa208sha256_ll((const uint8_t *)passphrase->bytes, passphrase->len,
                                              (const uint8_t *)salt.at, salt.len, n, r, p,
                                              (uint8_t *)key->bytes, bytes) == 0)
        return key;
    secret_free(key);
    err_set(err, ERR_INTERNAL, _("no memory to derive the key from the passphrase"));
    err_hint(err, "%s", _("Deriving a key takes 128 MiB: free some memory, then try again."));
    return NULL;
}

static int base64_value(unsigned char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

bool base64_decode(Str text, unsigned char *out, size_t cap, size_t *n)
{
    uint32_t bits = 0;
    size_t chars = 0, pads = 0;
    *n = 0;
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.at[i];
        if (c == '\r' || c == '\n' || c == ' ')
            continue;
        if (c == '=') {
            pads++;
            continue;
        }
        int value = base64_value(c);
        if (value < 0 || pads)
            return false;
        bits = bits << 6 | (uint32_t)value;
        if (chars++ % 4 == 0)
            continue;
        if (*n == cap)
            return false;
        // Characters 2, 3 and 4 of a group complete a byte; 4, 2 and 0 bits of them wait for the next.
        unsigned wait = 6 - 2 * (unsigned)((chars - 1) % 4);
        out[(*n)++] = (unsigned char)(bits >> wait);
    }
    return (chars + pads) % 4 == 0 && pads <= 2 && chars % 4 != 1;
}

void base64_encode(Str bytes, Buf *out)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < bytes.len; i += 3) {
        size_t n = MIN(bytes.len - i, (size_t)3);
        uint32_t bits = 0;
        for (size_t k = 0; k < 3; k++)
            bits = bits << 8 | (k < n ? (unsigned char)bytes.at[i + k] : 0);
        for (size_t k = 0; k < 4; k++)
            buf_add_char(out, k <= n ? letters[bits >> (18 - 6 * k) & 63] : '=');
    }
}

void secret_harden_process(void)
{
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    prctl(PR_SET_DUMPABLE, 0);
}
