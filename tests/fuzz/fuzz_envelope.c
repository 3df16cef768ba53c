// Encrypted files: the header, what opens and what does not, and the way through all layers. Every passphrase
// gives the same key: scrypt alone would take longer than a thousand inputs.
#include <fcntl.h>
#include <openssl/evp.h>
#include <string.h>
#include <unistd.h>

#include "source/dpmf_envelope.h"
#include "tests/fuzz/input_file.h"
#include "tests/fuzz/judgement.h"

static const unsigned char key[GCM_KEY] = "thirty-two bytes that are no key";

// The linker puts this in the place of secret_scrypt().
Secret *__wrap_secret_scrypt(const Secret *passphrase, Str salt, Err *err);
Secret *__wrap_secret_scrypt(const Secret *passphrase, Str salt, Err *err)
{
    (void)passphrase, (void)salt, (void)err;
    return secret_new((Str){(const char *)key, sizeof key});
}

// Encrypts in place with libcrypto alone, in one piece.
static void seal(unsigned char *bytes, size_t size, const Envelope *e, unsigned char tag[GCM_TAG])
{
    int n;
    EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
    PROMISE(EVP_EncryptInit_ex(c, EVP_aes_256_gcm(), NULL, NULL, NULL) == 1);
    PROMISE(EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_IVLEN, (int)e->iv.len, NULL) == 1);
    PROMISE(EVP_EncryptInit_ex(c, NULL, NULL, key, (const unsigned char *)e->iv.at) == 1);
    PROMISE(EVP_EncryptUpdate(c, NULL, &n, (const unsigned char *)e->header.at, (int)e->header.len) == 1);
    PROMISE(size == 0 || EVP_EncryptUpdate(c, bytes, &n, bytes, (int)size) == 1);
    PROMISE(EVP_EncryptFinal_ex(c, bytes, &n) == 1);
    PROMISE(EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_GET_TAG, GCM_TAG, tag) == 1);
    EVP_CIPHER_CTX_free(c);
}

// Decrypts in place, in pieces of uneven size. Whether the tag fits.
static bool opens(unsigned char *bytes, size_t size, const Envelope *e, const unsigned char tag[GCM_TAG])
{
    Err err = {0};
    AUTO(gcm_open_free_at)
    GcmOpen *g = gcm_open_new((Str){(const char *)key, sizeof key}, e->iv, e->header, &err);
    PROMISE(g);
    for (size_t at = 0, step = 1; at < size; at += step, step = MIN(step * 3, size - at)) {
        step = MIN(step, size - at);
        PROMISE(gcm_open_add(g, (Str){(const char *)bytes + at, step}, (char *)bytes + at, &err));
    }
    return gcm_open_end(g, tag);
}

// What was sealed opens and is the same; with one bit changed anywhere it does not open.
static void judge_cipher(const Envelope *e, const uint8_t *plain, size_t size)
{
    unsigned char tag[GCM_TAG], *bytes = malloc(size + 1);
    PROMISE(bytes);
    memcpy(bytes, plain, size);
    seal(bytes, size, e, tag);
    PROMISE(opens(bytes, size, e, tag));
    PROMISE(size == 0 || memcmp(bytes, plain, size) == 0);
    seal(bytes, size, e, tag);
    size_t at = size ? plain[0] % (size + GCM_TAG) : 0;
    *(at < size ? &bytes[at] : &tag[at - size]) ^= 0x10;
    PROMISE(!opens(bytes, size, e, tag));
    free(bytes);
}

// The whole file, with the plaintext sealed as its writer would have done it.
static void judge_all_layers(const Envelope *e, const uint8_t *data, size_t size)
{
    size_t start = (size_t)e->cipher_at, plain = size - start;
    unsigned char *bytes = malloc(size + GCM_TAG);
    PROMISE(bytes);
    memcpy(bytes, data, size);
    seal(bytes + start, plain, e, bytes + size);
    AUTO(secret_free_at) Secret *passphrase = secret_new(STR("any"));
    judge_file(input_file(STR("DPME"), bytes, size + GCM_TAG), passphrase,
               e->zstd ? "enc(zstd)" : "enc(raw)");
    free(bytes);
}

static bool looks_inviting(const uint8_t *plain, size_t size)
{
    return size >= 4 && (memcmp(plain, "SQLi", 4) == 0 || memcmp(plain, "\x28\xB5\x2F\xFD", 4) == 0);
}

static void judge_header(const Dpmf *d, const Envelope *e, size_t size)
{
    PROMISE(d->verdict == DPMF_ACCEPT);
    PROMISE(e->header.len > 0 && e->header.len <= DPME_MAX_HEADER);
    PROMISE(e->cipher_at == DPME_START + (int64_t)e->header.len && e->cipher_at <= (int64_t)size);
    PROMISE(e->size == (int64_t)size - e->cipher_at - GCM_TAG);
    PROMISE(e->iv.len >= GCM_MIN_IV && e->iv.len <= GCM_MAX_IV);
    PROMISE(strcmp(d->layering, e->zstd ? "enc(zstd)" : "enc(raw)") == 0);
    for (size_t i = 0; i < d->warnings_n; i++)
        judge_words(d->warnings[i].message);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *path = input_file(STR("DPME"), data, size);
    size = MAX(size, 4u);
    Err err = {0};
    Envelope e;
    Dpmf *d = dpmf_new(path, NULL);
    PROMISE(file_stamp(path, &d->stamp, &err));
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool read = dpmf_read_envelope(d, fd, &e, &err);
    close(fd);
    input_judge_order();
    if (!read) {
        PROMISE(d->verdict == DPMF_ENVELOPE);
        judge_refusal(d->verdict, &err);
    } else {
        const uint8_t *plain = data + e.cipher_at;
        judge_header(d, &e, size);
        judge_cipher(&e, plain, size - (size_t)e.cipher_at);
        if (looks_inviting(plain, size - (size_t)e.cipher_at))
            judge_all_layers(&e, data, size);
    }
    dpmf_close(d);
    return 0;
}
