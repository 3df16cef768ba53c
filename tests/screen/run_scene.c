#include "tests/screen/run_scene.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

Scene scene_new(Arena *a)
{
    setenv("TZ", "UTC", 1);
    tzset();
    return (Scene){.arena = a};
}

void scene_event(Scene *s, const char *at, const char *type, const char *members, ...)
{
    char text[4096];
    va_list args;
    va_start(args, members);
    vsnprintf(text, sizeof text, members, args);
    va_end(args);
    buf_addf(&s->lines,
             "{\"v\":1,\"t\":\"2025-11-20T%s.000Z\",\"seq\":%d,\"type\":\"%s\",\"clinic\":\"north\",\"run\":"
             "43%s%s}\n",
             at, ++s->seq, type, *text ? "," : "", text);
}

void scene_begin(Scene *s, const char *mode)
{
    scene_event(s, "12:32:51", "run.start",
                "\"mode\":\"%s\",\"by\":\"amartin\",\"host\":\"srv1\",\"pid\":41207,"
                "\"target\":{\"env\":\"PROD\",\"type\":\"postgres\"},\"version\":\"0.1.0\"",
                mode);
}

void scene_plan(Scene *s, const char *const *entities, const int64_t *rows)
{
    AUTO(buf_free) Buf order = {0};
    for (int stage = 0; stage < STAGES; stage++)
        for (size_t i = 0; entities[i]; i++)
            buf_addf(&order, "%s\"%s/%s\"", order.len ? "," : "", entities[i], stage_words[stage]);
    for (size_t i = 0; entities[i]; i++)
        scene_step(s, "12:33:10", arena_text(s->arena, "%s/extract", entities[i]), "done", rows[i], 0, 1.5);
    scene_event(s, "12:33:12", "plan", "\"steps\":4,\"order\":[%s]", buf_text(&order));
}

void scene_step(Scene *s, const char *at, const char *step, const char *status, int64_t rows,
                int64_t rejected, double took_s)
{
    scene_event(s, at, "step.start", "\"step\":\"%s\",\"rows\":%lld", step, (long long)rows);
    scene_event(s, at, "step.end",
                "\"step\":\"%s\",\"status\":\"%s\",\"rows\":%lld,\"rejected\":%lld,\"took_s\":%.3f", step,
                status, (long long)rows, (long long)rejected, took_s);
}

static RunNews *news_at(Scene *s, const char *now)
{
    bool has_offset;
    RunNews *n = arena_one(s->arena, RunNews);
    *n = (RunNews){.run = 43, .to = (int64_t)s->lines.len, .lines = str_copy(s->arena, buf_str(&s->lines))};
    instant_parse(str_of(arena_text(s->arena, "2025-11-20T%sZ", now)), &n->now, &has_offset);
    buf_free(&s->lines);
    return n;
}

RunNews *scene_live(Scene *s, const char *now)
{
    RunNews *n = news_at(s, now);
    n->at_work = n->live = n->told = true;
    n->owner = STR("{\"user\":\"amartin\",\"host\":\"srv1\",\"pid\":41207,\"since\":\"2025-11-20T12:32:51."
                   "000Z\",\"run\":43}");
    n->seen = (WorkerSeen){.run = 43,
                           .pid = 41207,
                           .clinic = "north",
                           .host = "srv1",
                           .state = "running",
                           .phase = "insert",
                           .step = "budget/insert",
                           .steps_done = 9,
                           .steps_total = 20,
                           .eta_low_s = 300,
                           .eta_high_s = 480,
                           .rate = 1840,
                           .silent_s = 1};
    return n;
}

RunNews *scene_over(Scene *s, const char *now)
{
    return news_at(s, now);
}
