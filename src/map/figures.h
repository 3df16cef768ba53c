// The profile's numbers for a preview, worked out on a mapper's cache. Private to map/ but for mapper_figures.
#ifndef MAP_FIGURES_H
#define MAP_FIGURES_H

#include "cache/figure_store.h"
#include "map/mapper.h"

// Tries the SQL of each; what is wrong with one becomes a problem.
void figures_prepare(Mapper *m, Problems *problems);
// Works them out as the cache and the settings are now. Lives in a.
bool mapper_figures(Mapper *m, Arena *a, FigureLine **out, size_t *n, Err *err) MUST_CHECK;

#endif
