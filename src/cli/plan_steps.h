// The steps of a plan as JSON, the same in `plan` and `status`.
#ifndef CLI_PLAN_STEPS_H
#define CLI_PLAN_STEPS_H

#include "base/json_out.h"
#include "engine/engine.h"

void json_planned_steps(JsonOut *j, const char *key, const Plan *plan);

#endif
