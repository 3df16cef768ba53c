// The first record of a delimited text: does it name the columns, and how are they called.
#ifndef SOURCE_CSV_HEADER_H
#define SOURCE_CSV_HEADER_H

#include "source/csv_encoding.h"
#include "source/csv_record.h"

// Fills header, sure_header, columns and names of a finding whose dialect is known otherwise. A column without a
// name is called column_N; of several of one name the later ones get _2, _3...
// ERR_SOURCE: more than CSV_MAX_COLUMNS, or a first record that cannot be read.
bool csv_sniff_header(Arena *a, Str text, bool whole, const Encoding *encoding, CsvShape *shape, CsvFinding *out,
                      Err *err) MUST_CHECK;

#endif
