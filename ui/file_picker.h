// An overlay that goes through folders and picks a file. What is typed narrows the list down.
#ifndef UI_FILE_PICKER_H
#define UI_FILE_PICKER_H

#include "ui/app.h"

// from: a file or folder to begin with; "": the current folder. picked is called with an absolute path.
Screen *file_picker(const char *from, void (*picked)(App *app, void *arg, const char *path), void *arg);

#endif
