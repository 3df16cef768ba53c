#include "cli/plan_steps.h"

#include <string.h>

#include "base/intl.h"
#include "cli/cli.h"
#include "engine/words_shown.h"

static void json_eta(JsonOut *j, double low, double high)
{
    if (low < 0) {
        json_null(j, "eta_s");
        return;
    }
    json_open_list(j, "eta_s");
    json_num(j, NULL, low, 3);
    json_num(j, NULL, high, 3);
    json_close_list(j);
}

static void json_rows(JsonOut *j, int64_t rows)
{
    if (rows >= 0)
        json_int(j, "rows", rows);
    else
        json_null(j, "rows");
}

static void json_causes(JsonOut *j, const PlannedStep *s)
{
    json_open_list(j, "why");
    for (size_t i = 0; i < s->n_causes; i++) {
        json_open(j, NULL);
        json_text(j, "cause", s->causes[i].cause);
        json_text(j, "what", s->causes[i].what);
        json_text(j, "before", s->causes[i].before);
        json_text(j, "after", s->causes[i].after);
        json_text(j, "text", s->causes[i].text);
        json_close(j);
    }
    json_close_list(j);
}

static void json_reached(JsonOut *j, const PlannedStep *s)
{
    json_open_list(j, "then");
    for (size_t i = 0; i < s->n_reached; i++) {
        json_open(j, NULL);
        json_text(j, "step", s->reached[i].step);
        json_bool(j, "certain", s->reached[i].certain);
        json_rows(j, s->reached[i].rows);
        json_close(j);
    }
    json_close_list(j);
}

void json_planned_steps(JsonOut *j, const char *key, const Plan *plan)
{
    json_open_list(j, key);
    for (size_t i = 0; i < plan->n; i++) {
        const PlannedStep *s = &plan->steps[i];
        json_open(j, NULL);
        json_text(j, "step", s->id);
        json_text(j, "entity", s->entity);
        json_text(j, "stage", stage_words[s->stage]);
        json_text(j, "category", s->category);
        json_bool(j, "raw", s->raw);
        json_text(j, "status", step_status_words[s->status]);
        json_bool(j, "tracked", !s->untracked);
        json_bool(j, "perhaps", s->perhaps);
        json_causes(j, s);
        json_reached(j, s);
        json_rows(j, s->rows);
        json_int(j, "rejected", s->rejected);
        if (s->run)
            json_int(j, "run", s->run);
        else
            json_null(j, "run");
        json_eta(j, s->eta_low_s, s->eta_high_s);
        json_close(j);
    }
    json_close_list(j);
}

void json_plan_sum(JsonOut *j, const Plan *plan)
{
    json_int(j, "todo", (int64_t)plan->todo);
    json_int(j, "perhaps", (int64_t)plan->perhaps);
    json_rows(j, plan->rows);
    json_eta(j, plan->eta_low_s, plan->eta_high_s);
}

bool plan_is_to_do(const PlannedStep *s)
{
    return !s->untracked && (s->status == STEP_PENDING || s->status == STEP_STALE ||
                             s->status == STEP_FAILED || s->status == STEP_BLOCKED);
}

const char *status_shown(Arena *a, const PlannedStep *s)
{
    static const char symbols[STEP_STATUSES + 1] = "+.o~x%#-";
    return s->untracked ? "-" : arena_text(a, "%c %s", symbols[s->status], step_word(step_status_words[s->status]));
}

void print_plan_count(Output *out, const Plan *plan)
{
    size_t n = 0;
    for (size_t i = 0; i < plan->n; i++)
        n += !plan->steps[i].untracked;
    out_line(out, ngettext("%zu of %zu step to do", "%zu of %zu steps to do", n), plan->todo, n);
}

const char *time_shown(Arena *a, double low_s, double high_s)
{
    if (low_s < 0)
        return _("unknown");
    bool minutes = high_s >= 90;
    int unit = minutes ? 60 : 1, low = (int)(low_s / unit), high = (int)(high_s / unit) + 1;
    if (low >= high - 1)
        return arena_text(a, minutes ? _("about %d min") : _("about %d s"), high);
    return arena_text(a, minutes ? _("about %d-%d min") : _("about %d-%d s"), low, high);
}

const char *next_command(Arena *a, const Clinic *clinic, const Plan *plan, const char *entity)
{
    const PlannedStep *first = NULL;
    bool partial = false;
    for (size_t i = 0; i < plan->n; i++) {
        const PlannedStep *s = &plan->steps[i];
        if (s->untracked || strcmp(s->entity, entity) != 0)
            continue;
        partial |= s->status == STEP_PARTIAL;
        if (!first && plan_is_to_do(s))
            first = s;
    }
    const char *name = clinic->typed;
    if (first && first->status == STEP_FAILED)
        return arena_text(a, "mudanza run %s %s --failed", name, shell_word(a, entity));
    if (first && first->n_causes && strcmp(first->causes[0].cause, "decision") == 0)
        return arena_text(a, "mudanza warnings list %s --code %s", name,
                          shell_word(a, first->causes[0].what));
    if (first && first->status == STEP_BLOCKED && first->n_causes && first->causes[0].what[0])
        return arena_text(a, "mudanza plan %s %s -v", name, shell_word(a, first->causes[0].what));
    if (first)
        return arena_text(a, "mudanza run %s %s", name, shell_word(a, entity));
    if (!partial)
        return NULL;
    if (cli_command_named("rejects list"))
        return arena_text(a, "mudanza rejects list %s", name);
    return arena_text(a, "mudanza warnings list %s", name);
}
