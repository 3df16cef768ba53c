// From a mapping to one SELECT over the cache.
#ifndef MAP_COMPOSE_H
#define MAP_COMPOSE_H

#include "db/lite_guard.h"
#include "map/mapping.h"

// The columns of a composed SELECT, in this order; the rest follow in the order of the mapping. The id of the main
// row is there for parts that take it as theirs.
enum { COMPOSED_KEY, COMPOSED_FILTERED, COMPOSED_LINK, COMPOSED_EXTRA, COMPOSED_MAIN_ID, COMPOSED_FIRST };

// Where each group begins: columns, then three per reference (key, id found, fallback), then one per
// value map, then one per check, then the data of each check.
typedef struct {
    int columns, references, values, checks, data, total;
} ComposedLayout;
ComposedLayout composed_layout(const Mapping *m);

// The name of cell n as issues show it: a column, or the code of a check. Parts are named part.column.
const char *composed_cell_name(Arena *a, const Mapping *m, int cell);

typedef struct {
    const char *schema, *table, *column;
} ColumnRead;

typedef struct {
    const char *sql;
    ColumnRead *reads; // every column the statement reads, sorted, each once
    size_t n_reads;
} Composed;

// Checks each expression alone (so that a mistake has its line), then composes the whole. `needed_main`:
// the out table of the entity's main mapping, whose rows a part hangs on; NULL for the main mapping.
// The connection has the functions and out_ tables; reading happens under a guard.
// false and problems when an expression is wrong.
bool compose_mapping(Arena *a, Lite *db, const Mapping *m, const char *needed_main, Problems *problems,
                     Composed *out);

#endif
