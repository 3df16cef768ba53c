// The list of steps, and what beginning and ending one means.
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/cancel.h"
#include "base/intl.h"
#include "base/text.h"
#include "cache/control_totals.h"
#include "engine/worker.h"

enum { PACE_US = 500000 };

const char *const stage_words[STAGES] = {N_("extract"), N_("validate"), N_("insert"), N_("verify")};
const char stage_letters[STAGES + 1] = "XVIC";
const char *const step_status_words[STEP_STATUSES] = {N_("done"),    N_("pending"), N_("running"),
                                                      N_("stale"),   N_("failed"),  N_("partial"),
                                                      N_("blocked"), N_("skipped")};

enum { CAUSES_TOLD = 20 }; // of step.start

// When several end states apply, the first in this order wins (mudanza(1)). A run that could not begin
// (2, 5, 10) has no other end state.
static const int precedence[] = {1, 2, 5, 10, 7, 6, 12, 4, 13, 8, 11, 3, 0};

bool step_is_raw(const Step *s)
{
    return !s->mapped || !s->mapped->n;
}

bool step_is_good(const Step *s)
{
    return s->status == STEP_DONE || s->status == STEP_PARTIAL;
}

bool worker_only_looks(const RunOptions *o)
{
    return strcmp(o->mode, "verify") == 0 || strcmp(o->mode, "preview") == 0;
}

bool worker_is_unattended(const RunOptions *o)
{
    return strcmp(o->mode, "autopilot") == 0 || strcmp(o->mode, "resume") == 0;
}

static bool fills_table(const MappedEntity *e)
{
    for (size_t i = 0; e && i < e->n; i++)
        if (!mapping_only_links(e->mappings[i]))
            return true;
    return false;
}

static bool named(const RunOptions *o)
{
    return o->select && o->select[0];
}

// skip_autopilot of an entry for this step, or for one before it of the same entity: without that there is
// nothing to write or to verify. Reading is one pass for all.
static int switched_off(const Clinic *c, const Step *s)
{
    for (size_t i = 0; i < c->n_commands; i++) {
        const Command *k = &c->commands[i];
        for (Stage stage = STAGE_VALIDATE; k->skip_autopilot && k->entity && k->type && stage <= s->stage;
             stage++)
            if (strcmp(k->type, stage_words[stage]) == 0 && strcmp(k->entity, s->entity) == 0)
                return k->line;
    }
    return 0;
}

static bool selected(const Worker *w, const Step *s)
{
    if (w->o->stages && !strchr(w->o->stages, stage_letters[s->stage]))
        return false;
    if (!named(w->o))
        return true;
    for (size_t i = 0; w->o->select[i]; i++)
        if (text_glob(w->o->select[i], s->entity) || text_glob(w->o->select[i], s->id))
            return true;
    return false;
}

static void add_step(Worker *w, const char *entity, Stage stage, const MappedEntity *mapped)
{
    Step *s = &w->steps[w->n++];
    *s = (Step){.entity = entity, .stage = stage, .mapped = mapped, .status = STEP_PENDING, .rows = -1};
    s->id = arena_text(w->s.arena, "%s/%s", entity, stage_words[stage]);
    s->off = switched_off(w->s.clinic, s);
    s->wanted = selected(w, s) && (!s->off || named(w->o));
}

Step *worker_step(Worker *w, const char *entity, Stage stage)
{
    for (size_t i = 0; i < w->n; i++)
        if (w->steps[i].stage == stage && strcmp(w->steps[i].entity, entity) == 0)
            return &w->steps[i];
    return NULL;
}

// --failed and --stale keep, of the selected steps, those control.db tells so of. A step that was done and
// is still current does nothing, so what --stale leaves is what changed.
static bool keep_by_status(Worker *w, Err *err)
{
    for (size_t i = 0; (w->o->failed_only || w->o->stale_only) && i < w->n; i++) {
        Step *s = &w->steps[i];
        StepRecord last;
        bool found = false;
        if (!s->wanted)
            continue;
        if (w->s.control && !control_step(w->s.control, w->s.arena, s->id, &last, &found, err))
            return false;
        bool partial = found && strcmp(last.status, "partial") == 0,
             done = found && strcmp(last.status, "done") == 0;
        // The same file holds the same damaged rows: reading it again would mend none.
        bool failed = found && (strcmp(last.status, "failed") == 0 || strcmp(last.status, "blocked") == 0 ||
                                (partial && s->stage != STAGE_EXTRACT));
        s->again = w->o->failed_only && failed;
        s->wanted = s->again || (w->o->stale_only && (done || partial));
    }
    return true;
}

static bool needs(const Worker *w, const Step *s, const Step *other)
{
    if (other->stage == STAGE_EXTRACT || (other->stage < s->stage && other->stage == STAGE_VALIDATE))
        return true;
    if (other->stage < s->stage)
        return strcmp(other->entity, s->entity) == 0;
    return other->stage == STAGE_INSERT && s->stage == STAGE_INSERT && other != s && w->s.mapper &&
           !step_is_raw(s) && !step_is_raw(other) && mapper_needs(w->s.mapper, s->entity, other->entity);
}

