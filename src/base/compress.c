#include "base/compress.h"

#include "base/intl.h"

#include <stdlib.h>
#include <zstd.h>
#include <zstd_errors.h>

enum { BLOCK_LEVEL = 1, STREAM_LEVEL = 3, WINDOW_LOG_MAX = 27, PIECE = 256 * 1024 };

static void must(bool ok)
{
    if (!ok)
        abort();
}

struct Deflate {
    ZSTD_CCtx *context;
    char *piece; // PIECE bytes, once a stream was begun
};

Deflate *deflate_new(void)
{
    Deflate *z = malloc(sizeof *z);
    must(z != NULL);
    z->context = ZSTD_createCCtx();
    must(z->context != NULL);
    z->piece = NULL;
    return z;
}

void deflate_free(Deflate *z)
{
    if (!z)
        return;
    ZSTD_freeCCtx(z->context);
    free(z->piece);
    free(z);
}

void deflate_free_at(Deflate **z)
{
    deflate_free(*z);
    *z = NULL;
}

void compress_block(Deflate *z, Str bytes, Buf *out)
{
    size_t room = ZSTD_compressBound(bytes.len);
    char *at = buf_room(out, room);
    size_t n = ZSTD_compressCCtx(z->context, at, room, bytes.at, bytes.len, BLOCK_LEVEL);
    must(!ZSTD_isError(n));
    out->len += n;
    out->at[out->len] = '\0';
}

bool decompress_block(Str frame, size_t limit, Buf *out)
{
    unsigned long long size = ZSTD_getFrameContentSize(frame.at, frame.len);
    if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN || size > limit)
        return false;
    char *at = buf_room(out, (size_t)size + 1);
    size_t n = ZSTD_decompress(at, (size_t)size, frame.at, frame.len);
    if (ZSTD_isError(n) || n != size)
        return false;
    out->len += n;
    out->at[out->len] = '\0';
    return true;
}

// ---- Streams ------------------------------------------------------------------------------------

void deflate_begin(Deflate *z, int64_t size)
{
    if (!z->piece)
        z->piece = malloc(PIECE);
    must(z->piece != NULL);
    must(!ZSTD_isError(ZSTD_CCtx_reset(z->context, ZSTD_reset_session_and_parameters)) &&
         !ZSTD_isError(ZSTD_CCtx_setParameter(z->context, ZSTD_c_compressionLevel, STREAM_LEVEL)) &&
         !ZSTD_isError(ZSTD_CCtx_setParameter(z->context, ZSTD_c_checksumFlag, 1)) &&
         !ZSTD_isError(ZSTD_CCtx_setPledgedSrcSize(z->context, (unsigned long long)size)));
}

static bool deflate_step(Deflate *z, Str input, ZSTD_EndDirective how, DeflateSink *sink, void *arg, Err *err)
{
    ZSTD_inBuffer in = {input.at, input.len, 0};
    for (size_t left = 1; left || in.pos < in.size;) {
        ZSTD_outBuffer out = {z->piece, PIECE, 0};
        left = ZSTD_compressStream2(z->context, &out, &in, how);
        if (ZSTD_isError(left)) // the size that was told did not come true, or there is no memory
            return err_set(err, ERR_INTERNAL, _("cannot compress: %s"), ZSTD_getErrorName(left));
        if (out.pos && !sink(arg, (Str){z->piece, out.pos}, err))
            return false;
        if (how == ZSTD_e_continue) // what is left inside waits for more
            left = 0;
    }
    return true;
}

bool deflate_add(Deflate *z, Str input, DeflateSink *sink, void *arg, Err *err)
{
    return !input.len || deflate_step(z, input, ZSTD_e_continue, sink, arg, err);
}

bool deflate_end(Deflate *z, DeflateSink *sink, void *arg, Err *err)
{
    return deflate_step(z, STR(""), ZSTD_e_end, sink, arg, err);
}

struct Inflate {
    ZSTD_DStream *stream;
    bool whole; // the last frame ended, and nothing of another was fed
    char piece[PIECE];
};

Inflate *inflate_new(void)
{
    Inflate *z = malloc(sizeof *z);
    must(z != NULL);
    z->stream = ZSTD_createDStream();
    must(z->stream != NULL);
    z->whole = false;
    must(!ZSTD_isError(ZSTD_DCtx_setParameter(z->stream, ZSTD_d_windowLogMax, WINDOW_LOG_MAX)));
    return z;
}

void inflate_free(Inflate *z)
{
    if (!z)
        return;
    ZSTD_freeDStream(z->stream);
    free(z);
}

void inflate_free_at(Inflate **z)
{
    inflate_free(*z);
    *z = NULL;
}

static const char *why(size_t code)
{
    switch (ZSTD_getErrorCode(code)) {
    case ZSTD_error_checksum_wrong: return _("its checksum is another");
    case ZSTD_error_dictionary_wrong: return _("it needs a dictionary that is not in the file");
    case ZSTD_error_prefix_unknown: return _("bytes that are not zstd follow");
    default: return _("its bytes contradict each other");
    }
}

static bool broken(size_t code, Err *err)
{
    if (ZSTD_getErrorCode(code) == ZSTD_error_frameParameter_windowTooLarge)
        return err_set(err, ERR_STEP, _("the compressed content (zstd) wants more than 128 MiB of memory"));
    return err_set(err, ERR_SOURCE, _("the compressed content (zstd) is damaged: %s"), why(code));
}

bool inflate_add(Inflate *z, Str input, bool (*sink)(void *arg, Str piece, Err *err), void *arg, Err *err)
{
    ZSTD_inBuffer in = {input.at, input.len, 0};
    // A full piece means there may be more to come, even when the input is used up.
    for (bool full = false; in.pos < in.size || full;) {
        ZSTD_outBuffer out = {z->piece, PIECE, 0};
        size_t before = in.pos, left = ZSTD_decompressStream(z->stream, &out, &in);
        if (ZSTD_isError(left))
            return broken(left, err);
        full = out.pos == out.size;
        // Asked once more after the end of a frame it starts a new one and wants its header: that is no
        // open frame as long as nothing went in.
        if (in.pos > before || out.pos > 0)
            z->whole = left == 0;
        if (out.pos > 0 && !sink(arg, (Str){z->piece, out.pos}, err))
            return false;
    }
    return true;
}

bool inflate_end(Inflate *z, Err *err)
{
    return z->whole ||
           err_set(err, ERR_SOURCE, _("the compressed content (zstd) is cut: its end is missing"));
}
