// What people decide of issues, with author, time and reason. Everything can be taken back: reopen.
#ifndef CACHE_ISSUE_DECIDE_H
#define CACHE_ISSUE_DECIDE_H

#include "cache/issue_list.h"

typedef enum { ISSUE_RESOLVE, ISSUE_IGNORE, ISSUE_REOPEN, ISSUE_ASK, ISSUE_NOTE, ISSUE_ASSIGN } IssueAction;
extern const char *const issue_action_words[]; // resolve, ignore, reopen, ask, note, assign

typedef struct {
    IssueAction action;
    const char *by;
    const char *text;  // the reason, the note, or of ISSUE_ASSIGN the owner ("": nobody); NULL: none
    const char *until; // of ISSUE_IGNORE: YYYY-MM-DD, the last day; NULL: for good
} Decision;

// An issue as the person who decides has seen it.
typedef struct {
    const char *fp;
    int64_t revision; // -1: not told; then nobody else may have decided it meanwhile
} IssueChoice;
// "9c41e0" or, with the revision that `show` gives, "9c41e0@3".
bool issue_choice(Control *c, Arena *a, const char *word, IssueChoice *out, Err *err) MUST_CHECK;

// A decision of somebody else that stands in the way.
typedef struct {
    const char *fp, *state, *by, *at, *reason; // by NULL: a run changed it
    int64_t revision;
} IssueClash;

// What a decision took the place of, to take it back.
typedef struct {
    const char *fp, *state, *reason, *until, *owner;
    const char *given; // the owner it has since; NULL: it was the state that changed
    int64_t revision;  // since
} IssueBefore;

typedef struct {
    int64_t changed, same; // same: it was so already
    IssueClash *clashes;   // with any of them nothing is changed
    size_t n_clashes;
    IssueBefore *before;   // those whose state or owner changed
    size_t n_before;
} IssueOutcome;

// All of them or none, in one transaction and with few statements, however many there are.
bool issue_decide(Control *c, Arena *a, const IssueChoice *choices, size_t n, const Decision *d,
                  IssueOutcome *out, Err *err) MUST_CHECK;
bool issue_decide_matching(Control *c, Arena *a, const IssueFilter *f, const Decision *d, IssueOutcome *out,
                           Err *err) MUST_CHECK;
// Takes a decision back: all are again as they were, or none is, when somebody decided one of them meanwhile.
// It is a decision of its own, with its own place in the history.
bool issue_undo(Control *c, Arena *a, const IssueBefore *before, size_t n, const char *by, IssueOutcome *out,
                Err *err) MUST_CHECK;

// A decision from elsewhere: the file of decisions. Issues that are not known yet are kept for the run that
// meets them. What was decided here later than at stays.
typedef struct {
    const char *step, *entity, *key, *field, *code;
    const char *state, *by, *at, *reason, *until;
    struct {
        const char *by, *at, *text;
    } * notes;
    size_t n_notes;
    const char *owner, *owner_by, *owner_at; // NULL: nothing is told of it
} IssueDecided;
// In the caller's transaction. *changed: something here was not so.
bool issue_restore(Control *c, const IssueDecided *d, const char *importer, bool *changed,
                   Err *err) MUST_CHECK;

#endif
