// How long the rest of a run takes, by what its steps took so far.
#include <string.h>

#include "engine/worker.h"

typedef struct {
    double rows, seconds; // of what is done
} Pace;

static bool paced(const Step *s)
{
    return s->stage != STAGE_EXTRACT && s->rows > 0;
}

// Rows the step has or will have; before it begins, those that were read of its entity.
static double rows_of(const Worker *w, const Step *s)
{
    if (s->rows >= 0)
        return (double)s->rows;
    for (size_t i = 0; i < w->n; i++)
        if (w->steps[i].stage == STAGE_EXTRACT && strcmp(w->steps[i].entity, s->entity) == 0)
            return (double)MAX(w->steps[i].rows - w->steps[i].rejected, (int64_t)0);
    return 0;
}

static bool is_to_come(const Step *s)
{
    return s->wanted && s->status == STEP_PENDING && s->stage != STAGE_EXTRACT;
}

// A stage without experience goes as all the others did together.
static double seconds_for(const Pace *stages, const Pace *all, Stage stage, double rows)
{
    const Pace *pace = stages[stage].rows > 0 ? &stages[stage] : all;
    return rows * pace->seconds / pace->rows;
}

bool worker_time_left(const Worker *w, const Step *now, int64_t done, double *low_s, double *high_s)
{
    Pace stages[STAGES] = {{0}}, all = {0};
    double left = 0;
    if (now->stage == STAGE_EXTRACT)
        return false; // how many rows come is not known
    for (size_t i = 0; i < w->n; i++) {
        const Step *s = &w->steps[i];
        bool running = s == now;
        if (!paced(s) || (!running && (!s->ran || s->current || s->status == STEP_PENDING)))
            continue;
        double rows = running ? (double)done : (double)s->rows;
        double seconds = running ? (double)(steady_now() - s->began) / 1e6 : s->took_s;
        stages[s->stage].rows += rows;
        stages[s->stage].seconds += seconds;
        all.rows += rows;
        all.seconds += seconds;
    }
    if (all.rows <= 0)
        return false;
    for (size_t i = 0; i < w->n; i++)
        if (is_to_come(&w->steps[i]))
            left += seconds_for(stages, &all, w->steps[i].stage, rows_of(w, &w->steps[i]));
    left += seconds_for(stages, &all, now->stage, MAX(rows_of(w, now) - (double)done, 0.0));
    *low_s = left * 0.8;
    *high_s = left * 1.4 + 1;
    return true;
}
