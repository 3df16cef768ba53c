// A page of samples under way. Private to engine/sample_*.c.
#ifndef ENGINE_SAMPLE_INNER_H
#define ENGINE_SAMPLE_INNER_H

#include "engine/sample_page.h"
#include "engine/session.h"

// A row that may be shown.
typedef struct {
    SampleAt at;
    bool matches; // what was asked for by text
    TargetTrace trace;
} SampleFound;

typedef struct {
    Session s; // cache; control and target NULL: missing
    Arena *a;
    const SampleWish *wish;
    SamplePage *out;
    bool has_entity, has_made; // the tables are there
    const char *matcher;       // SQL that says whether a row of the entity matches; NULL: all do
    const char *pattern;       // for what has no values but key and source_id; NULL: all match
    Instant until;             // by the steady clock
    // Of rows that nobody kept back: what control.db has them be.
    const char *otherwise;
} Sampling;

// Columns of the entity's table and of its main out_ table, NULL-ended; *has false: there is no such table.
bool sample_fields(Cache *c, Arena *a, const char *entity, const char ***fields, bool *has,
                   Err *err) MUST_CHECK;
bool sample_made(Cache *c, Arena *a, const char *entity, const char ***made, bool *has, Err *err) MUST_CHECK;

// What a row of the entity must fulfil for wish.text. After the columns are known.
void sample_make_matcher(Sampling *x);

// The next candidates from a place on, at most `most`, in the direction; whether the text matches is told of
// each.
bool sample_window(Sampling *x, const SampleAt *from, const char *how, bool back, size_t most,
                   SampleFound **out, size_t *n, Err *err) MUST_CHECK;

// With the target: what it has of them.
bool sample_trace(Sampling *x, SampleFound *found, size_t n, Err *err) MUST_CHECK;
bool sample_is_changed(const TargetTrace *t);
// Values and outcome.
bool sample_fill(Sampling *x, const SampleFound *found, SampleRow *out, Err *err) MUST_CHECK;
// What became of rows that nobody kept back, as far as control.db knows.
bool sample_look_at_steps(Sampling *x, Err *err) MUST_CHECK;

#endif
