// The issues of a clinic across its runs: met, gone, come back. What people decide is issue_decide.h.
//
// An issue is stored once, whatever number of runs meet it. Its fingerprint is made of step, key, field and
// code, so it is the same in every run and on every machine.
#ifndef CACHE_ISSUE_STORE_H
#define CACHE_ISSUE_STORE_H

#include "cache/control.h"

enum { ISSUE_FP = 16, ISSUE_FP_SHOWN = 8 }; // characters; people may type any beginning that is unambiguous

void issue_fingerprint(Str step, Str key, Str field, Str code, char out[ISSUE_FP + 1]);

// Brings what is known of a step's issues up to what the cache says now: new ones are open, those that are
// not there any more are resolved, those that are there again are open again; one that is ignored stays so.
// Called after the step's own transaction: calling it again changes nothing.
bool control_issues_sync(Control *c, const char *cache_path, const char *step, int64_t run,
                         Err *err) MUST_CHECK;

// The same for issues that are not in the cache: begin, add each, end (also when something failed: ok
// false undoes all of it). cache_path: where places of rows are looked up; NULL: places stay unknown.
bool control_issues_begin(Control *c, const char *cache_path, Err *err) MUST_CHECK;
bool control_issue_add(Control *c, const char *step, const char *entity, Str key, const char *field,
                       const char *code, const char *severity, Str detail, int64_t run, Err *err) MUST_CHECK;
bool control_issues_end(Control *c, const char *step, int64_t run, bool ok, Err *err) MUST_CHECK;

#endif
