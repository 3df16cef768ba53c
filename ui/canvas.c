#include "ui/canvas.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/letters.h"
#include "base/text.h"
#include "ui/glyphs.h"

// ---- The grid ----------------------------------------------------------------------------------

Surface *surface_new(int rows, int cols, bool unicode)
{
    Surface *s = calloc(1, sizeof *s);
    rows = MAX(rows, 1);
    cols = MAX(cols, 1);
    Cell *cells = calloc((size_t)rows * (size_t)cols, sizeof *cells);
    if (!s || !cells)
        abort();
    *s = (Surface){.rows = rows, .cols = cols, .unicode = unicode, .cells = cells};
    surface_clear(s);
    return s;
}

void surface_free(Surface *s)
{
    if (!s)
        return;
    free(s->cells);
    free(s);
}

void surface_free_at(Surface **s)
{
    surface_free(*s);
}

void surface_clear(Surface *s)
{
    s->cursor_y = s->cursor_x = -1;
    for (size_t i = 0; i < (size_t)s->rows * (size_t)s->cols; i++)
        s->cells[i] = (Cell){.ch = {' '}};
}

static void trim_line(Buf *out, size_t start)
{
    while (out->len > start && out->at[out->len - 1] == ' ')
        out->len--;
    out->at[out->len] = 0;
}

// One letter a role; capitals: the row is selected.
static const char role_letters[ROLES + 1] = ".tphsdgawbkfx", selected_letters[ROLES + 1] = ":TPHSDGAWBKFX";

void surface_dump(const Surface *s, bool roles, Buf *out)
{
    for (int y = 0; y < s->rows; y++) {
        const Cell *row = s->cells + (size_t)y * (size_t)s->cols;
        size_t start = out->len;
        for (int x = 0; x < s->cols; x++)
            for (int i = 0; i < 3 && row[x].ch[i]; i++)
                text_encode(out, row[x].ch[i]);
        trim_line(out, start);
        buf_add_char(out, '\n');
    }
    for (int y = 0; roles && y < s->rows; y++) {
        const Cell *row = s->cells + (size_t)y * (size_t)s->cols;
        size_t start = out->len;
        for (int x = 0; x < s->cols; x++) {
            char letter = (row[x].selected ? selected_letters : role_letters)[row[x].role];
            buf_add_char(out, letter == '.' ? ' ' : letter);
        }
        trim_line(out, start);
        buf_add_char(out, '\n');
    }
}

// ---- Rectangles -----------------------------------------------------------------------------------

Canvas canvas_of(Surface *s)
{
    return (Canvas){s, 0, 0, s->rows, s->cols};
}

Canvas canvas_part(const Canvas *c, int y, int x, int rows, int cols)
{
    int top = MIN(MAX(y, 0), c->rows), left = MIN(MAX(x, 0), c->cols);
    int bottom = MIN(MAX(y + MAX(rows, 0), top), c->rows), right = MIN(MAX(x + MAX(cols, 0), left), c->cols);
    return (Canvas){c->surface, c->y + top, c->x + left, bottom - top, right - left};
}

static Cell *cell_at(const Canvas *c, int y, int x)
{
    if (y < 0 || y >= c->rows || x < 0 || x >= c->cols)
        return NULL;
    return &c->surface->cells[(size_t)(c->y + y) * (size_t)c->surface->cols + (size_t)(c->x + x)];
}

// What is left of a wide character when one of its halves is painted over is a blank.
static void part_wide(const Canvas *c, int y, int x)
{
    Cell *row = &c->surface->cells[(size_t)(c->y + y) * (size_t)c->surface->cols];
    int at = c->x + x;
    if (!row[at].ch[0] && at > 0)
        row[at - 1].ch[0] = ' ', row[at - 1].ch[1] = row[at - 1].ch[2] = 0;
    if (at + 1 < c->surface->cols && !row[at + 1].ch[0])
        row[at + 1].ch[0] = ' ';
}

