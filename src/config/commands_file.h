// commands.yaml into the clinic's list of commands.
#ifndef CONFIG_COMMANDS_FILE_H
#define CONFIG_COMMANDS_FILE_H

#include "config/clinic.h"
#include "config/yaml.h"

// Reads clinic->commands_path; every problem goes into the list. Fills pipeline_auto, commands and
// n_commands.
void commands_file_read(Arena *a, Clinic *clinic, Problems *problems);

// A text, or a list of texts, as a NULL-ended list. NULL gives an empty one.
const char *const *config_texts(Arena *a, const YamlNode *node);

#endif
