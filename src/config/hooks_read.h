// The hooks of config.yaml.
#ifndef CONFIG_HOOKS_READ_H
#define CONFIG_HOOKS_READ_H

#include "config/clinic.h"
#include "config/yaml_check.h"

// After config_check(), which tells what is wrong with each key. Here: words that are no events, a program
// that is neither an absolute path nor inside the clinic's folder.
void hooks_read(Arena *a, Clinic *c, const YamlNode *root, const YamlCheck *check);

#endif
