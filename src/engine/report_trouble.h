// What hindered a run: read from its events, for the report.
#ifndef ENGINE_REPORT_TROUBLE_H
#define ENGINE_REPORT_TROUBLE_H

#include "engine/report_data.h"
#include "engine/report_page.h"

// Stalls, retries, what verify found and the last sign of life. Nothing where the events are gone.
void report_trouble_collect(Arena *a, const char *events_path, Report *r);
void report_trouble(Arena *a, const Report *r, Page *p);
void report_trouble_json(const Report *r, JsonOut *j);

#endif
