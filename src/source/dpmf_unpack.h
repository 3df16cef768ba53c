// Plaintext on its way into the nameless file: inflated where it is compressed, bounded by what the database
// declares and by the disk, and opened in the end.
#ifndef SOURCE_DPMF_UNPACK_H
#define SOURCE_DPMF_UNPACK_H

#include "base/compress.h"
#include "source/dpmf_header.h"
#include "source/dpmf_plain.h"

typedef struct {
    Dpmf *d;
    const char *folder;
    int fd;
    PlainWriter *writer;
    Inflate *inflate; // NULL: what comes is the database itself
    unsigned char header[SQLITE_HEADER];
    size_t header_n;
    int64_t declared, allowed; // bytes; allowed 0: not known before the header is whole
    int64_t taken;             // bytes of compressed content
    int64_t written, room_at;  // room_at: when to look at the disk again
    bool no_database;          // the header is none
    bool refused;              // d->verdict and err are already those of the refusal
} Unpacking;                   // begins as {.fd = -1}

bool unpacking_start(Unpacking *p, Dpmf *d, bool zstd, const char *temp_folder, Err *err) MUST_CHECK;
bool unpacking_put(Unpacking *p, Str piece, Err *err) MUST_CHECK;
// Everything was put: judges the whole and opens it as d->db.
bool unpacking_finish(Unpacking *p, Err *err) MUST_CHECK;
void unpacking_end(Unpacking *p); // at any moment

#endif
