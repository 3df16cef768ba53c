// The parts of the board's screen: board.c acts, board_paint.c paints the list, board_strip.c what explains a row.
#ifndef UI_BOARD_H
#define UI_BOARD_H

#include "ui/board_view.h"

typedef struct {
    const WorkerSeen *worker; // NULL: nobody is at work
    bool reading;             // it is read for the first time
    const char *trouble;      // it could not be read: why
    int *page;                // painting notes here how many rows are seen at a time
} BoardLook;

void board_paint(const BoardView *v, const BoardLook *look, Canvas *body);
// The row under the cursor in words: what, how it stands, why, what it holds up, the next key. As many lines as the canvas has.
void board_strip(const BoardView *v, const BoardLook *look, Canvas *c);

// The status of a stage with what the worker tells of itself.
StepStatus board_status_now(const BoardEntity *e, Stage stage, const WorkerSeen *worker);

#endif
