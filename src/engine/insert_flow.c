// Insert steps in their order; where several are asked for, a step that meets none of those before it that have
// not ended is written beside them. Two that meet come one after the other, as they always do.
#include <string.h>

#include "base/intl.h"
#include "engine/insert.h"

enum { LOOK_US = 5 * 1000 * 1000 }; // at the connection that holds the lock, while others are at work

typedef struct {
    Worker *w;
    size_t places;      // how many at a time
    Inserting **active; // of each place; NULL: it is free
    size_t n_active;
    bool *begun, *ended, *meets; // by step; of each step with each before it
    bool stopping;               // no more of them begin
    Err why;                     // it stops
    Instant looked;
} Flow;

static bool is_insert(const Flow *f, size_t i)
{
    return f->w->steps[i].stage == STAGE_INSERT;
}

static bool find_meetings(Flow *f, Err *err)
{
    Worker *w = f->w;
    f->meets = arena_many(w->s.arena, bool, w->n * w->n);
    for (size_t i = 0; i < w->n; i++)
        for (size_t k = 0; k < i; k++)
            if (is_insert(f, i) && is_insert(f, k) &&
                !insert_meets(w, &w->steps[i], &w->steps[k], &f->meets[i * w->n + k], err))
                return false;
    return true;
}

static bool may_be_next(const Flow *f, size_t i)
{
    if (!is_insert(f, i) || f->begun[i])
        return false;
    for (size_t k = 0; k < i; k++)
        if (is_insert(f, k) && !f->ended[k] && (f->places == 1 || f->meets[i * f->w->n + k]))
            return false;
    return true;
}

static size_t free_place(const Flow *f)
{
    size_t places = f->w->lanes ? lanes_count(f->w->lanes) : 1, i = 0; // the first one that writes opens them
    while (i < places && f->active[i])
        i++;
    return i < places ? i : SIZE_MAX;
}

// A step that is asked to be the last lets those beside it end.
static bool may_begin(Flow *f, Err *err)
{
    if (worker_may_begin(f->w, err))
        return true;
    f->stopping = true;
    f->why = *err;
    return false;
}

static bool begin_steps(Flow *f, bool *moved, Err *err)
{
    for (size_t i = 0; i < f->w->n; i++) {
        size_t place = free_place(f);
        bool goes;
        if (place == SIZE_MAX || f->stopping)
            return true;
        if (!may_be_next(f, i))
            continue;
        if (!may_begin(f, err))
            return true;
        if (!insert_begin(f->w, &f->w->steps[i], &goes, err))
            return false;
        f->begun[i] = true;
        f->ended[i] = !goes;
        *moved = true;
        if (goes) {
            f->active[place] = insert_open(f->w, &f->w->steps[i]);
            f->n_active++;
        }
    }
    return true;
}

static void leave(Flow *f, size_t place)
{
    Step *s = insert_step(f->active[place]);
    f->ended[s - f->w->steps] = true;
    insert_close(f->active[place]);
    f->active[place] = NULL;
    f->n_active--;
}

static bool go_on(Flow *f, size_t place, bool *moved, Err *err)
{
    bool ended;
    Err failed = {0};
    Inserting *x = f->active[place];
    Step *s = insert_step(x);
    if (!insert_feed(x, place, moved, &ended, &failed)) {
        insert_give_up(x);
        leave(f, place);
        *moved = true;
        return worker_step_failed(f->w, s, &failed, err);
    }
    if (!ended)
        return true;
    leave(f, place);
    return insert_end(f->w, s, err);
}

// The run's own connection holds the lock and idles while the others write: without it they may not.
static bool still_ours(Flow *f, Err *err)
{
    Worker *w = f->w;
    Target *t = w->s.target;
    const char *last, *fingerprint;
    bool complete;
    if (f->places == 1 || !f->n_active || steady_now() - f->looked < LOOK_US)
        return true;
    f->looked = steady_now();
    Attempts attempts = {0};
    while (!t->kind->checkpoint(t, w->s.arena, "", &last, &fingerprint, &complete, err))
        if (!worker_try_again(w, &attempts, NULL, err))
            return false;
    return true;
}

static bool run_all(Flow *f, Err *err)
{
    for (;;) {
        bool moved = false;
        if (!begin_steps(f, &moved, err) || !still_ours(f, err))
            return false;
        for (size_t i = 0; i < f->places; i++)
            if (f->active[i] && !go_on(f, i, &moved, err))
                return false;
        if (moved)
            continue;
        if (!f->n_active)
            break;
        lanes_wait(f->w->lanes);
    }
    if (f->stopping)
        *err = f->why;
    return !f->stopping;
}

bool insert_flow(Worker *w, Err *err)
{
    Arena *a = w->s.arena;
    Flow f = {.w = w, .places = lanes_wanted(w), .looked = steady_now()};
    f.active = arena_many(a, Inserting *, f.places);
    f.begun = arena_many(a, bool, w->n + 1);
    f.ended = arena_many(a, bool, w->n + 1);
    if (f.places > 1 && !find_meetings(&f, err))
        return false;
    bool ok = run_all(&f, err);
    for (size_t i = 0; i < f.places; i++) { // what was under way when the run could not go on
        Inserting *x = f.active[i];
        if (!x)
            continue;
        insert_give_up(x);
        insert_step(x)->status = STEP_PENDING;
        leave(&f, i);
    }
    lanes_close(w);
    return ok;
}
