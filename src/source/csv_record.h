// One record of delimited text in memory: where its fields are, or why it is none.
#ifndef SOURCE_CSV_RECORD_H
#define SOURCE_CSV_RECORD_H

#include "source/csv.h"

typedef struct {
    size_t start, len;
    bool quoted, escaped; // escaped: there is something to take out of it
} CsvField;

typedef struct {
    CsvField *fields; // room for CSV_MAX_COLUMNS
    size_t n;
    size_t length; // bytes of the record, with its line end
    bool high;     // a byte over 0x7F
    bool nul;      // a NUL byte
    bool blank;    // an empty line
} CsvShape;

typedef enum {
    CSV_SHAPE,         // a record
    CSV_SHAPE_MORE,    // the text ends before the record does
    CSV_SHAPE_OPEN,    // a quote that is not closed before the end of the file
    CSV_SHAPE_BEHIND,  // text behind a closing quote
    CSV_SHAPE_COLUMNS, // more than CSV_MAX_COLUMNS
} CsvVerdict;

// Reads the record at the beginning of text. last: nothing follows the text. On CSV_SHAPE_BEHIND and
// CSV_SHAPE_COLUMNS length is that of the line in which it was seen, on CSV_SHAPE_OPEN that of the first line.
CsvVerdict csv_shape(const CsvDialect *d, Str text, bool last, CsvShape *out);

// The text of a field: as it stands, or without its escapes in `scratch`, to which it is appended.
Str csv_field_text(const CsvDialect *d, Str text, const CsvField *field, Buf *scratch);

// A record too long to be held, passed by piece by piece. Zero-initialise it.
typedef struct {
    bool begun;    // inside a field
    bool in_quote, closed, held; // closed, held: the last byte was the closing quote, or an escape
    size_t matched;             // bytes of the delimiter
    bool cr;                    // the last byte was a CR that ends the record unless an LF follows it
    int64_t lines;              // line ends passed by
} CsvPass;

// How many bytes of the piece belong to the record; fewer than it has: the record ends there.
// *ended: it does.
size_t csv_pass(const CsvDialect *d, CsvPass *p, Str piece, bool *ended);

// Bytes up to and with the next line end; 0 when there is none and this is not the last of the file.
size_t csv_line_length(Str text, bool last);
int64_t csv_count_lines(Str text); // line ends: LF, CR LF, CR

#endif
