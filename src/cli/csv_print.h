// Comma-separated text on standard output.
#ifndef CLI_CSV_PRINT_H
#define CLI_CSV_PRINT_H

#include "base/csv_cell.h"
#include "cli/output.h"

// Appends a record: with --json an array of texts on a line, else comma-separated.
void csv_print_record(const Output *out, const Str *fields, size_t n, Buf *text);
// Prints and empties the text once it is long, or all of it. false: see out_stream.
bool csv_print(Output *out, Buf *text, bool all) MUST_CHECK;

#endif
