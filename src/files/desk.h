// The list of files as the target keeps it, and the delivery of bytes that came: for each line one row of the target,
// its receipt and its mapping, in one transaction. Files are delivered while an import is running, too.
#ifndef FILES_DESK_H
#define FILES_DESK_H

#include "engine/session.h"
#include "files/mime.h"
#include "files/store.h"

// A line of the list.
typedef struct {
    const char *id, *canonical_uuid, *parent_type, *parent_uuid, *path, *staged_at;
    const char *sha256, *mime_hint;          // may be NULL
    int64_t size;                            // declared; -1: not
    const char *document_id;                 // of the row made for it; NULL: its bytes did not come
    const char *received_sha256;             // of them
    bool by_path;                            // known by path and size alone
} ListedFile;

typedef struct Desk Desk;

// step: whose deliveries these are, "_files/scan". NULL with problems or err.
Desk *desk_open(Arena *a, const Clinic *clinic, bool write, const char *step, Problems *problems, Err *err);
void desk_close(Desk *d); // NULL is fine
const char *desk_clinic_name(const Desk *d); // as the target has it; NULL: there is no target yet

// All lines of the clinic, by path; those with this digest. None when nothing was staged yet.
bool desk_list(Desk *d, Arena *a, ListedFile **out, size_t *n, Err *err) MUST_CHECK;
bool desk_find(Desk *d, Arena *a, const char *sha256, ListedFile **out, size_t *n, Err *err) MUST_CHECK;
// Whether a job of the ledger is one of this clinic's imports that were not taken back: "current", "7", or the id of the table of jobs.
bool desk_knows_job(Desk *d, const char *job, bool *known, Err *err) MUST_CHECK;
// Which of them hang on a row that is mapped: the others cannot be delivered yet.
bool desk_parents(Desk *d, Arena *a, const ListedFile *files, size_t n, bool *mapped, Err *err) MUST_CHECK;

typedef struct {
    const ListedFile *file;
    const char *sha256, *mime; // of the blob, which is in the storage
    int64_t size;
    bool by_path;
    enum { DELIVERED, DELIVERED_BEFORE, DELIVERY_WAITS, DELIVERY_REFUSED } outcome; // waits: for its parent
    const char *document_id;
    const char *why; // refused: a column or a constraint, never a value
} Delivery;

// In the arena are what comes back. What was not written is not there; calling it again is safe.
bool desk_deliver(Desk *d, Arena *a, FileStore *store, Delivery *list, size_t n, Err *err) MUST_CHECK;

#endif
