// The table of keys as words: for a terminal and for the manual.
#ifndef CONFIG_EXPLAIN_H
#define CONFIG_EXPLAIN_H

#include "config/clinic.h"

// What the key (a dotted path, of config.yaml or commands.yaml) means, what it takes, its default; of a
// section its keys too. NULL: every key with its sentence. False when there is no such key: out then says so
// and names the nearest.
bool config_explain(const char *key, Buf *out);

// The whole table as an mdoc list, for the manual pages.
void config_mdoc(const ConfigKey *keys, Buf *out);

#endif
