// zstd: whole small blocks, and files as a stream. The only home of libzstd.
#ifndef BASE_COMPRESS_H
#define BASE_COMPRESS_H

#include "base/err.h"
#include "base/str.h"

typedef struct Deflate Deflate; // the memory zstd works in: making it costs more than packing a small block
Deflate *deflate_new(void);
void deflate_free(Deflate *z); // NULL is fine
void deflate_free_at(Deflate **z);
void compress_block(Deflate *z, Str bytes, Buf *out);     // appends one frame, level 1
bool decompress_block(Str frame, size_t limit, Buf *out); // appends; false when broken or larger than limit

// One frame as a stream, level 3, with checksum: begin tells its size, which goes into its header and must
// come true; add and end hand each piece of output to sink, which returns false to stop (err is its own).
typedef bool DeflateSink(void *arg, Str piece, Err *err);
void deflate_begin(Deflate *z, int64_t size);
bool deflate_add(Deflate *z, Str input, DeflateSink *sink, void *arg, Err *err) MUST_CHECK;
bool deflate_end(Deflate *z, DeflateSink *sink, void *arg, Err *err) MUST_CHECK;

typedef struct Inflate Inflate; // a decompression under way: window at most 2^27, several frames in a row
Inflate *inflate_new(void);
void inflate_free(Inflate *z); // NULL is fine
void inflate_free_at(Inflate **z);
// Feeds input; calls sink for each piece of output. sink returns false to stop (err is its own).
// ERR_SOURCE: the stream is damaged. ERR_STEP: it asks for more memory than we give.
bool inflate_add(Inflate *z, Str input, bool (*sink)(void *arg, Str piece, Err *err), void *arg,
                 Err *err) MUST_CHECK;
bool inflate_end(Inflate *z, Err *err) MUST_CHECK; // false when the last frame is not complete

#endif
