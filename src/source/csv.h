// Delimited text (CSV and its kin): what a file looks like, and its records one by one.
//
// A file of any size is read in constant memory. What cannot be read as a record is handed out as a refusal with
// its place and its bytes, and reading goes on behind it: one bad record never costs its neighbours.
// Also files packed with zstd.
#ifndef SOURCE_CSV_H
#define SOURCE_CSV_H

#include "base/err.h"
#include "base/str.h"

enum {
    CSV_MAX_RECORD = 4 << 20, // bytes of a record; a longer one is refused
    CSV_MAX_COLUMNS = 16384,  // of a record: what spreadsheets have
    CSV_MAX_DELIMITER = 8,    // bytes
    CSV_NONE = -1,            // no quote, no escape
    CSV_DETECT = -2,
};

// How a file is written. Zero-initialise it and call csv_dialect_unknown(), or fill it all.
typedef struct {
    const char *encoding;                // a name iconv(3) knows; NULL: find out
    char delimiter[CSV_MAX_DELIMITER + 1]; // UTF-8; "": find out
    int quote;                           // one ASCII character, CSV_NONE or CSV_DETECT
    int escape;                          // the quote itself: a quote inside is written twice
    int header;                          // 1: the first record names the columns; 0; CSV_DETECT
    int64_t skip;                        // lines left out before the first record
    const char *null;                    // a field of just this text, without quotes, is NULL; NULL: none is
} CsvDialect;

void csv_dialect_unknown(CsvDialect *d);

// What was found out of a file, and how sure it is: 0 a guess .. 100 it cannot be anything else.
typedef struct {
    CsvDialect dialect; // nothing is left to detect
    int sure_encoding, sure_delimiter, sure_header;
    bool bom, packed;
    const char *line_end; // "\n", "\r\n", "\r"; "" when the sample has one line
    int64_t size;         // of the file, bytes
    size_t columns;
    const char **names; // of the columns; made up where the file has none
    size_t n_sample;    // records looked at
} CsvFinding;

// Looks at the beginning of the file; what `given` tells is taken as it is. Everything lives in the arena.
// ERR_SOURCE: it cannot be read, is empty, has too many columns, or no text in the encoding asked for.
bool csv_sniff(Arena *a, const char *path, const CsvDialect *given, CsvFinding *out, Err *err) MUST_CHECK;

typedef struct CsvReader CsvReader;

typedef enum { CSV_RECORD, CSV_REFUSED, CSV_END, CSV_FAILED } CsvOutcome;

typedef struct {
    int64_t line;   // of the file, where the record begins; from 1
    int64_t offset; // of its first byte in the file (in what was unpacked, when it is packed)
    Str *fields;    // UTF-8; without value: NULL
    size_t n;
    const char *reason; // CSV_REFUSED: one sentence, translated
    Str raw;            // CSV_REFUSED: its bytes as they stand in the file, at most CSV_MAX_RAW of them
} CsvRecord;

enum { CSV_MAX_RAW = 64 << 10 };

// Opens the file for what csv_sniff() found of it. The reader lives in the arena; one that is not closed goes
// with it.
CsvReader *csv_open(Arena *a, const char *path, const CsvFinding *found, Err *err);
void csv_close(CsvReader *r); // NULL is fine
// The next record without the header; what it points to holds until the next call. CSV_FAILED: err.
CsvOutcome csv_next(CsvReader *r, CsvRecord *out, Err *err) MUST_CHECK;
int64_t csv_position(const CsvReader *r); // bytes of the file consumed, for progress

#endif
