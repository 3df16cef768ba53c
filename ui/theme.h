// The looks of roles: eight colours and attributes. Default colours are never touched, and no meaning rests on
// a colour: status words have symbols, the selected row a mark.
#ifndef UI_THEME_H
#define UI_THEME_H

#include "ui/canvas.h"

enum { LOOK_BOLD = 1, LOOK_DIM = 2, LOOK_UNDERLINE = 4, LOOK_REVERSE = 8 };

typedef struct {
    signed char color; // 0 black, 1 red, 2 green, 3 yellow, 4 blue, 5 magenta, 6 cyan, 7 white; -1: the default
    unsigned char attributes;
} Look;

// theme: default, light, mono, cvd (blue and orange instead of red and green). NULL: default.
Look theme_look(const char *theme, Role role, bool selected);
bool theme_known(const char *name);

#endif
