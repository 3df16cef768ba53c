// What the files of the workbook reader share.
#ifndef SOURCE_XLSX_INNER_H
#define SOURCE_XLSX_INNER_H

#include "source/xlsx.h"
#include "source/xlsx_part.h"

typedef struct {
    size_t at, len;
} SharedText;

struct Xlsx {
    Arena *arena;
    const char *path;
    zip_t *archive;
    Buf sheets;        // of XlsxSheet
    Buf parts;         // of const char *: the part of each sheet
    bool from_1904;
    Buf text, strings; // shared texts: their bytes, and a SharedText each
    bool strings_read;
    Buf dates;         // a byte for each cell format: whether it shows a date
};

bool xlsx_read_strings(Xlsx *x, Err *err) MUST_CHECK; // xl/sharedStrings.xml, once
bool xlsx_read_styles(Xlsx *x, Err *err) MUST_CHECK;  // xl/styles.xml

#endif
