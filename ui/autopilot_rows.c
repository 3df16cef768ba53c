// Which steps of a run have a row.
#include <string.h>

#include "ui/autopilot.h"

const char autopilot_at_folded[] = "folded", autopilot_at_source[] = "source";

const char *autopilot_row_id(const Autopilot *s, int row)
{
    return row == ROW_FOLDED   ? autopilot_at_folded
           : row == ROW_SOURCE ? autopilot_at_source
                               : s->feed->steps[row].id;
}

// The running one; before the first begins, and after the last has ended, the one at which it stands.
static bool is_where_it_is(const RunFeed *f, size_t i)
{
    if (f->steps[i].status == STEP_RUNNING)
        return true;
    return f->steps[i].status == STEP_PENDING && f->planned;
}

static size_t cursor_of(const Autopilot *s, const int *rows, size_t n)
{
    size_t last = n ? n - 1 : 0;
    const RunFeed *f = s->feed;
    for (size_t i = 0; s->at && i < n; i++)
        if (!strcmp(autopilot_row_id(s, rows[i]), s->at))
            return i;
    if (s->at) // it is folded away by now
        return 0;
    for (size_t i = 0; f->ended && i < n; i++) // what it failed at is what one came for
        if (rows[i] >= 0 && f->steps[rows[i]].status == STEP_FAILED)
            return i;
    for (size_t i = 0; i < n; i++)
        if (rows[i] == ROW_SOURCE || (rows[i] >= 0 && is_where_it_is(f, (size_t)rows[i])))
            return i;
    return f->ended ? 0 : last;
}

int *autopilot_rows(const Autopilot *s, Arena *a, int room, size_t *n, size_t *cursor)
{
    const RunFeed *f = s->feed;
    int *rows = arena_many(a, int, f->n + 2);
    size_t done = 0, kept = 0;
    *n = 0;
    size_t all = 0;
    for (size_t i = 0; i < f->n; i++) {
        all += feed_shows(&f->steps[i]);
        done += feed_shows(&f->steps[i]) && f->steps[i].status == STEP_DONE;
    }
    size_t others = all - done + f->source.active;
    bool fold = !s->unfolded && all + f->source.active > (size_t)MAX(room, 1) && done > 1;
    if (fold)
        rows[(*n)++] = ROW_FOLDED;
    if (f->source.active)
        rows[(*n)++] = ROW_SOURCE;
    // the last of those that are done stay as long as there is room beside all the others
    size_t may_stay = (size_t)MAX(room - 1, 0) > others ? (size_t)(room - 1) - others : 0;
    for (size_t i = 0; i < f->n; i++) {
        if (!feed_shows(&f->steps[i]))
            continue;
        if (fold && f->steps[i].status == STEP_DONE && kept++ + may_stay < done)
            continue;
        rows[(*n)++] = (int)i;
    }
    *cursor = cursor_of(s, rows, *n);
    return rows;
}
