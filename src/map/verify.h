// verify: the target's rows, read back, against the rows of out_*.
#ifndef MAP_VERIFY_H
#define MAP_VERIFY_H

#include "map/mapper.h"

typedef struct {
    int64_t rows, missing, different;
    // The first difference: mapping, key and column (NULL when the row is missing); never values.
    const char *where, *key, *column;
} VerifyResult;

// Every row and every column of the entity's tables. Rows the target refused are not expected.
bool mapper_verify(Mapper *m, Arena *a, const char *entity, const MapperWatch *watch, VerifyResult *out,
                   Err *err) MUST_CHECK;

#endif
