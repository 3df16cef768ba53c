// Builds a new cache.db beside the old one and puts it in its place when all of it is there.
#ifndef CACHE_LOAD_H
#define CACHE_LOAD_H

#include "db/lite.h"
#include "model/model.h"

enum { CACHE_KEY_MAX = 120 }; // bytes: a row with a longer key is kept back

typedef struct CacheLoad CacheLoad;

// One record as read. Fields without value are SQL NULL.
typedef struct {
    Str key, source_id, source_system, payload, raw, extracted_at;
} SourceRow;

CacheLoad *cache_load_begin(const char *state_folder, const Model *model, Err *err);
void cache_load_abandon(CacheLoad *l); // removes what was built; NULL is fine; also frees a finished one
void cache_load_abandon_at(CacheLoad **l);

// An entity's rows come in the order of their keys. name: any valid entity name, of the model or not.
bool cache_load_entity(CacheLoad *l, const char *name, Err *err) MUST_CHECK;
// A row that cannot be used (no key, repeated key, payload no JSON object) is kept as a reject of
// <entity>/extract with its bytes; the next one is not affected.
bool cache_load_row(CacheLoad *l, const SourceRow *row, Err *err) MUST_CHECK;
bool cache_load_entity_end(CacheLoad *l, const char *content_hash, int64_t *rows, int64_t *rejected,
                           Err *err) MUST_CHECK;

bool cache_load_about(CacheLoad *l, const char *key, const char *value, Err *err) MUST_CHECK;
bool cache_load_meta(CacheLoad *l, Str key, Str value, Err *err) MUST_CHECK; // a line of _meta
bool cache_load_declared(CacheLoad *l, const char *entity, int64_t row_count, Str schema_version,
                         Err *err) MUST_CHECK;
bool cache_load_file(CacheLoad *l, const Str columns[7], Err *err) MUST_CHECK;    // a line of _files
// An issue of the source as a whole, of the step source/extract.
bool cache_load_issue(CacheLoad *l, const char *code, const char *detail, Err *err) MUST_CHECK;
bool cache_load_warning(CacheLoad *l, const Str columns[7], Err *err) MUST_CHECK; // a line of _warnings

// Adds empty tables for the entities of the model the source did not have, one generated column per
// field, and the line of every extract step; then replaces cache.db.
bool cache_load_finish(CacheLoad *l, const char *fingerprint, Err *err) MUST_CHECK;

#endif
