// An overlay that picks one of many lines. What is typed narrows them down.
#ifndef UI_PICK_H
#define UI_PICK_H

#include "ui/app.h"

// lines are copied; at: where the cursor begins. picked is called with the line's number.
Screen *pick_overlay(const char *title, const char *const *lines, size_t n, size_t at,
                     void (*picked)(App *app, void *arg, size_t line), void *arg);

#endif
