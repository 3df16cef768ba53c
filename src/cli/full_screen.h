// The screens, as the command line sees them: it knows when they are wanted, main.c how they are shown.
#ifndef CLI_FULL_SCREEN_H
#define CLI_FULL_SCREEN_H

#include "base/err.h"

typedef struct {
    const char *workspace;  // absolute; NULL: there is none
    const char *state_dir;  // NULL: where it belongs
    const char *program;    // path of this program, to start workers
    const char *clinic;     // NULL: all of them
    const char *screen;     // "autopilot"; NULL: the first one
    const char *theme;      // NULL: the usual one
    bool color, ascii, read_only;
} ScreensCall;

typedef struct {
    const char *name; // of the description that would be used; NULL: none is known
    bool places_cursor, unicode;
    int colors;
} TerminalFacts;

// A row of a table of keys, texts already translated; twin: what does the same as a command; NULL: nothing does.
typedef void (*ScreenKeyEach)(void *arg, const char *screen, const char *keys, const char *does, const char *twin);

typedef struct {
    int (*show)(const ScreensCall *call, Err *err); // the exit code; err->kind set: they could not be shown
    void (*facts)(TerminalFacts *facts);
    void (*keys)(ScreenKeyEach each, void *arg); // every key of every screen
} Screens;

typedef struct Cli Cli;
// A person sits at a terminal that can show them, and no flag or variable says otherwise.
bool full_screen_fits(const Cli *cli);
int full_screen_show(Cli *cli, const char *clinic, const char *screen, Err *err);

#endif
