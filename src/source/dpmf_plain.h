// Plaintext of a protected or compressed file: on disk without a name, so that it goes with its process.
#ifndef SOURCE_DPMF_PLAIN_H
#define SOURCE_DPMF_PLAIN_H

#include "base/err.h"
#include "base/str.h"

// A nameless file in folder (made when absent), empty, for reading and writing; -1 on failure. Closing it
// frees the space. Files that a process killed in an unlucky instant left there are removed.
int plain_make(const char *folder, Err *err) MUST_CHECK;
bool plain_write(int fd, Str bytes, Err *err) MUST_CHECK; // appends

#endif
