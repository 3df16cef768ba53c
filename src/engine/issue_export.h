// Issues for other programs: codes, keys and places, what was decided of them, never a value.
#ifndef ENGINE_ISSUE_EXPORT_H
#define ENGINE_ISSUE_EXPORT_H

#include "base/json_out.h"
#include "cache/issue_list.h"
#include "config/clinic.h"

void json_issue(JsonOut *j, const char *key, const IssueItem *item); // every fact of it
void issue_csv_head(Buf *text);
void issue_csv_line(const Clinic *clinic, const IssueItem *item, Buf *text);

// A new file (0600) with the issues of a filter, the same bytes as `mudanza warnings export` prints. format: csv or
// json. *n: how many. ERR_DECISION when there is a file of this name already.
bool issue_export(const Clinic *clinic, Control *c, const IssueFilter *f, const char *format, const char *path,
                  int64_t *n, Err *err) MUST_CHECK;

#endif
