// The steps of the last run's pipeline, as it noted them: for readers that want to know at once which there
// are, without the mappings and without the target.
#ifndef CACHE_PIPELINE_NOTE_H
#define CACHE_PIPELINE_NOTE_H

#include "cache/control.h"

typedef struct {
    const char *step, *category; // patient/insert; "": none
    bool untracked, off;         // as in PlannedStep; switched off in commands.yaml
} PipelineStep;

bool pipeline_note(Control *c, const PipelineStep *steps, size_t n, Err *err) MUST_CHECK;
// In the order in which they run; *n 0: nothing has been noted yet.
bool pipeline_noted(Control *c, Arena *a, PipelineStep **steps, size_t *n, Err *err) MUST_CHECK;

#endif
