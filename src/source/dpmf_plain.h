// Plaintext of a protected or compressed file: on disk without a name, so that it goes with its process.
#ifndef SOURCE_DPMF_PLAIN_H
#define SOURCE_DPMF_PLAIN_H

#include "base/err.h"
#include "base/str.h"

// A nameless file in folder (made when absent), empty, for reading and writing; -1 on failure. Closing it
// frees the space. Files that a process killed in an unlucky instant left there are removed.
int plain_make(const char *folder, Err *err) MUST_CHECK;

// Appends to such a file on a second thread, so that the next bytes can be made meanwhile.
typedef struct PlainWriter PlainWriter;
PlainWriter *plain_writer_new(int fd); // which stays the caller's, who closes it after plain_writer_free
void plain_writer_free(PlainWriter *w); // NULL is fine; gives up what is not written yet
bool plain_write(PlainWriter *w, Str bytes, Err *err) MUST_CHECK; // an error may be that of earlier bytes
bool plain_finish(PlainWriter *w, Err *err) MUST_CHECK;           // everything is written

#endif
