// What beginning, going on with and ending a step means: events, the heartbeat, control.db.
#include <string.h>

#include "base/intl.h"
#include "cache/control_totals.h"
#include "engine/reason_shown.h"
#include "engine/worker.h"

enum { PACE_US = 500000 };
enum { CAUSES_TOLD = 20 }; // of step.start

// By kind and name alone; a plan has the values.
static void tell_why(Worker *w, const Step *s, JsonOut *j)
{
    InputChange *list;
    size_t n;
    Err ignored = {0};
    if (!s->inputs.n || !changed_inputs(&w->s, s->id, &s->inputs, &list, &n, &ignored) || !n)
        return;
    json_open_list(j, "why");
    for (size_t i = 0; i < MIN(n, (size_t)CAUSES_TOLD); i++)
        json_text(j, NULL, arena_text(w->s.arena, "%s:%s", list[i].kind, list[i].name));
    json_close_list(j);
}

void worker_begin_step(Worker *w, Step *s, int64_t rows)
{
    s->status = STEP_RUNNING;
    s->ran = true;
    s->rows = rows;
    s->began = steady_now();
    JsonOut *j = event_begin(w->events, "step.start", s->id);
    json_int(j, "rows", rows);
    tell_why(w, s, j);
    event_send(w->events, &(Event){.rows = rows, .status = step_status_words[STEP_RUNNING]});
    if (s->stage == STAGE_INSERT || s->stage == STAGE_VERIFY)
        w->s.target->kind->at_work(w->s.target, arena_text(w->s.arena, "mudanza %s run %lld %s", w->s.clinic->name,
                                                           (long long)w->record.run, s->id));
    if (s->stage == STAGE_EXTRACT) // one pass reads them all and tells how far it is
        return;
    event_progress_reset(w->events, s->id);
    worker_progress(w, s, 0);
}

// Twice a second is enough for people.
static void tell_pace(Worker *w, const Step *s, int64_t done)
{
    Instant now = steady_now();
    double low = -1, high = -1;
    if (now - w->told_pace < PACE_US)
        return;
    w->told_pace = now;
    if (!worker_time_left(w, s, done, &low, &high))
        low = high = -1;
    double took = (double)(now - s->began) / 1e6;
    beat_pace(w->beat, took > 0 ? (double)done / took : 0, low, high);
}

void worker_progress(Worker *w, const Step *s, int64_t done)
{
    event_progress(w->events, s->id, stage_words[s->stage], false, done, s->rows, s->rejected);
    beat_tick(w->beat, stage_words[s->stage], s->id, done, s->rows, s->rejected);
    tell_pace(w, s, done);
    worker_glance(w, s->stage);
}

bool worker_step_ended_well(Worker *w, const Step *s, bool *yes, Err *err)
{
    StepRecord last;
    bool found;
    err->kind = ERR_NONE;
    if (!control_step(w->s.control, w->s.arena, s->id, &last, &found, err))
        return false;
    *yes = found && last.fingerprint && s->fingerprint && strcmp(last.fingerprint, s->fingerprint) == 0 &&
           (strcmp(last.status, "done") == 0 || strcmp(last.status, "partial") == 0);
    return true;
}

static void watched_progress(void *arg, int64_t done)
{
    StepWatch *x = arg;
    worker_progress(x->w, x->step, done);
}

MapperWatch worker_watch(StepWatch *x)
{
    const RunOptions *o = x->w->o;
    const Clinic *c = x->w->s.clinic;
    MapperWatch watch = {.progress = watched_progress, .arg = x};
    if (o->stop_on_reject)
        return watch;
    watch.max_rejects = o->max_rejects >= 0 ? o->max_rejects : c->max_rejects;
    watch.max_ratio = o->max_reject_ratio >= 0 ? o->max_reject_ratio : c->max_reject_ratio;
    return watch;
}

// How many issues of this run nobody has seen before. Most steps find none, and to count is to read them all.
static void tell_news(Worker *w, const Step *s)
{
    Err ignored = {0};
    int64_t fresh;
    if (w->news_told || s->current || (s->stage != STAGE_EXTRACT && !s->ran) ||
        !control_issues_fresh(w->s.control, w->record.run, &fresh, &ignored))
        return;
    w->news_told = true;
    beat_news(w->beat, fresh);
}

