// The clinic's storage: the bytes of documents and pictures, each content once.
//
//   .blobs/ab/<sha256>   what a file holds, under the name of its digest
//   <path>               where the target's row says it is: another name (hard link) of the same file
//
// A blob appears whole and synced or not at all. Nothing is opened or made outside the folder: no step of a path below
// it may be a symbolic link. Any thread may use it.
#ifndef FILES_STORE_H
#define FILES_STORE_H

#include "base/digest.h"

typedef struct FileStore FileStore;

FileStore *store_open(const char *root, Err *err); // makes the folder (0750) when it is not there
void store_close(FileStore *s);                    // NULL is fine

// A file on its way in: without a name until it is kept.
typedef struct {
    int fd; // -1: none
    char name[64]; // where the file system wants one: below .incoming; "": it has none
    Sha256 *sum;
    int64_t size;
    bool full; // the disk had no room
} Incoming;

bool store_begin(FileStore *s, Incoming *in, Err *err) MUST_CHECK;
bool store_add(Incoming *in, Str bytes, Err *err) MUST_CHECK;
void store_digest(Incoming *in, char hex[SHA256_HEX + 1]); // once, after the last byte
bool store_keep(FileStore *s, Incoming *in, const char *sha256, Err *err) MUST_CHECK; // as a blob, and synced
void store_end(FileStore *s, Incoming *in);                // what was not kept is gone

bool store_has(FileStore *s, const char *sha256, int64_t *size);
int store_blob(FileStore *s, const char *sha256); // open for reading; -1: it is not there
// Gives a blob a name: relative, of ordinary names alone. What stood there is replaced. Synced.
bool store_place(FileStore *s, const char *sha256, const char *path, Err *err) MUST_CHECK;

#endif
