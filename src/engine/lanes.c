#include "engine/lanes.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/intl.h"

enum { LOADS = 2 }; // one is written while the next is read

struct Lane {
    Lanes *all;
    Target *target;
    Arena *arena; // of the target; NULL: it is the run's own
    bool threaded;
    pthread_t thread;
    Load loads[LOADS];
    unsigned put, tried, collected; // loads since the beginning, each at most the one before
    bool busy, stuck;               // a load is being written; the oldest one failed
};

struct Lanes {
    Worker *w;
    pthread_mutex_t lock; // of all below and the lanes' counters
    pthread_cond_t changed;
    int held;
    bool ending;
    Lane *lanes;
    size_t n;
};

static void write_load(Lane *l, Load *load)
{
    Target *t = l->target;
    Instant began = steady_now();
    RawBatch *r = &load->rows;
    load->err = (Err){0};
    load->tried = true;
    if (load->raw)
        load->ok = t->kind->write_raw(t, r->step, r->entity, r->rows, r->n, r->last_key, r->last, r->fingerprint,
                                      &r->changed, &load->err);
    else
        load->ok = t->kind->write(t, &load->batch, &load->err);
    load->took += steady_now() - began;
}

static void note_tried(Lane *l, const Load *load)
{
    l->tried++;
    l->stuck = !load->ok;
    l->busy = false;
    pthread_cond_broadcast(&l->all->changed);
}

static void *work(void *arg)
{
    Lane *l = arg;
    Lanes *all = l->all;
    pthread_mutex_lock(&all->lock);
    while (!all->ending) {
        if (all->held || l->stuck || l->tried == l->put) {
            pthread_cond_wait(&all->changed, &all->lock);
            continue;
        }
        Load *load = &l->loads[l->tried % LOADS];
        l->busy = true;
        pthread_mutex_unlock(&all->lock);
        write_load(l, load);
        pthread_mutex_lock(&all->lock);
        note_tried(l, load);
    }
    pthread_mutex_unlock(&all->lock);
    return NULL;
}

static size_t asked_for(const Worker *w)
{
    return (size_t)(w->o->jobs > 0 ? w->o->jobs : w->s.clinic->jobs);
}

static const char *only_one(const Worker *w)
{
    return w->s.clinic->target_type == TARGET_SQLITE ? _("an embedded target is written on one connection")
           : w->o->rehearse                          ? _("a rehearsal is one transaction")
                                                     : NULL;
}

size_t lanes_wanted(const Worker *w)
{
    return only_one(w) ? 1 : asked_for(w);
}

// What the run's own connection is to the ledger, this one is too; the clinic's lock stays with that.
static bool open_target(Worker *w, Lane *l, Err *err)
{
    Session *s = &w->s;
    int64_t job = w->job;
    l->arena = arena_new();
    l->target = session_open_target(s->clinic, l->arena, false, err);
    return l->target && l->target->kind->beside(l->target, s->clinic_id, err) &&
           l->target->kind->prepare(l->target, (TargetScope){s->clinic_id, s->source_system}, err) &&
           l->target->kind->job_begin(l->target, &job, "", err);
}

// A new thread inherits the signals that its maker blocks.
static bool start(Lane *l)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    l->threaded = pthread_create(&l->thread, NULL, work, l) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return l->threaded;
}

static void close_target(Lane *l)
{
    if (l->arena && l->target)
        l->target->kind->close(l->target);
    arena_free(l->arena);
    l->arena = NULL;
    l->target = NULL;
}

// why: there are fewer of them.
static void tell_writers(Worker *w, size_t n, const char *why)
{
    size_t wanted = asked_for(w);
    if (wanted <= 1)
        return;
    const char *text =
        n < wanted ? arena_text(w->s.arena, _("writes on %zu of %zu connections: %s"), n, wanted, why)
                   : arena_text(w->s.arena, _("writes on %zu connections"), n);
    JsonOut *j = event_begin(w->events, "writers", NULL);
    json_int(j, "connections", (int64_t)n);
    json_int(j, "wanted", (int64_t)wanted);
    json_text(j, "message", text);
    event_send(w->events, &(Event){.text = text});
}

