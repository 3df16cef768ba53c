// Private to map/: which of the rows that differ were changed by somebody after they were written.
#ifndef MAP_VERIFY_EDITED_H
#define MAP_VERIFY_EDITED_H

#include "map/mapper_state.h"

typedef struct {
    Str key, id;
    const char *column; // the first that differs
    bool edited;        // result: somebody changed it since it was written
} DifferentRow;

// part: of the entity, whose rows these are. Sorts them by key.
bool verify_edited(Mapper *m, Arena *a, const char *entity, size_t part, DifferentRow *rows, size_t n, Err *err);

#endif
