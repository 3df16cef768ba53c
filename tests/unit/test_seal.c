// What is sealed here opens with the other half of the same modules, and with nothing else.
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/cipher.h"
#include "base/compress.h"
#include "base/secret.h"

static bool collect(void *arg, Str piece, Err *err)
{
    (void)err;
    buf_add(arg, piece);
    return true;
}

static bool refuse(void *arg, Str piece, Err *err)
{
    (void)arg, (void)piece;
    return err_set(err, ERR_STOPPED, "enough");
}

// GCM specification (McGrew, Viega), test case 16: 256-bit key, 60 bytes, additional data.
Test(seal, gives_the_published_vector_in_any_pieces)
{
    static const unsigned char key[] = "\xfe\xff\xe9\x92\x86\x65\x73\x1c\x6d\x6a\x8f\x94\x67\x30\x83\x08"
                                       "\xfe\xff\xe9\x92\x86\x65\x73\x1c\x6d\x6a\x8f\x94\x67\x30\x83\x08";
    static const unsigned char iv[] = "\xca\xfe\xba\xbe\xfa\xce\xdb\xad\xde\xca\xf8\x88";
    static const unsigned char aad[] = "\xfe\xed\xfa\xce\xde\xad\xbe\xef\xfe\xed\xfa\xce\xde\xad\xbe\xef"
                                       "\xab\xad\xda\xd2";
    static const unsigned char plain[] =
        "\xd9\x31\x32\x25\xf8\x84\x06\xe5\xa5\x59\x09\xc5\xaf\xf5\x26\x9a\x86\xa7\xa9\x53\x15\x34\xf7\xda"
        "\x2e\x4c\x30\x3d\x8a\x31\x8a\x72\x1c\x3c\x0c\x95\x95\x68\x09\x53\x2f\xcf\x0e\x24\x49\xa6\xb5\x25"
        "\xb1\x6a\xed\xf5\xaa\x0d\xe6\x57\xba\x63\x7b\x39";
    static const unsigned char cipher[] =
        "\x52\x2d\xc1\xf0\x99\x56\x7d\x07\xf4\x7f\x37\xa3\x2a\x84\x42\x7d\x64\x3a\x8c\xdc\xbf\xe5\xc0\xc9"
        "\x75\x98\xa2\xbd\x25\x55\xd1\xaa\x8c\xb0\x8e\x48\x59\x0d\xbb\x3d\xa7\xb0\x8b\x10\x56\x82\x88\x38"
        "\xc5\xf6\x1e\x63\x93\xba\x7a\x0a\xbc\xc9\xf6\x62";
    static const unsigned char wanted[] = "\x76\xfc\x6e\xce\x0f\x4e\x17\x68\xcd\xdf\x88\x53\xbb\x2d\x55\x1b";
    for (size_t piece = 1; piece <= 60; piece++) {
        Err err = {0};
        char out[60];
        unsigned char tag[GCM_TAG];
        AUTO(gcm_seal_free_at)
        GcmSeal *g = gcm_seal_new((Str){(const char *)key, 32}, (Str){(const char *)iv, 12},
                                  (Str){(const char *)aad, 20}, &err);
        cr_assert_not_null(g);
        memcpy(out, plain, sizeof out);
        for (size_t at = 0; at < sizeof out; at += piece)
            cr_assert(gcm_seal_add(g, (Str){out + at, MIN(piece, sizeof out - at)}, out + at, &err));
        cr_assert(gcm_seal_end(g, tag, &err));
        cr_expect_arr_eq(out, cipher, sizeof out);
        cr_expect_arr_eq(tag, wanted, GCM_TAG);
    }
}

static void pack(Str input, size_t step, int64_t size, Buf *out)
{
    Err err = {0};
    AUTO(deflate_free_at) Deflate *z = deflate_new();
    compress_block(z, STR("a block before"), out); // leaves no trace in the stream
    buf_clear(out);
    deflate_begin(z, size);
    for (size_t at = 0; at < input.len; at += step)
        cr_assert(deflate_add(z, (Str){input.at + at, MIN(step, input.len - at)}, collect, out, &err), "%s",
                  err.text);
    cr_assert(deflate_end(z, collect, out, &err), "%s", err.text);
}

Test(seal, a_packed_stream_unpacks)
{
    enum { SIZE = 3 << 20 };
    char *bytes = malloc(SIZE);
    for (size_t i = 0; i < SIZE; i++)
        bytes[i] = (char)(i * 2654435761u >> (i % 7 + 13));
    static const size_t sizes[] = {0, 1, 100000, SIZE};
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        Err err = {0};
        AUTO(buf_free) Buf packed = {0}, again = {0};
        AUTO(inflate_free_at) Inflate *z = inflate_new();
        pack((Str){bytes, sizes[i]}, 70001, (int64_t)sizes[i], &packed);
        cr_assert(inflate_add(z, buf_str(&packed), collect, &again, &err), "%s", err.text);
        cr_assert(inflate_end(z, &err), "%s", err.text);
        cr_expect(str_eq((Str){bytes, sizes[i]}, buf_str(&again)) || (!sizes[i] && !again.len));
        // Content size in the header (its descriptor's first two bits, or a single segment) and a checksum.
        cr_expect((packed.at[4] & 0xE0) != 0 && (packed.at[4] & 4) != 0, "descriptor %02x", packed.at[4]);
    }
    free(bytes);
}

Test(seal, a_stream_of_another_size_than_told_fails)
{
    Err err = {0};
    AUTO(buf_free) Buf out = {0};
    AUTO(deflate_free_at) Deflate *z = deflate_new();
    deflate_begin(z, 10);
    cr_expect_not(deflate_add(z, STR("three"), collect, &out, &err) && deflate_end(z, collect, &out, &err));
    cr_expect_eq(err.kind, ERR_INTERNAL);
    deflate_begin(z, 3);
    cr_expect_not(deflate_add(z, STR("one"), refuse, NULL, &err) && deflate_end(z, refuse, NULL, &err));
    cr_expect_eq(err.kind, ERR_STOPPED);
}

Test(seal, base64_goes_both_ways)
{
    static const char *const texts[] = {"", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) { // RFC 4648, section 10
        AUTO(buf_free) Buf out = {0};
        base64_encode((Str){"foobar", i}, &out);
        cr_expect_str_eq(buf_text(&out), texts[i]);
    }
    for (int i = 0; i < 256; i++) {
        unsigned char bytes[] = {(unsigned char)i, (unsigned char)(255 - i), 0x80}, back[8];
        size_t n;
        AUTO(buf_free) Buf out = {0};
        base64_encode((Str){(const char *)bytes, sizeof bytes}, &out);
        cr_assert(base64_decode(buf_str(&out), back, sizeof back, &n));
        cr_expect_arr_eq(back, bytes, sizeof bytes);
    }
}
