// The rows of an entity's out_ tables, as batches for the target.
#ifndef MAP_OUT_ROWS_H
#define MAP_OUT_ROWS_H

#include "map/mapper.h"

typedef struct OutRows OutRows;

// Rows with a key above `after` ("" for all). NULL with err.
OutRows *out_rows_open(Mapper *m, const char *entity, const char *after, Err *err);
void out_rows_close(OutRows *o); // NULL is fine
// The parts a WriteBatch needs; they live as long as the mapper. Main first.
const WritePart *out_rows_parts(const OutRows *o, size_t *n);
// Up to `most` source rows or about `bytes` bytes into the arena, each with the rows of its parts in
// the order in which they are to be written; *n 0: the end.
bool out_rows_next(OutRows *o, Arena *a, size_t most, size_t bytes, WriteItem **items, size_t *n,
                   Err *err) MUST_CHECK;

// The column of the target that a filled column of an out_ table is for.
const char *out_rows_column(Arena *a, const char *name);

#endif
