// A list with a cursor: the arithmetic of moving, paging and scrolling, for rows that are known or fetched in
// pages. And tables: columns with widths, of which the least important ones go when there is little room.
#ifndef UI_LIST_H
#define UI_LIST_H

#include "ui/canvas.h"
#include "ui/keys.h"

typedef struct {
    int64_t cursor, top, count; // cursor is 0 when count is 0
} ListState;

// Moves by one of ACT_UP..ACT_LAST. page: rows that are seen. false: it was no such action.
bool list_move(ListState *l, int action, int page);
// After count or the size changed: cursor inside, and seen.
void list_fit(ListState *l, int64_t count, int page);

typedef struct {
    const char *title;  // N_(); short: a column is as wide as width says, its title is cut
    int width;          // columns; 0: what is left over (one column of a table)
    bool right;         // numbers
    int drop;           // 0: never left out; else the higher, the sooner
} Column;

enum { TABLE_COLUMNS = 16 };

// Where the columns of a table stand in a canvas. A column without room has width 0.
typedef struct {
    const Column *columns;
    size_t n;
    int x[TABLE_COLUMNS], width[TABLE_COLUMNS];
} Table;

// Lays n columns out in width columns, two of margin at the left for the cursor and one between columns.
Table table_of(const Column *columns, size_t n, int width);
void table_head(const Table *t, Canvas *c, int y);
// A cell of a row. NULL: empty.
void table_cell(const Table *t, Canvas *c, int y, size_t column, Role role, const char *text);
void table_number(const Table *t, Canvas *c, int y, size_t column, Role role, int64_t number); // negative: "-"
// The cursor's mark and look, and the mark of marked rows; after the cells of the row.
void table_cursor(Canvas *c, int y, bool on, bool marked);

#endif
