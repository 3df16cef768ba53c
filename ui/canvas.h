// A grid of cells that screens paint on. No terminal, no curses: tests read it as text.
//
// A Surface is the whole grid; a Canvas is a rectangle of it, and nothing painted through it can leave that
// rectangle, however small. What is hostile in a text (control characters, bidi overrides, broken UTF-8, piles
// of combining marks, wide characters cut in half) is dealt with here, once.
#ifndef UI_CANVAS_H
#define UI_CANVAS_H

#include "base/str.h"

// What a cell means, never a colour: theme.c has the looks.
typedef enum {
    ROLE_TEXT,
    ROLE_TITLE,  // the first line
    ROLE_PROD,   // the word PROD in it
    ROLE_HEAD,   // headings of columns and sections
    ROLE_STRONG,
    ROLE_DIM,    // rules, what is blocked or skipped, hints
    ROLE_GOOD,   // of status words: done
    ROLE_ACTIVE, // running
    ROLE_WARN,   // stale, partial, warning
    ROLE_BAD,    // failed, error, lost
    ROLE_KEY,    // a key to press
    ROLE_FIELD,  // what is typed into
    ROLE_BOX,    // the frame of an overlay
    ROLES
} Role;

typedef struct {
    uint32_t ch[3]; // a character and at most two combining ones; ch[0] == 0: the right half of a wide one
    uint8_t role;
    bool selected; // of the row the cursor is on
} Cell;

typedef struct {
    int rows, cols;
    bool unicode;           // false: 7-bit ASCII alone, other letters as their nearest ones
    int cursor_y, cursor_x; // where typed text goes; -1: nowhere, the cursor is hidden
    Cell *cells;
} Surface;

Surface *surface_new(int rows, int cols, bool unicode); // sizes below 1 become 1
void surface_free(Surface *s);                          // NULL is fine
void surface_free_at(Surface **s);                      // for AUTO(surface_free_at)
void surface_clear(Surface *s);
// Lines of text without blanks at their ends; roles: then each line again as letters of its roles, where it has
// any but ROLE_TEXT. For tests, and for printing a screen.
void surface_dump(const Surface *s, bool roles, Buf *out);

typedef struct {
    Surface *surface;
    int y, x, rows, cols; // rows and cols may be 0: then nothing can be painted
} Canvas;

Canvas canvas_of(Surface *s);
// A part of it, cut to what there is. Negative sizes become 0.
Canvas canvas_part(const Canvas *c, int y, int x, int rows, int cols);

// Paints one line of UTF-8, clipped to width columns (negative: to the end of the row); a text that is cut ends
// in '~'. Returns the columns used. Coordinates are those of the canvas and may lie outside of it.
int canvas_text(Canvas *c, int y, int x, int width, Role role, const char *text);
int canvas_str(Canvas *c, int y, int x, int width, Role role, Str text);
int canvas_textf(Canvas *c, int y, int x, int width, Role role, const char *fmt, ...) PRINTF(6, 7);
int canvas_right(Canvas *c, int y, int x, int width, Role role, const char *text); // ends at x + width
// Breaks a text at blanks into lines of the canvas's width from y on; returns how many it took.
int canvas_wrap(Canvas *c, int y, int x, Role role, const char *text);
void canvas_fill(Canvas *c, int y, int x, int width, Role role); // blanks
void canvas_clear(Canvas *c);
void canvas_rule(Canvas *c, int y);                 // a line across
void canvas_vertical(Canvas *c, int x);             // a line down
void canvas_select(Canvas *c, int y);               // the whole row, whatever stands in it
void canvas_cursor(Canvas *c, int y, int x);        // typed text goes here
// A frame with a title around a cleared inside; returns the inside, two columns and one row smaller at each side.
Canvas canvas_box(const Canvas *c, int rows, int cols, const char *title);

#endif
