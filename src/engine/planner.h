// A plan in the making. Private to engine/.
#ifndef ENGINE_PLANNER_H
#define ENGINE_PLANNER_H

#include "engine/worker.h"

typedef struct {
    Worker w;
    Plan *plan;
    PlannedStep **shown; // parallel to w.steps; NULL: not selected
    const char *running; // the step a worker is on; NULL: nobody is at work
    bool busy;           // a worker holds the cache: only what control.db knows can be told
} Planner;

PlannedStep *planner_shown(const Planner *x, const char *entity, Stage stage); // NULL: not shown
bool planned_is_current(const PlannedStep *p); // NULL is current: not our business
void planned_because(Planner *x, PlannedStep *p, Cause cause);
// A difference in words, on one line.
const char *change_text(Arena *a, const InputChange *c);

// Sets the status of a step by what control.db knows (last) and what holds now, and says why.
bool planner_judge(Planner *x, Step *s, PlannedStep *p, const StepRecord *last, Err *err);
// What each step drags along, and how long all of it takes. After all have been judged.
bool planner_reach(Planner *x, Err *err);

#endif
