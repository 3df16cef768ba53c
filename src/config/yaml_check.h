// Complaints about nodes of a YAML file that every reader of such files makes.
#ifndef CONFIG_YAML_CHECK_H
#define CONFIG_YAML_CHECK_H

#include "config/yaml.h"

typedef struct {
    const char *file;   // as the operator would type it
    Problems *problems; // every complaint is added here
} YamlCheck;

// Errors at the node's value and at its key, a warning at its value. For what is absent, pass the map that
// should hold it. The caller may set key and hint of what comes back.
Problem *yaml_complain(const YamlCheck *c, const YamlNode *node, const char *fmt, ...) PRINTF(3, 4);
Problem *yaml_complain_key(const YamlCheck *c, const YamlNode *node, const char *fmt, ...) PRINTF(3, 4);
Problem *yaml_warn(const YamlCheck *c, const YamlNode *node, const char *fmt, ...) PRINTF(3, 4);

// One error for each key of the map that is not in known (NULL-ended), with the nearest known one as a hint.
void yaml_refuse_unknown(const YamlCheck *c, const YamlNode *map, const char *const *known);

// The text under a key. NULL and an error: absent, null or empty although required; a map or a list.
const char *yaml_take_text(const YamlCheck *c, const YamlNode *map, const char *key, bool required);

// The position of the node's text in words (NULL-ended); -1 and an error with the nearest word otherwise.
int yaml_take_word(const YamlCheck *c, const YamlNode *node, const char *const *words);

// "did you mean X?" or, when nothing is near and the list is short, "one of: ...". NULL when neither helps.
const char *yaml_suggestion(Arena *a, const char *word, const char *const *words);

// "a map", "a list", "a text", "nothing"; already translated.
const char *yaml_kind_name(const YamlNode *node);

#endif
