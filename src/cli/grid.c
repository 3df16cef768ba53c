#include "cli/grid.h"

#include <string.h>

#include "base/intl.h"
#include "base/text.h"

struct Grid {
    Arena *arena;
    const GridColumn *columns;
    size_t n_columns;
    Str *cells; // cleaned
    size_t n, cap;
};

Grid *grid_new(Arena *a, const GridColumn *columns, size_t n)
{
    Grid *g = arena_one(a, Grid);
    *g = (Grid){.arena = a, .columns = columns, .n_columns = n};
    return g;
}

void grid_text(Grid *g, const char *text)
{
    AUTO(buf_free) Buf clean = {0};
    text_clean(&clean, str_of(text ? text : "-"));
    if (g->n == g->cap) {
        size_t cap = g->cap ? g->cap * 2 : 64;
        Str *cells = arena_many(g->arena, Str, cap);
        if (g->n)
            memcpy(cells, g->cells, g->n * sizeof *cells);
        g->cells = cells;
        g->cap = cap;
    }
    g->cells[g->n++] = str_copy(g->arena, buf_str(&clean));
}

void grid_int(Grid *g, int64_t value)
{
    AUTO(buf_free) Buf text = {0};
    number_shown(value, &text);
    grid_text(g, buf_text(&text));
}

size_t grid_rows(const Grid *g)
{
    return g->n / g->n_columns;
}

static int column_width(const Grid *g, size_t column)
{
    int width = text_width(str_of(g->columns[column].title));
    for (size_t i = column; i < g->n; i += g->n_columns)
        width = MAX(width, text_width(g->cells[i]));
    return g->columns[column].max ? MIN(width, g->columns[column].max) : width;
}

static void add_cell(const Grid *g, Buf *line, size_t column, Str text, int width)
{
    bool last = column + 1 == g->n_columns;
    if (column)
        buf_add_text(line, "  ");
    if (last && !g->columns[column].right && text_width(text) <= width)
        buf_add(line, text); // no blanks at the end of a line
    else
        text_fit(line, text, width, g->columns[column].right);
}

void grid_print(const Grid *g, Output *out)
{
    AUTO(buf_free) Buf line = {0};
    int *widths = arena_many(g->arena, int, g->n_columns);
    for (size_t c = 0; c < g->n_columns; c++) {
        widths[c] = column_width(g, c);
        add_cell(g, &line, c, str_of(g->columns[c].title), widths[c]);
    }
    out_styled(out, STYLE_HEAD, buf_text(&line), "%s", "");
    for (size_t row = 0; row < grid_rows(g); row++) {
        buf_clear(&line);
        for (size_t c = 0; c < g->n_columns; c++)
            add_cell(g, &line, c, g->cells[row * g->n_columns + c], widths[c]);
        out_line(out, "%s", buf_text(&line));
    }
}
