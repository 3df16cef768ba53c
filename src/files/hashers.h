// Threads that read the files of a folder, and put those that are wanted into the storage.
#ifndef FILES_HASHERS_H
#define FILES_HASHERS_H

#include "files/match.h"
#include "files/mime.h"
#include "files/store.h"
#include "files/walk.h"

typedef enum { HASHED_KNOWN, HASHED_UNKNOWN, HASHED_UNREADABLE, HASHED_CHANGED, HASHED_TOO_LARGE, HASHED_FAILED } HashedAs;

typedef struct {
    const WalkedFile *file;
    HashedAs as;
    char sha256[SHA256_HEX + 1];
    const char *mime; // of those that were stored
    int64_t size;
} Hashed;

typedef struct Hashers Hashers;

Hashers *hashers_start(const char *folder, const Walk *walk, const Match *match, FileStore *store, Mime *mime, size_t threads,
                       Err *err);
// Takes the next result, waiting up to ms milliseconds: false: there was none. *end: and there will be none.
bool hashers_next(Hashers *h, Hashed *out, int ms, bool *end);
int64_t hashers_bytes(Hashers *h);      // read so far
bool hashers_end(Hashers *h, Err *err); // stops them; false: the storage refused

#endif
