// What the step screen shows: one part for each of its kinds of reading, so that what takes its time (the
// plan, the target) never keeps the rest from being shown. Plain structs, which tests fill by hand.
#ifndef UI_STEP_DATA_H
#define UI_STEP_DATA_H

#include "cache/issue_page.h"
#include "cache/step_history.h"
#include "engine/engine.h"
#include "engine/log_page.h"
#include "engine/sample_page.h"
#include "ui/app.h"

enum {
    STEP_KNOWN,   // StepKnown: control.db and the profile
    STEP_COUNTS,  // Preview: the cache
    STEP_PLAN,    // StepPlan: source, mappings and target
    STEP_SAMPLES, // SamplePage
    STEP_DIFF,    // StepDiff: the target
    STEP_ISSUES,  // StepIssues
    STEP_LOG,     // LogPage
    STEP_DECIDE,  // ui/decide.h
};

// Another entity that this one needs or feeds, by how its insert step stood last.
typedef struct {
    const char *entity;
    StepStatus status;
} StepNear;

typedef struct {
    bool ran;        // somebody worked on it; then
    StepRecord last; // how it stood
    StepStatus status;
    bool mapped;        // false: its rows are kept raw
    const char *source; // path of the source's file; NULL: none
    const char *profile_file;
    const char **tables; // of the target
    size_t n_tables;
    StepNear *needs, *feeds;
    size_t n_needs, n_feeds;
    int64_t open;  // issues of the entity
    StepRun *runs; // the newest first
    size_t n_runs;
    bool more_runs;
} StepKnown;

typedef struct {
    PlannedStep *step; // NULL: the pipeline has no such step
    bool stale;        // its entity has steps in front of it that are to be done first
} StepPlan;

typedef struct {
    ComparedEntity compared;
    const char *at; // HH:MM
} StepDiff;

typedef struct {
    IssuePage page;
    int64_t count;
} StepIssues;

// What to read. Texts are packed behind it, so that it can be copied.
enum { STEP_TEXTS = 8, STEP_DIFF_ROWS = 200, STEP_PAGE_ROWS = 120, STEP_RUNS = 200 };
typedef struct {
    Stage stage;
    PageWay way;
    int which;      // SampleWhich
    bool unmask;    // app_unmasked()
    bool all;       // issues: also those that are not open
    int64_t number; // STEP_LOG: a byte of the log; STEP_SAMPLES: a reject
    int64_t run;    // STEP_LOG
    size_t at[STEP_TEXTS];
} StepWish;
// Texts of a wish. 0: entity; 1: what is looked for; of STEP_SAMPLES 2: key; of STEP_ISSUES 2 to 7: severity,
// code, entity, step, key and field of the row to go on from.
void step_wish(Buf *out, StepWish wish, const char *const *texts, size_t n);
const char *step_wish_text(const StepWish *wish, int i);

IssueFilter step_issue_filter(const char *entity, bool all); // all: also those that are not open

// FetchRead functions; wish: StepWish.
void *step_read_known(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err);
void *step_read_counts(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err);
void *step_read_plan(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err);
void *step_read_samples(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err);
void *step_read_diff(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err);
void *step_read_issues(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err);
void *step_read_log(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err);

#endif
