// What is known of clinics at once: by their configuration, control.db, status.json and the lock. Neither
// mappings nor target nor the rows of the cache are looked at, so that nothing here can hang; what is to be
// done *now*, and why, is engine_plan's to say, which may take its time.
#ifndef ENGINE_OVERVIEW_H
#define ENGINE_OVERVIEW_H

#include <time.h>

#include "engine/beat_read.h"
#include "engine/engine.h"

enum { OVERVIEW_FILES = 7 };

typedef struct {
    char key; // that opens the screen for it: A autopilot, B board, E configuration, W warnings, R report, o
              // log
    const char *command; // to type
    const char *why;     // already translated
} NextStep;

typedef struct {
    int64_t open, asked, ignored;
    int64_t rejecting; // of the open ones: those that keep rows out
} IssueSum;

typedef struct {
    const char *name;
    const Clinic *clinic;                // NULL: its configuration has errors
    const Problems *problems;            // of its configuration
    const char *trouble;                 // control.db cannot be read: why; NULL: it can, or there is none yet
    bool running;                        // somebody holds the lock
    const char *owner;                   // JSON they wrote; NULL: nobody, or no time to
    const char *owner_user, *owner_host; // NULL: not told
    bool told;                           // and the worker tells of itself:
    WorkerSeen seen;
    RunRecord run; // the last; run 0: none yet. One whose worker died is `interrupted`
    int64_t steps_done,
        steps_total; // tracked ones, as they stood last; of a run under way, its own. total 0: unknown
    int64_t steps_failed, steps_partial;
    IssueSum issues;
    int64_t source_rows, cache_rows; // -1: not read yet. cache_rows: without those that extract kept back
    int64_t rejected;                // in the newest accounts
    const char *read_at;             // when the source was read last; NULL: never
    int64_t cache_bytes;             // on disk, with its log; 0: there is none
    bool source_there;               // the source's file is where the configuration says
    NextStep next;
    int attention;                          // clinics with a smaller one want to be looked at first
    struct timespec looked[OVERVIEW_FILES]; // when what it was read from had changed last
} ClinicOverview;

// All clinics of a workspace, by name. state_dir: as clinic_load takes it.
ClinicOverview *overview_clinics(Arena *a, const char *workspace, const char *state_dir, size_t *n);
// One of them, read anew. out->name and the configuration stay as they are given; clinic NULL: it has errors.
void overview_clinic(Arena *a, const char *name, const Clinic *clinic, const Problems *problems,
                     ClinicOverview *out);
// Whether it would still be the same: nobody is at work and none of its files has changed. Costs no more than
// looking at the times of seven files.
bool overview_is_current(const ClinicOverview *o);
// For qsort: by attention, then by name.
int overview_by_attention(const void *left, const void *right);

// How a step stood when somebody last worked on it. What changed since does not show.
typedef struct {
    bool there;     // the entity has such a step; false: not as far as is known
    bool untracked; // commands.yaml wants no status of it
    StepStatus status;
    const char *why;                   // NULL: nothing to say
    int64_t rows, done, rejected, run; // run 0: never
    double took_s;
    const char *at; // when it ended; NULL: never
} StageSeen;

typedef struct {
    const char *entity, *category; // category "": none
    StageSeen stages[STAGES];
    int64_t source, cache, target; // rows; -1: not known. target: that stand for rows of the source there
    int64_t rejected;
    int64_t open, rejecting; // issues, open ones; of them that keep rows out
    int64_t run;             // the newest that worked on it; 0: none
    const char *at;          // when that ended with it
    double took_s;           // all its steps of that run
} EntityOverview;

// The entities in the order of the pipeline. *n 0: nothing has been run yet.
EntityOverview *overview_board(Arena *a, const Clinic *clinic, size_t *n, Err *err);

#endif
