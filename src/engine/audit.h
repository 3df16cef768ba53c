// audit.log in the state folder (0600, one JSON object a line): who did what with patients' data or with
// decisions, and when. What was seen or decided is named by ids, never by values.
#ifndef ENGINE_AUDIT_H
#define ENGINE_AUDIT_H

#include "base/err.h"
#include "base/json_out.h"

typedef struct Audit Audit;

// Begins a line with time, user, host and action ("rejects.export"); the caller adds fields to the writer.
Audit *audit_begin(const char *state_folder, const char *clinic, const char *action, JsonOut **fields);
// Appends the line in one write and forces it to disk: what is audited may only follow when this is true.
// Frees the audit in any case.
bool audit_end(Audit *audit, Err *err) MUST_CHECK;

#endif
