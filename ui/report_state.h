// The state of Report. Shared by report_screen.c, report_paint.c and report_tables.c alone.
#ifndef UI_REPORT_STATE_H
#define UI_REPORT_STATE_H

#include "ui/list.h"
#include "ui/report_model.h"
#include "ui/screens.h"

typedef struct {
    Screen base;
    int64_t run;                // wanted; 0: the newest
    const ReportShown *shown;   // NULL: being read
    const char *trouble;        // why it could not be; NULL
    const ReportShown *earlier; // numbers are shown as changes since this run; NULL: as they are
    bool comparing;             // the list of runs is open to compare
    int64_t *listed;            // runs, as that list has them
    const char *format;         // of the file to be written
    ListState list;             // over shown->lines
    int *rows;                  // of the list when it was painted last
} ReportScreen;

void report_paint(const Screen *s, const App *app, Canvas *body);
void report_context(const Screen *s, const App *app, Buf *line);
void report_paint_line(const ReportScreen *x, Arena *a, const ReportLine *line, Canvas *c,
                       int y);                     // report_tables.c
const char *report_section(ReportSection section); // its name, translated

#endif
