// The steps of a plan, the same in `plan` and `status`.
#ifndef CLI_PLAN_STEPS_H
#define CLI_PLAN_STEPS_H

#include "base/json_out.h"
#include "cli/output.h"
#include "engine/engine.h"

void json_planned_steps(JsonOut *j, const char *key, const Plan *plan);
void json_plan_sum(JsonOut *j, const Plan *plan); // todo, perhaps, rows, eta_s

bool plan_is_to_do(const PlannedStep *s);                      // and its status is told
const char *status_shown(Arena *a, const PlannedStep *s);      // "+ done": its symbol and its word; "-": untracked
void print_plan_count(Output *out, const Plan *plan);          // "3 of 40 steps to do"
const char *time_shown(Arena *a, double low_s, double high_s); // "about 2-3 min"; negative: unknown
// What to type next for this entity: of its first step that is not done; NULL: nothing.
const char *next_command(Arena *a, const Clinic *clinic, const Plan *plan, const char *entity);

#endif
