// One insert step: out_* rows into the target, a batch and its checkpoint at a time, then what is kept raw of it.
#include <stdlib.h>
#include <string.h>

#include "base/intl.h"
#include "cache/raw_rows.h"
#include "engine/insert.h"
#include "engine/stage_files.h"
#include "map/out_rows.h"

// Batches begin small and grow until one takes about a second.
enum { FIRST_ROWS = 1000, MOST_ROWS = 20000, BATCH_BYTES = 16 << 20, BATCH_US = 1000 * 1000 };

struct Inserting {
    Worker *w;
    Step *step;
    Lane *lane;            // NULL: it has nothing to write so far
    Attempts asks, writes; // of the run's own target, of the lane's
    bool raw;              // it is at raw rows; of a mapped entity at those its mappings left to be kept raw
    const char *name;      // of the checkpoints: patient/insert, patient/insert.raw
    const char *after;     // resume behind this key
    size_t rows;           // of the next batch
    OutRows *mapped;       // one of them, when there is something to write
    RawRows *kept;
    FileRows *files;
    bool all_read;  // of these
    bool all_parts; // mapped and raw
    bool current;   // everything so far was complete before this run
    bool wrote;     // a batch of it
};

Inserting *insert_open(Worker *w, Step *s)
{
    Inserting *x = calloc(1, sizeof *x);
    if (!x)
        abort();
    *x = (Inserting){.w = w, .step = s, .rows = FIRST_ROWS, .current = true, .raw = step_is_raw(s), .all_read = true};
    return x;
}

static void close_rows(Inserting *x)
{
    out_rows_close(x->mapped);
    raw_rows_close(x->kept);
    file_rows_close(x->files);
    x->files = NULL;
    x->mapped = NULL;
    x->kept = NULL;
}

void insert_close(Inserting *x)
{
    if (!x)
        return;
    close_rows(x);
    free(x);
}

Step *insert_step(const Inserting *x)
{
    return x->step;
}

// Where an interrupted attempt with the same input stopped; one with another input begins anew.
static bool find_checkpoint(Inserting *x, bool *complete, Err *err)
{
    Target *t = x->w->s.target;
    const char *last, *fingerprint;
    *complete = false;
    x->after = "";
    if (!t->kind->checkpoint(t, x->w->s.arena, x->name, &last, &fingerprint, complete, err))
        return false;
    bool same = fingerprint && strcmp(fingerprint, x->step->fingerprint) == 0;
    if (same && last)
        x->after = last;
    *complete = *complete && same && !x->step->again;
    if (x->step->again) {
        x->after = "";
        same = false;
    }
    return *complete || (worker_need_job(x->w, err) && (same || t->kind->restart(t, x->name, err)));
}

static bool take_lane(Inserting *x, size_t place, Err *err)
{
    Worker *w = x->w;
    if (!w->lanes && !lanes_open(w, lanes_wanted(w), err))
        return false;
    x->lane = lanes_at(w->lanes, place);
    Target *t = lane_target(x->lane);
    x->writes.target = t;
    if (lane_has_thread(x->lane))
        t->kind->at_work(t, arena_text(w->s.arena, "mudanza %s run %lld %s", w->s.clinic->name,
                                       (long long)w->record.run, x->step->id));
    return true;
}

static bool open_part(Inserting *x, size_t place, Err *err)
{
    bool complete, filtered = x->raw && !step_is_raw(x->step);
    x->name = filtered ? arena_text(x->w->s.arena, "%s.raw", x->step->id) : x->step->id;
    if (!find_checkpoint(x, &complete, err))
        return false;
    x->current = x->current && complete;
    x->all_read = complete;
    if (complete)
        return true;
    if (!x->lane && !take_lane(x, place, err))
        return false;
    if (step_is_files(x->step)) {
        Target *t = x->w->s.target;
        bool there;
        if (t->kind->files_ready(t, true, &there, err))
            x->files = file_rows_open(x->w->s.cache, x->after, err);
    } else if (x->raw)
        x->kept = raw_rows_open(x->w->s.cache, x->step->entity, filtered, x->after, err);
    else
        x->mapped = out_rows_open(x->w->s.mapper, x->step->entity, x->after, err);
    return x->mapped || x->kept || x->files;
}

// *ended: there was none left.
static bool next_part(Inserting *x, size_t place, bool *ended, Err *err)
{
    *ended = x->all_parts;
    if (x->all_parts) {
        x->step->current = x->current && !x->wrote;
        return true;
    }
    close_rows(x);
    x->raw = x->raw || x->name;
    x->all_parts = x->raw;
    while (!open_part(x, place, err))
        if (!worker_try_again(x->w, &x->asks, x->step->id, err))
            return false;
    x->asks = (Attempts){0};
    return true;
}

// ---- Reading --------------------------------------------------------------------------------------

static size_t most_bytes(const Inserting *x)
{
    return BATCH_BYTES / lanes_count(x->w->lanes);
}

static bool read_mapped(Inserting *x, Load *load, Err *err)
{
    WriteBatch *b = &load->batch;
    *b = (WriteBatch){.step = x->name,
                      .entity = x->step->entity,
                      .fingerprint = x->step->fingerprint,
                      .conflicts = conflict_policy(x->w->o->on_conflict),
                      .some = x->w->o->limit > 0};
    b->parts = out_rows_parts(x->mapped, &b->n_parts);
    if (!out_rows_next(x->mapped, load->arena, x->rows, most_bytes(x), &b->items, &b->n, err))
        return false;
    b->last = b->n == 0;
    if (b->n)
        x->after = str_keep(x->w->s.arena, b->items[b->n - 1].key);
    b->last_key = x->after;
    x->all_read = b->last;
    return true;
}

