// A screen on a bench: given a model made by hand instead of what it would read, pressed keys, painted, compared.
#ifndef TESTS_SCREEN_SCREEN_BENCH_H
#define TESTS_SCREEN_SCREEN_BENCH_H

#include "ui/app.h"
#include "ui/screens.h"

typedef struct {
    Screen *(*open)(App *app); // the screen, not yet pushed
    // The result of app_fetch() for a kind, from a; NULL: nothing comes ("reading ..."). NULL: never anything does.
    void *(*model)(Arena *a, const char *screen, int what);
    const char *keys; // pressed before it is painted: "Down Down x"; NULL: none
    bool read_only;
    const char *config; // of config.yaml; NULL: one of a server, PROD
} ScreenCase;

// An app with the clinic north opened, the screen on top and the keys pressed. Lives until the test ends.
App *screen_app(const ScreenCase *c, bool unicode);
void screen_press(App *app, const char *keys); // "Down Down x"; text in quotes is typed letter by letter: "'lima' Enter"
// What it shows, rows as text; in a.
const char *screen_text(App *app, Arena *a, int rows, int cols);

// Compares with tests/golden/screens/NAME.txt: 100x30 and 80x24, each in Unicode and ASCII, English and Spanish;
// 60x16 and 54x9; and the roles of 80x24. Then it is painted at each size from 1x1 to 8x8, which only has to end.
// BLESS=1 approves: read what changed before that.
void screen_golden(const char *name, const ScreenCase *c);

#endif
