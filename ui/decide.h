// Deciding issues from any screen: asks for the words it takes, decides on a thread of its own (control.db,
// the file of decisions, audit.log), says what came of it, and takes back what was decided last in this
// session.
//
// A screen keeps one of its kinds of app_fetch() for this, and hands what fetched() brings of it to
// decide_fetched().
#ifndef UI_DECIDE_H
#define UI_DECIDE_H

#include "cache/issue_decide.h"
#include "ui/app.h"

// Which issues: those that are named, as they were seen; or, with n 0, all of the filter. Copied.
typedef struct {
    const IssueChoice *choices;
    size_t n;
    const IssueFilter *filter;
} DecideWhich;

// what: the screen's kind of app_fetch().
void decide_issues(App *app, Screen *s, int what, IssueAction action, const DecideWhich *which);
void decide_undo(App *app, Screen *s, int what); // u
// Says how it ended; all screens read again (CHANGED_RECORDS) when something changed.
void decide_fetched(App *app, const void *result, const Err *err);

#endif
