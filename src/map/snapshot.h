// Small tables of the target as mappings see them: target.users. Rows this tool wrote are left out, so
// that a second run sees what the first one saw.
#ifndef MAP_SNAPSHOT_H
#define MAP_SNAPSHOT_H

#include "db/lite.h"
#include "map/profile.h"
#include "target/target.h"

// Attaches the schema "target" with one table per snapshot of the profile, and `present`, the names of the
// optional ones that are there. *digests: of the rows of each, in the order of the profile, and of `present`.
bool snapshot_attach(Arena *a, Lite *db, Target *target, const Profile *p, Problems *problems,
                     const char ***digests, Err *err) MUST_CHECK;

// That of one table of the schema.
const char *snapshot_digest(const Profile *p, const char *const *digests, const char *table);

#endif
