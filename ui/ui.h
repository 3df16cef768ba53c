// Where the screens begin: mudanza without a command, and monitor on a terminal.
#ifndef UI_UI_H
#define UI_UI_H

#include "ui/app.h"

typedef struct {
    AppOptions app;
    const char *clinic; // NULL: Clinics first
    const char *screen; // "board", "autopilot", ...; NULL: what fits
    bool color;
    const char *theme;  // NULL: default
    bool ascii;
} UiCall;

// Returns the exit code. err when the screens cannot be shown at all.
int ui_main(const UiCall *call, Err *err);

#endif
