// Rows of one entity as JSON or CSV on standard output, as they come: mudanza dpmf extract.
#ifndef CLI_EXTRACT_ROWS_H
#define CLI_EXTRACT_ROWS_H

#include "cli/output.h"
#include "model/model.h"
#include "source/dpmf.h"

typedef struct {
    Output *out;
    const Entity *entity; // of the model; NULL: not in it
    bool csv;
    bool terminal; // a terminal reads this: control characters never reach it as they are
    int64_t rows;
    Str *fields;          // of the row under way: one value for each field of entity, as written
    Buf line, text, rest; // of the row under way
    Buf ready;            // lines that wait to be printed
} ExtractRows;

// Each false when nobody takes what is printed: see out_stream. a: for the fields.
bool extract_begin(ExtractRows *e, Arena *a) MUST_CHECK;
bool extract_row(ExtractRows *e, const DpmfRow *row) MUST_CHECK;
bool extract_end(ExtractRows *e) MUST_CHECK;
void extract_free(ExtractRows *e); // for AUTO(extract_free)

// One row, or the header, appended to e->line without its line end.
void extract_json_line(ExtractRows *e, const DpmfRow *row);
void extract_csv_header(ExtractRows *e);
void extract_csv_line(ExtractRows *e, const DpmfRow *row);

#endif