// What a wanted step needs is wanted too, unless only the selected ones are to run: reading and checking
// write nothing, so all of it comes along. Backwards, so that what is needed finds in turn what it needs.
static void want_upstream(Worker *w)
{
    for (size_t i = w->n; !w->o->only && i-- > 0;)
        for (size_t k = 0; w->steps[i].wanted && w->steps[i].stage > STAGE_EXTRACT && k < w->n; k++)
            w->steps[k].wanted |= !w->steps[k].off && needs(w, &w->steps[i], &w->steps[k]);
}

// What only the ledger knows: entity types that were kept raw and are not in the source any more.
static bool find_past_entities(Worker *w, const char **extra, size_t n_extra, const char ***past,
                               size_t *n_past, Err *err)
{
    size_t n = 0;
    const Target *t = w->s.target;
    if (t && !t->kind->raw_entities(w->s.target, w->s.arena, past, &n, err))
        return false;
    *n_past = 0;
    for (size_t i = 0; i < n; i++) {
        bool known = model_entity(w->s.model, (*past)[i]);
        for (size_t k = 0; !known && k < n_extra; k++)
            known = strcmp(extra[k], (*past)[i]) == 0;
        if (!known)
            (*past)[(*n_past)++] = (*past)[i];
    }
    return true;
}

bool worker_make_steps(Worker *w, Err *err)
{
    const Profile *p = w->s.profile;
    size_t n_extra = 0, n_past = 0;
    const char **extra = NULL, **past = NULL;
    if ((w->s.cache && !cache_unknown_entities(w->s.cache, w->s.arena, w->s.model, &extra, &n_extra, err)) ||
        !find_past_entities(w, extra, n_extra, &past, &n_past, err))
        return false;
    w->steps = arena_many(w->s.arena, Step, (p->n + n_extra + n_past) * STAGES);
    w->n = 0;
    for (Stage stage = STAGE_EXTRACT; stage < STAGES; stage++) {
        for (size_t i = 0; i < p->n; i++) {
            const MappedEntity *e = &p->entities[i];
            bool has = stage == STAGE_EXTRACT || stage == STAGE_INSERT || (stage == STAGE_VALIDATE && e->n) ||
                       (stage == STAGE_VERIFY && fills_table(e));
            if (has)
                add_step(w, e->entity->name, stage, e);
        }
        for (size_t i = 0; i < n_extra && (stage == STAGE_EXTRACT || stage == STAGE_INSERT); i++)
            add_step(w, extra[i], stage, NULL);
        for (size_t i = 0; i < n_past && stage == STAGE_INSERT; i++)
            add_step(w, past[i], stage, NULL);
    }
    if (!keep_by_status(w, err))
        return false;
    want_upstream(w);
    return true;
}

static size_t rank(int exit_code)
{
    size_t i = 0;
    while (i < ARRAY_LEN(precedence) - 1 && precedence[i] != exit_code)
        i++;
    return exit_code && i == ARRAY_LEN(precedence) - 1 ? 0 : i; // any other code means failure
}

int exit_worse(int one, int other)
{
    return rank(other) < rank(one) ? other : one;
}

void worker_worse(Worker *w, int exit_code, const char *fmt, ...)
{
    if (rank(exit_code) >= rank(w->exit_code))
        return;
    char text[512];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    w->exit_code = exit_code;
    w->reason = arena_text(w->s.arena, "%s", text);
}

const char *worker_why_not(Worker *w, const Step *s)
{
    return s->off ? arena_text(w->s.arena, _("switched off in commands.yaml, line %d"), s->off)
                  : _("not selected");
}

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
    if (s->stage == STAGE_EXTRACT) // one pass reads them all and tells how far it is
        return;
    event_progress_reset(w->events);
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

// How many issues of this run nobody has seen before.
static void tell_news(Worker *w, const Step *s)
{
    if (s->current || (s->stage != STAGE_EXTRACT && !s->ran))
        return;
    AUTO(arena_free_at) Arena *scratch = arena_new();
    Err ignored = {0};
    size_t n;
    int64_t fresh = 0;
    const IssueCount *counts = control_issue_counts(w->s.control, scratch, w->record.run, &n, &ignored);
    for (size_t i = 0; counts && i < n; i++)
        fresh += counts[i].fresh;
    beat_news(w->beat, fresh);
}

bool worker_end_step(Worker *w, Step *s, StepStatus status, const char *why, const Account *account, Err *err)
{
    double took = s->took_s > 0 ? s->took_s : s->began ? (double)(steady_now() - s->began) / 1e6 : 0;
    s->took_s = took;
    s->status = status;
    s->why = why;
    w->ended++;
    beat_steps(w->beat, (int)w->ended, (int)w->n);
    JsonOut *j = event_begin(w->events, "step.end", s->id);
    json_text(j, "status", step_status_words[status]);
    if (s->current)
        json_text(j, "reason", "current");
    else if (why)
        json_text(j, "reason", why);
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
    if (status == STEP_SKIPPED) // what is known of its last run still holds
        return true;
    if (s->current && (!worker_step_ended_well(w, s, &told, err) || told))
        return err->kind == ERR_NONE;
    StepRecord r = {.step = s->id,
                    .status = step_status_words[status],
                    .fingerprint = s->fingerprint,
                    .why = why,
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
