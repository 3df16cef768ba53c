// The target read back and compared with what the mappings made.
#ifndef MAP_VERIFY_H
#define MAP_VERIFY_H

#include "base/json_out.h"
#include "map/mapper.h"
#include "map/verify_money.h"

typedef struct {
    int64_t rows, missing, different; // different: not counting
    int64_t edited;                   // those that somebody changed after they were written
    // The first difference, rather of a row that nobody edited: mapping, key and column (NULL when the row is missing); never values.
    const char *where, *key, *column;
    int64_t keys; // foreign keys of the entity's tables, all looked at
    TargetOrphans *orphans;
    size_t n_orphans;
    int64_t our_orphans; // rows
    MoneyYear *money;    // by table, column and year
    size_t n_money;
} VerifyResult;

// Every row and every column of the entity's tables, their foreign keys, and the sums of their decimals. Rows
// the target refused are not expected.
bool mapper_verify(Mapper *m, Arena *a, const char *entity, const MapperWatch *watch, VerifyResult *out,
                   Err *err) MUST_CHECK;

// Its members, into an open object: counts, sums and names, no key or value of a row.
void verify_json(const VerifyResult *r, JsonOut *j);

#endif
