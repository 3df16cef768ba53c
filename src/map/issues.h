// The issues, rejects and skips of one validate step, on their way into cache.db.
//
// Issues raised by functions come while SQLite evaluates, perhaps long before the row itself (a sorter
// runs first), so they are kept by key: once per key, field and code.
#ifndef MAP_ISSUES_H
#define MAP_ISSUES_H

#include "map/mapper.h"

typedef struct IssueLog IssueLog;

// Forgets what an earlier run of the step said. NULL with err.
IssueLog *issues_begin(Mapper *m, const char *step, Err *err);
int64_t issues_end(IssueLog *log); // frees; returns how many issues were kept

void issues_of_mapping(IssueLog *log, const Mapping *mapping); // the mapping whose cells come next
// cell: as composed_cell_name() takes it. severity NULL: the profile's for this code.
bool issues_add(IssueLog *log, Str key, int cell, const char *code, const char *severity, const char *detail,
                Err *err) MUST_CHECK;
// The values that are kept with an issue: a JSON object; without value nothing is.
bool issues_keep_data(IssueLog *log, Str key, int cell, const char *code, Str data, Err *err);
bool issues_drop(IssueLog *log, Str key, Err *err) MUST_CHECK; // the mapping left the row out
// The code of an issue of severity error this key has; NULL: none. Belongs to the log, until the next call.
bool issues_error_code(IssueLog *log, Str key, const char **code, Err *err) MUST_CHECK;

bool issues_reject(IssueLog *log, Str key, const char *code, bool by_parent, Err *err) MUST_CHECK;
bool issues_skip(IssueLog *log, Str key, const char *reason, Err *err) MUST_CHECK;

#endif
