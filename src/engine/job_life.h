// The job in the target's ledger: what a run of a source is to whoever looks there. A run moves it, its state is
// noted in control.db for readers who leave the target alone, and one whose worker died is closed by whoever
// looks next.
#ifndef ENGINE_JOB_LIFE_H
#define ENGINE_JOB_LIFE_H

#include "engine/worker.h"

// After the ledger was prepared: a job whose worker died fails; one that a file just read belongs to is opened.
// Neither for verify and rehearsals, which leave the ledger alone.
bool job_prepared(Worker *w, bool read_anew, Err *err) MUST_CHECK;
bool job_validating(Worker *w, Err *err) MUST_CHECK; // before the first step that is done
bool job_validated(Worker *w, Err *err) MUST_CHECK;  // after the last
// Before the first batch: w->job is the one that is executed from now on, a new one when the run had none; a
// rollback has begun its own.
bool job_executing(Worker *w, Err *err) MUST_CHECK;
// How it ended, which the run's exit code and reason say.
bool job_ended(Worker *w, Err *err) MUST_CHECK;
// A rollback is at these jobs, or took them back: why says so. processed -1: as it is.
bool job_undone(Worker *w, const int64_t *jobs, size_t n, const char *why, int64_t processed, Err *err) MUST_CHECK;

// Into control.db: what is told, or the newest one as it stands now.
bool job_note(Control *c, const JobSeen *seen, const char *source_system, Err *err) MUST_CHECK;
bool job_note_newest(Session *s, Err *err) MUST_CHECK;

#endif
