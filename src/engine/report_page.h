// A page of text for people, as plain lines, as Markdown or as the body of an HTML page. Whatever is put on it is cleaned first: no
// value can forge a line, move the cursor or become markup.
#ifndef ENGINE_REPORT_PAGE_H
#define ENGINE_REPORT_PAGE_H

#include "base/str.h"

typedef struct {
    Buf *out;
    bool markdown, html; // neither: plain lines
} Page;

void page_value(Page *p, const char *text); // a text in the middle of what the caller writes himself

void page_title(Page *p, const char *text);
void page_heading(Page *p, const char *text);
void page_line(Page *p, const char *fmt, ...) PRINTF(2, 3); // a line under a table
void page_command(Page *p, int number, const char *command,
                  const char *why); // number 0: none; why may be NULL
void page_end_block(Page *p); // behind the last of what a heading has: facts, commands, a table and its lines

// Names and values, the values of a block begin in one column.
typedef struct {
    const char *name, *value; // value NULL: left out
} Fact;
void page_facts(Page *p, const Fact *facts, size_t n);

// cells: row by row, the first one holds the names; the first `left` columns are texts, the others numbers.
enum { PAGE_COLUMNS = 12 }; // at most
void page_table(Page *p, const char *const *cells, size_t rows, size_t columns, size_t left);

#endif
