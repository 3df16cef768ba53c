// What verify found, read from a run's events, for its report.
#ifndef ENGINE_REPORT_VERIFIED_H
#define ENGINE_REPORT_VERIFIED_H

#include "base/json_out.h"
#include "engine/report_data.h"
#include "engine/report_page.h"

// Notes an event of the type verified; list (of Verified) grows by it.
void report_verified_take(Arena *a, Str event, Buf *list);
void report_verified(Arena *a, const Report *r, Page *p);
void report_verified_json(const Report *r, JsonOut *j);

#endif
