// P: what a screen shows, as text in a file of the state folder.
#ifndef UI_PRINT_VIEW_H
#define UI_PRINT_VIEW_H

#include "ui/app.h"

// Paints the screen on top on a large page and writes screens/NAME-TIME.txt (0600) into the clinic's state folder;
// says where. While values are unmasked nothing is written: patients' values stay out of files.
void print_view(App *app);

#endif
