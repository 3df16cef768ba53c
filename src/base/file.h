// Files: read whole with a limit, write aside and rename, stay inside a folder.
// Errors have the kind ERR_INTERNAL: the caller knows what the file is and sets a better one in err->kind.
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "base/err.h"
#include "base/str.h"

bool file_exists(const char *path);
bool file_is_folder(const char *path);
bool file_is_other(const char *path); // there, and neither file nor folder: to open a pipe may take for ever
// Whole, or an error when it is larger than limit. NUL-ended, the NUL not counted.
bool file_read(Arena *a, const char *path, size_t limit, Str *out, Err *err) MUST_CHECK;
// Whole or not at all: writes beside, fsyncs, renames. mode e.g. 0600.
bool file_write(const char *path, Str bytes, unsigned mode, Err *err) MUST_CHECK;
bool file_cannot_write(const char *path, int why, Err *err); // why: errno; with a hint. Returns false
void file_sync_folder_of(const char *path); // so that a crash forgets no rename in it
bool file_make_folder(const char *path, unsigned mode, Err *err) MUST_CHECK; // with its parents
// folder/relative, or NULL when relative is absolute, empty, or has a ".." anywhere (even "a/../b":
// behind a symbolic link it would leave the folder).
const char *file_inside(Arena *a, const char *folder, const char *relative);
const char *file_join(Arena *a, const char *folder, const char *name); // name may be absolute: then it wins
int64_t file_free_bytes(const char *path); // for an ordinary user; -1 when unknown
// Names of a folder's entries, sorted bytewise, without "." and ".."; NULL-ended; empty when it cannot
// be read.
char **file_list(Arena *a, const char *folder);

// What tells one content from another without reading it.
typedef struct {
    uint64_t device, inode;
    int64_t size, mtime_ns, ctime_ns;
} FileStamp;
bool file_stamp(const char *path, FileStamp *out, Err *err) MUST_CHECK;

#endif
