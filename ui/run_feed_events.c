// What each event does to the model of a run.
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/intl.h"
#include "base/json_read.h"
#include "base/text.h"
#include "engine/event_read.h"
#include "engine/reason_shown.h"
#include "engine/words_shown.h"
#include "ui/run_feed.h"

typedef struct {
    RunFeed *feed;
    Arena *scratch;
    const Event *e;
    Instant at;
} Taking;

static const char *text_of(const Taking *t, const char *key)
{
    const char *text = json_as_text(t->scratch, json_member(t->e->json, key));
    return text ? text : "";
}

static int64_t int_of(const Taking *t, const char *key, int64_t otherwise)
{
    return json_as_int(json_member(t->e->json, key), otherwise);
}

// Whatever a file says, what is kept of it can be shown.
static void keep(char *to, size_t size, const char *text)
{
    AUTO(buf_free) Buf clean = {0};
    text_clean(&clean, str_of(text ? text : ""));
    snprintf(to, size, "%s", buf_text(&clean));
    while (*to && !text_is_utf8(str_of(to))) // cut in the middle of a character
        to[strlen(to) - 1] = 0;
}
#define KEEP(field, text) keep((field), sizeof(field), (text))

// ---- Steps ---------------------------------------------------------------------------------------

static int stage_of(const char *id, size_t *entity_len)
{
    const char *slash = strrchr(id, '/');
    *entity_len = slash ? (size_t)(slash - id) : strlen(id);
    for (int i = 0; slash && i < STAGES; i++)
        if (!strcmp(slash + 1, stage_words[i]))
            return i;
    return -1;
}

static FeedStep *add_step(RunFeed *f, const char *id)
{
    FeedStep *s = feed_step(f, id);
    size_t len;
    if (s)
        return s;
    if (f->n == f->cap) {
        FeedStep *more = arena_many(f->arena, FeedStep, f->cap = MAX(f->cap * 2, (size_t)64));
        if (f->n)
            memcpy(more, f->steps, f->n * sizeof *more);
        f->steps = more;
    }
    s = &f->steps[f->n++];
    int stage = stage_of(id, &len);
    *s = (FeedStep){.id = arena_text(f->arena, "%s", id),
                    .stage = stage,
                    .rows = -1,
                    .eta_low_s = -1,
                    .eta_high_s = -1,
                    .entity = arena_text(f->arena, "%.*s", (int)len, id),
                    .status = STEP_PENDING};
    return s;
}

// The order of the plan; what is not in it stays behind.
static void take_plan(const Taking *t)
{
    RunFeed *f = t->feed;
    Str order = json_member(t->e->json, "order");
    size_t at = 0;
    for (size_t i = 0;; i++) {
        const char *id = json_as_text(t->scratch, json_element(order, i));
        if (!id)
            break;
        FeedStep s = *add_step(f, id);
        size_t from = (size_t)(feed_step(f, id) - f->steps);
        if (from < at)
            continue; // named twice
        memmove(&f->steps[at + 1], &f->steps[at], (from - at) * sizeof s);
        f->steps[at++] = s;
    }
    Str left_out = json_member(t->e->json, "left_out");
    for (size_t i = 0;; i++) {
        const char *id = json_as_text(t->scratch, json_element(left_out, i));
        if (!id)
            break;
        add_step(f, id)->left_out = true;
    }
    f->planned = at > 0;
    f->source.active = false;
}

static void take_progress(const Taking *t)
{
    const Event *e = t->e;
    RunFeed *f = t->feed;
    FeedStep *s = e->step ? feed_step(f, e->step) : NULL;
    if (!e->step)
        return;
    if (!s && (e->bytes || !strcmp(e->step, "source/extract"))) {
        f->source.active = !f->planned;
        f->source.bytes = e->bytes;
        f->source.done = e->done;
        f->source.rows = e->rows;
        f->source.rate = e->rate;
        KEEP(f->source.phase, e->text);
        return;
    }
    s = s ? s : add_step(f, e->step);
    s->status = STEP_RUNNING;
    s->done = e->done;
    s->rows = e->rows >= 0 ? e->rows : s->rows;
    s->rate = e->rate;
    s->rejected = e->rejected;
    s->eta_low_s = e->eta_low_s;
    s->eta_high_s = e->eta_high_s;
}

