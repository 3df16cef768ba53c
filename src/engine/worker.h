// A run under way. Private to engine/.
#ifndef ENGINE_WORKER_H
#define ENGINE_WORKER_H

#include "cache/control_inputs.h"
#include "engine/beat.h"
#include "engine/hooks.h"
#include "engine/lock.h"
#include "engine/session.h"
#include "engine/window.h"

typedef struct {
    const char *id, *entity;
    Stage stage;
    const MappedEntity *mapped; // n 0 or NULL: raw
    bool wanted, ran, current;  // current: its fingerprint held, nothing was done
    bool held;                  // blocked until somebody decides, itself or by what it needs
    int off;                    // line of commands.yaml that switches it off; 0: none
    bool untracked;             // commands.yaml wants no status of it
    bool again;                 // to be done though its fingerprint holds (run --failed)
    StepStatus status;
    const char *fingerprint, *why;
    Inputs inputs; // what the fingerprint is made of; of extract they are noted once, for all of its steps
    int64_t rows, done, rejected;
    Instant began; // by the steady clock; 0: not in this run
    double took_s; // of extract, whose steps all end together; 0: since it began
} Step;

typedef struct Lanes Lanes;

typedef struct {
    Session s;
    const RunOptions *o;
    Lock *lock;
    EventLog *events;
    RunLog *log; // NULL: it could not be written
    Hooks *hooks;
    Beat *beat;
    const char *run_folder, *cache_path;
    RunRecord record;
    int64_t job;  // of the ledger; 0: none yet
    bool has_job; // the target knows it
    int64_t shown;        // the job whose state is told there (job_life.h); 0: none
    JobState shown_state;
    int64_t accounted;    // source rows whose outcome is known
    Step *steps;
    size_t n, ended; // ended: of those that are wanted
    int64_t limit_us; // how long it may last; 0: as it likes
    Instant deadline; // by the steady clock; 0: none
    Instant began, told_pace;
    // What people and the clock want of it (obey.c).
    Orders *orders;
    ControlSocket *socket;
    bool pause_asked, paused, went_on; // went_on: somebody said continue since the pause began
    StopWhen stop_when;
    Order pause_order, stop_order;
    DayWindow window;
    bool has_window, window_waived;
    Instant looked_at_disk;
    char schema[65];         // digest of the target's tables when the mappings were checked; "": not yet
    const char *why_stopped; // NULL: it is not stopped, or by a signal
    const char *source_digest;
    int exit_code; // the worst so far, by precedence
    const char *reason;
    int64_t excused; // rejected rows, when every one of them is ignored by decision
    Lanes *lanes;    // while it writes; NULL: it does not
    bool wrote;      // the target was changed
    bool bulk;       // keys and indexes of the target are off
    bool error_told; // as an event
    bool news_told;  // how many issues are new: nothing has been noted since
    Problems *problems;
} Worker;

// steps.c: steps in the order of execution; entities of the source that the model does not know come last.
bool worker_make_steps(Worker *w, Err *err);
Step *worker_step(Worker *w, const char *entity, Stage stage);
bool step_is_raw(const Step *s);
bool step_is_good(const Step *s);            // done or partial: others can rely on it
bool worker_only_looks(const RunOptions *o); // verify and preview: the target's rows are not written

// step_life.c.
void worker_begin_step(Worker *w, Step *s, int64_t rows);
void worker_progress(Worker *w, const Step *s, int64_t done);
size_t worker_wanted(const Worker *w); // how many steps this run is about
const char *worker_why_not(Worker *w, const Step *s); // it is not wanted: in words
// What the mapper is given of a step: where to tell its progress, and how many rejects the run allows.
typedef struct {
    Worker *w;
    Step *step;
} StepWatch;
MapperWatch worker_watch(StepWatch *x); // x must outlive it
// Ends a step: event, control.db, status. inserted etc. are for the event; may be NULL.
bool worker_end_step(Worker *w, Step *s, StepStatus status, const char *why, const Account *account,
                     Err *err);
