// A screen: some state, how it paints, what an action does to it, what comes back from reading.
//
// paint() looks at the state and writes cells, nothing else: no database, no disk, no clock. What it shows was
// read by a function that runs on a thread of its own (app_fetch), so that no screen ever blocks: not on a
// million rows, not on a server that does not answer. All else runs on the one thread of the terminal.
#ifndef UI_SCREEN_H
#define UI_SCREEN_H

#include "config/clinic.h"
#include "ui/canvas.h"
#include "ui/keys.h"

typedef struct App App;
typedef struct Screen Screen;

// What changed on disk.
enum {
    CHANGED_RUN = 1,     // status.json or the events of the run: a worker moved, began or ended
    CHANGED_RECORDS = 2, // control.db: steps, issues, decisions
    CHANGED_CONFIG = 4,  // config.yaml or commands.yaml; app_clinic() is the new one
};

typedef struct {
    const char *name;        // "board": of goldens and of mudanza(1)
    const char *title;       // "Board", N_(); of an overlay the title of its box
    const Binding *bindings; // ends with keys NULL
    bool overlay;            // painted over the screen below it, in a box of its own
    bool alone;              // takes no clinic: Clinics, help

    void (*opened)(Screen *s, App *app); // it was pushed: what it shows is asked for; NULL
    // Body only: title, context, message and footer are the app's. An overlay gets the whole screen's body and
    // draws its box with canvas_box().
    void (*paint)(const Screen *s, const App *app, Canvas *body);
    // The second line: counts, filter, sort, the run. NULL: empty.
    void (*context)(const Screen *s, const App *app, Buf *line);
    // One of its bindings' actions, or one of keys_everywhere. May push or pop screens, fetch, start a run.
    // false: not taken; then the app does what it does by itself: leaving for back and close, going to screens,
    // help, palette, redrawing. ACT_MASK comes after app_unmasked() changed, and only to a screen whose
    // bindings have it: it reads again.
    bool (*act)(Screen *s, App *app, int action);
    // Before all bindings, for text that is typed. true: taken. NULL: nothing is typed here.
    bool (*key)(Screen *s, App *app, int key);
    // What app_fetch() read; result NULL: err says why. It lives until the next one of the same `what`.
    void (*fetched)(Screen *s, App *app, int what, void *result, const Err *err);
    void (*changed)(Screen *s, App *app, unsigned what); // CHANGED_*; NULL: does not care
    void (*back)(Screen *s, App *app); // it is on top again, after what was pushed over it; NULL
    void (*close)(Screen *s);          // frees what is not in s->arena; NULL: nothing is
} ScreenType;

// Every screen begins with one; it is taken from its arena, which goes with it.
struct Screen {
    const ScreenType *type;
    Arena *arena;
    Screen *below;
    const char *subject; // between clinic and title: "patient > insert"; NULL: none
    struct Fetches *fetches;
};

// A zeroed screen of this size, with arena and type: STRUCT *s = screen_new(STRUCT, &type).
#define screen_new(struct_type, screen_type) ((struct_type *)screen_make(sizeof(struct_type), screen_type))
Screen *screen_make(size_t size, const ScreenType *type);

#endif
