// Issues for a screen: one page of a list at a time, and the groups they fall into. A connection is only read
// during the call: nothing is held between two of them, and each sees what is there by then.
#ifndef CACHE_ISSUE_PAGE_H
#define CACHE_ISSUE_PAGE_H

#include "base/page_way.h"
#include "cache/issue_list.h"

typedef struct {
    IssueItem *items; // by severity (the most severe first), code, entity, step, field and key
    size_t n;
    bool more_before, more_after; // there are others before the first and behind the last
} IssuePage;
// from: for PAGE_AFTER, PAGE_BEFORE and PAGE_FROM; a row of an earlier page, of which only severity, code,
// entity, step, key and field are looked at. It may have gone meanwhile.
bool issue_page(Control *c, Arena *a, const IssueFilter *f, PageWay way, const IssueItem *from, size_t most,
                IssuePage *out, Err *err) MUST_CHECK;

// How many there are in all, and how many stand before this one.
bool issue_count(Control *c, const IssueFilter *f, int64_t *n, Err *err) MUST_CHECK;
bool issue_place(Control *c, const IssueFilter *f, const IssueItem *item, int64_t *before,
                 Err *err) MUST_CHECK;

typedef enum {
    ISSUES_BY_SEVERITY, // severity > code > entity
    ISSUES_BY_ENTITY,   // entity > severity and code
    ISSUES_BY_CAUSE,    // severity and code > cause: entity, step, field and detail
    ISSUES_FRESH_FIRST, // new or not > severity, code and entity
    ISSUE_VIEWS
} IssueView;

// A line of the tree of groups. Sums of an inner line are those of the lines below it.
typedef struct {
    int depth;      // 0: outermost
    bool leaf;      // nothing below it but issues
    bool rejecting; // some of it keeps rows out, undecided
    // What all issues of the line have in common; NULL: they differ. With `cause`, field and detail belong to
    // it and may be "" for none.
    const char *severity, *code, *entity, *step, *field, *detail;
    bool cause;
    bool fresh_only, old_only; // ISSUES_FRESH_FIRST
    int64_t count, open, fresh;
    int64_t first_run; // the oldest of them
} IssueNode;
// Inner lines before what is below them; the most severe first, then the most frequent (of ISSUES_BY_ENTITY:
// by name). *more: leaves were left out, the rarest, because there are more than `most`.
IssueNode *issue_tree(Control *c, Arena *a, const IssueFilter *f, IssueView view, size_t most, size_t *n,
                      bool *more, Err *err);
// The filter that gives a line's issues: f, narrowed. Its texts are those of f and of the line.
IssueFilter issue_node_filter(const IssueFilter *f, const IssueNode *node);

// Why the issues of a filter are there: what of them is alike, and the first records.
typedef struct {
    const char *entity, *step, *field, *detail; // field, detail "": none
    int64_t count, open;
    IssueItem *examples; // in the order of issue_page
    size_t n_examples;
} IssueCause;
// The most frequent first, at most `most` of them; *total: how many there are.
IssueCause *issue_causes(Control *c, Arena *a, const IssueFilter *f, size_t most, size_t examples, size_t *n,
                         int64_t *total, Err *err);

#endif
