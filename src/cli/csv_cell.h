// Comma-separated text (RFC 4180), for what commands export.
#ifndef CLI_CSV_CELL_H
#define CLI_CSV_CELL_H

#include "cli/output.h"

// NULL is nothing at all, an empty text is "": the two can be told apart. What is no UTF-8 becomes U+FFFD.
void csv_cell(Buf *line, Str value);
void csv_line(Buf *text, const Str *cells, size_t n); // with its end
// Prints and empties the text once it is long, or all of it. false: see out_stream.
bool csv_print(Output *out, Buf *text, bool all) MUST_CHECK;

#endif
