// insert: what comes before and after the batches of a step, and what stands in their way.
#include <string.h>

#include "base/intl.h"
#include "cache/issue_store.h"
#include "engine/insert.h"
#include "engine/stage_files.h"
#include "map/limit.h"

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
    int64_t conflicts;
    if (!worker_conflicts(w, s, &conflicts, err))
        return false;
    s->rejected = counts.rejected - conflicts; // these wait for a person, nobody refused them
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
    bool files = step_is_files(s);
    bool ok = ((step_is_raw(s) && !files) || t->kind->rejects(t, s->entity, copy_reject, &copying, err)) &&
              (!files || staging_issues(w, s, err)) &&
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

// made: the step that made what this one writes; the list of files is in the cache with whatever was read.
static bool count_rows(Worker *w, Step *s, const Step *made, Err *err)
{
    FileRowsSum list;
    if (step_is_files(s)) {
        if (!file_rows_sum(w->s.cache, &list, err))
            return false;
        s->rows = list.good;
        return true;
    }
    s->rows = made ? made->rows - made->rejected : 0;
    return true;
}

// A step that is not to be done may be done already: others rely on it, and its account is complete.
static bool look_at_entity(Worker *w, Step *s, Err *err)
{
    const Step *own = worker_step(w, s->entity, step_is_raw(s) ? STAGE_EXTRACT : STAGE_VALIDATE);
    bool raw_complete = true;
    s->current = step_is_files(s) || (own && step_is_good(own));
    if (s->current && (!complete_before(w, s, s->id, &s->current, err) ||
                       (!step_is_raw(s) &&
                        !complete_before(w, s, arena_text(w->s.arena, "%s.raw", s->id), &raw_complete, err))))
        return false;
    s->current = s->current && raw_complete;
    if (!s->current)
        return worker_end_step(w, s, STEP_SKIPPED, worker_why_not(w, s), NULL, err);
    return count_rows(w, s, own, err) && finish(w, s, err);
}

// What was left to a person is done again when the run says who wins.
static bool decide_conflicts(Worker *w, Step *s, Err *err)
{
    int64_t n = 0;
    if (conflict_policy(w->o->on_conflict) != CONFLICT_ASK && !step_is_raw(s) &&
        !worker_conflicts(w, s, &n, err))
        return false;
    s->again |= n > 0;
    return true;
}

bool insert_begin(Worker *w, Step *s, bool *goes, Err *err)
{
    const Step *need = s->wanted ? missing_need(w, s) : NULL;
    bool done = false;
    const char *closed = NULL;
    *goes = false;
    if (need)
        return worker_block(w, s, need, err);
    if (!fingerprint_insert(&w->s, s->entity, step_is_raw(s), &s->inputs, &s->fingerprint, err))
        return false;
    if (!s->wanted)
        return look_at_entity(w, s, err);
    Attempts retry = {0};
    while (!decide_conflicts(w, s, err) || !complete_before(w, s, s->id, &done, err))
        if (!worker_try_again(w, &retry, s->id, err))
            return false;
    done = done && !s->again;
    if (!done && !gate_decision(w, s, &closed, err))
        return false;
    while (!done && !closed && !step_is_raw(s) && !gate_tables(w, s->mapped, err))
        if (!worker_try_again(w, &retry, s->id, err))
            return false;
    if (closed)
        return worker_end_step(w, s, STEP_BLOCKED, closed, NULL, err);
    const Step *made = worker_step(w, s->entity, step_is_raw(s) ? STAGE_EXTRACT : STAGE_VALIDATE);
    if (!count_rows(w, s, made, err))
        return false;
    worker_begin_step(w, s, s->rows);
    *goes = true;
    return true;
}

bool insert_end(Worker *w, Step *s, Err *err)
{
    Attempts retry = {0};
    bool over;
    while (!over_limit(w, s, &over, err))
        if (!worker_try_again(w, &retry, s->id, err))
            return false;
    if (over) {
        Err failed = {0};
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
    if (!gate_schema(w, err) || (w->o->limit && !mapper_limit(w->s.mapper, w->o->limit, err)) ||
        !worker_bulk_begin(w, err) || !insert_flow(w, err) || !worker_bulk_end(w, err) || !insert_raise_counters(w, err))
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
