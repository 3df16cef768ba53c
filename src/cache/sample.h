// Some rows of a table of the cache, for people to look at.
#ifndef CACHE_SAMPLE_H
#define CACHE_SAMPLE_H

#include "cache/cache.h"

typedef struct {
    const char **columns;
    size_t n_columns;
    const char ***rows; // texts, NULL for SQL NULL
    size_t n_rows;
} Sample;

// The first rows by key of out_<entity>, or of the entity itself when it has no mapping. masked: every
// value but key and id through text_mask(). An unknown table gives an empty sample.
bool cache_sample(Cache *c, Arena *a, const char *entity, size_t most, bool masked, Sample *out,
                  Err *err) MUST_CHECK;

// Of an entity, as read and validated last: source rows that stand for rows already in the target, and
// issues.
bool cache_entity_counts(Cache *c, const char *entity, int64_t *linked, int64_t *issues, Err *err) MUST_CHECK;
// How many rows of its main mapping link, for whoever counts later; inside the transaction that made them.
bool cache_note_linked(Cache *c, const char *entity, int64_t linked, Err *err) MUST_CHECK;

// How a value is shown to whom it is not meant for: uuids as they are, everything else through text_mask().
// Without value: NULL. Every screen masks with this.
const char *sample_masked(Arena *a, Str value);

#endif
