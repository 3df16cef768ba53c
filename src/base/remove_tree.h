// Removing what a folder holds, and never anything outside of it.
#ifndef BASE_REMOVE_TREE_H
#define BASE_REMOVE_TREE_H

#include "base/err.h"
#include "base/str.h"

// Removes folder/path: a file, or a folder with all that is in it. No symbolic link is followed: not on the way
// (an error), and one that is found is itself removed. path: relative, without ".."; what is not there is no error.
bool remove_tree(const char *folder, const char *path, Err *err) MUST_CHECK;
// Bytes on the way: what a folder and all in it hold, links not followed; 0 when it is not there.
int64_t tree_bytes(const char *folder, const char *path);

#endif
