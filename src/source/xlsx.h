// Excel workbooks (.xlsx, Office Open XML): their sheets, and the rows of one of them as texts.
//
// Sheets are read as a stream; only the texts that cells share are held, at most XLSX_MAX_STRINGS bytes of them.
// Everything in the file is hostile: parts that unpack to unreasonable sizes, document types and nested entities are
// refused.
#ifndef SOURCE_XLSX_H
#define SOURCE_XLSX_H

#include "base/err.h"
#include "base/str.h"

enum {
    XLSX_MAX_COLUMNS = 16384,      // what the format allows
    XLSX_MAX_ROWS = 1048576,       // the same
    XLSX_MAX_CELL = 1 << 20,       // bytes of a cell's text; the format allows 32,767 characters
    XLSX_MAX_ROW = 32 << 20,       // bytes of a row's texts: many cells may lead to one shared text
    XLSX_MAX_STRINGS = 256 << 20,  // bytes of all shared texts
};

typedef struct {
    const char *name;
    bool hidden;
} XlsxSheet;

typedef struct Xlsx Xlsx;

// Lives in the arena. ERR_SOURCE: no workbook, an encrypted one, the old .xls, or a part that cannot be trusted.
Xlsx *xlsx_open(Arena *a, const char *path, Err *err);
void xlsx_close(Xlsx *x); // NULL is fine
size_t xlsx_sheet_count(const Xlsx *x);
const XlsxSheet *xlsx_sheet(const Xlsx *x, size_t i);

typedef enum { XLSX_ROW, XLSX_REFUSED, XLSX_END, XLSX_FAILED } XlsxOutcome;

typedef struct {
    int64_t row;  // as the sheet counts, from 1
    Str *cells;   // UTF-8; without value: an empty cell
    size_t n;     // up to the last cell that is not empty
    const char *reason; // XLSX_REFUSED: one sentence, translated
} XlsxRow;

typedef struct XlsxReader XlsxReader;

// The rows that hold anything, in the sheet's order. Of a formula the value it had when the file was saved;
// numbers in the fifteen digits that spreadsheets count with; dates and times by the cell's format, in ISO 8601;
// true and false.
XlsxReader *xlsx_read(Xlsx *x, size_t sheet, Err *err);
XlsxOutcome xlsx_next(XlsxReader *r, XlsxRow *out, Err *err) MUST_CHECK; // what it points to holds until the next call

#endif
