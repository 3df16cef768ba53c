// The Autopilot screen from inside: its model, which paint() shows and tests fill by hand.
#ifndef UI_AUTOPILOT_H
#define UI_AUTOPILOT_H

#include "ui/list.h"
#include "ui/run_feed.h"
#include "ui/run_news.h"
#include "ui/screens.h"

// What it reads, by kinds.
enum { FETCH_NEWS, FETCH_RUNS, FETCH_PAUSE };

// A row of the table of steps: the number of a step, or one of these.
enum { ROW_FOLDED = -1, ROW_SOURCE = -2 };

typedef struct {
    Screen base;
    int64_t pinned;       // this run alone; 0: the one under way
    int64_t expected_pid; // a worker we started and have not seen yet; 0: none
    const RunNews *news;  // NULL: not read yet
    RunFeed *feed;        // NULL: there is no run to show: the list of runs is
    const RunList *runs;  // NULL: not read yet
    bool caught_up;       // all events there were when it was looked at have been taken
    bool was_live;
    ListState list; // of runs
    int64_t run_at; // the run the cursor is on; 0: the first

    int64_t top; // of the steps
    const char
        *at;       // the step the cursor is on, one of the feed's ids, or one of these; NULL: the running one
    bool unfolded; // also those that are done
    bool log_focus;        // moving moves the log
    size_t log_back;       // lines of the log below those shown; 0: it follows
    struct AutopilotSeen { // by the last paint()
        int room, log_rows, list_rows;
    } * seen;
} Autopilot;

extern const char autopilot_at_folded[], autopilot_at_source[];

typedef enum { RUN_LIST, RUN_READING, RUN_STARTING, RUN_LIVE, RUN_ENDED, RUN_GONE } AutopilotState;
AutopilotState autopilot_state(const Autopilot *s, const App *app);

bool autopilot_is_held(const Autopilot *s); // paused, or asked to pause

// The rows for this much room, done ones folded into one when it is too little. *cursor: among them. In a.
int *autopilot_rows(const Autopilot *s, Arena *a, int room, size_t *n, size_t *cursor);
const char *autopilot_row_id(const Autopilot *s, int row); // what `at` is on that row

bool autopilot_act(Screen *s, App *app, int action); // autopilot_act.c
void autopilot_paint(const Screen *s, const App *app, Canvas *body);
void autopilot_context(const Screen *s, const App *app, Buf *line);
void autopilot_paint_runs(const Autopilot *s, Canvas *body); // autopilot_runs.c; and what is in it:
void autopilot_runs_read(Autopilot *s);                      // the cursor keeps to its run
void autopilot_paint_steps(const Autopilot *s, Canvas *c);   // autopilot_steps.c
void autopilot_paint_log(const Autopilot *s, Canvas *c);

Screen *autopilot_of_run(int64_t run); // that run, under way or not

#endif
