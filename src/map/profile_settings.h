// The settings of profile.yaml. Private to profile.c.
#ifndef MAP_PROFILE_SETTINGS_H
#define MAP_PROFILE_SETTINGS_H

#include "config/yaml_check.h"
#include "map/profile.h"

// Reads `settings:` into the profile. A setting that lists its `values` takes no other one: what the clinic's
// config.yaml says otherwise is a problem there. clinic and map may be NULL.
void profile_read_settings(Arena *a, Profile *p, const Clinic *clinic, const YamlNode *map,
                           const YamlCheck *check);

#endif
