#include "engine/report_trouble.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/intl.h"
#include "base/json_out.h"
#include "base/json_read.h"
#include "engine/report_verified.h"

typedef struct {
    Arena *arena;
    Report *report;
    Buf stalls, retries, verified;
    char seen[40]; // when the last event was told
} Troubles;

static const char *text_at(Arena *a, Str line, const char *key)
{
    return json_as_text(a, json_member(line, key));
}

static void take_stall(Troubles *x, Str line)
{
    const Stall one = {text_at(x->arena, line, "t"), text_at(x->arena, line, "step"), text_at(x->arena, line, "cause"),
                       json_as_int(json_member(line, "since_s"), 0)};
    buf_add(&x->stalls, (Str){(const char *)&one, sizeof one});
    x->report->n_stalls++;
}

static bool same(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

// Each step and reason once, with how often.
static void take_retry(Troubles *x, Str line)
{
    Retry one = {text_at(x->arena, line, "step"), text_at(x->arena, line, "reason"), 1};
    for (size_t i = 0; i < x->report->n_retries; i++) {
        Retry known;
        memcpy(&known, x->retries.at + i * sizeof known, sizeof known);
        if (!same(known.step, one.step) || !same(known.reason, one.reason))
            continue;
        known.times++;
        memcpy(x->retries.at + i * sizeof known, &known, sizeof known);
        return;
    }
    buf_add(&x->retries, (Str){(const char *)&one, sizeof one});
    x->report->n_retries++;
}

// A kill may have cut the last line short.
static void take_line(Troubles *x, const char *text, size_t len)
{
    Str line = {text, len};
    const char *t = strstr(text, "\"t\":\""), *end = t ? strchr(t + 5, '"') : NULL;
    if (end && (size_t)(end - t) < sizeof x->seen)
        snprintf(x->seen, sizeof x->seen, "%.*s", (int)(end - t - 5), t + 5);
    if (strstr(text, "\"type\":\"verified\"") && json_is_object(line)) {
        report_verified_take(x->arena, line, &x->verified);
        x->report->n_verified++;
        return;
    }
    bool stall = strstr(text, "\"type\":\"stall\"");
    if ((stall || strstr(text, "\"type\":\"retry\"")) && json_is_object(line)) {
        if (stall)
            take_stall(x, line);
        else
            take_retry(x, line);
    }
}

void report_trouble_collect(Arena *a, const char *events_path, Report *r)
{
    Troubles x = {.arena = a, .report = r};
    FILE *events = fopen(events_path, "re");
    char *line = NULL;
    size_t size = 0;
    ssize_t len;
    while (events && (len = getline(&line, &size, events)) > 0)
        take_line(&x, line, (size_t)len);
    free(line);
    if (events)
        fclose(events);
    r->stalls = arena_copy(a, buf_text(&x.stalls), x.stalls.len);
    r->retries = arena_copy(a, buf_text(&x.retries), x.retries.len);
    r->verified = arena_copy(a, buf_text(&x.verified), x.verified.len);
    r->seen_at = *x.seen ? arena_text(a, "%s", x.seen) : NULL;
    buf_free(&x.stalls);
    buf_free(&x.retries);
    buf_free(&x.verified);
}

void report_trouble(Arena *a, const Report *r, Page *p)
{
    if (!r->n_stalls && !r->n_retries)
        return;
    Fact *facts = arena_many(a, Fact, r->n_stalls + r->n_retries);
    size_t n = 0;
    for (size_t i = 0; i < r->n_stalls; i++) {
        const Stall *s = &r->stalls[i];
        facts[n++] = (Fact){s->at, arena_text(a, _("%s: nothing had moved for %lld s"), s->step ? s->step : "-",
                                              (long long)s->since_s)};
    }
    for (size_t i = 0; i < r->n_retries; i++) {
        const Retry *t = &r->retries[i];
        facts[n++] = (Fact){t->step ? t->step : "-",
                            arena_text(a, ngettext("tried again %lld time: %s", "tried again %lld times: %s", (unsigned long)t->times),
                                       (long long)t->times, t->reason ? t->reason : "-")};
    }
    page_heading(p, _("What hindered it"));
    page_facts(p, facts, n);
    page_end_block(p);
}

void report_trouble_json(const Report *r, JsonOut *j)
{
    json_open_list(j, "stalls");
    for (size_t i = 0; i < r->n_stalls; i++) {
        json_open(j, NULL);
        json_text(j, "at", r->stalls[i].at);
        json_text(j, "step", r->stalls[i].step);
        json_text(j, "cause", r->stalls[i].cause);
        json_int(j, "since_s", r->stalls[i].since_s);
        json_close(j);
    }
    json_close_list(j);
    json_open_list(j, "retries");
    for (size_t i = 0; i < r->n_retries; i++) {
        json_open(j, NULL);
        json_text(j, "step", r->retries[i].step);
        json_text(j, "reason", r->retries[i].reason);
        json_int(j, "times", r->retries[i].times);
        json_close(j);
    }
    json_close_list(j);
}