// Whether control.db knows what this fingerprint gave: not so after a kill between a step and its note.
bool worker_step_noted(Worker *w, const Step *s, bool *noted, Err *err);
// Whether control.db has it as done or partial, with this input.
bool worker_step_ended_well(Worker *w, const Step *s, bool *yes, Err *err);
// worst_end.c: notes an end state; the first in the order of mudanza(1) wins.
void worker_worse(Worker *w, int exit_code, const char *fmt, ...) PRINTF(3, 4);
// A failed step: tells the error as an event, notes the exit code. true: the run can go on.
bool worker_step_failed(Worker *w, Step *s, const Err *why, Err *err);
void worker_tell_error(Worker *w, const char *step, const Err *why); // step NULL: of the run as a whole
// Notes in control.db what the cache has of a step's issues, and tells those that are new or came back, the
// most severe ones, as events; tell alone: of a step whose issues are noted.
bool worker_take_issues(Worker *w, const char *step, Err *err);
bool worker_tell_issues(Worker *w, const char *step, Err *err);
bool worker_need_job(Worker *w, Err *err);      // before the first batch of a step
bool worker_is_unattended(const RunOptions *o); // autopilot and resume

// Between rows or batches, and between steps: the places where a run is paused and stopped. They wait as long
// as it is paused; false with ERR_STOPPED: a signal, an order, a limit; or ERR_STEP: no room on the disk.
bool worker_may_go_on(Worker *w, Err *err);
bool worker_may_begin(Worker *w, Err *err);
bool worker_wait_for_window(Worker *w, Err *err); // before the first phase
// Within a step that goes on for long: hears what is asked. Where nothing is written to the target, what was
// asked to stop stops at once.
void worker_glance(Worker *w, Stage stage);
// Seconds to the end of the run by what its steps took so far; false: nobody can say yet.
bool worker_time_left(const Worker *w, const Step *now, int64_t done, double *low_s, double *high_s);

// Between two attempts: waits, and hears what is asked meanwhile.
bool worker_wait(Worker *w, Instant us, Err *err);
// The server has no room. Unattended, the run is paused and looks again every 5 minutes; false with err as it was:
// a person is there, or with ERR_STOPPED.
bool worker_wait_for_server(Worker *w, const char *why, Err *err);

// retry.c: a call to the target that failed, and whether it is worth another attempt. began 0: it is the first.
typedef struct {
    Target *target; // whose call it was; NULL: the run's own
    Instant began;
    int tries, losses; // failed ones; those in a row that lost the connection
} Attempts;
// true: it has waited and the target is usable again. Nothing is written beside it meanwhile.
bool worker_try_again(Worker *w, Attempts *r, const char *step, Err *err);
// A batch that was tried and failed, which err says: writes it as often as that takes, in smaller pieces when the
// connection keeps breaking. r names the target.
bool worker_write_again(Worker *w, Attempts *r, WriteBatch *b, Err *err);
typedef struct {
    const char *step, *entity, *fingerprint, *last_key;
    const RawRow *rows;
    size_t n;
    bool last;
    int64_t changed; // result
} RawBatch;
bool worker_write_raw_again(Worker *w, Attempts *r, RawBatch *b, Err *err);

// Gates (gate.c). The schema's stops the run with ERR_TARGET. A decision's holds one step: *why says which,
// and exit code and event are given; NULL: open.
bool gate_schema(Worker *w, Err *err);
bool gate_tables(Worker *w, const MappedEntity *e, Err *err); // the same before one step, of its own tables
bool gate_tell(Worker *w, const Step *s, const char *code, int64_t open, bool blocking, const char *why,
               const char *hint, Err *err);