bool lanes_open(Worker *w, size_t n, Err *err)
{
    Lanes *all = arena_one(w->s.arena, Lanes);
    *all = (Lanes){.w = w, .lanes = arena_many(w->s.arena, Lane, n)};
    pthread_mutex_init(&all->lock, NULL);
    pthread_cond_init(&all->changed, NULL);
    w->lanes = all;
    Err failed = {0};
    while (n > 1 && all->n < n) {
        Lane *l = &all->lanes[all->n];
        *l = (Lane){.all = all};
        if (!open_target(w, l, &failed) || !start(l)) {
            close_target(l);
            break;
        }
        all->n++;
        beat_target_beside(w->beat, l->target);
    }
    if (failed.kind == ERR_STOPPED) {
        *err = failed;
        return false;
    }
    tell_writers(w, MAX(all->n, (size_t)1), n > 1 ? failed.text : only_one(w));
    if (!all->n)
        all->lanes[all->n++] = (Lane){.all = all, .target = w->s.target};
    for (size_t i = 0; i < all->n; i++)
        for (size_t k = 0; k < LOADS; k++)
            all->lanes[i].loads[k].arena = arena_new();
    return true;
}

void lanes_close(Worker *w)
{
    Lanes *all = w->lanes;
    if (!all)
        return;
    beat_target_beside(w->beat, NULL);
    pthread_mutex_lock(&all->lock);
    all->ending = true;
    pthread_cond_broadcast(&all->changed);
    pthread_mutex_unlock(&all->lock);
    for (size_t i = 0; i < all->n; i++) {
        Lane *l = &all->lanes[i];
        if (l->threaded)
            pthread_join(l->thread, NULL);
        close_target(l);
        for (size_t k = 0; k < LOADS; k++)
            arena_free(l->loads[k].arena);
    }
    pthread_cond_destroy(&all->changed);
    pthread_mutex_destroy(&all->lock);
    w->lanes = NULL;
}

size_t lanes_count(const Lanes *l)
{
    return l->n;
}

Lane *lanes_at(Lanes *l, size_t i)
{
    return &l->lanes[i];
}

static bool any_done(const Lanes *l)
{
    for (size_t i = 0; i < l->n; i++)
        if (l->lanes[i].tried != l->lanes[i].collected)
            return true;
    return false;
}

static bool any_busy(const Lanes *l)
{
    for (size_t i = 0; i < l->n; i++)
        if (l->lanes[i].busy)
            return true;
    return false;
}

void lanes_wait(Lanes *l)
{
    pthread_mutex_lock(&l->lock);
    while (!any_done(l))
        pthread_cond_wait(&l->changed, &l->lock);
    pthread_mutex_unlock(&l->lock);
}

void lanes_hold(Lanes *l)
{
    if (!l)
        return;
    pthread_mutex_lock(&l->lock);
    l->held++;
    while (any_busy(l))
        pthread_cond_wait(&l->changed, &l->lock);
    pthread_mutex_unlock(&l->lock);
}

void lanes_release(Lanes *l)
{
    if (!l)
        return;
    pthread_mutex_lock(&l->lock);
    l->held--;
    pthread_cond_broadcast(&l->changed);
    pthread_mutex_unlock(&l->lock);
}

Target *lane_target(const Lane *l)
{
    return l->target;
}

bool lane_has_thread(const Lane *l)
{
    return l->threaded;
}

Load *lane_room(Lane *l)
{
    pthread_mutex_lock(&l->all->lock);
    bool room = l->put - l->collected < (l->threaded ? LOADS : 1);
    pthread_mutex_unlock(&l->all->lock);
    if (!room)
        return NULL;
    Load *load = &l->loads[l->put % LOADS];
    arena_reset(load->arena);
    *load = (Load){.arena = load->arena};
    return load;
}

void lane_put(Lane *l)
{
    if (!l->threaded)
        write_load(l, &l->loads[l->put % LOADS]);
    pthread_mutex_lock(&l->all->lock);
    if (!l->threaded)
        note_tried(l, &l->loads[l->put % LOADS]);
    l->put++;
    pthread_cond_broadcast(&l->all->changed);
    pthread_mutex_unlock(&l->all->lock);
}

Load *lane_done(Lane *l)
{
    pthread_mutex_lock(&l->all->lock);
    Load *load = l->tried != l->collected ? &l->loads[l->collected % LOADS] : NULL;
    pthread_mutex_unlock(&l->all->lock);
    return load;
}

void lane_collected(Lane *l)
{
    pthread_mutex_lock(&l->all->lock);
    l->collected++;
    l->stuck = false;
    pthread_cond_broadcast(&l->all->changed);
    pthread_mutex_unlock(&l->all->lock);
}

bool lane_is_empty(Lane *l)
{
    pthread_mutex_lock(&l->all->lock);
    bool empty = l->put == l->collected;
    pthread_mutex_unlock(&l->all->lock);
    return empty;
}

void lane_drop(Lane *l)
{
    pthread_mutex_lock(&l->all->lock);
    l->tried = l->collected = l->put;
    l->stuck = false;
    pthread_mutex_unlock(&l->all->lock);
}
