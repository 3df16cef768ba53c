#include "base/cipher.h"

#include "base/intl.h"

#include <assert.h>
#include <limits.h>
#include <openssl/evp.h>
#include <stdlib.h>

struct GcmOpen {
    EVP_CIPHER_CTX *ctx;
};

struct GcmSeal {
    EVP_CIPHER_CTX *ctx;
};

// Only a libcrypto without AES-GCM, or one out of memory, gets here: the input cannot cause it.
static bool refused(Err *err)
{
    return err_set(err, ERR_INTERNAL, _("libcrypto refuses AES-256-GCM"));
}

static bool start(EVP_CIPHER_CTX *ctx, bool seal, Str key, Str iv, Str aad)
{
    assert(key.len == GCM_KEY && iv.len >= GCM_MIN_IV && iv.len <= GCM_MAX_IV && aad.len <= INT_MAX);
    int n;
    const unsigned char *key_at = (const unsigned char *)key.at, *iv_at = (const unsigned char *)iv.at;
    return ctx && EVP_CipherInit_ex(ctx, EVP_aes_256_gcm(), NULL, NULL, NULL, seal) == 1 &&
           EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_IVLEN, (int)iv.len, NULL) == 1 &&
           EVP_CipherInit_ex(ctx, NULL, NULL, key_at, iv_at, seal) == 1 &&
           (aad.len == 0 ||
            EVP_CipherUpdate(ctx, NULL, &n, (const unsigned char *)aad.at, (int)aad.len) == 1);
}

static bool pass_through(EVP_CIPHER_CTX *ctx, Str piece, char *out, Err *err)
{
    while (piece.len) {
        int take = (int)MIN(piece.len, (size_t)INT_MAX / 2), n;
        if (EVP_CipherUpdate(ctx, (unsigned char *)out, &n, (const unsigned char *)piece.at, take) != 1 ||
            n != take)
            return err_set(err, ERR_STEP,
                           _("the encrypted content is larger than the 64 GiB that AES-GCM allows"));
        piece.at += take;
        piece.len -= (size_t)take;
        out += take;
    }
    return true;
}

GcmOpen *gcm_open_new(Str key, Str iv, Str aad, Err *err)
{
    GcmOpen *g = malloc(sizeof *g);
    if (!g)
        abort();
    g->ctx = EVP_CIPHER_CTX_new();
    if (!start(g->ctx, false, key, iv, aad)) {
        gcm_open_free(g);
        refused(err);
        return NULL;
    }
    return g;
}

void gcm_open_free(GcmOpen *g)
{
    if (!g)
        return;
    EVP_CIPHER_CTX_free(g->ctx); // wipes the key schedule
    free(g);
}

void gcm_open_free_at(GcmOpen **g)
{
    gcm_open_free(*g);
    *g = NULL;
}

bool gcm_open_add(GcmOpen *g, Str piece, char *out, Err *err)
{
    return pass_through(g->ctx, piece, out, err);
}

bool gcm_open_end(GcmOpen *g, const unsigned char tag[GCM_TAG])
{
    unsigned char copy[GCM_TAG], none[GCM_TAG];
    for (int i = 0; i < GCM_TAG; i++)
        copy[i] = tag[i];
    int n;
    return EVP_CIPHER_CTX_ctrl(g->ctx, EVP_CTRL_AEAD_SET_TAG, GCM_TAG, copy) == 1 &&
           EVP_CipherFinal_ex(g->ctx, none, &n) == 1;
}

// ---- Sealing ------------------------------------------------------------------------------------

GcmSeal *gcm_seal_new(Str key, Str iv, Str aad, Err *err)
{
    GcmSeal *g = malloc(sizeof *g);
    if (!g)
        abort();
    g->ctx = EVP_CIPHER_CTX_new();
    if (!start(g->ctx, true, key, iv, aad)) {
        gcm_seal_free(g);
        refused(err);
        return NULL;
    }
    return g;
}

void gcm_seal_free(GcmSeal *g)
{
    if (!g)
        return;
    EVP_CIPHER_CTX_free(g->ctx);
    free(g);
}

void gcm_seal_free_at(GcmSeal **g)
{
    gcm_seal_free(*g);
    *g = NULL;
}

bool gcm_seal_add(GcmSeal *g, Str piece, char *out, Err *err)
{
    return pass_through(g->ctx, piece, out, err);
}

bool gcm_seal_end(GcmSeal *g, unsigned char tag[GCM_TAG], Err *err)
{
    unsigned char none[GCM_TAG];
    int n;
    return (EVP_CipherFinal_ex(g->ctx, none, &n) == 1 &&
            EVP_CIPHER_CTX_ctrl(g->ctx, EVP_CTRL_AEAD_GET_TAG, GCM_TAG, tag) == 1) ||
           refused(err);
}
