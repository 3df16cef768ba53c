// A table of text in columns as wide as what stands in them, for standard output.
#ifndef CLI_GRID_H
#define CLI_GRID_H

#include "cli/output.h"

typedef struct {
    const char *title; // already translated
    bool right;        // numbers stand on the right
    int max;           // widest it may become; 0: no limit
} GridColumn;

typedef struct Grid Grid;

Grid *grid_new(Arena *a, const GridColumn *columns, size_t n); // columns must outlive it
void grid_text(Grid *g, const char *text);                     // the next cell, row by row; NULL: "-"
void grid_int(Grid *g, int64_t value);                         // grouped as number_shown() does
size_t grid_rows(const Grid *g);
void grid_print(const Grid *g, Output *out); // titles, then the rows; nothing with --json

#endif
