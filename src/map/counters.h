// Counters of the target's application that have to go on behind what was migrated: counters: of profile.yaml.
#ifndef MAP_COUNTERS_H
#define MAP_COUNTERS_H

#include "config/yaml_check.h"
#include "map/mapper.h"

// Reads `counters:` into the profile. map may be NULL.
void counters_read(Arena *a, Profile *p, const Model *model, const YamlNode *map, const YamlCheck *check);

// Checks the statements against the cache; mistakes are problems.
void counters_check(Mapper *m, Problems *problems);

// What the entity's rows ask of the counters: each gets table, id, columns and values; they live during the call.
bool counters_of(Mapper *m, const char *entity, bool (*each)(void *arg, const TargetCounter *c, Err *err), void *arg,
                 Err *err) MUST_CHECK;

#endif
