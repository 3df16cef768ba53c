// control.db: what the worker did and what readers see of it. Runs, steps, accounts, issues.
//
// Nothing here decides whether a row is there: that is the ledger's word in the target. A control.db that
// is lost costs history, never data.
#ifndef CACHE_CONTROL_H
#define CACHE_CONTROL_H

#include "base/date.h"
#include "db/lite.h"

typedef struct Control Control;

// Readers get NULL with ERR_NONE when there is none.
Control *control_open(const char *state_folder, bool write, Err *err);
// From now on nothing this process opens to read makes a file: --read-only. See lite_only_look().
void control_only_look(void);
void control_close(Control *c); // NULL is fine
Lite *control_db(Control *c);
// Whether it is whole and of a version this program can read, and how many runs it tells of. It is not touched,
// not even when it is of an older version.
bool control_sound(const char *state_folder, int64_t *runs, Err *err) MUST_CHECK;
const char *control_now(Arena *a); // the clock, as everything here writes it: 2026-11-21T12:00:00.000Z

typedef struct {
    int64_t run;
    const char *mode;   // run, autopilot, resume, verify, preview, rollback
    const char *status; // running, done, partial, failed, blocked, stopped, interrupted, unbalanced
    const char *started_at, *ended_at, *host, *by, *note;
    int64_t pid, job, resumes; // resumes: the run this one goes on with; 0: none
    int exit_code;             // -1 while running
    const char *options;       // JSON
    const char *clinic_name;   // as read from the target
    const char *reason;        // how it ended, one sentence; NULL: not told
    const char *version;       // of the mudanza that ran it; filled in by control_run_begin
    const char *needs;         // see control_run_needs(); NULL: nobody has to do anything
    int64_t undone_by;         // the rollback that took it back as a whole; 0: none
} RunRecord;

bool control_run_begin(Control *c, RunRecord *r, Err *err) MUST_CHECK; // sets r->run
// took_s, by the steady clock, says when it ended: a clock that was set meanwhile makes no run longer or shorter.
bool control_run_end(Control *c, int64_t run, const char *status, int exit_code, const char *reason, double took_s,
                     Err *err) MUST_CHECK;
bool control_run_job(Control *c, int64_t run, int64_t job, const char *clinic_name, Err *err) MUST_CHECK;
// What a person has to give before it goes on: NEED_PASSPHRASE, or the code of issues that want a decision.
#define NEED_PASSPHRASE "passphrase"
#define NEED_LINKS "links" // proposals of links.h wait
bool control_run_needs(Control *c, int64_t run, const char *need, Err *err) MUST_CHECK;
// run 0: the newest. false with ERR_NONE when there is none.
bool control_run(Control *c, Arena *a, int64_t run, RunRecord *out, Err *err);
// The run that left work to go on with: the newest, unless it ended as done or partial. Runs that only
// looked (verify, preview, a rollback that failed before it undid anything) do not count. false with ERR_NONE when there is none.
bool control_unfinished(Control *c, Arena *a, RunRecord *out, Err *err);
// A value of the options a run was begun with; path as SQLite's JSON functions take it: $.as-of is
// written '$."as-of"'. *value NULL: it has none.
bool control_run_option(Control *c, Arena *a, int64_t run, const char *path, const char **value,
                        Err *err) MUST_CHECK;
RunRecord *control_runs(Control *c, Arena *a, size_t *n, Err *err); // newest first
// Marks runs whose worker is gone; call it while holding the lock. *run: the newest of them, 0: none.
bool control_recover(Control *c, int64_t *run, Err *err) MUST_CHECK;

// What a step did, as last seen.
typedef struct {
    const char *step, *status; // done, partial, failed, blocked, skipped, running, pending, stale
    const char *fingerprint;   // NULL: none
    const char *why;           // for people; may be NULL
    int64_t rows, done, rejected, run;
    double took_s;
    const char *ended_at;
} StepRecord;
bool control_step_save(Control *c, const StepRecord *s, Err *err) MUST_CHECK;
bool control_step(Control *c, Arena *a, const char *step, StepRecord *out, bool *found, Err *err) MUST_CHECK;
StepRecord *control_steps(Control *c, Arena *a, size_t *n, Err *err); // all there are; NULL + err

// The account of one entity in one run: every source row has exactly one outcome.
typedef struct {
    const char *entity;
    int64_t source, inserted, updated, unchanged, linked, skipped, rejected, lost;
    int64_t raw;     // of those inserted, updated or unchanged: kept raw
    int64_t pending; // not yet decided: their insert step has not been completed
    int64_t absent;  // not of the source's rows: earlier runs wrote them, the source gives them no more
} Account;
bool control_account_save(Control *c, int64_t run, const Account *a, Err *err) MUST_CHECK;
Account *control_accounts(Control *c, Arena *a, int64_t run, size_t *n, Err *err);

// Small things to remember, such as the as_of of a source or the digest of a file.
bool control_note(Control *c, const char *key, const char *value, Err *err) MUST_CHECK;
bool control_noted(Control *c, Arena *a, const char *key, const char **value, Err *err) MUST_CHECK;

#endif
