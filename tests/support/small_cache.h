// A model of two entities and a cache made of a few rows of them.
#ifndef TESTS_SUPPORT_SMALL_CACHE_H
#define TESTS_SUPPORT_SMALL_CACHE_H

#include "cache/load.h"

// patient (number, age, active, tags, budget) and budget (total).
const Model *small_model(Arena *a);
// The test ends when these fail. raw NULL: none; key NULL: none.
void small_row(CacheLoad *l, const char *key, const char *payload, const char *raw);
// A cache.db with one patient per payload, keys k0, k1...; NULL-ended.
void small_cache(Arena *a, const char *folder, const char *const *payloads);

#endif
