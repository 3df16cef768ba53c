// The mappings of a clinic at work on its cache: checked, composed, evaluated once.
//
// A mapper holds the cache's connection with the SQL functions registered and the snapshot tables of the
// target attached as schema "target". It serves one thread.
#ifndef MAP_MAPPER_H
#define MAP_MAPPER_H

#include "cache/cache.h"
#include "cache/inputs.h"
#include "cache/link_store.h"
#include "map/compose.h"
#include "map/functions.h"
#include "map/profile.h"
#include "target/target.h"

typedef struct {
    Cache *cache;          // opened for writing
    Profile *profile;      // is put in order
    const Clinic *clinic;  // settings; may be NULL
    Target *target;        // its catalogue and snapshot tables are read
    const char *clinic_id; // setting('clinic_id')
    const char *source_system;
    Instant as_of;
    Control *control; // what people decided of links; NULL: nothing
    bool looks; // the cache keeps what it has: out_ tables of other columns stand empty in memory meanwhile
} MapperOptions;

typedef struct Mapper Mapper;

// Checks every mapping against the cache, the catalogue and each other. NULL with problems (mistakes in
// mapping files) or with err (the machine refused). The mapper lives in the arena.
Mapper *mapper_new(Arena *a, const MapperOptions *o, Problems *problems, Err *err);

// What decides the outcome of <entity>/validate: mappings, settings, as_of, the target's columns and the
// digests of every column read. Two equal fingerprints mean equal out_ tables. The inputs are what
// it is made of.
bool mapper_fingerprint(Mapper *m, Arena *a, const char *entity, const char **out, Err *err) MUST_CHECK;
bool mapper_inputs(Mapper *m, const char *entity, Inputs *out, Err *err) MUST_CHECK; // out->arena is given

typedef struct {
    int64_t read, kept, skipped, rejected, rejected_by_parent, issues;
    int64_t linked; // of those kept
    bool too_many; // stopped at the reject limit
} MapperResult;

typedef struct {
    void (*progress)(void *arg, int64_t done);
    void *arg;
    int64_t max_rejects;
    double max_ratio;
} MapperWatch;

// Evaluates the mappings of an entity into its out_ tables; these, the issues, the rejects and the line
// in _steps are one transaction. err: a mapping error, a fatal check, or a request to stop.
bool mapper_validate(Mapper *m, const char *entity, const char *fingerprint, const MapperWatch *watch,
                     MapperResult *out, Err *err) MUST_CHECK;

// The proposals of an entity the profile has links of, as they stand now; and the digest of what they are made of,
// NULL for any other entity. Everything lives in the arena.
bool mapper_links_made_of(Mapper *m, const char *entity, Arena *a, const char **out, Err *err) MUST_CHECK;
bool mapper_links(Mapper *m, const char *entity, Arena *a, LinkCatalogue *out, Err *err) MUST_CHECK;

// For `mapping explain`: the composed SELECT and the plan SQLite makes of it.
const Composed *mapper_composed(const Mapper *m, const Mapping *mapping);
const Composed *mapper_composed_work(const Mapper *m, size_t i); // of the profile's n_works
// Appends the plan, a line a step.
bool mapper_explain(Mapper *m, const Mapping *mapping, Buf *out, Err *err) MUST_CHECK;
// The same, with their SQL, of the work tables that an entity's mappings read.
bool mapper_explain_works(Mapper *m, const char *entity, Buf *out, Err *err);
// Whether a mapping of `entity` reads what mappings of `other` make.
bool mapper_needs(const Mapper *m, const char *entity, const char *other);
// Whether a mapping of `entity` reads the rows of `other` as the source has them.
bool mapper_reads_source(const Mapper *m, const char *entity, const char *other);
const char *mapper_setting(const Mapper *m, const char *name); // as mappings see it

#endif
