// A small target for the tests of src/target: people and their visits, embedded or in a private PostgreSQL.
//
// BOTH(suite, name) { ... } is two tests, one a kind: the body begins with place_of(kind, schema). What it
// asks by SQL is put in words both understand: CAST(id AS TEXT); mudanza_journal is mudanza.journal in
// PostgreSQL, whose databases have group_concat(text [, separator]) as well.
#ifndef TESTS_TARGET_PLACE_H
#define TESTS_TARGET_PLACE_H

#include "target/target.h"

#define BOTH(suite, name)                                                                                    \
    static void suite##_##name(const TargetKind *kind);                                                      \
    Test(suite, name)                                                                                        \
    {                                                                                                        \
        suite##_##name(&target_sqlite);                                                                      \
    }                                                                                                        \
    Test(suite, name##_in_postgres)                                                                          \
    {                                                                                                        \
        suite##_##name(&target_postgres);                                                                    \
    }                                                                                                        \
    static void suite##_##name(const TargetKind *kind)

typedef struct {
    Arena *arena;
    const TargetKind *kind;
    char folder[32];
    const char *path; // of the file, or keywords for libpq
    Target *t;
    int64_t job;
} Place;

extern const char place_schema[];
extern ConflictPolicy place_conflicts;  // of the batches that are written; ask unless a test says otherwise
extern const bool *place_kept;           // columns of people that are the application's; NULL: none
extern bool place_looks;                 // place_write only looks what writing would do
extern int64_t place_marked;             // of the last batch
extern const WritePart place_parts[2]; // people (id, name, email, age), visits (id, person, what)

Place place_new(const char *schema); // embedded; made, opened, prepared, job 1 begun
Place place_of(const TargetKind *kind, const char *schema); // schema NULL: place_schema in the kind's words
void place_again(Place *p, int64_t job); // closed and opened, as the next process would; job 0: a new one
void place_free(Place *p);
void place_free_at(Place *p);

// Through another connection: what is really there.
int64_t place_int(const Place *p, const char *sql);
const char *place_text(const Place *p, const char *sql);
void place_run(const Place *p, const char *sql);

// Items with key "k<n>", padded; id of the row made from n. Their values may be changed before the batch is written.
typedef struct {
    WriteItem item;
    WriteRow rows[2];
    Str person[4], visit[3];
} PlaceItem;
PlaceItem *place_items(const Place *p, int first, int n, bool with_visit);
const char *place_id(const Place *p, int n); // of the person n; visits: 1000000 + n

// Writes items as one batch of people/insert; fails the test when the batch fails.
void place_write(Place *p, PlaceItem *items, int n, bool last);
bool place_try(Place *p, PlaceItem *items, int n, bool last, Err *err);

#endif
