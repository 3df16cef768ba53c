#include "ui/step_data.h"

#include <string.h>
#include <time.h>

#include "base/intl.h"

// ---- Wishes -------------------------------------------------------------------------------------------

void step_wish(Buf *out, StepWish wish, const char *const *texts, size_t n)
{
    size_t at = sizeof wish;
    for (size_t i = 0; i < STEP_TEXTS; i++) {
        wish.at[i] = at;
        at += (i < n && texts[i] ? strlen(texts[i]) : 0) + 1;
    }
    buf_add(out, (Str){(const char *)&wish, sizeof wish});
    for (size_t i = 0; i < STEP_TEXTS; i++)
        buf_add(out,
                (Str){i < n && texts[i] ? texts[i] : "", (i < n && texts[i] ? strlen(texts[i]) : 0) + 1});
}

const char *step_wish_text(const StepWish *wish, int i)
{
    return (const char *)wish + wish->at[i];
}

// ---- Reading ------------------------------------------------------------------------------------------

void *step_read_counts(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err)
{
    Preview *counts = arena_one(a, Preview);
    (void)o;
    bool ok = engine_preview(a, clinic, step_wish_text(wish, 0), 0, false, counts, err);
    if (!ok && err->kind == ERR_NONE)
        err_set(err, ERR_USAGE, "%s",
                _("there is no cache: the source has not been read, or the cache was removed"));
    return ok ? counts : NULL;
}

static void *mistaken(const Problems *problems, Err *err)
{
    problems_first(problems, err);
    return NULL;
}

void *step_read_plan(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err)
{
    const StepWish *w = wish;
    const char *entity = step_wish_text(w, 0);
    const RunOptions options = {.clinic = clinic,
                                .mode = "run",
                                .max_rejects = -1,
                                .max_reject_ratio = -1,
                                .max_duration_s = -1,
                                .jobs = -1};
    Problems *problems = problems_new(a);
    (void)o;
    Plan *plan = engine_plan(a, &options, problems, err);
    if (!plan)
        return mistaken(problems, err);
    StepPlan *out = arena_one(a, StepPlan);
    for (size_t i = 0; i < plan->n; i++) {
        PlannedStep *s = &plan->steps[i];
        if (strcmp(s->entity, entity) != 0)
            continue;
        if (s->stage == w->stage)
            out->step = s;
        else if (s->stage < w->stage && s->status != STEP_DONE && s->status != STEP_PARTIAL &&
                 s->status != STEP_SKIPPED)
            out->stale = true;
    }
    return out;
}

void *step_read_samples(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err)
{
    const StepWish *w = wish;
    const SampleWish sample = {
        .entity = step_wish_text(w, 0),
        .text = step_wish_text(w, 1),
        .which = (SampleWhich)w->which,
        .with_target = w->which == SAMPLE_CHANGED,
        .unmask = w->unmask,
        .most = STEP_PAGE_ROWS,
    };
    const SampleAt from = {step_wish_text(w, 2), w->number};
    SamplePage *page = arena_one(a, SamplePage);
    (void)o;
    return sample_page(a, clinic, &sample, w->way, &from, page, err) ? page : NULL;
}

void *step_read_diff(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err)
{
    const StepWish *w = wish;
    StepDiff *diff = arena_one(a, StepDiff);
    Problems *problems = problems_new(a);
    if (!engine_compare_now(a, clinic, step_wish_text(w, 0), STEP_DIFF_ROWS, w->unmask, problems,
                            &diff->compared, err))
        return mistaken(problems, err);
    struct tm now;
    time_t at = time(NULL);
    localtime_r(&at, &now);
    diff->at = o->clock ? o->clock(a) : arena_text(a, "%02d:%02d", now.tm_hour, now.tm_min);
    return diff;
}

static void *no_run_yet(const Clinic *clinic, Err *err)
{
    if (err->kind == ERR_NONE)
        err_set(err, ERR_USAGE, _("%s has had no run yet"), clinic->name);
    return NULL;
}

IssueFilter step_issue_filter(const char *entity, bool all)
{
    return (IssueFilter){.entity = entity, .state = all ? NULL : "open"};
}

void *step_read_issues(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err)
{
    const StepWish *w = wish;
    const IssueFilter f = step_issue_filter(step_wish_text(w, 0), w->all);
    const IssueItem from = {.severity = step_wish_text(w, 2),
                            .code = step_wish_text(w, 3),
                            .entity = step_wish_text(w, 4),
                            .step = step_wish_text(w, 5),
                            .key = step_wish_text(w, 6),
                            .field = step_wish_text(w, 7)};
    StepIssues *out = arena_one(a, StepIssues);
    (void)o;
    Control *c = control_open(clinic->state_folder, false, err);
    if (!c)
        return no_run_yet(clinic, err);
    bool ok = issue_page(c, a, &f, w->way, &from, STEP_PAGE_ROWS, &out->page, err) &&
              issue_count(c, &f, &out->count, err);
    control_close(c);
    return ok ? out : NULL;
}

void *step_read_log(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err)
{
    const StepWish *w = wish;
    const LogWish log = {.run = w->run,
                         .step = arena_text(a, "%s/%s", step_wish_text(w, 0), stage_words[w->stage]),
                         .find = step_wish_text(w, 1)};
    LogPage *page = arena_one(a, LogPage);
    (void)o;
    return log_page(a, clinic, &log, w->way, w->number, STEP_PAGE_ROWS, page, err) ? page : NULL;
}