static bool read_raw(Inserting *x, Load *load, Err *err)
{
    const Worker *w = x->w;
    RawCacheRow *from;
    size_t n;
    if (!raw_rows_next(x->kept, load->arena, x->rows, most_bytes(x), &from, &n, err))
        return false;
    if (w->o->limit && x->step->done + (int64_t)n > w->o->limit) // the rest is not tried
        n = (size_t)MAX(w->o->limit - x->step->done, 0);
    RawRow *to = arena_many(load->arena, RawRow, n);
    for (size_t i = 0; i < n; i++)
        to[i] = (RawRow){from[i].key, from[i].source_id, from[i].payload, from[i].raw};
    if (n)
        x->after = str_keep(w->s.arena, from[n - 1].key);
    load->raw = true;
    load->rows = (RawBatch){.step = x->name,
                            .entity = x->step->entity,
                            .fingerprint = x->step->fingerprint,
                            .last_key = x->after,
                            .rows = to,
                            .n = n,
                            .last = n == 0};
    x->all_read = n == 0;
    return true;
}

static bool read_files(Inserting *x, Load *load, Err *err)
{
    const Worker *w = x->w;
    WriteBatch *b = &load->batch;
    *b = (WriteBatch){.step = x->name,
                      .entity = x->step->entity,
                      .fingerprint = x->step->fingerprint,
                      .conflicts = CONFLICT_SOURCE_WINS, // nobody else writes the list
                      .some = w->o->limit > 0};
    if (!staging_read(x->w, x->files, load->arena, x->rows, most_bytes(x), b, err))
        return false;
    if (w->o->limit && x->step->done + (int64_t)b->n > w->o->limit)
        b->n = (size_t)MAX(w->o->limit - x->step->done, 0);
    if (b->n)
        x->after = str_keep(w->s.arena, b->items[b->n - 1].key);
    b->last = x->all_read = b->n == 0;
    b->last_key = x->after;
    return true;
}

static bool read_on(Inserting *x, Load *load, Err *err)
{
    Instant began = steady_now();
    if (!worker_may_go_on(x->w, err) || !(x->files ? read_files : x->raw ? read_raw : read_mapped)(x, load, err))
        return false;
    load->took = steady_now() - began;
    lane_put(x->lane);
    return true;
}

// ---- What came of it ------------------------------------------------------------------------------

static void count_outcomes(Inserting *x, const WriteBatch *b)
{
    for (size_t i = 0; i < b->n; i++) {
        const WriteItem *item = &b->items[i];
        x->step->done += item->outcome != ROW_REJECTED;
        x->step->rejected += item->outcome == ROW_REJECTED;
        x->w->wrote |= item->outcome == ROW_NEW || item->outcome == ROW_UPDATED;
    }
    x->w->wrote |= b->marked > 0;
}

static void count_load(Inserting *x, const Load *load)
{
    x->wrote = true;
    if (!load->raw) {
        count_outcomes(x, &load->batch);
        return;
    }
    x->w->wrote |= load->rows.changed > 0;
    x->step->done += (int64_t)load->rows.n;
}

// Whatever stands beside it waits until this batch is through.
static bool write_again(Inserting *x, Load *load, Err *err)
{
    lanes_hold(x->w->lanes);
    *err = load->err;
    bool ok = load->raw ? worker_write_raw_again(x->w, &x->writes, &load->rows, err)
                        : worker_write_again(x->w, &x->writes, &load->batch, err);
    lanes_release(x->w->lanes);
    return ok;
}

static void size_next(Inserting *x, Instant took)
{
    if (took < BATCH_US / 2)
        x->rows = MIN(x->rows * 2, (size_t)MOST_ROWS);
    else if (took > BATCH_US * 2)
        x->rows = MAX(x->rows / 2, (size_t)FIRST_ROWS);
}

static bool collect(Inserting *x, bool *moved, Err *err)
{
    for (Load *load; x->lane && (load = lane_done(x->lane));) {
        if (!load->ok && !write_again(x, load, err))
            return false;
        count_load(x, load);
        size_next(x, load->took);
        lane_collected(x->lane);
        worker_progress(x->w, x->step, x->step->done + x->step->rejected);
        *moved = true;
    }
    return true;
}

bool insert_feed(Inserting *x, size_t place, bool *moved, bool *ended, Err *err)
{
    *ended = false;
    if (!collect(x, moved, err))
        return false;
    while (x->all_read && (!x->lane || lane_is_empty(x->lane)) && !*ended) {
        *moved = true;
        if (!next_part(x, place, ended, err))
            return false;
    }
    for (Load *load; !x->all_read && (load = lane_room(x->lane));)
        if (!read_on(x, load, err))
            return false;
    return true;
}

void insert_give_up(Inserting *x)
{
    if (!x->lane)
        return;
    lanes_hold(x->w->lanes);
    for (Load *load; (load = lane_done(x->lane)) && load->ok; lane_collected(x->lane))
        count_load(x, load);
    lane_drop(x->lane);
    lanes_release(x->w->lanes);
}
