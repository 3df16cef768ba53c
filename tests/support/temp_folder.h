// A folder for one test, gone when its arena goes.
#ifndef TESTS_SUPPORT_TEMP_FOLDER_H
#define TESTS_SUPPORT_TEMP_FOLDER_H

#include "base/str.h"

const char *temp_folder(Arena *a); // absolute, 0700
// Writes folder/name, with the folders in between; the test ends when it cannot. Gives back the path.
const char *temp_file(Arena *a, const char *folder, const char *name, Str bytes);

#endif
