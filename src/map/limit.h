// A few rows of each entity that hang together, to try a migration on.
#ifndef MAP_LIMIT_H
#define MAP_LIMIT_H

#include "map/mapper.h"

// From now on out_rows gives at most so many records of each entity: the first by key of those whose rows refer to
// chosen rows only, or to rows that no mapping makes. All entities are validated.
bool mapper_limit(Mapper *m, int64_t most, Err *err) MUST_CHECK;

#endif
