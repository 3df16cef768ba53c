// Vectors of tests/fixtures/crypto, or of the folder MUDANZA_VECTORS: see the README there.
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/cipher.h"
#include "base/file.h"
#include "base/secret.h"

enum { MAX_COLUMNS = 9, MOST_COST = 131072 };

// Opens a file of vectors and drops its headings.
static Str open_vectors(Arena *a, const char *name)
{
    Err err = {0};
    Str text, head;
    const char *folder = getenv("MUDANZA_VECTORS");
    if (!folder)
        folder = arena_text(a, "%s/tests/fixtures/crypto", getenv("TOP_SRCDIR"));
    cr_assert(file_read(a, file_join(a, folder, name), 4 << 20, &text, &err), "%s", err.text);
    cr_assert(str_cut(&text, '\n', &head));
    return text;
}

static void next_vector(Str *text, Str *columns, size_t n)
{
    Str line;
    cr_assert(str_cut(text, '\n', &line));
    for (size_t i = 0; i < n; i++)
        cr_assert(str_cut(&line, '\t', &columns[i]) || i + 1 == n);
}

static Str bytes_of(Arena *a, Str hex)
{
    char *bytes = arena_take(a, hex.len / 2 + 1);
    for (size_t i = 0; i < hex.len / 2; i++)
        bytes[i] = (char)strtol((char[]){hex.at[2 * i], hex.at[2 * i + 1], 0}, NULL, 16);
    return (Str){bytes, hex.len / 2};
}

typedef struct {
    Str key, iv, aad, msg, ct, tag;
    bool valid;
    const char *name;
} Gcm;

static void open_in_pieces(Arena *a, const Gcm *v, size_t piece)
{
    Err err = {0};
    char *out = arena_take(a, v->ct.len + 1);
    AUTO(gcm_open_free_at) GcmOpen *g = gcm_open_new(v->key, v->iv, v->aad, &err);
    cr_assert_not_null(g, "%s", err.text);
    for (size_t at = 0; at < v->ct.len; at += piece)
        cr_assert(gcm_open_add(g, (Str){v->ct.at + at, MIN(piece, v->ct.len - at)}, out + at, &err), "%s",
                  err.text);
    cr_expect_eq(gcm_open_end(g, (const unsigned char *)v->tag.at), v->valid, "%s, by %zu", v->name, piece);
    if (v->valid)
        cr_expect(str_eq((Str){out, v->ct.len}, v->msg), "%s, by %zu", v->name, piece);
}

static void seal_in_pieces(Arena *a, const Gcm *v, size_t piece)
{
    Err err = {0};
    unsigned char tag[GCM_TAG];
    char *out = arena_take(a, v->msg.len + 1);
    AUTO(gcm_seal_free_at) GcmSeal *g = gcm_seal_new(v->key, v->iv, v->aad, &err);
    cr_assert_not_null(g, "%s", err.text);
    for (size_t at = 0; at < v->msg.len; at += piece)
        cr_assert(gcm_seal_add(g, (Str){v->msg.at + at, MIN(piece, v->msg.len - at)}, out + at, &err));
    cr_assert(gcm_seal_end(g, tag, &err), "%s", err.text);
    cr_expect(str_eq((Str){out, v->msg.len}, v->ct), "%s, by %zu", v->name, piece);
    cr_expect_arr_eq(tag, v->tag.at, GCM_TAG, "%s, by %zu", v->name, piece);
}

Test(vectors, aes_gcm)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    size_t valid = 0, invalid = 0;
    for (Str text = open_vectors(a, "aes_gcm_256_96.tsv"), c[MAX_COLUMNS]; text.len;) {
        next_vector(&text, c, MAX_COLUMNS);
        Gcm v = {bytes_of(a, c[0]),     bytes_of(a, c[1]),
                 bytes_of(a, c[2]),     bytes_of(a, c[3]),
                 bytes_of(a, c[4]),     bytes_of(a, c[5]),
                 str_is(c[6], "valid"), arena_text(a, "%.*s %.*s", STR_ARG(c[8]), STR_ARG(c[7]))};
        cr_assert(v.key.len == GCM_KEY && v.iv.len == 12 && v.tag.len == GCM_TAG, "%s", v.name);
        *(v.valid ? &valid : &invalid) += 1;
        for (size_t piece = 1; piece <= 1024; piece = piece == 1 ? 1024 : 2048) {
            open_in_pieces(a, &v, piece);
            if (v.valid)
                seal_in_pieces(a, &v, piece);
        }
    }
    cr_expect(valid > 30 && invalid > 20, "%zu valid, %zu invalid", valid, invalid);
}

Test(vectors, scrypt)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    Err err = {0};
    size_t tried = 0;
    for (Str text = open_vectors(a, "scrypt.tsv"), c[6]; text.len;) {
        next_vector(&text, c, ARRAY_LEN(c));
        uint64_t n = strtoull(c[2].at, NULL, 10);
        if (n > MOST_COST) // 1 GiB
            continue;
        AUTO(secret_free_at) Secret *password = secret_new(bytes_of(a, c[0]));
        AUTO(secret_free_at)
        Secret *key = secret_scrypt_with(password, bytes_of(a, c[1]), n, (uint32_t)strtoul(c[3].at, NULL, 10),
                                         (uint32_t)strtoul(c[4].at, NULL, 10), c[5].len / 2, &err);
        cr_assert_not_null(key, "%s", err.text);
        cr_expect(str_eq(secret_bytes(key), bytes_of(a, c[5])), "N %lu", (unsigned long)n);
        tried++;
    }
    cr_expect_geq(tried, 3);
}

Test(vectors, scrypt_that_no_memory_suffices_for_says_so)
{
    Err err = {0};
    AUTO(secret_free_at) Secret *password = secret_new(STR("x"));
    cr_expect_null(secret_scrypt_with(password, STR("salt"), UINT64_C(1) << 31, 1 << 20, 1, 32, &err));
    cr_expect(strstr(err.text, "memory") && err.hint[0], "%s", err.text);
}