size_t worker_wanted(const Worker *w)
{
    size_t n = 0;
    for (size_t i = 0; i < w->n; i++)
        n += w->steps[i].wanted;
    return n;
}

bool worker_end_step(Worker *w, Step *s, StepStatus status, const char *why, const Account *account, Err *err)
{
    double took = s->took_s > 0 ? s->took_s : s->began ? (double)(steady_now() - s->began) / 1e6 : 0;
    s->took_s = took;
    s->status = status;
    s->why = why;
    w->ended += s->wanted;
    beat_steps(w->beat, (int)w->ended, (int)worker_wanted(w));
    beat_left(w->beat, s->stage == STAGE_EXTRACT ? SOURCE_STEP : s->id);
    JsonOut *j = event_begin(w->events, "step.end", s->id);
    json_text(j, "status", step_status_words[status]);
    if (s->current)
        json_text(j, "reason", "current");
    else if (why)
        json_text(j, "reason", reason_kept(w->s.arena, why));
    json_int(j, "rows", s->rows);
    json_int(j, "rejected", s->rejected);
    if (account) {
        json_int(j, "source", account->source);
        json_int(j, "inserted", account->inserted);
        json_int(j, "updated", account->updated);
        json_int(j, "unchanged", account->unchanged);
        json_int(j, "linked", account->linked);
        json_int(j, "skipped", account->skipped);
        json_int(j, "lost", account->lost);
        json_int(j, "absent", account->absent);
    }
    json_num(j, "took_s", took, 3);
    Event e = {.status = step_status_words[status],
               .rows = s->rows,
               .done = s->done,
               .rejected = s->rejected,
               .took_s = took,
               .current = s->current,
               .text = status == STEP_SKIPPED ? NULL : why};
    event_send(w->events, &e);
    tell_news(w, s);
    bool told;
    // What is known of its last run still holds.
    if (status == STEP_SKIPPED || (w->o->rehearse && s->stage >= STAGE_INSERT))
        return true;
    if (s->current && (!worker_step_ended_well(w, s, &told, err) || told))
        return err->kind == ERR_NONE;
    StepRecord r = {.step = s->id,
                    .status = step_status_words[status],
                    .fingerprint = s->fingerprint,
                    .why = reason_kept(w->s.arena, why),
                    .rows = s->rows,
                    .done = s->done,
                    .rejected = s->rejected,
                    .run = w->record.run,
                    .took_s = took};
    return (!s->inputs.n || control_inputs_save(w->s.control, s->id, &s->inputs, err)) &&
           (!s->ran || s->current || !step_is_good(s) ||
            control_time_add(w->s.control, s->id, w->record.run, s->rows, took, err)) &&
           control_step_save(w->s.control, &r, err);
}

bool worker_step_noted(Worker *w, const Step *s, bool *noted, Err *err)
{
    StepRecord last;
    if (!control_step(w->s.control, w->s.arena, s->id, &last, noted, err))
        return false;
    *noted = *noted && last.fingerprint && s->fingerprint && strcmp(last.fingerprint, s->fingerprint) == 0;
    return true;
}

void worker_tell_error(Worker *w, const char *step, const Err *why)
{
    JsonOut *j = event_begin(w->events, "error", step);
    json_text(j, "code", err_word(why->kind));
    json_text(j, "message", why->text);
    json_int(j, "exit", (int)why->kind);
    if (why->hint[0])
        json_text(j, "hint", why->hint);
    event_send(w->events, &(Event){.text = why->text, .hint = why->hint});
    w->error_told = true;
}

bool worker_step_failed(Worker *w, Step *s, const Err *why, Err *err)
{
    worker_tell_error(w, s->id, why);
    if (why->kind == ERR_STOPPED) {
        *err = *why;
        s->status = STEP_PENDING;
        return false;
    }
    worker_worse(w, (int)why->kind, "%s: %s", s->id, why->text);
    Err ended = {0};
    if (!worker_end_step(w, s, STEP_FAILED, arena_text(w->s.arena, "%s", why->text), NULL, &ended)) {
        *err = ended;
        return false;
    }
    // A target or a source that is gone will not come back for the next step.
    if (why->kind == ERR_TARGET || why->kind == ERR_SOURCE || why->kind == ERR_INTERNAL ||
        w->o->stop_on_fail) {
        *err = *why;
        return false;
    }
    return true;
}
