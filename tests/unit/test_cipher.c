#include <criterion/criterion.h>
#include <string.h>

#include "base/cipher.h"
#include "base/compress.h"
#include "base/digest.h"

// GCM specification (McGrew, Viega), test case 14: everything zero.
static const unsigned char zero_cipher[16] = {0xce, 0xa7, 0x40, 0x3d, 0x4d, 0x60, 0x6b, 0x6e,
                                              0x07, 0x4e, 0xc5, 0xd3, 0xba, 0xf3, 0x9d, 0x18};
static const unsigned char zero_tag[GCM_TAG] = {0xd0, 0xd1, 0xc8, 0xa7, 0x99, 0x99, 0x6b, 0xf0,
                                                0x26, 0x5b, 0x98, 0xb5, 0xd4, 0x8a, 0xb9, 0x19};
static const char zeros[64];

static bool opens(Str cipher, const unsigned char *tag, Str aad, size_t piece, char *out)
{
    Err err = {0};
    AUTO(gcm_open_free_at) GcmOpen *g = gcm_open_new((Str){zeros, GCM_KEY}, (Str){zeros, 12}, aad, &err);
    cr_assert_not_null(g);
    for (size_t at = 0; at < cipher.len; at += piece)
        cr_assert(gcm_open_add(g, (Str){cipher.at + at, MIN(piece, cipher.len - at)}, out + at, &err), "%s",
                  err.text);
    return gcm_open_end(g, tag);
}

Test(cipher, opens_the_published_vector_in_any_pieces)
{
    Str cipher = {(const char *)zero_cipher, sizeof zero_cipher};
    for (size_t piece = 1; piece <= 16; piece++) {
        char out[16] = "unset";
        cr_assert(opens(cipher, zero_tag, STR(""), piece, out));
        cr_assert_arr_eq(out, zeros, 16);
    }
}

Test(cipher, any_change_is_noticed)
{
    unsigned char changed[16], tag[GCM_TAG];
    char out[16];
    memcpy(changed, zero_cipher, sizeof changed);
    memcpy(tag, zero_tag, sizeof tag);
    changed[15] ^= 1;
    cr_expect_not(opens((Str){(const char *)changed, 16}, zero_tag, STR(""), 16, out));
    tag[0] ^= 0x80;
    cr_expect_not(opens((Str){(const char *)zero_cipher, 16}, tag, STR(""), 16, out));
    cr_expect_not(opens((Str){(const char *)zero_cipher, 16}, zero_tag, STR("more"), 16, out));
    cr_expect_not(opens((Str){(const char *)zero_cipher, 15}, zero_tag, STR(""), 16, out));
}

// ---- zstd ---------------------------------------------------------------------------------------

static bool collect(void *arg, Str piece, Err *err)
{
    (void)err;
    buf_add(arg, piece);
    return true;
}

static bool refuse_all(void *arg, Str piece, Err *err)
{
    (void)arg, (void)piece;
    return err_set(err, ERR_STOPPED, "enough");
}

static bool inflate_all(Str input, size_t step, Buf *out, Err *err)
{
    AUTO(inflate_free_at) Inflate *z = inflate_new();
    for (size_t at = 0; at < input.len; at += step)
        if (!inflate_add(z, (Str){input.at + at, MIN(step, input.len - at)}, collect, out, err))
            return false;
    return inflate_end(z, err);
}

static void pack(Str bytes, Buf *out)
{
    AUTO(deflate_free_at) Deflate *z = deflate_new();
    compress_block(z, bytes, out);
}

// Text that compresses, larger than the pieces in which it is handed over.
static void fill(Buf *b)
{
    for (int i = 0; i < 100000; i++)
        buf_addf(b, "%d,", i * 7919);
}

Test(compress, blocks_come_back_and_have_a_limit)
{
    AUTO(buf_free) Buf plain = {0}, frame = {0}, again = {0};
    fill(&plain);
    pack(buf_str(&plain), &frame);
    cr_assert_lt(frame.len, plain.len);
    cr_assert(decompress_block(buf_str(&frame), plain.len, &again));
    cr_assert(str_eq(buf_str(&plain), buf_str(&again)));
    cr_assert_not(decompress_block(buf_str(&frame), plain.len - 1, &again));
    cr_assert_not(decompress_block((Str){frame.at, frame.len - 1}, plain.len, &again));
    cr_assert_not(decompress_block(STR("no zstd at all"), plain.len, &again));
    buf_clear(&frame);
    pack(STR(""), &frame);
    cr_assert(decompress_block(buf_str(&frame), 0, &again));
}

Test(compress, streams_take_any_pieces_and_several_frames)
{
    AUTO(buf_free) Buf plain = {0}, frames = {0}, twice = {0}, out = {0};
    Err err = {0};
    fill(&plain);
    pack(buf_str(&plain), &frames);
    pack(buf_str(&plain), &frames);
    buf_add(&twice, buf_str(&plain));
    buf_add(&twice, buf_str(&plain));
    static const size_t steps[] = {1, 1000, 1 << 20};
    for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
        buf_clear(&out);
        cr_assert(inflate_all(buf_str(&frames), steps[i], &out, &err), "%s", err.text);
        cr_assert(str_eq(buf_str(&out), buf_str(&twice)));
    }
}

Test(compress, every_cut_of_a_stream_is_refused)
{
    AUTO(buf_free) Buf frame = {0}, out = {0};
    pack(STR("a text of which every byte counts, counts, counts"), &frame);
    for (size_t n = 0; n < frame.len; n++) {
        Err err = {0};
        cr_expect_not(inflate_all((Str){frame.at, n}, 7, &out, &err), "cut to %zu", n);
        cr_expect_eq(err.kind, ERR_SOURCE);
    }
}

Test(compress, what_follows_the_frames_is_refused)
{
    AUTO(buf_free) Buf frame = {0}, out = {0};
    Err err = {0};
    pack(STR("text"), &frame);
    buf_add(&frame, (Str){zeros, 8});
    cr_assert_not(inflate_all(buf_str(&frame), 64, &out, &err));
    cr_assert_eq(err.kind, ERR_SOURCE);
}

Test(compress, a_window_above_the_limit_is_no_damage)
{
    // A frame header alone: magic, no single segment, window descriptor of 2 GiB.
    Err err = {0};
    AUTO(buf_free) Buf out = {0};
    cr_assert_not(inflate_all((Str){"\x28\xB5\x2F\xFD\x00\xA8\x01\x00\x00", 9}, 9, &out, &err));
    cr_assert_eq(err.kind, ERR_STEP, "%s", err.text);
}

Test(compress, the_sink_can_stop)
{
    AUTO(buf_free) Buf frame = {0};
    AUTO(inflate_free_at) Inflate *z = inflate_new();
    Err err = {0};
    pack(STR("text"), &frame);
    cr_assert_not(inflate_add(z, buf_str(&frame), refuse_all, NULL, &err));
    cr_assert_str_eq(err.text, "enough");
}
