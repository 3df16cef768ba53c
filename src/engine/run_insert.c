// insert: out_* rows into the target, a batch and its checkpoint at a time.
#include <string.h>

#include "base/intl.h"
#include "cache/issue_store.h"
#include "cache/raw_rows.h"
#include "engine/worker.h"
#include "map/limit.h"
#include "map/out_rows.h"

// Batches begin small and grow until one takes about a second.
enum { FIRST_ROWS = 1000, MOST_ROWS = 20000, BATCH_BYTES = 16 << 20, BATCH_US = 1000 * 1000 };

typedef struct {
    Worker *w;
    Step *step;
    Arena *arena;      // of the batch
    const char *after; // resume behind this key
    size_t rows;       // of the next batch
    Instant began;
    Attempts retry;
    bool wrote; // a batch of it
} Inserting;

static void size_next(Inserting *x)
{
    Instant took = steady_now() - x->began;
    if (took < BATCH_US / 2)
        x->rows = MIN(x->rows * 2, (size_t)MOST_ROWS);
    else if (took > BATCH_US * 2)
        x->rows = MAX(x->rows / 2, (size_t)FIRST_ROWS);
    arena_reset(x->arena);
    x->began = steady_now();
}

// Where an interrupted attempt with the same input stopped; one with another input begins anew.
static bool find_checkpoint(Inserting *x, const char *step, bool *complete, Err *err)
{
    Target *t = x->w->s.target;
    const char *last, *fingerprint;
    *complete = false;
    x->after = "";
    if (!t->kind->checkpoint(t, x->w->s.arena, step, &last, &fingerprint, complete, err))
        return false;
    bool same = fingerprint && strcmp(fingerprint, x->step->fingerprint) == 0;
    if (same && last)
        x->after = last;
    *complete = *complete && same && !x->step->again;
    if (x->step->again) {
        x->after = "";
        same = false;
    }
    return *complete || (worker_need_job(x->w, err) && (same || t->kind->restart(t, step, err)));
}

static void count_outcomes(Inserting *x, const WriteBatch *b)
{
    for (size_t i = 0; i < b->n; i++) {
        const WriteItem *item = &b->items[i];
        x->step->done += item->outcome != ROW_REJECTED;
        x->step->rejected += item->outcome == ROW_REJECTED;
        x->w->wrote |= item->outcome == ROW_NEW || item->outcome == ROW_UPDATED;
    }
}

ConflictPolicy conflict_policy(const char *word)
{
    return !word || !*word || strcmp(word, "ask") == 0 ? CONFLICT_ASK
           : strcmp(word, "source-wins") == 0          ? CONFLICT_SOURCE_WINS
                                                       : CONFLICT_TARGET_WINS;
}

static bool write_batches(Inserting *x, OutRows *rows, Err *err)
{
    WriteBatch b = {.step = x->step->id,
                    .entity = x->step->entity,
                    .fingerprint = x->step->fingerprint,
                    .conflicts = conflict_policy(x->w->o->on_conflict),
                    .some = x->w->o->limit > 0,
                    .last_key = x->after};
    b.parts = out_rows_parts(rows, &b.n_parts);
    while (!b.last) {
        if (!worker_may_go_on(x->w, err) ||
            !out_rows_next(rows, x->arena, x->rows, BATCH_BYTES, &b.items, &b.n, err))
            return false;
        b.last = b.n == 0;
        if (b.n)
            b.last_key = arena_text(x->w->s.arena, "%.*s", STR_ARG(b.items[b.n - 1].key));
        if (!worker_write(x->w, &x->retry, &b, err))
            return false;
        x->wrote = true;
        count_outcomes(x, &b);
        x->w->wrote |= b.marked > 0;
        worker_progress(x->w, x->step, x->step->done + x->step->rejected);
        size_next(x);
    }
    return true;
}

static bool insert_mapped(Inserting *x, bool *was_complete, Err *err)
{
    if (!find_checkpoint(x, x->step->id, was_complete, err) || *was_complete)
        return *was_complete;
    OutRows *rows = out_rows_open(x->w->s.mapper, x->step->entity, x->after, err);
    bool ok = rows && write_batches(x, rows, err);
    out_rows_close(rows);
    return ok;
}

static bool write_raw_batches(Inserting *x, const char *step, RawRows *rows, Err *err)
{
    RawBatch b = {.step = step,
                  .entity = x->step->entity,
                  .fingerprint = x->step->fingerprint,
                  .last_key = x->after};
    while (!b.last) {
        RawCacheRow *from;
        size_t n;
        if (!worker_may_go_on(x->w, err) ||
            !raw_rows_next(rows, x->arena, x->rows, BATCH_BYTES, &from, &n, err))
            return false;
        if (x->w->o->limit && x->step->done + (int64_t)n > x->w->o->limit) // the rest is not tried
            n = (size_t)MAX(x->w->o->limit - x->step->done, 0);
        b.last = n == 0;
        RawRow *to = arena_many(x->arena, RawRow, n);
        for (size_t i = 0; i < n; i++)
            to[i] = (RawRow){from[i].key, from[i].source_id, from[i].payload, from[i].raw};
        if (n)
            b.last_key = arena_text(x->w->s.arena, "%.*s", STR_ARG(from[n - 1].key));
        b.rows = to;
        b.n = n;
        if (!worker_write_raw(x->w, &x->retry, &b, err))
            return false;
        x->wrote = true;
        x->w->wrote |= b.changed > 0;
        x->step->done += (int64_t)n;
        worker_progress(x->w, x->step, x->step->done + x->step->rejected);
        size_next(x);
    }
    return true;
}

