// The issues control.db knows, for lists: grouped and counted, and one by one. Keys and places, never values.
#ifndef CACHE_ISSUE_LIST_H
#define CACHE_ISSUE_LIST_H

#include "cache/control.h"

// The state of an issue as of today: one ignored until a day that has passed is open again.
#define ISSUE_STATE "iif(state = 'ignored' AND until < date('now'), 'open', state)"

// NULL or an empty text: any. code, step and entity may be globs with * and ?.
typedef struct {
    const char *code, *severity, *entity, *step, *key;
    const char *state; // open, asked, ignored, resolved
    int64_t run;       // met in this run; 0: any
    bool fresh;        // met for the first time since the run before the last one
    bool decided;      // somebody ignored, asked, resolved, assigned or noted something
    const char *owner; // may be a glob; "nobody": those that nobody looks after
    bool old;          // the opposite of fresh
    bool cause;        // of this field and detail alone; NULL or empty: without one
    const char *field, *detail;
    // Words with blanks between: each is a part of code, entity, key, source_id, field or detail; none of them is in
    // any of these. a-z and A-Z are the same.
    const char *text, *without;
} IssueFilter;

typedef struct {
    const char *severity, *code, *entity, *step, *field, *detail; // NULL: not what is grouped by
    int64_t count, open, fresh;
    int64_t first_run, last_run;
} IssueGroup;

// By what: severity, code, entity, cause (code, field and detail), or NULL: severity, code and entity.
// The most severe first, then the most frequent. NULL + err when control.db cannot be read.
IssueGroup *issue_groups(Control *c, Arena *a, const IssueFilter *f, const char *by, size_t *n, Err *err);

typedef struct {
    const char *fp; // ISSUE_FP characters
    const char *code, *severity, *entity, *step, *key, *field, *detail;
    const char *state;     // as of today
    const char *source_id; // NULL: unknown
    int64_t origin;        // position of the row in its source table; 0: unknown
    bool present;          // met when its step was last done
    int64_t first_run, last_run, gone_run, back_run;
    int64_t revision;
    const char *by, *at, *reason, *until; // of the decision; NULL: none
    const char *note;                     // the newest; NULL: none
    const char *owner;                    // who looks after it; "": nobody any more; NULL: it was never told
    const char *owner_by, *owner_at;      // who told it, when
} IssueItem;

// In the order of step, key, field and code; at most limit of them. An item is valid during the call.
bool issue_each(Control *c, const IssueFilter *f, int64_t limit,
                bool (*each)(void *arg, const IssueItem *item, Err *err), void *arg, Err *err) MUST_CHECK;
// The issue whose fingerprint begins so. ERR_USAGE when there is none, or more than one.
bool issue_find(Control *c, Arena *a, const char *beginning, IssueItem *out, Err *err) MUST_CHECK;

// The values kept with an issue, a JSON object; NULL: none, or with err.
const char *issue_data(Control *c, Arena *a, const char *fp, Err *err);

// What became of it and what was said, oldest first.
typedef struct {
    const char *at, *by;
    const char *action; // ignore, ask, resolve, reopen, note, assign, import; of a run: gone, back
    const char *before, *after, *text, *until;
    int64_t run; // 0: not of a run
} IssueEvent;
IssueEvent *issue_history(Control *c, Arena *a, const char *fp, size_t *n, Err *err);

typedef struct {
    int64_t open, asked, ignored, resolved;
    int64_t rejecting, excused; // of those that keep a row out: not ignored, ignored
    int64_t since;              // the run the rest is compared with; 0: there was none before
    int64_t fresh, fixed, back; // met for the first time, gone, come back since
} IssueTotals;
bool issue_totals(Control *c, IssueTotals *out, Err *err) MUST_CHECK;

#endif
