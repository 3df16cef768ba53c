// A folder of the operator's, walked: every ordinary file below it, in the order of their names.
//
// Names are bytes. Symbolic links are not followed, devices and pipes are not opened, a folder that lies within
// itself is entered once, and what may not be read is counted.
#ifndef FILES_WALK_H
#define FILES_WALK_H

#include "base/arena.h"
#include "base/err.h"

typedef struct {
    const char *path; // below the folder: "a/b.jpg"
    int64_t size;
} WalkedFile;

typedef struct {
    WalkedFile *files;
    size_t n;
    int64_t bytes;
    int64_t links, others, unreadable; // passed over; others: devices, pipes, sockets, folders within themselves
} Walk;

// ERR_STOPPED when somebody asks. The list lives as long as a.
bool walk_folder(Arena *a, const char *folder, Walk *out, Err *err) MUST_CHECK;
// Opens one of them for reading: nothing but an ordinary file, through no symbolic link. -1 and errno.
int walk_open(int folder, const char *path);

#endif