static void put(const Canvas *c, int y, int x, Role role, uint32_t code, int columns)
{
    Cell *cell = cell_at(c, y, x);
    if (!cell)
        return;
    part_wide(c, y, x);
    *cell = (Cell){.ch = {code}, .role = (uint8_t)role};
    if (columns < 2)
        return;
    Cell *half = cell_at(c, y, x + 1);
    if (!half) {
        cell->ch[0] = '?';
        return;
    }
    part_wide(c, y, x + 1);
    cell->ch[0] = code; // part_wide blanked it when this was a half before
    *half = (Cell){.role = (uint8_t)role};
}

static void put_mark(const Canvas *c, int y, int x, uint32_t code)
{
    Cell *cell = cell_at(c, y, x);
    if (cell && !cell->ch[0])
        cell = cell_at(c, y, x - 1);
    for (int i = 1; cell && i < 3; i++)
        if (!cell->ch[i]) {
            cell->ch[i] = code;
            return;
        }
}

// ---- Text ------------------------------------------------------------------------------------------

static TextGlyph glyph_of(const Canvas *c, Str text, uint32_t *code)
{
    TextGlyph g = text_glyph(text);
    *code = '?';
    text_decode(g.shown, code);
    if (!c->surface->unicode && *code >= 0x80 && g.columns > 0) {
        *code = letters_ascii(*code);
        g.columns = 1;
    }
    return g;
}

static int columns_of(const Canvas *c, Str text, int most)
{
    int columns = 0;
    uint32_t code;
    while (text.len && columns <= most) {
        TextGlyph g = glyph_of(c, text, &code);
        columns += g.columns;
        text = (Str){text.at + g.taken, text.len - g.taken};
    }
    return columns;
}

int canvas_str(Canvas *c, int y, int x, int width, Role role, Str text)
{
    if (y < 0 || y >= c->rows)
        return 0;
    if (width < 0 || width > c->cols - x)
        width = c->cols - x;
    if (width <= 0 || !text.len)
        return 0;
    int end = x + width, at = x;
    bool cut = columns_of(c, text, width) > width;
    if (cut)
        end--;
    while (text.len) {
        uint32_t code;
        TextGlyph g = glyph_of(c, text, &code);
        if (g.columns > 0 && at + g.columns > end)
            break;
        if (g.columns > 0)
            put(c, y, at, role, code, g.columns);
        else if (at > x && c->surface->unicode)
            put_mark(c, y, at - 1, code);
        at += g.columns;
        text = (Str){text.at + g.taken, text.len - g.taken};
    }
    if (cut) {
        put(c, y, at, role, '~', 1);
        at++;
    }
    return at - x;
}

int canvas_text(Canvas *c, int y, int x, int width, Role role, const char *text)
{
    return canvas_str(c, y, x, width, role, str_of(text));
}

int canvas_textf(Canvas *c, int y, int x, int width, Role role, const char *fmt, ...)
{
    char text[1024];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    return canvas_text(c, y, x, width, role, text);
}

int canvas_right(Canvas *c, int y, int x, int width, Role role, const char *text)
{
    Str s = str_of(text);
    int have = columns_of(c, s, width);
    return canvas_str(c, y, have < width ? x + width - have : x, MIN(have, width), role, s);
}

int canvas_wrap(Canvas *c, int y, int x, Role role, const char *text)
{
    Str rest = str_of(text);
    int lines = 0, width = c->cols - x;
    if (width <= 0)
        return 0;
    while (rest.len) {
        size_t fits = 0, blank = 0;
        int columns = 0;
        while (fits < rest.len && rest.at[fits] != '\n') {
            uint32_t code;
            TextGlyph g = glyph_of(c, (Str){rest.at + fits, rest.len - fits}, &code);
            if (columns + g.columns > width)
                break;
            if (rest.at[fits] == ' ')
                blank = fits;
            columns += g.columns;
            fits += g.taken;
        }
        bool whole = fits == rest.len || rest.at[fits] == '\n';
        size_t take = whole ? fits : rest.at[fits] == ' ' ? fits : blank ? blank : MAX(fits, 1);
        canvas_str(c, y + lines++, x, width, role, (Str){rest.at, take});
        while (take < rest.len && (rest.at[take] == ' ' || (whole && rest.at[take] == '\n'))) {
            bool line_end = rest.at[take++] == '\n';
            if (line_end)
                break;
        }
        rest = (Str){rest.at + take, rest.len - take};
    }
    return lines;
}

