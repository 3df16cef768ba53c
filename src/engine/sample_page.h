// Rows of one entity for a screen, a page at a time: as the source gave them, as the mappings made them, and
// what became of each. Readers only; nothing is held between two calls, so that each sees the cache as it is
// by then.
//
// Without the target the pages come at once. With it each row's outcome is exact, but a server may be slow or
// not answer at all: such a page is for a thread that nobody waits for.
#ifndef ENGINE_SAMPLE_PAGE_H
#define ENGINE_SAMPLE_PAGE_H

#include "base/page_way.h"
#include "config/clinic.h"

typedef enum {
    SAMPLE_ALL,      // all rows that were read; those that extract kept back are only among SAMPLE_REJECTED
    SAMPLE_REJECTED, // kept back by extract or validate, or refused by the target
    SAMPLE_CHANGED,  // inserted or updated by the last run that worked on them; needs the target
} SampleWhich;

typedef struct {
    const char *entity;
    // Columns, NULL-ended: fields of the model (or payload alone), and those the main mapping fills. NULL: all.
    const char *const *source, *const *made;
    SampleWhich which;
    const char
        *text; // a part of source_id, key or of a value of `source`, a-z and A-Z alike; NULL or "": any
    bool with_target;
    bool unmask;  // the caller has noted it in audit.log
    int limit_ms; // looks no longer for rows that match; 0: 150 ms
    size_t most;
} SampleWish;

// Where a row stands: rows that extract kept back may share a key, or have none.
typedef struct {
    const char *key;
    int64_t reject; // 0: a row that was read; else which reject of the cache
} SampleAt;

typedef struct {
    SampleAt at;
    const char *source_id; // NULL: unknown
    int64_t origin;        // position in its source table; 0: unknown
    // inserted, updated, unchanged, absent (with the target); written (without: by control.db); linked, raw,
    // skipped, rejected, pending
    const char *outcome;
    const char *reason; // code or filter; NULL: none
    const char **source,
        **made; // values, parallel to the page's columns; masked; NULL: none. made NULL: no row
} SampleRow;

typedef struct {
    const char **source, **made; // names of the columns; made: of the main mapping
    size_t n_source, n_made;
    SampleRow *rows; // by key
    size_t n;
    bool more_before, more_after;
    // The time was up before the page was full: go on with PAGE_AFTER or PAGE_BEFORE from `reached`.
    bool stopped;
    SampleAt reached;
    int64_t total;    // rows read of the entity; with SAMPLE_REJECTED: rejected ones; -1: nobody counted
    const char *lack; // what could not be looked at: no cache, the target; NULL: nothing
} SamplePage;

bool sample_page(Arena *a, const Clinic *clinic, const SampleWish *wish, PageWay way, const SampleAt *from,
                 SamplePage *out, Err *err) MUST_CHECK;

#endif
