// The plan before a run, from inside: what is read, and what is asked for.
#ifndef UI_RUN_PLAN_H
#define UI_RUN_PLAN_H

#include "engine/engine.h"
#include "ui/app.h"

enum { PLAN_CAUSES = 4 };

// Lines are ready to be shown.
typedef struct {
    const char *clinic; // as read from the target; NULL: there is none yet
    const char *steps;  // "patient V I, budget I"
    const char *causes[PLAN_CAUSES];
    size_t n_causes, more_causes;
    const char *bulk; // NULL: nothing to say
    size_t todo, perhaps;
    int64_t rows;                 // -1: not known
    double eta_low_s, eta_high_s; // negative: not known
    bool wants_passphrase;        // of the source, and nobody has given one
    const char *goes_on;          // resume: with which run, in words; NULL
    // Why nothing can be planned; NULL: it can.
    const char *trouble, *hint;
} RunPlanned;

// wish: mode, select and options as texts, each with its NUL, behind the numbers of the latter two.
typedef struct {
    size_t n_select, n_options;
    char words[];
} PlanWish;
void *run_plan_read(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err);

typedef struct {
    Screen base;
    const char *mode;
    const char *const *select, *const *options; // NULL-ended, never NULL
    const RunPlanned *plan;                     // NULL: not read yet
} RunPlan;

bool run_plan_may_run(const RunPlan *s); // it is known what to do, and there is something
void run_plan_paint(const Screen *s, const App *app, Canvas *body); // run_plan_paint.c

#endif