// ---- Areas ---------------------------------------------------------------------------------------------

void canvas_fill(Canvas *c, int y, int x, int width, Role role)
{
    if (width < 0 || width > c->cols - x)
        width = c->cols - x;
    for (int i = MAX(x, 0); i < x + width; i++)
        put(c, y, i, role, ' ', 1);
}

void canvas_clear(Canvas *c)
{
    for (int y = 0; y < c->rows; y++)
        canvas_fill(c, y, 0, -1, ROLE_TEXT);
}

static uint32_t symbol(const Canvas *c, Glyph which)
{
    uint32_t code = ' ';
    text_decode(str_of(glyph(c->surface, which)), &code);
    return code;
}

void canvas_rule(Canvas *c, int y)
{
    for (int x = 0; x < c->cols; x++)
        put(c, y, x, ROLE_DIM, symbol(c, GLYPH_RULE), 1);
}

void canvas_vertical(Canvas *c, int x)
{
    for (int y = 0; y < c->rows; y++)
        put(c, y, x, ROLE_DIM, symbol(c, GLYPH_VERTICAL), 1);
}

void canvas_select(Canvas *c, int y)
{
    for (int x = 0; x < c->cols; x++) {
        Cell *cell = cell_at(c, y, x);
        if (cell)
            cell->selected = true;
    }
}

void canvas_cursor(Canvas *c, int y, int x)
{
    if (!cell_at(c, y, x))
        return;
    c->surface->cursor_y = c->y + y;
    c->surface->cursor_x = c->x + x;
}

Canvas canvas_box(const Canvas *c, int rows, int cols, const char *title)
{
    rows = MIN(rows, c->rows);
    cols = MIN(cols, c->cols);
    Canvas box = canvas_part(c, (c->rows - rows) / 2, (c->cols - cols) / 2, rows, cols);
    canvas_clear(&box);
    for (int x = 0; x < box.cols; x++) {
        put(&box, 0, x, ROLE_BOX, symbol(c, GLYPH_RULE), 1);
        put(&box, box.rows - 1, x, ROLE_BOX, symbol(c, GLYPH_RULE), 1);
    }
    for (int y = 0; y < box.rows; y++) {
        put(&box, y, 0, ROLE_BOX, symbol(c, GLYPH_VERTICAL), 1);
        put(&box, y, box.cols - 1, ROLE_BOX, symbol(c, GLYPH_VERTICAL), 1);
    }
    put(&box, 0, 0, ROLE_BOX, symbol(c, GLYPH_TOP_LEFT), 1);
    put(&box, 0, box.cols - 1, ROLE_BOX, symbol(c, GLYPH_TOP_RIGHT), 1);
    put(&box, box.rows - 1, 0, ROLE_BOX, symbol(c, GLYPH_BOTTOM_LEFT), 1);
    put(&box, box.rows - 1, box.cols - 1, ROLE_BOX, symbol(c, GLYPH_BOTTOM_RIGHT), 1);
    if (title && box.cols > 8) {
        int used = canvas_text(&box, 0, 4, box.cols - 8, ROLE_STRONG, title);
        put(&box, 0, 3, ROLE_BOX, ' ', 1);
        put(&box, 0, 4 + used, ROLE_BOX, ' ', 1);
    }
    return canvas_part(&box, 1, 2, box.rows - 2, box.cols - 4);
}
