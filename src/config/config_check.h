// The validator: a file against its table of keys. Every mistake is told, none stops the others.
#ifndef CONFIG_CONFIG_CHECK_H
#define CONFIG_CONFIG_CHECK_H

#include "config/clinic.h"
#include "config/yaml_check.h"

// Unknown keys, missing ones, wrong types, words, units and ranges, literal secrets: errors.
// Plain texts that other readers of YAML take for something else: warnings.
void config_check(const YamlCheck *c, const YamlNode *root, const ConfigKey *keys);

// The key of a dotted path as an operator types it; settings.* for any other name of a setting. NULL:
// unknown.
const ConfigKey *config_key(const ConfigKey *keys, const char *path);

// What a value of this key looks like, translated: "a whole number from 1 to 65535".
const char *config_expects(Arena *a, const ConfigKey *key);

#endif
