// Pictures of a report in HTML, as plain SVG, and the page around them. In other forms of a page nothing is drawn.
#ifndef ENGINE_REPORT_PICTURE_H
#define ENGINE_REPORT_PICTURE_H

#include "engine/report_data.h"
#include "engine/report_page.h"

void picture_balance(const Report *r, Page *p);             // what became of the rows of each entity
void picture_durations(Arena *a, const Report *r, Page *p); // the steps that took longest

void report_html_head(Page *p, const char *title); // up to the title of the report
void report_html_foot(Page *p);

#endif
