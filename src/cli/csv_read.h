// Reads comma-separated text (RFC 4180), also as spreadsheets of other countries write it: with semicolons.
#ifndef CLI_CSV_READ_H
#define CLI_CSV_READ_H

#include "base/err.h"
#include "base/str.h"

enum { CSV_CELLS = 64 };

typedef struct {
    Arena *arena;
    const char *at, *end;
    char separator;
    int line; // of the text, where the record last read begins; from 1
    int next_line;
} CsvReader;

// The separator is the one the first line has more of; a byte order mark is skipped. The text must outlive it.
CsvReader csv_reader(Arena *a, Str text);
// The cells of the next record, at most CSV_CELLS, kept in the arena; empty lines are skipped. *n 0: no more.
// false + ERR_USAGE: a quote that is not closed, or too many cells.
bool csv_read(CsvReader *r, const char **cells, size_t *n, Err *err) MUST_CHECK;

#endif
