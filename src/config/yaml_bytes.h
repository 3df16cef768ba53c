// The bytes of a YAML file before its grammar: what libyaml would accept, or describe in words nobody
// understands.
#ifndef CONFIG_YAML_BYTES_H
#define CONFIG_YAML_BYTES_H

#include "base/problems.h"

// Tells tabs (not those of comments), NUL bytes, control characters and bytes that are not UTF-8, each at its
// place, at most max_told. False when nothing sensible can be read behind them. Tabs in the midst of a line
// leave the rest readable: they become blanks in a copy, so that columns stay.
bool yaml_check_bytes(Arena *a, Str *text, const char *file, size_t max_told, Problems *problems);

#endif
