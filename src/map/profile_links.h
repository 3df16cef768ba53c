// The links: of profile.yaml: catalogues of the source whose items are looked for among the target's.
//
//   links:
//     treatment_catalog_item:
//       items: SELECT ... AS key, ... AS label, ... AS code, ... AS type, ... AS category, ... AS price FROM
//       ... targets: SELECT ... AS id, ... AS label, ... AS code, ... AS category, ... AS price, ... AS open
//       FROM target... categories: SELECT key FROM target... otherwise: migrado_gesden        # where the
//       others go used: SELECT ... AS key, ... AS n FROM ...
//
// Mappings read the outcome as link.<entity>, see link_tables.h.
#ifndef MAP_PROFILE_LINKS_H
#define MAP_PROFILE_LINKS_H

#include "config/yaml_check.h"
#include "map/profile.h"

void profile_read_links(Arena *a, Profile *p, const Model *model, const YamlNode *map,
                        const YamlCheck *check);

#endif
