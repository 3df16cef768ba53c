// Issues and steps of control.db, counted: what reports and lists show.
#ifndef CACHE_CONTROL_TOTALS_H
#define CACHE_CONTROL_TOTALS_H

#include "cache/control.h"

// Issues are kept as they are known now: those a later run did away with are not counted any more.
typedef struct {
    const char *entity;          // NULL: of all entities
    const char *code, *severity; // fatal, error, warning, information
    int64_t rows;                // with the issue: distinct entities and keys
    int64_t fresh;               // of those: met in this run for the first time
    int64_t ignored;             // of those: somebody decided that they do not matter
} IssueCount;

// By code and severity, of issues met up to this run. The most severe first, then the most frequent.
IssueCount *control_issue_counts(Control *c, Arena *a, int64_t run, size_t *n, Err *err);
// Of all issues, how many rows the counts of control_issue_counts call fresh.
bool control_issues_fresh(Control *c, int64_t run, int64_t *rows, Err *err) MUST_CHECK;
// By entity and code, only what rejects a row (severity error). The most frequent first.
IssueCount *control_reject_causes(Control *c, Arena *a, int64_t run, size_t *n, Err *err);

// Where in the source table rows with this cause stood, ascending, at most `most` of them: positions, from 1.
int64_t *control_reject_places(Control *c, Arena *a, const IssueCount *cause, int64_t run, size_t most,
                               size_t *n, Err *err);

// What a run changed in what is known of issues, and what people have decided so far.
typedef struct {
    int64_t fresh, fixed, back; // met for the first time, gone, come back: in this run
    int64_t open, asked, ignored;
} IssueDelta;
bool control_issue_delta(Control *c, int64_t run, IssueDelta *out, Err *err) MUST_CHECK;

// The steps this run was the last to work on, by name.
StepRecord *control_run_steps(Control *c, Arena *a, int64_t run, size_t *n, Err *err);

#endif
