// The preview: of profile.yaml: numbers a person wants to see before anything is written.
//
//   preview:
//     - name: inactive_in_source
//       entity: professional            # whose step shows it
//       setting: exclude_inactive       # optional: of a number that says what this setting would do
//       about: one sentence
//       sql: SELECT count(*) FROM ...   # or: SELECT label, number ... , a line each
#ifndef MAP_PROFILE_PREVIEW_H
#define MAP_PROFILE_PREVIEW_H

#include "config/yaml_check.h"
#include "map/profile.h"

void profile_read_preview(Arena *a, Profile *p, const Model *model, const YamlNode *list, const YamlCheck *check);

#endif
