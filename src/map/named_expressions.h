// `let:` of a mapping file: an expression with a name, written $name wherever it is needed.
#ifndef MAP_NAMED_EXPRESSIONS_H
#define MAP_NAMED_EXPRESSIONS_H

#include "config/yaml.h"
#include "map/mapping.h"

// Replaces each $name outside quotes in every expression of the mapping by its bracketed expression. A name
// may use those defined before it; an unknown one is a problem at the expression's place.
void expand_named_expressions(Arena *a, Mapping *m, const YamlNode *let, Problems *problems);

#endif
