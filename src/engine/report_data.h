// What a report tells of one run, gathered once and rendered in several forms.
//
// It holds counts, codes, names of files and commands, never a value or a key of a row.
#ifndef ENGINE_REPORT_DATA_H
#define ENGINE_REPORT_DATA_H

#include "cache/control_rollback.h"
#include "cache/control_totals.h"
#include "engine/engine.h"

// All steps of one stage that this run worked on.
typedef struct {
    const char *stage;
    int64_t steps, rows, done, rejected;
    double took_s;
} StageTotal;

// A file on disk that holds patients' data in clear.
typedef struct {
    const char *what; // cache, target or rejects
    const char *path;
    int64_t bytes; // with its -wal; of all runs together
} FileOnDisk;

typedef struct {
    const char *command; // to type
    const char *why;     // already translated
} NextAction;

typedef struct {
    const char *at, *step, *cause; // cause as in the event; step NULL: none
    int64_t since_s;
} Stall;

typedef struct {
    const char *step, *reason;
    int64_t times;
} Retry;

// A step of verify that ran in this run.
typedef struct {
    const char *entity;
    int64_t rows, missing, different, edited, foreign_keys;
    Str orphans, money; // lists, as JSON
} Verified;

enum { NEXT_ACTIONS = 3, REPORT_CAUSES = 20, SUMMARY_CAUSES = 3, REPORT_PLACES = 5 };

// Where the first rows of a cause stood in their source table.
typedef struct {
    const int64_t *at;
    size_t n;
} Places;

typedef struct {
    const Clinic *clinic;
    RunRecord run;
    bool ended;         // exit code and end are known
    bool killed;        // it never told how it ended; its account was taken by who looked next
    const char *seen_at; // when it told something last; NULL: its events are gone
    bool newest;        // no later run has changed what is known of issues
    double took_s;      // negative: unknown
    const char *target; // path or connection without password
    const char *job;        // JSON: of the ledger, as it stands now if it is the newest; NULL: it wrote nothing
    const char *job_status; // NULL: a later one has come
    Account *accounts, total;
    size_t n_accounts;
    IssueCount *causes, *issues;
    size_t n_causes, n_issues; // all causes; a report shows REPORT_CAUSES of them
    Places places[REPORT_CAUSES]; // of causes
    IssueDelta delta;
    Stall *stalls;
    Retry *retries;
    size_t n_stalls, n_retries;
    Verified *verified; // in the order of their steps
    size_t n_verified;
    StageTotal stages[STAGES]; // in the order in which they run; steps 0: none
    StepRecord *steps;
    size_t n_steps;
    FileOnDisk files[3];
    size_t n_files;
    NextAction next[NEXT_ACTIONS];
    size_t n_next;
    bool is_rollback;   // that came to its end
    RollbackRecord rollback;
    const char *resume; // the command; NULL: there is nothing to go on with
} Report;

// run 0: the newest. ERR_USAGE when there is no such run.
bool report_collect(Arena *a, const Clinic *clinic, int64_t run, Report *out, Err *err) MUST_CHECK;
// Running by its record, and nobody holds the lock: it died, and its status becomes `interrupted`.
bool report_note_death(Arena *a, Control *c, const Clinic *clinic, RunRecord *run, Err *err) MUST_CHECK;
double report_rate(const StageTotal *s); // rows a second; 0 when it took no time

#endif