static void take_start(const Taking *t)
{
    FeedStep *s = add_step(t->feed, t->e->step);
    s->status = STEP_RUNNING;
    s->rows = t->e->rows >= 0 ? t->e->rows : s->rows;
    s->done = s->rejected = 0;
    s->rate = 0;
    s->eta_low_s = s->eta_high_s = -1;
}

static void take_end(const Taking *t)
{
    const Event *e = t->e;
    FeedStep *s = add_step(t->feed, e->step);
    s->status = STEP_DONE;
    for (int i = 0; e->status && i < STEP_STATUSES; i++)
        if (!strcmp(step_status_words[i], e->status))
            s->status = (StepStatus)i;
    s->current = e->current;
    s->rows = e->rows >= 0 ? e->rows : s->rows;
    s->rejected = e->rejected;
    s->done = s->rows; // its rows are those that came to it
    s->took_s = e->took_s;
    s->rate = e->took_s > 0 ? (double)MAX(s->rows, 0) / e->took_s : 0;
    s->eta_low_s = s->eta_high_s = -1;
}

// ---- The run -----------------------------------------------------------------------------------------

static void take_begin(const Taking *t)
{
    RunFeed *f = t->feed;
    KEEP(f->mode, text_of(t, "mode"));
    KEEP(f->by, text_of(t, "by"));
    KEEP(f->host, text_of(t, "host"));
    KEEP(f->version, text_of(t, "version"));
    KEEP(f->env, json_as_text(t->scratch, json_member(json_member(t->e->json, "target"), "env")));
    f->pid = int_of(t, "pid", 0);
    f->began = t->at;
}

static void take_run_end(const Taking *t)
{
    RunFeed *f = t->feed;
    f->ended = true;
    f->exit_code = (int)int_of(t, "exit", ERR_INTERNAL);
    f->took_s = t->e->took_s;
    KEEP(f->status, t->e->status);
    KEEP(f->reason, text_of(t, "reason"));
    KEEP(f->resume, text_of(t, "resume"));
    *f->paused_by = 0;
    f->source.active = false;
}

static const char *const severities[SEVERITIES] = {"fatal", "error", "warning", "information"};

static void take_warning(const Taking *t)
{
    RunFeed *f = t->feed;
    const char *severity = text_of(t, "severity");
    for (int i = 0; i < SEVERITIES; i++)
        f->issues[i] += !strcmp(severities[i], severity);
    KEEP(f->newest, arena_text(t->scratch, "%s %s", text_of(t, "code"), text_of(t, "entity")));
    f->newest_at = t->at;
    const bool keeps_out = (!strcmp(severity, "error") || !strcmp(severity, "fatal")) &&
                           strncmp(text_of(t, "code"), "dpmf.", 5) != 0; // that the source tells of keeps no row out
    if (!*f->refused && keeps_out)
        KEEP(f->refused, f->newest);
}

// More than were told one by one.
static void take_issues(const Taking *t)
{
    for (int i = 0; i < SEVERITIES; i++)
        t->feed->issues[i] += MIN(MAX(int_of(t, severities[i], 0), 0), INT64_MAX / 2 - t->feed->issues[i]);
}

