// What the operator can do after a run, as commands to type.
#ifndef ENGINE_REPORT_NEXT_H
#define ENGINE_REPORT_NEXT_H

#include "engine/report_data.h"

// Fills in next and resume from what is in the report already.
void report_next(Arena *a, Report *r);

#endif
