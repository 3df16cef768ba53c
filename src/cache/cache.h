// cache.db: what was read from the source and what the mappings made of it. It can always be rebuilt.
//
//   _about(key, value)              of the source: digest, integrity hash, layering, bytes, system
//   _meta _entities _files _warnings  as the source declares them (mudanza-dpmf(5))
//   <entity>                        canonical rows; one generated column per field of the model
//   _source(entity, rows, ...)      physical rows met, duplicates and undecodable ones included
//   out_<mapping>                   rows for the target, made by validate
//   _issues _rejects _skips         what validate and extract had to say, and rows they kept back
//   _steps _columns                 which step is done, by fingerprint, and the digest of each column it made
//
// A step's product and its line in _steps are one transaction: nothing else says that it is done.
#ifndef CACHE_CACHE_H
#define CACHE_CACHE_H

#include "base/digest.h"
#include "db/lite.h"
#include "model/model.h"

typedef struct Cache Cache;

// NULL with ERR_NONE when there is no cache of this version yet (readers, and workers before extract).
Cache *cache_open(const char *state_folder, bool write, Err *err);
void cache_close(Cache *c); // NULL is fine
void cache_close_at(Cache **c);
Lite *cache_db(Cache *c);

// A line of _steps.
typedef struct {
    const char *step, *fingerprint, *content; // content: digest of what the step made
    int64_t rows, skipped, rejected;
} CacheStep;
bool cache_step(Cache *c, Arena *a, const char *step, CacheStep *out, bool *found, Err *err) MUST_CHECK;
bool cache_step_save(Cache *c, const CacheStep *s, Err *err) MUST_CHECK; // inside the caller's transaction
bool cache_about(Cache *c, Arena *a, const char *key, const char **value, Err *err) MUST_CHECK;
// Digest of one column of a table this cache made ("" while the table has none).
bool cache_column_digest(Cache *c, Arena *a, const char *table, const char *column, const char **out,
                         Err *err) MUST_CHECK;

typedef struct {
    int64_t rows, rejected; // physical rows; those of them that extract kept back
} CacheSource;
bool cache_source(Cache *c, const char *entity, CacheSource *out, Err *err) MUST_CHECK;

// Whether the source has this row, also one that extract kept back.
bool cache_has_row(Cache *c, const char *entity, Str key, bool *has, Err *err) MUST_CHECK;

// Entity types of the source that the model does not know, by name.
bool cache_unknown_entities(Cache *c, Arena *a, const Model *model, const char ***names, size_t *n,
                            Err *err) MUST_CHECK;

// Whether the column is one that rows are looked up by: source_id or a reference field.
bool cache_looks_up(const Entity *e, const char *column);
// Makes such a column quick to search, once; any other is left as it is.
bool cache_index_column(Cache *c, const Entity *e, const char *column, Err *err) MUST_CHECK;

#endif
