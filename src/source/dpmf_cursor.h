// Rows of one table in the order of a column, in bounded memory whether or not an index gives that order.
#ifndef SOURCE_DPMF_CURSOR_H
#define SOURCE_DPMF_CURSOR_H

#include "source/dpmf_inner.h"

typedef struct {
    LiteStmt *rows;    // the columns asked for
    LiteStmt *numbers; // row numbers in order, when there is no index; rows is then asked for one at a time
} DpmfCursor;

// columns: a list for SELECT; order: one column.
bool dpmf_cursor_open(DpmfCursor *c, Dpmf *d, const char *table, const char *columns, const char *order,
                      Err *err) MUST_CHECK;
bool dpmf_cursor_next(DpmfCursor *c, Dpmf *d, bool *end, Err *err) MUST_CHECK; // then read c->rows
void dpmf_cursor_close(DpmfCursor *c);                                         // for AUTO(dpmf_cursor_close)

#endif
