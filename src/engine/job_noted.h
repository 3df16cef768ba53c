// What readers know of the job in the target's ledger, which they leave alone: as control.db has it.
#ifndef ENGINE_JOB_NOTED_H
#define ENGINE_JOB_NOTED_H

#include "cache/control.h"
#include "config/clinic.h"

// {"job", "kind", "status", "error", "total_entities", "processed_entities", ...}; NULL: there is none yet.
const char *job_noted(Arena *a, Control *c);
// Closes what a worker that died left at work, unless somebody is. May fail in silence.
void job_catch_up(Arena *a, const Clinic *clinic);

#endif
