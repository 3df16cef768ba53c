// A new file that appears under its name whole or not at all, and never in the place of another.
//
// It is written beside, as NAME.new-RANDOM (0600), synced, and renamed when it is finished. Only a process
// killed outright leaves such a sibling behind.
#ifndef BASE_FRESH_FILE_H
#define BASE_FRESH_FILE_H

#include "base/err.h"
#include "base/str.h"

typedef struct {
    int fd;             // open for reading and writing; -1: none
    char *path, *beside; // its name, and the one it has until then
} FreshFile;

// ERR_DECISION when there is something of this name already. Other errors: ERR_INTERNAL.
bool fresh_begin(FreshFile *f, const char *path, Err *err) MUST_CHECK;
bool fresh_write(FreshFile *f, Str bytes, Err *err) MUST_CHECK;
// Gives it its name. ERR_DECISION when something took the name meanwhile.
bool fresh_finish(FreshFile *f, Err *err) MUST_CHECK;
void fresh_end(FreshFile *f); // removes what was not finished; for AUTO(fresh_end)

#endif
