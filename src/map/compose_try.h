// SQL of profiles prepared under a guard: a mistake becomes a problem at its line, and what is read is noted.
// Private to map/.
#ifndef MAP_COMPOSE_TRY_H
#define MAP_COMPOSE_TRY_H

#include "map/compose.h"

typedef struct {
    Arena *a;
    Lite *db;
    const Mapping *m;          // NULL: not of a mapping
    const char *file, *entity; // of the SQL; entity: whose columns a hint knows, may be NULL
    Problems *problems;
    LiteGuard guard;
    bool deny_raising; // in from, where, link and key no issue may be raised
    bool raises;       // seen while preparing: the expression calls a function that raises issues
    bool whole;        // at() and val() may be called: the expressions were looked at one by one without them
    ColumnRead *reads;
    size_t n_reads, cap_reads;
    bool keep_reads;
    const char *no_table; // read although no mapping may: it is the cache's own
} Composer;

void composer_begin(Composer *c);

// Prepares `sql`, which is not run. A failure is a problem at e, after `what`.
bool composer_try(Composer *c, const char *what, Expression e, const char *sql);
// The same in two steps: the words of a failure, NULL when it is sound; and the problem made of them.
// `prepared`, unless NULL, gets a sound statement, which the caller finishes.
const char *composer_prepare(Composer *c, const char *sql, LiteStmt **prepared);
void composer_complain(Composer *c, const char *what, Expression e, const char *text);

// What is read: noted once each, and put in order at the end.
void composer_note_read(void *composer, const char *schema, const char *table, const char *column);
void composer_sort_reads(Composer *c);

#endif
