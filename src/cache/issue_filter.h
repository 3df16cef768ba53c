// An IssueFilter as SQL, and what statements about issues have in common. Private to cache/.
#ifndef CACHE_ISSUE_FILTER_H
#define CACHE_ISSUE_FILTER_H

#include "cache/issue_list.h"

#define OPEN "(present AND " ISSUE_STATE " = 'open')"

// The source's own findings keep no row out.
#define REJECTS "(present AND severity IN ('fatal', 'error') AND code NOT GLOB 'dpmf.*')"

#define SEVERITY_RANK "CASE severity WHEN 'fatal' THEN 0 WHEN 'error' THEN 1 WHEN 'warning' THEN 2 ELSE 3 END"

// The columns of issue_item().
#define ITEM_COLUMNS                                                                                         \
    "fp, code, severity, entity, step, key, field, detail, " ISSUE_STATE                                     \
    ", source_id, origin, present, first_run, last_run, gone_run, back_run, revision, by, at, reason,"       \
    " until, (SELECT text FROM issue_history h WHERE h.fp = issues.fp AND h.action = 'note'"                 \
    " ORDER BY n DESC LIMIT 1), owner, owner_by, owner_at"

IssueItem issue_item(LiteStmt *s, Arena *a);

// The run that the newest ones are compared with; 0: there was none before.
bool issue_since(Control *c, int64_t *run, Err *err) MUST_CHECK;

// Appends " WHERE ..." with the values in it. Only what the filter asks for is named, so that an index which
// has these columns answers alone.
bool issue_where(Control *c, const IssueFilter *f, Buf *sql, Err *err) MUST_CHECK;

// Appends 'text', quoted; NULL: ''.
void sql_quote(Buf *sql, const char *text);

#endif
