// The table of keys as a JSON schema (draft 2020-12), for editors that complete and check YAML.
#ifndef CONFIG_CONFIG_SCHEMA_H
#define CONFIG_CONFIG_SCHEMA_H

#include "base/json_out.h"
#include "config/clinic.h"

// key NULL: the document itself. title: config.yaml.
void config_schema(JsonOut *j, const char *key, const ConfigKey *keys, const char *title);

#endif
