// The engine: plans and runs the pipeline of one clinic. Start reading here.
//
// A run goes through four phases, each for all entities before the next begins: extract (source into
// cache.db), validate (mappings evaluated into out_* with issues), insert (batches into the target, each
// with its checkpoint), verify (the target read back). A step <entity>/<stage> is done while its
// fingerprint holds; a run does only what is not done. What a run does is emitted as events.
#ifndef ENGINE_ENGINE_H
#define ENGINE_ENGINE_H

#include "base/problems.h"
#include "base/secret.h"
#include "cache/control.h"
#include "config/clinic.h"
#include "engine/event.h"

typedef enum { STAGE_EXTRACT, STAGE_VALIDATE, STAGE_INSERT, STAGE_VERIFY, STAGES } Stage;
extern const char *const stage_words[STAGES]; // extract, validate, insert, verify
extern const char stage_letters[STAGES + 1];  // X V I and C (compared)

typedef enum {
    STEP_DONE,
    STEP_PENDING,
    STEP_RUNNING,
    STEP_STALE,
    STEP_FAILED,
    STEP_PARTIAL,
    STEP_BLOCKED,
    STEP_SKIPPED,
    STEP_STATUSES
} StepStatus;
extern const char *const step_status_words[STEP_STATUSES];

// Why a step stands where it stands: one thing that changed, or what is in its way.
typedef struct {
    // source, setting, as_of, mapping, profile, model, catalogue, target, upstream, rules: an input changed;
    // cache: what it made is gone; first: another step is to be done first, and may give another result;
    // waits: for a step that failed or is to be done; decision: somebody decides about issues; off: switched
    // off in commands.yaml; error: of the last try; rejects; undone: a rollback took it back; again: its
    // rejected rows are tried once more
    const char *cause;
    const char *what;           // the setting, column, step or line; "": there is only one
    const char *before, *after; // NULL: not there, or not to be shown
    const char *text;           // all of it in words, one line
} Cause;

// A step that is done again because another is.
typedef struct {
    const char *step;
    bool certain; // false: only if what it reads comes out different
    int64_t rows; // -1: not known
} Reached;

// A step as plan and status show it.
typedef struct {
    const char *id; // patient/insert
    const char *entity, *category;
    Stage stage;
    bool raw;       // the entity has no mapping: its rows are kept raw
    bool untracked; // commands.yaml wants no status of it: it runs, and is not counted
    StepStatus status;
    bool perhaps;     // to do only if what it reads comes out different
    Cause *causes;    // of stale, failed, partial, blocked and skipped; the weightiest first
    size_t n_causes;  // pending: 0
    Reached *reached; // of a step that does not itself follow one to do: what it drags along
    size_t n_reached;
    int64_t rows;                 // it would work on; -1: not known yet
    int64_t done, rejected;       // of its last run
    double took_s;                // its last run
    int64_t run;                  // the last that worked on it; 0: none
    double eta_low_s, eta_high_s; // if it is done now, by its last times; negative: unknown
} PlannedStep;

typedef struct {
    const char *clinic_id, *clinic_name; // as read from the target; NULL: no target yet
    PlannedStep *steps;                  // in the order in which they run
    size_t n;
    size_t todo, perhaps;         // of todo: done only if what they read comes out different
    size_t uncounted;             // to do too, without a status
    int64_t rows;                 // that all these touch, each counted once; -1: not known
    double eta_low_s, eta_high_s; // of them all, low without the perhaps ones; negative: unknown
    bool bulk;                    // bulk mode would be used; bulk_text says so, or why not
    const char *bulk_text;        // NULL: it is not asked for, or nothing is to be written
} Plan;

typedef struct {
    const Clinic *clinic;
    const char *mode;      // run, autopilot, resume, verify, preview, rehearse, rollback
    int64_t undo_run;      // rollback: of this run, and
    const char *undo_step; // of this step alone; NULL: of all
    const SecretSource *passphrase;
    const char *as_of;          // --as-of; NULL: settings.as_of, else what an earlier run fixed, else now
    const char *const *select;  // names or globs of entities or steps, NULL-ended; NULL: all
    const char *stages;         // letters of stage_letters; NULL: all
    bool only;                  // not what the selected steps need
    bool failed_only;           // of the selected ones: failed, blocked or with rejects; done again
    bool stale_only;            // of the selected ones: done before, and an input changed since
    bool again;                 // verify: reads all of it, also when nothing changed since
    const char *note, *options; // stored with the run; options is JSON
    int64_t max_rejects;        // -1: the clinic's
    double max_reject_ratio;    // negative: the clinic's
    int64_t max_duration_s;     // -1: the clinic's; 0: none
    const char *window;         // 22:00-06:00, as window_parse() takes it; NULL: any time
    bool stop_on_reject, stop_on_fail;
    bool rehearse;           // write in one transaction that is rolled back in the end
    int64_t jobs;            // entities written at a time, to a server; -1: the clinic's
    int64_t limit;           // rehearse: at most so many rows of each entity; 0: all
    const char *unreviewed;  // block, exact, proposed or a score; NULL or empty: the clinic's
    const char *on_conflict; // ask, source-wins, target-wins; NULL or empty: ask
    const char *bulk;        // auto, never, always; NULL or empty: the clinic's
    bool try_dependents;     // write what refers to an entity whose insert failed; its rows may be refused
    Listener listener;
} RunOptions;

