// What both overviews read of control.db. Private to engine/overview*.c.
#ifndef ENGINE_OVERVIEW_INNER_H
#define ENGINE_OVERVIEW_INNER_H

#include "engine/overview.h"

// Issues of one severity, code and entity.
typedef struct {
    const char *entity;
    bool rejecting, warning; // of this kind; the source's own findings keep no row out
    int64_t open, asked, ignored, present;
} IssueKind;
bool overview_issues(Control *c, Arena *a, IssueKind **out, size_t *n, Err *err) MUST_CHECK;

#endif
