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

typedef struct {
    int (*show)(const ScreensCall *call, Err *err); // the exit code; err->kind set: they could not be shown
    void (*facts)(TerminalFacts *facts);
} Screens;

typedef struct Cli Cli;
// A person sits at a terminal that can show them, and no flag or variable says otherwise.
bool full_screen_fits(const Cli *cli);
int full_screen_show(Cli *cli, const char *clinic, const char *screen, Err *err);

#endif
