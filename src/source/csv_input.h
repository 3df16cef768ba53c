// The bytes of a delimited file as text in which records can be found, piece by piece: unpacked when they are
// packed with zstd, and converted to UTF-8 where the encoding needs it.
#ifndef SOURCE_CSV_INPUT_H
#define SOURCE_CSV_INPUT_H

#include "source/csv_encoding.h"

typedef struct CsvInput CsvInput;

// encoding NULL: the bytes as they are. skip: bytes of a byte order mark. Lives in the arena.
// ERR_SOURCE: the file cannot be opened, or is no file.
CsvInput *csv_input_open(Arena *a, const char *path, const Encoding *encoding, size_t skip, Err *err);
void csv_input_close(CsvInput *in);
bool csv_input_packed(const CsvInput *in);
int64_t csv_input_size(const CsvInput *in); // of the file
int64_t csv_input_read(const CsvInput *in); // bytes of the file read so far

// Appends the next piece, at least a byte of it unless *last. false: it cannot be read, or is damaged.
bool csv_input_fill(CsvInput *in, Buf *text, bool *last, Err *err) MUST_CHECK;

// Where in the file (in what was unpacked) the text stands that was given out at `at`, which is the beginning of
// a line and not before any asked for earlier.
int64_t csv_input_place(CsvInput *in, int64_t at);
// Goes back to a place in the file (as csv_input_place tells it): what comes next is the text that stands there,
// given out as if at `at`. A packed file is unpacked once more up to there.
bool csv_input_back(CsvInput *in, int64_t place, int64_t at, Err *err) MUST_CHECK;
// The bytes of the file there, when they can be read once more; without value when not.
Str csv_input_bytes(const CsvInput *in, Buf *out, int64_t from, int64_t to, size_t max);

#endif
