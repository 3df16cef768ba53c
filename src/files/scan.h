// Looks for the bytes of the list of files in a folder: by digest, and lines without one by path and size.
#ifndef FILES_SCAN_H
#define FILES_SCAN_H

#include "files/desk.h"

// Target systems keep the size of a file in an integer of four bytes.
#define FILE_BYTES_MAX ((int64_t)INT32_MAX)

typedef struct {
    int64_t files, bytes;              // in the folder
    int64_t links, others, unreadable; // see Walk; unreadable: files, too
    int64_t hashed, hashed_bytes;      // so far
    int64_t unknown;                   // files no line knows
    int64_t differs;                   // of them: a line has their path, and another digest or size
    int64_t changed;                   // files that changed while they were read
    int64_t too_large;
    // Lines of the list.
    int64_t listed, before;  // received before
    int64_t received;        // now
    int64_t by_path;         // of these by path and size
    int64_t stored;          // of these from what the storage had already
    int64_t waiting;         // for the row they hang on
    int64_t refused;
    int64_t missing;         // not received at the end, waiting and refused ones too
    const char *refusal;     // why the first of them was
    double took_s;
} ScanResult;

typedef struct {
    void (*progress)(void *arg, const ScanResult *so_far); // about twice a second
    void *arg;
    size_t threads;
} ScanWatch;

// What was received before it is asked to stop, or fails, stays.
bool scan_folder(Arena *a, Desk *desk, FileStore *store, const char *folder, const ScanWatch *watch, ScanResult *out,
                 Err *err) MUST_CHECK;

#endif
