// The list a record was opened from, gone through to its ends: pages of samples or of issues, each found by the
// key of a record that is known.
#ifndef UI_RECORD_LIST_H
#define UI_RECORD_LIST_H

#include "cache/issue_page.h"
#include "engine/sample_page.h"
#include "ui/app.h"

typedef struct {
    bool issues;        // those of filter; else samples
    IssueFilter filter; // what one could type in a filter: all its texts are copied by record_screen_in()
    const char *entity, *text;
    SampleWhich which;
} RecordList;

// A record, and where it stands in its list. Of one that stands alone only the id counts.
typedef struct {
    const char *id; // "patient:...", as engine/inspect.h takes it
    SampleAt sample;
    IssueItem issue; // only what issue_page() goes on from
} RecordPlace;

RecordPlace record_of_sample(Arena *a, const char *entity, const SampleRow *row);
RecordPlace record_of_issue(Arena *a, const IssueItem *issue); // id NULL: it is about no single record
// Those of a page, one with several issues once; *n of them. at: an issue of the page, which becomes its record's.
RecordPlace *records_of_issues(Arena *a, const IssueItem *items, size_t n_items, size_t *at, size_t *n);

typedef struct {
    RecordPlace *places;
    size_t n;
    bool more_before, more_after;
} RecordPage;

typedef struct {
    RecordList list;
    PageWay way; // PAGE_AFTER or PAGE_BEFORE
    RecordPlace from;
} RecordListWish;
// FetchRead: RecordPage. Without places: there are no more that way.
void *record_list_read(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err);

// A screen on a page of a list, that goes on with the others. Copied.
Screen *record_screen_in(const RecordList *list, const RecordPage *page, size_t at);

#endif
