// Undoing a run: what would go, what would stay and why, and what has to be typed to let it begin.
#ifndef ENGINE_ROLLBACK_H
#define ENGINE_ROLLBACK_H

#include "engine/engine.h"
#include "target/target.h"

typedef struct Rollback Rollback;
struct Rollback {
    const char *clinic_id, *clinic_name; // as read from the target
    const char *step;                    // patient/insert; NULL: all of them
    const int64_t *runs, *jobs; // the run, those it went on with and those that went on with it: newest first
    size_t n_runs, n_jobs;
    UndoPlan left;
    const int64_t *later; // runs that wrote since and have to be undone first, newest first
    size_t n_later;
    const char *confirm;  // to be typed: the clinic and how many rows
    bool cut_short;       // an earlier rollback of the same is to be gone on with; confirm is as it was then
    double low_s, high_s; // how long it takes, roughly
};

// step: as typed, patient or patient/insert, or NULL. ERR_USAGE for a run that is itself a rollback, or that
// did nothing in this step. Nothing is written.
bool rollback_look(Arena *a, const Clinic *clinic, int64_t run, const char *step, Rollback *out,
                   Problems *problems, Err *err) MUST_CHECK;
// ERR_DECISION when later runs have to go first.
bool rollback_may_begin(const Clinic *clinic, const Rollback *r, Err *err) MUST_CHECK;
// Why a row stays, for people; built: "appointments 2", may be NULL.
const char *rollback_reason(Arena *a, const char *reason, const char *built);
// Members of an open object: tables, kept, links, raw.
void rollback_json(JsonOut *j, const UndoPlan *plan);
void rollback_kept_json(JsonOut *j, const UndoKept *k); // one row that stays: the members of an open object

#endif
