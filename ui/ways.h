// The ways between screens: the capitals C B W A E R J.
#ifndef UI_WAYS_H
#define UI_WAYS_H

#include "ui/app.h"

// Goes to the screen of an ACT_GO_...: back to it when it is below, else to a new one. Any other action: nothing.
void way_go(App *app, int action);

#endif
