#include "source/dpmf_seal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cancel.h"
#include "base/compress.h"
#include "base/digest.h"
#include "base/intl.h"
#include "source/dpmf_inner.h"

const char *const dpmf_layering_words[] = {"raw", "zstd", "enc(raw)", "enc(zstd)", NULL};

bool dpmf_layering_named(const char *word, DpmfLayering *out)
{
    for (size_t i = 0; dpmf_layering_words[i]; i++)
        if (strcmp(word, dpmf_layering_words[i]) == 0) {
            *out = (DpmfLayering){.zstd = i % 2, .encrypted = i / 2};
            return true;
        }
    return false;
}

bool dpmf_key_make(DpmfKey *k, const Secret *passphrase, Err *err)
{
    random_bytes(k->salt, sizeof k->salt);
    random_bytes(k->iv, sizeof k->iv);
    k->key = secret_scrypt(passphrase, (Str){(const char *)k->salt, sizeof k->salt}, err);
    return k->key;
}

void dpmf_key_end(DpmfKey *k)
{
    secret_free_at(&k->key);
}

typedef struct {
    FreshFile *out;
    GcmSeal *gcm; // NULL: not encrypted
    char *cipher; // DPMF_PIECE bytes
} Sealing;

static void sealing_end(Sealing *s)
{
    gcm_seal_free(s->gcm);
    free(s->cipher);
}

static bool put(void *arg, Str piece, Err *err)
{
    Sealing *s = arg;
    if (!s->gcm)
        return fresh_write(s->out, piece, err);
    while (piece.len) {
        Str part = {piece.at, MIN(piece.len, (size_t)DPMF_PIECE)};
        if (!gcm_seal_add(s->gcm, part, s->cipher, err) ||
            !fresh_write(s->out, (Str){s->cipher, part.len}, err))
            return false;
        piece.at += part.len;
        piece.len -= part.len;
    }
    return true;
}

// Magic, length, header; the header's bytes are what the tag covers beside the ciphertext.
static bool open_envelope(Sealing *s, const DpmfKey *key, bool zstd, Err *err)
{
    AUTO(buf_free) Buf header = {0}, start = {0};
    buf_add_text(&header, "{\"v\": 1, \"kdf\": \"scrypt\", \"kdf_params\": {\"n\": 131072, \"r\": 8, \"p\": 1, \"salt\": \"");
    base64_encode((Str){(const char *)key->salt, sizeof key->salt}, &header);
    buf_add_text(&header, "\"}, \"cipher\": \"AES-256-GCM\", \"iv\": \"");
    base64_encode((Str){(const char *)key->iv, sizeof key->iv}, &header);
    buf_addf(&header, "\", \"inner_layout\": \"%s\"}", zstd ? "zstd" : "raw");
    buf_add_text(&start, "DPME");
    for (int shift = 0; shift < 32; shift += 8)
        buf_add_char(&start, (char)(header.len >> shift & 0xFF));
    s->cipher = malloc(DPMF_PIECE);
    if (!s->cipher)
        abort();
    s->gcm = gcm_seal_new(secret_bytes(key->key), (Str){(const char *)key->iv, sizeof key->iv},
                          buf_str(&header), err);
    return s->gcm && fresh_write(s->out, buf_str(&start), err) &&
           fresh_write(s->out, buf_str(&header), err);
}

static bool close_envelope(Sealing *s, Err *err)
{
    unsigned char tag[GCM_TAG];
    return gcm_seal_end(s->gcm, tag, err) && fresh_write(s->out, (Str){(const char *)tag, sizeof tag}, err);
}

static bool each_piece(Sealing *s, Deflate *zstd, int plain, int64_t size, const DpmfWatch *watch, Err *err)
{
    char *bytes = malloc(DPMF_PIECE);
    if (!bytes)
        abort();
    bool ok = true;
    for (int64_t at = 0; ok && at < size;) {
        Str piece = {bytes, (size_t)MIN(size - at, (int64_t)DPMF_PIECE)};
        if (!dpmf_pread(plain, bytes, piece.len, at))
            ok = err_sys(err, ERR_INTERNAL, "%s", _("cannot read the temporary database"));
        else
            ok = cancel_check(err) &&
                 (zstd ? deflate_add(zstd, piece, put, s, err) : put(s, piece, err));
        at += (int64_t)piece.len;
        if (ok && watch && watch->progress)
            watch->progress(watch->arg, N_("seal"), at, size);
    }
    free(bytes);
    return ok;
}

bool dpmf_seal(int plain, FreshFile *out, bool zstd, const DpmfKey *key, const DpmfWatch *watch, Err *err)
{
    AUTO(sealing_end) Sealing s = {.out = out};
    AUTO(deflate_free_at) Deflate *pack = zstd ? deflate_new() : NULL;
    struct stat st;
    if (fstat(plain, &st) != 0)
        return err_sys(err, ERR_INTERNAL, "%s", _("cannot read the temporary database"));
    if (zstd)
        deflate_begin(pack, st.st_size);
    return (!key || open_envelope(&s, key, zstd, err)) &&
           each_piece(&s, pack, plain, st.st_size, watch, err) &&
           (!zstd || deflate_end(pack, put, &s, err)) && (!key || close_envelope(&s, err));
}
