// Which rows of the board are seen: what is folded, filtered and marked, and where the cursor is. Rows are known by
// their names, so that all of it outlives a model that was read anew.
#ifndef UI_BOARD_VIEW_H
#define UI_BOARD_VIEW_H

#include "ui/board_data.h"
#include "ui/list.h"

typedef enum { QUICK_ALL, QUICK_FAILED, QUICK_STALE, QUICK_WARNED, QUICKS } BoardQuick;
const char *board_quick_word(BoardQuick quick);

typedef enum { BOARD_CATEGORY, BOARD_ENTITY, BOARD_STEP } BoardRowKind;
typedef struct {
    BoardRowKind kind;
    size_t entity; // of the model; BOARD_CATEGORY: its first one
    Stage stage;   // BOARD_STEP
    bool folded;   // BOARD_CATEGORY
} BoardRow;

typedef struct {
    const char **at;
    size_t n, cap;
} BoardNames;

typedef struct {
    Arena *arena;            // of names that are kept
    const BoardModel *model; // NULL: not read yet
    bool by_step;
    BoardQuick quick;
    const char *filter; // NULL: none
    BoardNames folded, marked;
    BoardRow *rows;
    size_t cap;
    ListState list;
    const char *at; // id of the row the cursor is on; NULL: not decided yet
} BoardView;

// "#People", "patient", "patient/insert". In a.
const char *board_row_id(Arena *a, const BoardView *v, size_t row);
// After the model, a fold or a filter changed. The cursor stays on its row; if that is gone, at its place.
void board_view_fill(BoardView *v);
const BoardRow *board_view_row(const BoardView *v); // under the cursor; NULL: none
// One of the list's moves.
bool board_view_move(BoardView *v, int action, int page);
void board_view_switch(BoardView *v); // a row for each entity, or for each step; the cursor stays with its entity

void board_fold(BoardView *v, bool fold);       // the category the cursor is in
void board_fold_all(BoardView *v);              // all; again: none
bool board_marked(const BoardView *v, size_t row);
void board_mark(BoardView *v);                  // the row under the cursor, or takes its mark away; and goes down
void board_mark_all(BoardView *v);              // all rows that are seen; again: none
// What is to be run: what is marked, else the row under the cursor. NULL-ended; NULL: nothing is there. A category
// gives its entities. In a.
const char *const *board_chosen(Arena *a, const BoardView *v);
// Whether these are all entities: then the whole pipeline is meant, with the steps that are no entity's.
bool board_chose_all(const BoardView *v, const char *const *chosen);

// The sums of a category, by its first entity; n: how many it has.
BoardEntity board_category_sum(const BoardModel *m, size_t first, size_t *n);
bool board_same_category(const BoardModel *m, size_t one, size_t other);

#endif
