// The cache as the source was: what an export writes again. Rows that extract kept back are not among them.
#ifndef CACHE_AS_READ_H
#define CACHE_AS_READ_H

#include "cache/cache.h"
#include "cache/load.h"

// From here on the cache is read as it is now, whoever goes on writing; until it is closed.
bool as_read_begin(Cache *c, Err *err) MUST_CHECK;

typedef struct {
    const char *name;
    int64_t rows; // kept
    Str schema_version;
} AsReadEntity;
// The types the source lists, by name, those without rows too.
bool as_read_entities(Cache *c, Arena *a, AsReadEntity **out, size_t *n, Err *err) MUST_CHECK;

// Why rows were kept back, the most frequent reason first.
typedef struct {
    const char *code; // payload.decode_error, ...
    int64_t rows;
} AsReadRejects;
bool as_read_rejects(Cache *c, Arena *a, AsReadRejects **out, size_t *n, Err *err) MUST_CHECK;

// Each calls take for one line after the other; its false stops, with its err. Columns as cache_load_ takes
// them. Rows come by key and files by id, byte by byte; warnings as the source had them.
typedef bool AsReadTake(void *arg, const Str *columns, Err *err);
bool as_read_meta(Cache *c, AsReadTake *take, void *arg, Err *err) MUST_CHECK; // key, value
bool as_read_files(Cache *c, AsReadTake *take, void *arg, Err *err) MUST_CHECK;
bool as_read_warnings(Cache *c, AsReadTake *take, void *arg, Err *err) MUST_CHECK;
// The payload is the original one, byte for byte.
bool as_read_rows(Cache *c, const char *entity, bool (*take)(void *arg, const SourceRow *row, Err *err),
                  void *arg, Err *err) MUST_CHECK;

#endif
