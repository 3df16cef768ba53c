// A small world for mappings under test: three entities (person, visit, note), a target with two tables
// (people, visits) and a profile "small" whose files each test writes. One world per test process.
#ifndef TESTS_SUPPORT_MAPPING_BENCH_H
#define TESTS_SUPPORT_MAPPING_BENCH_H

#include "map/mapper.h"

#define BENCH_KEY(end) "00000000-0000-5000-8000-0000000000" end
#define BENCH_CLINIC "c1111111-0000-4000-8000-000000000001"
// A mapping of person that is sound, to stand on.
#define PERSON_MAPPING "entity: person\ntable: people\ncolumns: {name: person.name}\n"

typedef struct {
    Arena *arena;
    Problems *problems;
    Err err;
    Profile *profile;
    Cache *cache;
    Target *target;
    Mapper *mapper;
    Clinic clinic; // its settings may be set before bench_start
    const char *as_of;
} MappingBench;
extern MappingBench bench;

void bench_open(void); // for .init and .fini
void bench_close(void);
void bench_file(const char *name, const char *text); // of the profile: person.yaml; NULL: gone
// A record; those of one entity stand together, in the order of their keys. Before the first bench_start.
void bench_record(const char *entity, const char *key, const char *payload);
// Reads the profile and makes a mapper, anew each time. false: bench_told() says what is wrong.
bool bench_start(void);
const char *bench_told(void); // every problem and the error, a line each
// bench_start() refuses the mappings with exactly one problem at this place, which says this.
void bench_refuses(const char *file, int line, const char *text);
// Evaluates an entity; false: bench.err.
bool bench_validate(const char *entity, MapperResult *out);
void bench_makes(const char *entity); // the same, and it must succeed
const char *bench_value(const char *sql); // the first value of a query over the cache; "" for NULL or no row
const char *bench_fingerprint(const char *entity);

#endif
