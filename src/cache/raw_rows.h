// Canonical rows that no mapping takes: read for keeping them raw in the target.
#ifndef CACHE_RAW_ROWS_H
#define CACHE_RAW_ROWS_H

#include "cache/cache.h"

typedef struct {
    Str key, source_id, payload, raw;
} RawCacheRow; // in the arena given to raw_rows_next

typedef struct RawRows RawRows;

// filtered: only the rows <entity>/validate left out with the reason "raw"; else all. after: "" or a key.
// An entity that is not in the source has no rows.
RawRows *raw_rows_open(Cache *c, const char *entity, bool filtered, const char *after, Err *err);
void raw_rows_close(RawRows *r); // NULL is fine
// Up to `most` rows or about `bytes` bytes; *n 0: the end.
bool raw_rows_next(RawRows *r, Arena *a, size_t most, size_t bytes, RawCacheRow **rows, size_t *n,
                   Err *err) MUST_CHECK;
bool raw_rows_count(Cache *c, const char *entity, bool filtered, int64_t *count, Err *err) MUST_CHECK;

#endif
