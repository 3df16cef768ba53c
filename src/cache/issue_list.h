// The issues control.db knows, for lists: counted by code, and one by one. Keys and places, never values.
#ifndef CACHE_ISSUE_LIST_H
#define CACHE_ISSUE_LIST_H

#include "cache/control.h"

typedef struct {
    const char *code, *severity, *entity, *step;
    int64_t count, open;
    int64_t first_run, last_run;
} IssueGroup;

typedef struct {
    const char *code, *severity, *entity, *step, *key, *field, *detail, *state;
    int64_t first_run, last_run;
} IssueItem;

// NULL or an empty text: any. step and entity may be globs with * and ?.
typedef struct {
    const char *code, *severity, *entity, *step;
    int64_t run; // met in this run; 0: any
} IssueFilter;

// Most frequent first. NULL + err when control.db cannot be read.
IssueGroup *issue_groups(Control *c, Arena *a, const IssueFilter *f, size_t *n, Err *err);
// In the order of step, key and field; at most limit of them.
IssueItem *issue_items(Control *c, Arena *a, const IssueFilter *f, int64_t limit, size_t *n, Err *err);

#endif
