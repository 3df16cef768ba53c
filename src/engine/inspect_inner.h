// A look at one record under way. Private to engine/inspect*.c.
#ifndef ENGINE_INSPECT_INNER_H
#define ENGINE_INSPECT_INNER_H

#include "engine/inspect.h"
#include "engine/session.h"

typedef struct {
    Session s; // cache, target and control NULL: missing
    Arena *a;
    const InspectWish *wish;
    const char *entity;
    const Entity *model;        // NULL: a type the model does not know
    const MappedEntity *mapped; // NULL: no mapping
    bool kept_back;             // the row is a reject of extract, at
    int64_t reject;             // this rowid
    TargetTrace trace;
    const Str **made; // of each of out->rows: its values as they are, in the order of its columns
    Inspect *out;
} Inspecting;

// A growing list of one kind of thing; the things of a finished list are in the arena.
void *inspect_list(Arena *a, Buf *list, size_t size, size_t *n);
// Masked, unless unmasking was asked for. Blanks at both ends stay visible.
const char *inspect_shown(const Inspecting *x, Str value);

bool inspect_find(Inspecting *x, Err *err) MUST_CHECK;   // entity, key and how they were found
bool inspect_source(Inspecting *x, Err *err) MUST_CHECK; // as read and as the model has it
// Of any record. *trace may be NULL.
bool inspect_outcome(Inspecting *x, const char *entity, const char *key, InspectOutcome *out,
                     TargetTrace *trace, Err *err) MUST_CHECK;
// What the ledger says, unless out says already that the row was kept back.
void outcome_by_ledger(const char *insert, const TargetTrace *t, InspectOutcome *out);
bool inspect_rows(Inspecting *x, Err *err) MUST_CHECK; // made by the mappings, and what the target has
bool inspect_way(Inspecting *x, Err *err) MUST_CHECK;  // the row in the way
bool inspect_history(Inspecting *x, Err *err) MUST_CHECK;
bool inspect_needs(Inspecting *x, Err *err) MUST_CHECK;
bool inspect_waiting(Inspecting *x, Err *err) MUST_CHECK;
bool inspect_field(Inspecting *x, Err *err) MUST_CHECK; // wish->field

// Of the row of a table that has this value in this column: every column's value as text. *there false: none.
bool inspect_target_row(Inspecting *x, const Table *t, const char *column, Str id, Str **values, bool *there,
                        Err *err) MUST_CHECK;

#endif
