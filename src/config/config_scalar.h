// How a text is written as a value in YAML.
#ifndef CONFIG_CONFIG_SCALAR_H
#define CONFIG_CONFIG_SCALAR_H

#include "config/clinic.h"

// quote: how it was written until now, ' or " or 0 for plain; it stays unless the text cannot be written so. key NULL
// or of texts: what another reader of YAML takes for something else than text is put in quotes.
Str config_scalar(Arena *a, Str text, char quote, const ConfigKey *key);

#endif
