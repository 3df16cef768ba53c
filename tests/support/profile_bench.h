// A profile at work on a handful of records: cache, embedded target and mapper in a folder of the test.
#ifndef TESTS_SUPPORT_PROFILE_BENCH_H
#define TESTS_SUPPORT_PROFILE_BENCH_H

#include "map/mapper.h"

// A record; payload is JSON, and its raw_source_data the source's own columns. Records of one entity stand together, in the order of their keys.
typedef struct {
    const char *entity, *key, *payload;
} Record;

// A setting of config.yaml for the benches made before the next close; both texts must live as long.
void profile_bench_set(const char *name, const char *value);

// SQL run on the targets made before the next close, behind the profile's seed; it must live as long.
void profile_bench_seed(const char *sql);

// Loads the records, makes the target of the profile's schema and seed, and validates every entity. The
// test ends when a mapping is wrong.
Lite *profile_bench(Arena *a, const char *profile, const char *clinic_id, const Record *records, size_t n);
Mapper *profile_bench_mapper(void);         // until it is closed
const Profile *profile_bench_profile(void);
void profile_bench_close(void);
// The first value of a query over the cache, as text; "" for NULL or no row.
const char *profile_bench_value(Arena *a, const char *sql);

#endif
