// The parts of the record inspector: record.c acts, record_lines.c puts source, mapped and target side by
// side, record_below.c tells how a value got there, record_paint.c paints both.
#ifndef UI_RECORD_H
#define UI_RECORD_H

#include "ui/list.h"
#include "ui/record_data.h"
#include "ui/record_list.h"

// A field across the stages. What is not there has no value and is not told; NULL is a value.
typedef struct {
    const char *name;
    const char *heading; // not NULL: no field but the row of the target that the following lines are of
    const char *source, *made, *target;
    bool has_source, has_made, has_target;
    bool same;               // of one that is made and there
    bool issue;              // something was found wrong with it
    const InspectWayOf *way; // NULL: no mapping fills it
} RecordLine;

// All lines, or only those that differ or have an issue; *equal: those left out.
RecordLine *record_lines(Arena *a, const Inspect *f, bool only_differences, size_t *n, size_t *equal);
// Whether the issue is about this field.
bool record_issue_is_of(const IssueItem *issue, const RecordLine *line);

// What is told below the fields.
typedef struct {
    Role role;
    int indent;
    const char *label; // before the text; NULL: none
    const char *text;
} BelowLine;
// line NULL: of no field.
BelowLine *record_below(Arena *a, const Inspect *f, const RecordLine *line, size_t *n);

typedef struct {
    Screen base;
    RecordPage page_of; // of the list, as far as it is known here
    size_t at;
    const RecordList *in; // where it goes on; NULL: nowhere
    int64_t passed;       // records before the page; -1: unknown
    int going;            // 1, -1: the page behind or before is being read
    const Inspect *found; // NULL: not yet, or it failed, as trouble says
    const char *trouble;
    bool whole;                   // with the target
    bool only_differences, below; // below: the lower part is what moves
    Arena *made;                  // of what follows, which is made of found
    RecordLine *lines;
    size_t n_lines, equal;
    BelowLine *told;
    size_t n_told;
    ListState list;
    int64_t scrolled; // of the lower part
    // Painting notes here how many fields are seen, and how many lines the lower part has.
    int *page, *told_lines;
} RecordScreen;

void record_paint(const Screen *s, const App *app, Canvas *body);

#endif