// filtered: the rows of a mapped entity that its `where` left to be kept raw. They have a checkpoint of
// their own.
static bool insert_raw(Inserting *x, bool filtered, bool *was_complete, Err *err)
{
    const char *step = filtered ? arena_text(x->w->s.arena, "%s.raw", x->step->id) : x->step->id;
    if (!find_checkpoint(x, step, was_complete, err) || *was_complete)
        return *was_complete;
    RawRows *rows = raw_rows_open(x->w->s.cache, x->step->entity, filtered, x->after, err);
    bool ok = rows && write_raw_batches(x, step, rows, err);
    raw_rows_close(rows);
    return ok;
}

// All rows of the step that the target refuses count, also those it refused before a kill. A step that was
// accepted with them stays so.
static bool over_limit(Worker *w, Step *s, bool *over, Err *err)
{
    StepWatch x = {w, s};
    MapperWatch limit = worker_watch(&x);
    TargetCounts counts = {0};
    bool accepted;
    *over = false;
    if (step_is_raw(s))
        return true;
    if (!worker_step_ended_well(w, s, &accepted, err) ||
        !w->s.target->kind->counts(w->s.target, s->entity, &counts, err))
        return false;
    if (s->current && accepted)
        return true;
    s->rejected = counts.rejected;
    *over = s->rejected > limit.max_rejects && (double)s->rejected > limit.max_ratio * (double)s->rows;
    return true;
}

// What stands in the way of writing this entity; NULL: nothing.
static const Step *missing_need(Worker *w, const Step *s)
{
    const Step *own = worker_step(w, s->entity, step_is_raw(s) ? STAGE_EXTRACT : STAGE_VALIDATE);
    if (own && !step_is_good(own))
        return own;
    for (size_t i = 0; !step_is_raw(s) && !w->o->try_dependents && i < w->n; i++) {
        const Step *other = &w->steps[i];
        if (other->stage == STAGE_INSERT && other != s &&
            mapper_needs(w->s.mapper, s->entity, other->entity) && !step_is_good(other))
            return other;
    }
    return NULL;
}

static bool write_entity(Inserting *x, bool *was_complete, Err *err)
{
    bool raw_complete = true;
    if (step_is_raw(x->step))
        return insert_raw(x, false, was_complete, err);
    if (!insert_mapped(x, was_complete, err) || !insert_raw(x, true, &raw_complete, err))
        return false;
    *was_complete = *was_complete && raw_complete;
    return true;
}

// What the connection cost between two batches is asked again; the ledger knows where to go on.
static bool write_patiently(Inserting *x, Err *err)
{
    bool complete;
    while (!write_entity(x, &complete, err))
        if (!worker_try_again(x->w, &x->retry, x->step->id, err))
            return false;
    x->step->current = complete && !x->wrote;
    return true;
}

typedef struct {
    Worker *w;
    const Step *step;
} Copying;

static bool copy_reject(void *arg, const TargetReject *r, Err *err)
{
    const Copying *c = arg;
    AUTO(buf_free) Buf code = {0};
    buf_add(&code, r->code);
    const char *severity = str_is(r->code, "target.kept") ? "information" : "error";
    return control_issue_add(c->w->s.control, c->step->id, c->step->entity, r->key, "", buf_text(&code),
                             severity, r->detail, c->w->record.run, err);
}

// What an earlier run wrote stays when its source row goes: nothing is deleted without a person, who is told.
static bool tell_absent(void *arg, const TargetAbsent *row, Err *err)
{
    const Copying *c = arg;
    const char *code = "source.part_vanished", *table = str_keep(c->w->s.arena, row->table);
    bool there;
    if (!table) {
        if (!cache_has_row(c->w->s.cache, c->step->entity, row->key, &there, err))
            return false;
        code = there ? "source.left_out" : "source.vanished";
    }
    return control_issue_add(c->w->s.control, c->step->id, c->step->entity, row->key, table ? table : "",
                             code, "information", (Str){NULL, 0}, c->w->record.run, err);
}

// The ledger's lists are complete, also after a kill between a batch and its note here.
static bool note_issues(Worker *w, const Step *s, Err *err)
{
    Copying copying = {w, s};
    Target *t = w->s.target;
    if (!control_issues_begin(w->s.control, w->cache_path, err))
        return false;
    bool ok = (step_is_raw(s) || t->kind->rejects(t, s->entity, copy_reject, &copying, err)) &&
              t->kind->absent(t, s->entity, tell_absent, &copying, err);
    return control_issues_end(w->s.control, s->id, w->record.run, ok, err) &&
           worker_tell_issues(w, s->id, err);
}

