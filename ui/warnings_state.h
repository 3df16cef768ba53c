// The state of Warnings: what was read and where one stands in it. Shared by warnings*.c alone.
#ifndef UI_WARNINGS_STATE_H
#define UI_WARNINGS_STATE_H

#include "cache/issue_store.h"
#include "ui/list.h"
#include "ui/screens.h"
#include "ui/warnings_data.h"

enum { WARNINGS_DECIDE = WARNINGS_EXPORT + 1 }; // the kind of app_fetch() that decide.h has

typedef struct {
    Screen base;
    const char *typed; // behind `/`; "": nothing
    IssueFilter filter;
    IssueView view;
    bool anew; // filter or view changed: the cursor goes to the first group

    const WarningsTree *tree; // NULL: not read yet
    const char *trouble;      // why it could not be; NULL
    Arena *of_tree;           // of the next three
    bool *folded, *marked;    // by line
    size_t *shown;            // lines that are not in a folded one
    ListState groups;         // over shown

    bool in_records;            // the cursor is in the records of the group
    int64_t ticket;             // of the group under the cursor
    const WarningsGroup *group; // NULL: being read
    const WarningsPage *page;   // NULL: being read
    ListState records;
    int64_t wanted;        // record that was gone to and is not in the page yet; -1: none
    char at[ISSUE_FP + 1]; // record that is gone back to when the page was read anew; "": none
    bool open_when_read;   // Enter came before the records did

    IssueChoice *picked; // records that are marked, as they were seen
    size_t n_picked, cap_picked;
    const char *export_format;

    int *rows; // of the lists [groups, records] when they were painted last: what a page is
} Warnings;

// The line the cursor is on; NULL: there is none.
const WarningsLine *warnings_line(const Warnings *w);
const IssueItem *warnings_record(const Warnings *w); // NULL: none, or not read yet
bool warnings_inner(const Warnings *w, size_t line); // other lines are below it
bool warnings_picked(const Warnings *w, const char *fp);
size_t warnings_marks(const Warnings *w); // groups and records

void warnings_paint(const Screen *s, const App *app, Canvas *body);
void warnings_context(const Screen *s, const App *app, Buf *line);

// warnings_closely.c: what one group is about. Texts are translated and live in a.
const char *warnings_number(Arena *a, int64_t n);
bool warnings_shows_open(const Warnings *w); // the filter lets open ones through, and no others
const char *warnings_about(Arena *a, const WarningsLine *line);
const char *warnings_heading(Arena *a, const Warnings *w, const WarningsLine *line);
void warnings_paint_beside(const Warnings *w, const App *app, Arena *a, Canvas *c, const WarningsLine *line);
void warnings_paint_below(const Warnings *w, const App *app, Arena *a, Canvas *c, const WarningsLine *line);
void warnings_paint_records(const Warnings *w, Arena *a, Canvas *c);

// warnings_fetch.c: what is read.
void warnings_fetch_tree(Warnings *w, App *app);
void warnings_fetch_anew(Warnings *w, App *app);  // after filter or view changed: other lines
void warnings_fetch_group(Warnings *w, App *app); // of the line of the cursor
void warnings_fetch_page(Warnings *w, App *app);  // that holds the record gone to
void warnings_fetched(Screen *s, App *app, int what, void *result, const Err *err);
void warnings_open_records(Warnings *w, App *app); // warnings.c: of the group; when they are there

// Its texts kept as long as the app: threads read them, which may outlive the screen.
IssueFilter warnings_kept(const App *app, IssueFilter f);

// warnings_marks.c: what is marked, and decided of it.
void warnings_mark(Warnings *w);
void warnings_mark_all(Warnings *w);
void warnings_unmark(Warnings *w);
void warnings_choose(Warnings *w, App *app, int action); // reads what a decision is about; then
void warnings_chosen(Warnings *w, App *app, const WarningsChosen *chosen);

// warnings_lines.c: the tree as lines.
void warnings_take_tree(Warnings *w, const WarningsTree *tree); // keeps cursor, folds and marks
bool warnings_same(const IssueNode *a,
                   const IssueNode *b);     // the same line, before and after it was read anew
void warnings_fold(Warnings *w, bool fold); // the line of the cursor, or goes to the one above
void warnings_fold_all(Warnings *w);
const char *warnings_label(Arena *a, const Warnings *w,
                           const WarningsLine *line); // what it is called in the tree

// warnings_export.c
void warnings_export(Warnings *w, App *app);

#endif
