// The source's list of files (_files), one line after the other: what of it can be kept, and what is wrong with the rest.
// Paths in it are text that somebody wrote; nothing here opens one.
#ifndef CACHE_FILE_ROWS_H
#define CACHE_FILE_ROWS_H

#include "base/digest.h"
#include "cache/cache.h"

#define FILES_ENTITY "_files" // as steps, accounts and the ledger call the list

typedef enum { FILE_ROW_GOOD, FILE_ROW_NO_KEY, FILE_ROW_TWICE } FileRowState; // twice: another line has the same key

// Texts are UTF-8 without NUL: what is not becomes U+FFFD. Valid until the next line.
typedef struct {
    FileRowState state;
    Str key; // canonical_uuid; empty without one
    Str parent_type, parent_key, path, mime_hint;
    Str sha256;   // lower case; without value when there is none that could be one
    bool bad_sha; // there is a text, and it is no SHA-256
    int64_t size; // declared; -1: not
} FileRow;

typedef struct FileRows FileRows;

// By key, bytewise; after: "" or the key behind which to begin.
FileRows *file_rows_open(Cache *c, const char *after, Err *err) MUST_CHECK;
void file_rows_close(FileRows *r); // NULL is fine
bool file_rows_next(FileRows *r, FileRow *row, bool *end, Err *err) MUST_CHECK;

typedef struct {
    int64_t rows, good; // good: those that can be kept
    char digest[SHA256_HEX + 1];
} FileRowsSum;
bool file_rows_sum(Cache *c, FileRowsSum *out, Err *err) MUST_CHECK;

#endif
