// Rows whose foreign key leads nowhere: one question for both kinds of target.
#ifndef TARGET_ORPHANS_H
#define TARGET_ORPHANS_H

#include "base/str.h"

typedef struct {
    const char *table, *parent; // quoted
    const char *const *columns, *const *parents;
    size_t n;
} ForeignKeyRows;

// Appends the SQL that counts the rows of table (named t) whose key has no NULL and no parent.
void orphans_count(Buf *sql, const ForeignKeyRows *k);

#endif
