// Symbols, the same width in both tables: 7-bit ASCII, and a few characters that every font has at one column.
#ifndef UI_GLYPHS_H
#define UI_GLYPHS_H

#include "engine/engine.h"
#include "ui/canvas.h"

typedef enum { GLYPH_RULE, GLYPH_VERTICAL, GLYPH_BAR_FULL, GLYPH_BAR_EMPTY, GLYPH_GOOD, GLYPH_BAD,
               GLYPH_TOP_LEFT, GLYPH_TOP_RIGHT, GLYPH_BOTTOM_LEFT, GLYPH_BOTTOM_RIGHT, GLYPHS } Glyph;

const char *glyph(const Surface *s, Glyph g);

// Status words and symbols, everywhere the same (mudanza(1), STATUS): "+ done", "x failed".
const char *status_symbol(const Surface *s, StepStatus status);
const char *status_word(StepStatus status);                   // in the language of messages
void add_status_count(Buf *out, StepStatus status, size_t n); // "3 failed"
Role status_role(StepStatus status);
// The symbol alone, or symbol and word; returns the columns used.
int paint_symbol(Canvas *c, int y, int x, StepStatus status);
int paint_status(Canvas *c, int y, int x, int width, StepStatus status);
// "[#####.....]" of width columns. share: 0 to 1.
void paint_bar(Canvas *c, int y, int x, int width, double share);

#endif
