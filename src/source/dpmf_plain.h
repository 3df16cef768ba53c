// Plaintext of a protected or compressed file: on disk without a name.
#ifndef SOURCE_DPMF_PLAIN_H
#define SOURCE_DPMF_PLAIN_H

#include "db/lite.h"

typedef struct {
    int fd;       // -1: none; closing it frees the space
    char *folder; // 0700, ours
    bool own_folder;
} PlainFile;

// Makes a nameless file in folder (made when absent). Names that a killed process left there are removed.
bool plain_make(PlainFile *p, const char *folder, Err *err) MUST_CHECK;
void plain_close(PlainFile *p); // for AUTO(plain_close)
bool plain_write(PlainFile *p, Str bytes, Err *err) MUST_CHECK;
int64_t plain_room(const PlainFile *p); // bytes free on its disk; -1: unknown
// Opens it as a hostile database: it has a name for the instant of the open call. NULL on failure.
Lite *plain_open_database(PlainFile *p, Err *err) MUST_CHECK;

#endif
