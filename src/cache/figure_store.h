// What a preview tells beside the rows: the profile's numbers as they were worked out last, and what the source
// says of files and warnings.
#ifndef CACHE_FIGURE_STORE_H
#define CACHE_FIGURE_STORE_H

#include "cache/cache.h"

typedef struct {
    const char *name, *entity;
    const char *setting; // that it says something about; NULL: none
    const char *label;   // of one line of several; NULL: it has one
    int64_t rows;
} FigureLine;
// Instead of those that are there.
bool cache_figures_save(Cache *c, const FigureLine *lines, size_t n, Err *err) MUST_CHECK;
// In their order; entity NULL: all. None before they were worked out.
bool cache_figures(Cache *c, Arena *a, const char *entity, FigureLine **out, size_t *n, Err *err) MUST_CHECK;

typedef struct {
    int64_t total, hashed; // hashed: with a sha256
} SourceFiles;
// entity: only those that belong to its rows; NULL: all.
bool cache_files(Cache *c, const char *entity, SourceFiles *out, Err *err) MUST_CHECK;

// Warnings of the exporter, by code.
typedef struct {
    const char *entity, *severity, *code;
    int64_t rows;
} SourceWarning;
bool cache_warnings(Cache *c, Arena *a, SourceWarning **out, size_t *n, Err *err) MUST_CHECK;

#endif