typedef struct {
    int64_t run;
    int exit_code;       // as mudanza(1): the first that applies of 1, 7, 6, 12, 4, 13, 8, 11, 3, 0
    const char *status;  // done, partial, failed, unbalanced, stopped, ...
    const char *reason;  // one sentence
    bool nothing_to_do;  // nothing was written because nothing had changed
    int64_t interrupted; // the run this one went on with; 0: none
} RunOutcome;

// Reads config, cache and target without changing them. NULL with problems or err.
Plan *engine_plan(Arena *a, const RunOptions *o, Problems *problems, Err *err);

// The one of two exit codes that wins when both apply.
int exit_worse(int one, int other);

// Takes the lock, runs, writes the report. false only when it could not begin (problems or err say why:
// configuration, lock, state folder); else out says how it ended.
bool engine_run(Arena *a, const RunOptions *o, Problems *problems, RunOutcome *out, Err *err);

// A number of the profile's, as it was worked out with the last preview or validation.
typedef struct {
    const char *name, *entity;
    const char *setting, *value; // that it says something about, and as it is set; NULL: none
    const char *about;           // in words
    const char *label;           // of one line of several; NULL: it has one
    int64_t rows;
} Told;

// What `preview` shows of one entity: what would happen now, and some rows, masked unless told otherwise.
typedef struct {
    int64_t source, kept, linked, raw, skipped, rejected, issues; // kept: becomes a row of its own
    const char **columns;                                         // of the sample
    size_t n_columns;
    const char ***rows; // text, "" for NULL; masked
    size_t n_rows;
    int64_t files, files_hashed; // that belong to its rows; of them with a sha256
    Told *told;                  // what the profile wants to be seen
    size_t n_told;
} Preview;
// Of the source as a whole.
typedef struct {
    int64_t files, files_hashed; // hashed: with a sha256
    struct SourceTold {
        const char *entity, *severity, *code; // of its exporter's warnings
        int64_t rows;
    } *warnings;
    size_t n_warnings;
    Told *told; // of all entities
    size_t n_told;
} SourcePreview;
bool engine_preview_source(Arena *a, const Clinic *clinic, SourcePreview *out, Err *err) MUST_CHECK;
// Reads and checks the selected entities and what they need; the target's rows are not touched.
bool engine_preview_make(Arena *a, const RunOptions *o, Problems *problems, Err *err) MUST_CHECK;
// What came of it. step: an entity or one of its steps.
bool engine_preview(Arena *a, const Clinic *clinic, const char *step, size_t rows, bool unmask, Preview *out,
                    Err *err) MUST_CHECK;

// What `compare` shows of one entity: what a run would do with its rows now. Constraints are not tried.
typedef struct {
    const char *column, *target, *source; // masked; NULL: NULL
    bool owned; // of the application: it differs, and stays as it is. Only engine_compare_now() tells these
} ComparedField;
typedef struct {
    const char *key, *table, *id;
    bool conflict;         // changed in the source and in the target
    bool there;            // false: somebody removed the row
    ComparedField *fields; // that differ; none when only a part of the record does
    size_t n_fields;
} ComparedRow;
typedef struct {
    const char *entity;
    int64_t rows, inserted, updated, unchanged, linked, conflicts;
    int64_t vanished;   // on record, and not in the source any more
    ComparedRow *shown; // some of those that changed
    size_t n_shown;
} ComparedEntity;
// Reads and checks the selected entities first, as engine_preview_make does. rows: shown of each entity.
bool engine_compare(Arena *a, const RunOptions *o, size_t rows, Problems *problems, ComparedEntity **out,
                    size_t *n, Err *err) MUST_CHECK;
// The same of one entity as it was read and checked last: takes no lock, and neither source nor cache are
// written. ERR_IN_USE while a worker is at it. unmask: the caller has noted it in audit.log.
bool engine_compare_now(Arena *a, const Clinic *clinic, const char *entity, size_t rows, bool unmask,
                        Problems *problems, ComparedEntity *out, Err *err) MUST_CHECK;

// The report of a run, in files beside its events and as text. format: text, md, html, json, csv (the account
// alone), or summary: the lines that end a run on the terminal.
bool report_write(Arena *a, const Clinic *clinic, int64_t run, Err *err) MUST_CHECK;
// Writes what a worker that was killed could not; to be called by whoever looks next. May fail in silence.
void report_catch_up(Arena *a, const Clinic *clinic);
bool report_print(Arena *a, const Clinic *clinic, int64_t run, const char *format, Buf *out,
                  Err *err) MUST_CHECK;

// For `mapping check PROFILE|CLINIC` and `mapping explain CLINIC ENTITY`, without a run and with an empty
// cache. clinic NULL: the profile as it comes with the product; one that only has a workspace: as it is
// there; both against the profile's own schema. profile NULL: the clinic's, against its target as it is now.
bool engine_check_mappings(Arena *a, const Clinic *clinic, const char *profile, Problems *problems, Err *err);
bool engine_explain_mapping(Arena *a, const Clinic *clinic, const char *entity, Buf *out, Problems *problems,
                            Err *err);

#endif