static void take_trouble(const Taking *t)
{
    RunFeed *f = t->feed;
    const Event *e = t->e;
    if (!strcmp(e->type, "retry")) {
        f->retries++;
        KEEP(f->retry, reason_shown(t->scratch, e->text));
    } else if (!strcmp(e->type, "gate")) {
        KEEP(f->gate, reason_shown(t->scratch, e->text));
        KEEP(f->gate_hint, e->hint);
        f->wants_links |= !strcmp(text_of(t, "need"), "mapping");
    } else if (!strcmp(e->type, "stall")) {
        KEEP(f->stall, reason_shown(t->scratch, e->text));
    } else if (!strcmp(e->type, "error")) {
        KEEP(f->error, arena_text(t->scratch, "%s%s%s", e->step ? e->step : "", e->step ? ": " : "",
                                  e->text ? reason_shown(t->scratch, e->text) : ""));
        KEEP(f->error_hint, e->hint);
    } else if (!strcmp(e->type, "paused")) {
        KEEP(f->paused_by, text_of(t, "by"));
        f->paused_at = t->at;
    } else if (!strcmp(e->type, "continued")) {
        *f->paused_by = 0;
    }
}

static void add_words(Arena *a, const Event *e, Buf *line)
{
    const bool of_step = strncmp(e->type, "step.", 5) == 0;
    const char *status = !e->status ? "" : of_step ? step_word(e->status) : run_word(e->status);
    const char *text = e->text ? reason_shown(a, e->text) : NULL;
    if (!strcmp(e->type, "step.start")) {
        buf_addf(line, _("%s  begins"), e->step ? e->step : "");
    } else if (!strcmp(e->type, "step.end")) {
        buf_addf(line, "%s  %s", e->step ? e->step : "", status);
        if (e->rows >= 0 && !e->current)
            buf_addf(line, ngettext(", %lld row", ", %lld rows", (unsigned long)e->rows), (long long)e->rows);
        if (e->rejected)
            buf_addf(line, _(", %lld rejected"), (long long)e->rejected);
        if (!e->current)
            buf_addf(line, ", %.2f s", e->took_s);
        if (text)
            buf_addf(line, ": %s", text);
    } else {
        const char *const words[] = {event_word(e->type), e->step, status, text, e->hint};
        for (size_t i = 0; i < ARRAY_LEN(words); i++)
            if (words[i] && *words[i])
                buf_addf(line, "%s%s", i ? "  " : "", words[i]);
    }
}

static void add_log(const Taking *t)
{
    AUTO(buf_free) Buf words = {0};
    struct tm day;
    time_t seconds = (time_t)(t->at / 1000000);
    if (!strcmp(t->e->type, "step.progress") || !strcmp(t->e->type, "warning") ||
        !strcmp(t->e->type, "issues"))
        return;
    localtime_r(&seconds, &day);
    add_words(t->scratch, t->e, &words);
    Buf *to = &t->feed->log[t->feed->logged++ % FEED_LOG];
    buf_clear(to);
    buf_addf(to, "%02d:%02d:%02d  ", day.tm_hour, day.tm_min, day.tm_sec);
    text_clean(to, buf_str(&words));
}

void feed_line(RunFeed *f, Str line)
{
    AUTO(arena_free_at) Arena *scratch = arena_new();
    Event e;
    bool has_offset;
    Taking t = {.feed = f, .scratch = scratch, .e = &e};
    if (!event_read(scratch, line, &e) || !instant_parse(str_of(e.at), &t.at, &has_offset))
        return;
    int64_t seq = int_of(&t, "seq", f->seq + 1);
    if (seq <= f->seq)
        return;
    f->seq = seq;
    f->last_at = t.at;
    if (!strcmp(e.type, "step.progress"))
        take_progress(&t);
    else if (!strcmp(e.type, "step.start") && e.step)
        take_start(&t);
    else if (!strcmp(e.type, "step.end") && e.step)
        take_end(&t);
    else if (!strcmp(e.type, "warning"))
        take_warning(&t);
    else if (!strcmp(e.type, "issues"))
        take_issues(&t);
    else if (!strcmp(e.type, "plan"))
        take_plan(&t);
    else if (!strcmp(e.type, "run.start"))
        take_begin(&t);
    else if (!strcmp(e.type, "run.end"))
        take_run_end(&t);
    else
        take_trouble(&t);
    add_log(&t);
}
