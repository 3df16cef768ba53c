// What is typed behind `/` in Warnings, as a filter of control.db's issues.
#ifndef UI_WARNINGS_FILTER_H
#define UI_WARNINGS_FILTER_H

#include "cache/issue_list.h"

// Words with blanks between: `code:`, `severity:`, `entity:`, `state:`, `step:` and `owner:` with a value, in
// which
// * and ? stand for any letters (not in severity and state); `new`; `!text` and `text`, which has to be in
// none or in one of code, entity, id, place, field and detail. Without `state:` those that are open;
// state:all means any. out's texts live in a. NULL: it was understood; else what is wrong with it,
// translated.
const char *warnings_filter(Arena *a, const char *typed, IssueFilter *out);
// The same as flags of the command line: "--code 'x.*' --new"; "" without any. In a. What it has no flags for
// is left out.
const char *warnings_flags(Arena *a, const IssueFilter *f);

#endif
