// Comma-separated text (RFC 4180), for what is exported.
#ifndef BASE_CSV_CELL_H
#define BASE_CSV_CELL_H

#include "base/str.h"

// NULL is nothing at all, an empty text is "": the two can be told apart. What is no UTF-8 becomes U+FFFD.
void csv_cell(Buf *line, Str value);
void csv_line(Buf *text, const Str *cells, size_t n); // with its end

#endif
