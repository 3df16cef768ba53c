// What Warnings shows, as it is read from control.db: the tree of groups, one group closely, its records by
// pages.
#ifndef UI_WARNINGS_DATA_H
#define UI_WARNINGS_DATA_H

#include "cache/issue_decide.h"
#include "cache/issue_page.h"
#include "ui/app.h"

enum { WARNINGS_TREE, WARNINGS_GROUP, WARNINGS_RECORDS, WARNINGS_CHOSEN, WARNINGS_EXPORT }; // what is fetched
enum { WARNINGS_LINES = 2000, WARNINGS_PAGE = 200, WARNINGS_CAUSES = 5 };                   // at most

// A line of the tree. A group alone in the one above it stands there in its place.
typedef struct {
    IssueNode node;
    const char *meaning, *remedy; // of its code, translated; NULL: it has several, or nothing is known of it
    bool blocking;                // policy.blocking: it holds writing back
} WarningsLine;

typedef struct {
    IssueFilter filter;
    IssueView view;
} WarningsTreeWish;

typedef struct {
    bool no_run; // nothing was run yet
    IssueTotals totals;
    WarningsLine *lines;
    size_t n;
    bool more;        // the rarest groups were left out
    int64_t count;    // issues that the filter shows
    int64_t blocking; // of those: open, and holding writing back
} WarningsTree;

typedef struct {
    IssueFilter filter; // of the group
    int64_t count;      // as the tree has it
    int64_t ticket;     // comes back with a page
    PageWay way;        // of the page of records
    IssueItem from;     // of PAGE_AFTER, PAGE_BEFORE, PAGE_FROM
    int64_t at;         // where it stands among all
} WarningsGroupWish;

// Records of a group, some of them.
typedef struct {
    int64_t ticket, count, first; // first: where items[0] stands among count
    IssueItem *items;
    size_t n;
} WarningsPage;

typedef struct {
    IssueCause *causes;
    size_t n;
    int64_t total; // causes there are
    WarningsPage page;
} WarningsGroup;

// Which issues a decision is about: groups by their filters, records by their fingerprints.
typedef struct {
    const IssueFilter *filters;
    const IssueChoice *records;
    size_t n_filters, n_records;
    int action;
} WarningsChosenWish;

typedef struct {
    IssueChoice *choices; // each once, as they are now
    size_t n;
    int action; // as it was asked for
} WarningsChosen;

typedef struct {
    IssueFilter filter;
    const char *format, *path;
} WarningsExportWish;

typedef struct {
    const char *path;
    int64_t n;
} WarningsExport;

// FetchRead; wish as named.
void *warnings_read_tree(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err);
void *warnings_read_group(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err);
void *warnings_read_page(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish,
                         Err *err); // of a group wish
void *warnings_read_chosen(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err);
void *warnings_write_export(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err);

#endif
