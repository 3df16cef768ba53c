// What would run, and why, in lines.
#include <stdlib.h>
#include <string.h>

#include "base/intl.h"
#include "engine/words_shown.h"
#include "source/dpmf.h"
#include "ui/run_plan.h"

static bool is_to_do(const PlannedStep *s)
{
    return s->status == STEP_PENDING || s->status == STEP_STALE || s->status == STEP_FAILED ||
           s->status == STEP_BLOCKED;
}

// "patient V I, budget I"; entities in the order in which they come.
static const char *steps_text(Arena *a, const Plan *plan)
{
    AUTO(buf_free) Buf text = {0};
    bool *told = arena_many(a, bool, plan->n + 1);
    for (size_t i = 0; i < plan->n; i++) {
        const PlannedStep *s = &plan->steps[i];
        if (told[i] || !is_to_do(s))
            continue;
        buf_addf(&text, "%s%s", text.len ? ", " : "", s->entity);
        for (size_t j = i; j < plan->n; j++) {
            const PlannedStep *other = &plan->steps[j];
            if (told[j] || !is_to_do(other) || strcmp(s->entity, other->entity) != 0)
                continue;
            told[j] = true;
            buf_addf(&text, " %c", stage_letters[other->stage]);
        }
    }
    return str_keep(a, buf_str(&text));
}

static bool is_told(const RunPlanned *p, const char *text)
{
    for (size_t i = 0; i < p->n_causes; i++)
        if (strstr(p->causes[i], text))
            return true;
    return false;
}

// The first cause of each step that does not only wait for another one.
static void tell_causes(Arena *a, const Plan *plan, RunPlanned *p)
{
    for (size_t i = 0; i < plan->n; i++) {
        const PlannedStep *s = &plan->steps[i];
        const char *text = s->n_causes && is_to_do(s) ? s->causes[0].text : NULL;
        if (!text || !strcmp(s->causes[0].cause, "upstream") || !strcmp(s->causes[0].cause, "waits") ||
            !strcmp(s->causes[0].cause, "first") || is_told(p, text))
            continue;
        if (p->n_causes < PLAN_CAUSES)
            p->causes[p->n_causes++] = arena_text(a, "%s: %s", s->id, text);
        else
            p->more_causes++;
    }
}

static bool reads_source(const Plan *plan)
{
    for (size_t i = 0; i < plan->n; i++)
        if (plan->steps[i].stage == STAGE_EXTRACT && is_to_do(&plan->steps[i]))
            return true;
    return !plan->n;
}

static bool wants_passphrase(const Clinic *clinic, const Plan *plan)
{
    bool encrypted;
    Err ignored = {0};
    const char *given = getenv("MUDANZA_PASSPHRASE");
    return !clinic->passphrase && !(given && *given) && clinic->source_path && reads_source(plan) &&
           dpmf_is_encrypted(clinic->source_path, &encrypted, &ignored) && encrypted;
}

// What a run that was cut short was told to do.
static const char *const *selection_of(Arena *a, Control *control, int64_t run, Err *err)
{
    size_t n = 0, cap = 16;
    const char **names = arena_many(a, const char *, cap + 1);
    while (control_run_option(control, a, run, arena_text(a, "$.select[%zu]", n), &names[n], err) && names[n])
        if (++n == cap) {
            const char **more = arena_many(a, const char *, 2 * cap + 1);
            memcpy(more, names, n * sizeof *names);
            names = more;
            cap *= 2;
        }
    names[n] = NULL;
    return n ? names : NULL;
}

static void recall(Arena *a, const Clinic *clinic, RunOptions *o, RunPlanned *p)
{
    RunRecord run;
    Err ignored = {0};
    Control *control = control_open(clinic->state_folder, false, &ignored);
    if (control && control_unfinished(control, a, &run, &ignored)) {
        p->goes_on = arena_text(a, _("run %lld (%s), %s"), (long long)run.run, word_shown(run.mode), run_word(run.status));
        if (!o->select)
            o->select = selection_of(a, control, run.run, &ignored);
    }
    control_close(control);
}

static bool has(const char *const *list, const char *word)
{
    for (; list && *list; list++)
        if (!strcmp(*list, word))
            return true;
    return false;
}

static const char *const *take_words(Arena *a, const char **at, size_t n)
{
    const char **words = arena_many(a, const char *, n + 1);
    for (size_t i = 0; i < n; i++) {
        words[i] = *at;
        *at += strlen(*at) + 1;
    }
    return n ? words : NULL;
}

static const char *problems_text(Arena *a, const Problems *problems, Err *err)
{
    if (problems_first(problems, err) || err->kind != ERR_NONE)
        return arena_text(a, "%s", err->text);
    return _("nothing can be planned");
}

void *run_plan_read(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err)
{
    const PlanWish *w = wish;
    const char *at = w->words, *mode = at;
    at += strlen(mode) + 1;
    const char *const *select = take_words(a, &at, w->n_select), *const *options =
                                                                     take_words(a, &at, w->n_options);
    RunOptions run = {.clinic = clinic,
                      .mode = mode,
                      .select = select,
                      .only = has(options, "--only"),
                      .failed_only = has(options, "--failed"),
                      .stale_only = has(options, "--stale"),
                      .max_rejects = -1,
                      .max_reject_ratio = -1,
                      .max_duration_s = -1,
                      .jobs = -1};
    RunPlanned *p = arena_one(a, RunPlanned);
    (void)o;
    if (!strcmp(mode, "resume"))
        recall(a, clinic, &run, p);
    Problems *problems = problems_new(a);
    const Plan *plan = engine_plan(a, &run, problems, err);
    if (!plan) {
        p->trouble = problems_text(a, problems, err);
        p->hint = *err->hint ? arena_text(a, "%s", err->hint) : NULL;
        err->kind = ERR_NONE;
        return p;
    }
    p->clinic = plan->clinic_id
                    ? arena_text(a, "%s (%s)", plan->clinic_name ? plan->clinic_name : "?", plan->clinic_id)
                    : NULL;
    p->steps = steps_text(a, plan);
    p->bulk = plan->bulk_text;
    p->todo = plan->todo + plan->uncounted;
    p->perhaps = plan->perhaps;
    p->rows = plan->rows;
    p->eta_low_s = plan->eta_low_s;
    p->eta_high_s = plan->eta_high_s;
    p->wants_passphrase = wants_passphrase(clinic, plan);
    tell_causes(a, plan, p);
    return p;
}
