// Throwing away what a clinic no longer needs: nothing outside its state folder, and no link is followed.
#ifndef ENGINE_PURGE_H
#define ENGINE_PURGE_H

#include "base/json_out.h"
#include "cache/control.h"
#include "config/clinic.h"

typedef enum {
    PURGE_CACHE,  // what was read of the source and can be read again: cache.db, and rejects.ndjson of each run
    PURGE_RUNS,   // folders of runs that nothing holds
    PURGE_CLINIC, // all of the state folder, with the embedded target; neither configuration nor sources
    PURGE_KINDS
} PurgeKind;
extern const char *const purge_words[PURGE_KINDS + 1]; // cache, runs, clinic; NULL-ended

typedef struct {
    const char *path; // inside the state folder
    int64_t bytes;
    bool patients; // holds their data in clear
} PurgeItem;

typedef struct {
    const char *path, *why;
} PurgeKept;

typedef struct {
    PurgeKind kind;
    PurgeItem *items;
    PurgeKept *kept;
    size_t n_items, n_kept;
    int64_t bytes;
    int64_t rows;        // of an embedded target in PROD that would go; else 0
    const char *confirm; // to be typed: the clinic, and in PROD how many rows
} PurgePlan;

// Nothing is written. ERR_CONFIG when the state folder is a link.
bool purge_look(Arena *a, const Clinic *clinic, PurgeKind kind, PurgePlan *out, Err *err) MUST_CHECK;
// Takes the lock, looks again, and goes on only when the phrase is the one of this second look (else
// ERR_DECISION). What was removed is noted in audit.log, unless that goes as well.
bool purge_do(Arena *a, const Clinic *clinic, PurgeKind kind, const char *phrase, PurgePlan *out,
              Err *err) MUST_CHECK;

// For a worker at its end: removes the folders of runs beyond those that retention.runs keeps and that nothing
// holds. How many went.
bool retention_apply(Arena *a, const Clinic *clinic, Control *c, int64_t *removed, Err *err) MUST_CHECK;
// The same of the cache, which nobody may have open here: removes what purge_look() finds for PURGE_CACHE when it
// made nothing for longer than retention.cache, nothing needs it any more and the source is there to be read
// again. How many bytes went; 0: it stays.
bool retention_cache(Arena *a, const Clinic *clinic, Control *c, int64_t *bytes, Err *err) MUST_CHECK;

#endif
