// What the halves of the mapping reader share: the shape of a file (mapping.c) and its lists
// (mapping_lists.c).
#ifndef MAP_MAPPING_INNER_H
#define MAP_MAPPING_INNER_H

#include "config/yaml_check.h"
#include "map/mapping.h"

typedef struct {
    Arena *a;
    YamlCheck check;
    const Model *model;
    Mapping *m;
} MappingReader;

// A map or list under a key; NULL when the key is not there, and an error when something else stands there.
const YamlNode *mapping_under(MappingReader *r, const YamlNode *map, const char *key, YamlKind kind);
// An entity of the model; NULL and an error with the nearest one when there is none of this name.
const char *mapping_entity(MappingReader *r, const YamlNode *node, const YamlNode *holder);
Expression mapping_expression(const YamlNode *node); // sql NULL: there is none
size_t mapping_count(const YamlNode *list);          // NULL is fine
bool mapping_flag(MappingReader *r, const YamlNode *map, const char *key);
const char **mapping_entities_after(MappingReader *r, const YamlNode *root); // after:, NULL-ended
bool mapping_word_among(Str word, const char *const *words); // whatever its case

// Columns, references, values, checks, what is cut and who owns which; after the shape of the file.
void mapping_read_lists(MappingReader *r, const YamlNode *root);

#endif
