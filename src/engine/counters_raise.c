// After a step's rows: counters of the application go on behind their numbers.
#include "engine/insert.h"

#include "map/counters.h"

typedef struct {
    Worker *w;
    const Step *step;
} Raising;

static bool raise_one(void *arg, const TargetCounter *asked, Err *err)
{
    const Raising *x = arg;
    Worker *w = x->w;
    TargetCounter c = *asked;
    c.step = x->step->id;
    bool raised;
    Attempts retry = {0};
    while (!worker_need_job(w, err) || !w->s.target->kind->raise(w->s.target, &c, &raised, err))
        if (!worker_try_again(w, &retry, x->step->id, err))
            return false;
    w->wrote |= raised;
    return true;
}

bool insert_raise_counters(Worker *w, Err *err)
{
    if (w->o->rehearse || w->o->limit)
        return true;
    for (size_t i = 0; i < w->n; i++) {
        Raising x = {w, &w->steps[i]};
        if (w->steps[i].stage == STAGE_INSERT && w->steps[i].wanted && step_is_good(&w->steps[i]) &&
            !step_is_raw(&w->steps[i]) && !counters_of(w->s.mapper, w->steps[i].entity, raise_one, &x, err))
            return false;
    }
    return true;
}
