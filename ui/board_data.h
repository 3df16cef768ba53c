// What the board shows: every entity of the pipeline with its stages and counts. Read twice: at once as control.db
// has it, and then with what a plan finds, which looks at mappings and target and may take its time.
#ifndef UI_BOARD_DATA_H
#define UI_BOARD_DATA_H

#include "engine/engine.h"
#include "ui/app.h"

typedef struct {
    bool there, untracked; // there: the entity has such a step; untracked: nobody counts it
    bool perhaps;          // to do only if what it reads comes out different
    StepStatus status;
    const char *const *why; // texts, the weightiest first
    const char *cause;      // what the first one is about, a Cause's word, or NEED_LINKS; "": not known
    size_t n_why;
    const char *const *holds; // steps that are done after it, or held up by it
    size_t n_holds;
    int64_t rows, done, rejected, run; // rows -1: unknown; run 0: never
    double took_s;
    double eta_low_s, eta_high_s; // negative: unknown
    const char *at, *last;        // when it ended, as control.db has it (NULL: never) and short
} BoardStage;

typedef struct {
    const char *name, *category; // category: never ""
    BoardStage stages[STAGES];
    StepStatus status; // of all its stages
    Stage telling;     // the stage that explains the status
    int64_t source, cache, target; // rows; -1: unknown
    int64_t rejected, open, rejecting; // open: issues; rejecting: of them that keep rows out
    int64_t run;
    const char *last; // "09:12", "never"
    double took_s;
} BoardEntity;

typedef struct {
    BoardEntity *items; // those of a category together
    size_t n;
    size_t steps, skipped, count[STEP_STATUSES]; // of the steps that are counted; skipped: count[STEP_SKIPPED]
    bool planned;        // what changed since is in it
    const char *trouble; // why there is no plan
} BoardModel;

// The category in the language of messages, when it is one of the model's.
const char *board_category_word(const char *category);
// The weightier of two stages' statuses for their entity.
StepStatus board_weightier(StepStatus one, StepStatus other);
// Fills in status and telling of the entities and the counts.
void board_sum(BoardModel *m);
// What an older plan said of steps that nobody worked on since: so that stale steps stay stale until the new one is there.
// Texts of the older model must live as long as this one.
void board_keep_plan(BoardModel *m, const BoardModel *planned);

// For app_fetch. BoardModel *.
void *board_read(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err);
void *board_read_plan(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err);

#endif
