// A work file: a table of the cache that several mappings read, made once. work.<name>.yaml in a profile's folder.
#ifndef MAP_WORK_H
#define MAP_WORK_H

#include "map/mapping.h"

typedef struct {
    const char *name, *table;     // act, work_act
    const char *label, *file;     // work.act, as fingerprints and listings call it; for messages
    Expression sql;               // one SELECT
    Expression *indexes;          // columns of it, with commas between
    size_t n_indexes;
    const char **after;           // entities, NULL-ended
    MappingPiece *pieces;         // all the file says, but about:
    size_t n_pieces;
} Work;

// NULL and problems when the file is not one. Checks words and shapes; SQL is checked later, against a cache.
Work *work_read(Arena *a, const char *path, const char *file_name, const Model *model, Problems *problems);

// Whether a file of a profile's folder is one by its name.
bool work_is_file(const char *file_name);

#endif
