#include "ui/run_feed.h"

#include <stdlib.h>
#include <string.h>

RunFeed *feed_new(int64_t run)
{
    Arena *a = arena_new();
    RunFeed *f = arena_one(a, RunFeed);
    *f = (RunFeed){.arena = a, .run = run, .exit_code = -1};
    return f;
}

void feed_free(RunFeed *f)
{
    if (!f)
        return;
    for (size_t i = 0; i < FEED_LOG; i++)
        buf_free(&f->log[i]);
    arena_free(f->arena);
}

FeedStep *feed_step(RunFeed *f, const char *id)
{
    for (size_t i = 0; i < f->n; i++)
        if (!strcmp(f->steps[i].id, id))
            return &f->steps[i];
    return NULL;
}

// What was blocked never had its turn.
static bool has_ended(const FeedStep *s)
{
    return s->status != STEP_PENDING && s->status != STEP_RUNNING && s->status != STEP_BLOCKED;
}

// What is left out, and what is switched off, is not work of this run.
static bool counts(const FeedStep *s)
{
    return !s->left_out && s->status != STEP_SKIPPED;
}

size_t feed_ended_steps(const RunFeed *f)
{
    size_t n = 0;
    for (size_t i = 0; i < f->n; i++)
        n += counts(&f->steps[i]) && has_ended(&f->steps[i]);
    return n;
}

size_t feed_steps(const RunFeed *f)
{
    size_t n = 0;
    for (size_t i = 0; i < f->n; i++)
        n += counts(&f->steps[i]);
    return n;
}

bool feed_shows(const FeedStep *s)
{
    return !s->left_out || (!s->current && s->status != STEP_PENDING && s->status != STEP_SKIPPED);
}

int64_t feed_rows(const RunFeed *f, const FeedStep *s)
{
    if (s->rows >= 0)
        return s->rows;
    for (size_t i = 0; i < f->n; i++) // as many as were read of its entity
        if (f->steps[i].stage == STAGE_EXTRACT && !strcmp(f->steps[i].entity, s->entity))
            return f->steps[i].rows;
    return -1;
}

double feed_share(const RunFeed *f)
{
    double all = 0, done = 0;
    for (size_t i = 0; f->planned && i < f->n; i++) {
        const FeedStep *s = &f->steps[i];
        if (!counts(s))
            continue;
        double weight = (double)MAX(feed_rows(f, s), 0) + 1; // a step without rows is work too
        all += weight;
        if (has_ended(s))
            done += weight;
        else if (s->status == STEP_RUNNING)
            done += MIN((double)s->done, weight);
    }
    return all > 0 ? done / all : 0;
}

double feed_about_s(const RunFeed *f, const FeedStep *s)
{
    enum { LEAST_ROWS = 50 };
    double rows = 0, seconds = 0;
    int64_t own = feed_rows(f, s);
    for (size_t i = 0; i < f->n; i++) {
        const FeedStep *other = &f->steps[i];
        if (!has_ended(other) || other->current || other->stage != s->stage || other->rows <= 0)
            continue;
        rows += (double)other->rows;
        seconds += other->took_s;
    }
    return own < 0 || rows < LEAST_ROWS ? -1 : (double)own * seconds / rows;
}

// An insert step counts what was kept out before it too: the most of an entity's steps is all of them.
int64_t feed_rejected(const RunFeed *f)
{
    int64_t sum = 0;
    for (size_t i = 0; i < f->n; i++) {
        int64_t most = f->steps[i].rejected;
        for (size_t j = 0; j < f->n && most >= 0; j++)
            if (j != i && !strcmp(f->steps[i].entity, f->steps[j].entity) &&
                (f->steps[j].rejected > most || (f->steps[j].rejected == most && j < i)))
                most = -1; // that one tells it
        sum += MAX(most, 0);
    }
    return sum;
}

size_t feed_log_lines(const RunFeed *f)
{
    return MIN(f->logged, (size_t)FEED_LOG);
}

const char *feed_log_line(const RunFeed *f, size_t back)
{
    return buf_text(&f->log[(f->logged - 1 - back) % FEED_LOG]);
}
