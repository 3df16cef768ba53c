// The forms of a report.
#ifndef ENGINE_REPORT_TEXT_H
#define ENGINE_REPORT_TEXT_H

#include "engine/report_data.h"
#include "engine/report_page.h"

void report_text(Arena *a, const Report *r, bool markdown, Buf *out); // for people
// One file that asks for nothing else: no scripts, nothing from elsewhere, pictures in SVG.
void report_html(Arena *a, const Report *r, Buf *out);
void report_summary(Arena *a, const Report *r, Buf *out); // what stands on the screen when a run ends
void report_rollback(Arena *a, const RollbackRecord *r, Page *p); // tables, and the rows that stay
void report_json(const Report *r, Buf *out); // {"v":1,"type":"report",...}: one line with its end
void report_csv(const Report *r, Buf *out);  // the account as RFC 4180: one line an entity and whether it adds up, CR LF

#endif
