// One record, from its source to its target: what was read, what the mappings made of it, what became of it.
//
// Everything is read as a reader: no lock, nothing is written (but the audit log), also while a worker runs.
// What cannot be looked at - a cache, a target that is not there - is named in `missing`, and the rest shown.
#ifndef ENGINE_INSPECT_H
#define ENGINE_INSPECT_H

#include "base/problems.h"
#include "cache/issue_list.h"
#include "config/clinic.h"

typedef struct {
    const char *record; // ENTITY:ID; an id is a canonical uuid, a source_id, an id of the target, or #ROW:
                        // the position in the source of a row that was kept back there
    const char *field;  // a column of the target or a field of the model whose way is told; NULL: none
    bool unmask;        // values as they are; noted in audit.log before anything is read
    const char *note;   // why, for audit.log; may be NULL
    bool every_way;     // the way of every column of the target, not only of `field`
    bool without_target; // at once, even when a server does not answer: what can be told without it
} InspectWish;

typedef struct {
    const char *name, *value; // masked unless unmask was asked for; NULL: no value
} InspectValue;

typedef struct {
    const char *name;
    bool made, there;                   // the mapping fills it; the target's row is there
    const char *made_value, *now_value; // masked like every value
    bool same;                          // of a column that is made and there
} InspectColumn;

// A row of the target that the mappings made of the record, or the one it stands for.
typedef struct {
    const char *mapping; // budget.history; NULL: what the mappings make now does not hold the row any more
    const char *table, *id;
    bool linked; // the row was there; the record only stands for it
    bool there;  // the target has it now
    InspectColumn *columns;
    size_t n, different;
} InspectRow;

// What became of a source row.
typedef struct {
    const char *word;   // inserted, updated, unchanged, linked, raw, skipped, rejected, pending, absent
    const char *reason; // code or filter; NULL: none
    const char *detail; // of a refusal: constraint and columns
    const char *step;   // that decided it; NULL: none yet
    bool by_parent;
    const char *table, *id; // of the main row, by the ledger; NULL: it has none
} InspectOutcome;

typedef struct {
    int64_t job;      // 0: not of the ledger
    const char *runs; // "3" or "3, 4"; NULL: control.db does not know
    const char *at;   // when the step that did it ended, or, at work still, its run began; NULL: unknown
    const char *step;
    const char *what; // read, checked, written, changed, refused, seen
    int64_t batch;    // 0: none
    bool undone;
} InspectTouch;

typedef struct {
    const char *entity, *field; // rows of entity whose field names this record
    int64_t rows, rejected;     // rejected: of them, because of it
} InspectWaiting;

typedef struct {
    const char *field, *entity, *key; // the record that the field names
    InspectOutcome outcome;
} InspectNeed;

// The row because of which the target refused this one.
typedef struct {
    const char *table, *id;
    const char *constraint; // its columns; of a foreign key "appointments.patient_id -> patients.id"
    bool absent;            // foreign key: the row that should be there is not
    const char *key;        // the record it was made of; NULL: not of this migration
    InspectColumn *columns; // that differ
    size_t n, equal;
} InspectWay;

typedef struct {
    const char *code, *severity;
    bool met;
    int line;
} InspectCheck;

// How a column of the target came to its value.
typedef struct {
    const char *mapping, *file, *column, *expression;
    int line;
    InspectValue *from; // payload.given_name, raw_source_data.IdCliPac
    size_t n_from;
    InspectCheck *checks;
    size_t n_checks;
    const char *made, *now;
    bool has_made, has_now, same;
} InspectWayOf;

typedef struct {
    const char *entity, *key, *matched; // matched: uuid, source_id, target_id, row
    const char *clinic_name;            // as read from the target; NULL: unknown
    bool unmasked;
    const char **missing; // sentences
    size_t n_missing;

    bool in_cache; // its row was read; else the following is empty
    const char *source_system, *file, *source_id, *extracted_at;
    int64_t row;                               // position in its source table; 0: unknown
    Str payload, raw;                          // the bytes as read; without value unless unmasked, or none
    int64_t payload_bytes, raw_bytes;          // -1: none
    InspectValue *payload_fields, *raw_fields; // as read
    size_t n_payload_fields, n_raw_fields;
    InspectValue *fields; // as the model has them
    size_t n_fields;

    InspectOutcome outcome;
    bool made_anew; // what the mappings make now is not what was written
    InspectRow *rows;
    size_t n_rows;
    InspectWay *way; // NULL: none
    IssueItem *issues;
    size_t n_issues;
    InspectTouch *touches;
    size_t n_touches;
    InspectWaiting *waiting;
    size_t n_waiting;
    InspectNeed *needs;
    size_t n_needs;
    InspectWayOf *ways;
    size_t n_ways; // of wish.field, or of all columns in the order of the mappings
} Inspect;

// NULL with problems or err. ERR_USAGE: no such record (the hint names the nearest), or several (the error
// lists what to ask for).
Inspect *engine_inspect(Arena *a, const Clinic *clinic, const InspectWish *wish, Problems *problems,
                        Err *err);

#endif