// Rows that were changed on both sides (conflicts.c) want a decision, but hold nothing else. How many the ledger has.
ConflictPolicy conflict_policy(const char *word); // of RunOptions.on_conflict
bool worker_conflicts(Worker *w, const Step *s, int64_t *n, Err *err);
bool gate_conflicts(Worker *w, const Step *s, Err *err);
bool gate_decision(Worker *w, Step *s, const char **why, Err *err);
// The same, told to nobody: the first code in the way, and how many of its issues stand open.
bool gate_undecided(Worker *w, const Step *s, const char **code, int64_t *open, const char **why, Err *err);
// Ends a step as blocked by another.
bool worker_block(Worker *w, Step *s, const Step *need, Err *err);

// Lock, records, folder and log of a run (run_begin.c). false: no run has begun, and only worker_close
// follows.
bool worker_begin(Worker *w, RunOutcome *out, Err *err);
// Tells that it runs, listens and beats; from here on worker_finish must follow.
bool worker_start(Worker *w, Err *err);
// Accounts, report and the last event after whatever happened, then worker_close. why: ERR_NONE or what ended
// it.
void worker_finish(Worker *w, RunOutcome *out, Err *why);
void worker_close(Worker *w);

// Bulk mode (bulk.c). announce: what will be done, before anything is checked. begin and end enclose the writing;
// leave: in whatever way it ended. recover: what an earlier worker left; see TargetKind.bulk_end.
bool worker_bulk_announce(Worker *w, Err *err);
bool worker_bulk_begin(Worker *w, Err *err);
bool worker_bulk_end(Worker *w, Err *err);
void worker_bulk_leave(Worker *w);
bool worker_bulk_recover(Worker *w, bool whole, Err *err);
// What it is decided by: fills collects BulkFills, which the wish takes over.
bool bulk_is_wanted(const RunOptions *o);
void bulk_wish_add(Arena *a, Buf *fills, const MappedEntity *e, int64_t rows);
BulkWish bulk_wish(Arena *a, Buf *fills, const RunOptions *o);
const char *bulk_words(Arena *a, const BulkLook *look);

// The phases; false with err: the run cannot go on.
bool run_extract(Worker *w, Err *err);
bool run_validate(Worker *w, Err *err);
bool run_insert(Worker *w, Err *err);
bool run_verify(Worker *w, Err *err);
bool run_rollback(Worker *w, Err *err); // instead of all of these

// Of rollback.c, for a worker: profile and target; what is to be undone; whether an earlier rollback was of
// this run and step.
typedef struct Rollback Rollback;
bool rollback_open(Session *s, bool write, Problems *problems, Err *err) MUST_CHECK;
bool rollback_find(Session *s, int64_t run, const char *step, Rollback *out, Err *err) MUST_CHECK;
bool rollback_is_of(Control *c, Arena *a, int64_t rollback, int64_t run, const char *step, bool *same,
                    Err *err) MUST_CHECK;

// What decides whether a step is done, and what it is made of (in: empty). Empty text: not known yet.
const char *fingerprint_extract(Session *s, const char *source_digest, Inputs *in);
bool fingerprint_insert(Session *s, const char *entity, bool raw, Inputs *in, const char **out, Err *err);
// How inputs differ from those noted of a step (see SOURCE_STEP); none: nothing was noted.
bool changed_inputs(Session *s, const char *step, const Inputs *now, InputChange **out, size_t *n, Err *err);
#define SOURCE_STEP "source/extract" // whose inputs are those of every extract step
// Digest of the source file, kept by device, inode, size and both times once these have settled.
bool source_digest(Session *s, const char **out, Err *err);

// The account of an entity by cache and ledger, each outcome counted on its own. complete: its insert
// step is done, so that what is left over is lost; else it is pending.
bool account_of(Session *s, const char *entity, bool raw, bool complete, Account *out, Err *err);
// The accounts of the newest run, which was killed, by what it left; none where that cannot be read.
Account *accounts_found(Arena *a, const Clinic *clinic, Control *c, const RunRecord *run, size_t *n);

#endif