static bool finish(Worker *w, Step *s, Err *err)
{
    Account account;
    if (!note_issues(w, s, err) || !gate_conflicts(w, s, err))
        return false;
    if (!account_of(&w->s, s->entity, step_is_raw(s), !w->o->limit, &account, err))
        return false;
    // Of the whole step: part of it may have been written before a kill.
    s->rejected = account.rejected;
    s->done = account.inserted + account.updated + account.unchanged + account.linked;
    if (account.lost) {
        worker_worse(w, ERR_UNBALANCED, ngettext("%s: %lld row is lost", "%s: %lld rows are lost", (unsigned long)account.lost), s->id,
                     (long long)account.lost);
        return worker_end_step(w, s, STEP_FAILED, _("rows are lost"), &account, err);
    }
    return worker_end_step(w, s, account.rejected ? STEP_PARTIAL : STEP_DONE, NULL, &account, err);
}

static bool complete_before(Worker *w, const Step *s, const char *step, bool *yes, Err *err)
{
    const char *last, *fingerprint;
    if (!w->s.target->kind->checkpoint(w->s.target, w->s.arena, step, &last, &fingerprint, yes, err))
        return false;
    *yes = *yes && fingerprint && strcmp(fingerprint, s->fingerprint) == 0;
    return true;
}

// A step that is not to be done may be done already: others rely on it, and its account is complete.
static bool look_at_entity(Worker *w, Step *s, Err *err)
{
    const Step *own = worker_step(w, s->entity, step_is_raw(s) ? STAGE_EXTRACT : STAGE_VALIDATE);
    bool raw_complete = true;
    s->current = own && step_is_good(own);
    if (s->current && (!complete_before(w, s, s->id, &s->current, err) ||
                       (!step_is_raw(s) &&
                        !complete_before(w, s, arena_text(w->s.arena, "%s.raw", s->id), &raw_complete, err))))
        return false;
    s->current = s->current && raw_complete;
    if (!s->current)
        return worker_end_step(w, s, STEP_SKIPPED, worker_why_not(w, s), NULL, err);
    s->rows = own->rows - own->rejected;
    return finish(w, s, err);
}

static bool insert_entity(Worker *w, Step *s, Err *err)
{
    const Step *need = s->wanted ? missing_need(w, s) : NULL;
    bool done = false;
    const char *closed = NULL;
    if (need)
        return worker_block(w, s, need, err);
    if (!fingerprint_insert(&w->s, s->entity, step_is_raw(s), &s->inputs, &s->fingerprint, err))
        return false;
    if (!s->wanted)
        return look_at_entity(w, s, err);
    Attempts retry = {0};
    while (!complete_before(w, s, s->id, &done, err))
        if (!worker_try_again(w, &retry, s->id, err))
            return false;
    if (!done && !gate_decision(w, s, &closed, err))
        return false;
    while (!done && !closed && !step_is_raw(s) && !gate_tables(w, s->mapped, err))
        if (!worker_try_again(w, &retry, s->id, err))
            return false;
    if (closed)
        return worker_end_step(w, s, STEP_BLOCKED, closed, NULL, err);
    const Step *made = worker_step(w, s->entity, step_is_raw(s) ? STAGE_EXTRACT : STAGE_VALIDATE);
    s->rows = made ? made->rows - made->rejected : 0;
    Inserting x = {.w = w, .step = s, .arena = arena_new(), .rows = FIRST_ROWS, .began = steady_now()};
    Err failed = {0};
    worker_begin_step(w, s, s->rows);
    bool ok = write_patiently(&x, &failed);
    arena_free(x.arena);
    if (!ok)
        return worker_step_failed(w, s, &failed, err);
    bool over;
    while (!over_limit(w, s, &over, err))
        if (!worker_try_again(w, &retry, s->id, err))
            return false;
    if (over) {
        err_set(&failed, ERR_STEP, _("the target refused %lld of %lld rows: more than the limit"),
                (long long)s->rejected, (long long)s->rows);
        return worker_step_failed(w, s, &failed, err);
    }
    while (!finish(w, s, err))
        if (!worker_try_again(w, &retry, s->id, err))
            return false;
    return true;
}

static bool insert_all(Worker *w, Err *err)
{
    if (!gate_schema(w, err) || (w->o->limit && !mapper_limit(w->s.mapper, w->o->limit, err)))
        return false;
    if (!worker_bulk_begin(w, err))
        return false;
    for (size_t i = 0; i < w->n; i++)
        if (w->steps[i].stage == STAGE_INSERT &&
            (!worker_may_begin(w, err) || !insert_entity(w, &w->steps[i], err)))
            return false;
    if (!worker_bulk_end(w, err))
        return false;
    Attempts attempts = {0};
    // What the database numbers next is no part of a transaction: a rehearsal leaves it alone.
    while (w->wrote && !w->o->rehearse && !w->s.target->kind->finish(w->s.target, err))
        if (!worker_try_again(w, &attempts, NULL, err))
            return false;
    return true;
}

bool run_insert(Worker *w, Err *err)
{
    bool ok = insert_all(w, err);
    worker_bulk_leave(w);
    return ok;
}
