// What the list of clinics shows, as texts that are ready to paint.
#ifndef UI_CLINICS_DATA_H
#define UI_CLINICS_DATA_H

#include "engine/engine.h"
#include "ui/app.h"

typedef struct {
    const char *name;
    const char *title;    // of the clinic, as its target calls it; "": not known
    const char *env, *source, *target; // "" when its configuration is wrong
    bool valid;
    size_t errors, hints; // of its configuration
    double share;         // of its steps that are done, 0 to 1; negative: unknown
    int64_t open;         // warnings; -1: unknown
    StepStatus status;    // of its last run; STEP_RUNNING: somebody is at work
    bool in_use;          // by somebody else
    const char *last;     // "#42 failed 11:58"; "never run"
    int attention;        // a smaller one wants to be looked at first
    const char *moment;   // when its last run began, for sorting; NULL: never
    const char *line[6];  // below the list: configuration, source, cache, target, lock, last run; "": nothing to say
    char next_key;        // 0: none
    const char *next;     // what to do, one sentence; "": nothing
    const char *next_command;
} ClinicRow;
extern const char *const clinic_line_names[6]; // N_()

typedef struct {
    const char *workspace; // NULL: there is none yet
    ClinicRow *rows;       // by attention
    size_t n;
} ClinicsModel;

// For app_fetch. ClinicsModel *.
void *clinics_read(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err);

#endif
