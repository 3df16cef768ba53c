// One part of a workbook (a file of XML in its archive), parsed piece by piece.
#ifndef SOURCE_XLSX_PART_H
#define SOURCE_XLSX_PART_H

#include <expat.h>
#include <zip.h>

#include "base/err.h"
#include "base/str.h"

typedef struct {
    const char *name; // of the part
    zip_file_t *file;
    XML_Parser parser;
    int64_t read, limit; // bytes
    int depth;
    bool ended, doctype;
    char *piece;
    void *arg;
    void (*start)(void *arg, const char *name, const char **attributes); // names without a prefix
    void (*end)(void *arg, const char *name);
    void (*text)(void *arg, Str text);
} XlsxPart;

// A part the archive does not have: *found false, and no error when that is NULL-checked by the caller.
// Set start, end, text and arg before the first xlsx_part_more().
bool xlsx_part_open(Arena *a, zip_t *archive, const char *name, XlsxPart *out, bool *found, Err *err) MUST_CHECK;
void xlsx_part_close(XlsxPart *p); // may be called twice
// Parses the next piece; p->ended when there is no more. A handler may suspend with xlsx_part_rest(): the
// call then returns, and the next one goes on there.
bool xlsx_part_more(XlsxPart *p, Err *err) MUST_CHECK;
void xlsx_part_rest(XlsxPart *p);
bool xlsx_part_all(XlsxPart *p, Err *err) MUST_CHECK; // to its end

// An attribute by its name without prefix; NULL: it is not there.
const char *xlsx_attribute(const char **attributes, const char *name);

#endif
