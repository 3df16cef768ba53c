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

// libsodium skips a NUL and takes bytes from 0x80 up for letters. It wants the bits that padding leaves over to
// be zero, and other readers do not: a sign of padding is read as an A, and the byte that comes of it dropped.
bool base64_decode(Str text, unsigned char *out, size_t cap, size_t *n)
{
    AUTO(buf_free) Buf whole = {0};
    size_t pads = 0;
    *n = 0;
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.at[i];
        bool blank = c == '\r' || c == '\n' || c == ' ';
        if (!c || c >= 0x80 || (pads && c != '=' && !blank))
            return false;
        pads += c == '=';
        buf_add_char(&whole, c == '=' ? 'A' : (char)c);
    }
    if (pads > 2 || sodium_base642bin(out, cap, buf_text(&whole), whole.len, "\r\n ", n, NULL,
                                      sodium_base64_VARIANT_ORIGINAL) != 0)
        return false;
    *n -= pads;
    return true;
}

void base64_encode(Str bytes, Buf *out)
{
    size_t room = sodium_base64_encoded_len(bytes.len, sodium_base64_VARIANT_ORIGINAL); // with a final NUL
    sodium_bin2base64(buf_room(out, room), room, (const unsigned char *)bytes.at, bytes.len,
                      sodium_base64_VARIANT_ORIGINAL);
    out->len += room - 1;
}

void secret_harden_process(void)
{
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    prctl(PR_SET_DUMPABLE, 0);
}
