// The parts of the step screen: step.c acts, step_*paint.c paint a tab each from what was read.
#ifndef UI_STEP_H
#define UI_STEP_H

#include "cache/issue_decide.h"
#include "ui/list.h"
#include "ui/step_data.h"

enum { TAB_PLAN, TAB_SAMPLES, TAB_DIFF, TAB_ISSUES, TAB_LOG, TAB_WHY, TAB_HISTORY, STEP_TABS };

// A line of the diff: which row, which of its fields; -1: the row itself.
typedef struct {
    int row, field;
    bool plus; // what it would be; else what the target has
} DiffLine;

typedef struct {
    Screen base;
    const char *entity, *step; // patient, patient/insert
    Stage stage;
    int tab;

    // Of the last reading of each kind; NULL: not yet, or it failed, as trouble says.
    const StepKnown *known;
    const Preview *counts;
    const StepPlan *plan;
    const SamplePage *samples;
    const StepDiff *diff;
    const StepIssues *issues;
    const LogPage *log;
    const char *trouble[STEP_DECIDE];

    ListState list[STEP_TABS];
    Buf at[STEP_TABS];           // the row of the cursor by its name, which stays when the page is read anew
    int then[STEP_TABS];         // a move that goes on when the page has come
    const char *find[STEP_TABS]; // NULL: all rows
    SampleWhich which;
    bool all_issues;
    int left;        // TAB_SAMPLES: first column that is shown
    DiffLine *lines; // of diff
    Arena *lines_arena;
    Buf marked; // fingerprints of issues, one after the other
    int *page;  // painting notes here how many rows of a list are seen
} StepScreen;

bool step_marked(const StepScreen *s, const char *fp);

// Each paints below the line of tabs.
void step_paint_plan(const StepScreen *s, const App *app, Canvas *c);
void step_paint_samples(const StepScreen *s, const App *app, Canvas *c);
void step_paint_diff(const StepScreen *s, const App *app, Canvas *c);
void step_paint_issues(const StepScreen *s, const App *app, Canvas *c);
void step_paint_log(const StepScreen *s, const App *app, Canvas *c);
void step_paint_why(const StepScreen *s, const App *app, Canvas *c);
void step_paint_history(const StepScreen *s, const App *app, Canvas *c);
void step_paint(const Screen *s, const App *app, Canvas *body);

// The status with what the worker tells of itself.
StepStatus step_status_now(const StepScreen *s, const App *app);
const char *step_outcome_word(const char *outcome); // of a SampleRow
// "reading ..." or why not, when there is nothing to show of a kind. true: painted.
bool step_paint_lack(const StepScreen *s, int kind, const void *data, const char *reading, Canvas *c, int y);
// Makes s->lines of s->diff.
void step_diff_lines(StepScreen *s);

// What can be done with the row of the cursor, or the marked ones. false: there is nothing to do it with.
bool step_open_row(StepScreen *s, App *app);
bool step_mark(StepScreen *s, App *app, bool all);
bool step_decide(StepScreen *s, App *app, IssueAction action);
void step_dry_run(StepScreen *s, App *app);
void step_copy(StepScreen *s, App *app);

// Pages of samples, issues and the log: asks for the rows the list has to go on with, keeps the cursor on its
// row.
void step_read_tab(StepScreen *s, App *app, int tab); // anew, from the row of the cursor
bool step_list_move(StepScreen *s, App *app, int action);
void step_page_came(StepScreen *s, App *app, int tab);
void step_keep_cursor(StepScreen *s); // notes the row of the cursor

#endif
