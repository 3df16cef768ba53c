// The hooks called with a made-up event, for who sets them up.
#include <poll.h>

#include "base/intl.h"
#include "engine/hooks.h"

enum { LOOK_MS = 50 };

static const char *sample(Arena *a, const Clinic *clinic, HookEvent event)
{
    AUTO(buf_free) Buf text = {0}, now = {0};
    JsonOut j = {.out = &text};
    instant_rfc3339(instant_now(), &now);
    json_open(&j, NULL);
    json_int(&j, "v", 1);
    json_str(&j, "t", buf_str(&now));
    json_int(&j, "seq", 0);
    json_text(&j, "type", event == HOOK_STEP_FAILED ? "step.end" : hook_words[event]);
    json_text(&j, "clinic", clinic->name);
    json_int(&j, "run", 0);
    json_bool(&j, "sample", true);
    json_close(&j);
    return str_keep(a, buf_str(&text));
}

bool hooks_test(Arena *a, const Clinic *clinic, HookEvent event,
                void (*tell_one)(void *arg, const HookJob *job, const char *text), void *arg, Err *err)
{
    HookFacts facts = {
        .clinic = clinic->name, .env = clinic->env, .event = event, .json = str_of(sample(a, clinic, event))};
    size_t n = 0;
    for (size_t i = 0; i < clinic->n_hooks; i++) {
        HookJob job;
        Err why = {0};
        if (!(clinic->hooks[i].on & 1U << event))
            continue;
        n++;
        bool started = hook_job_start(&job, &clinic->hooks[i], &facts, &why);
        while (started && !hook_job_ended(&job))
            poll(NULL, 0, LOOK_MS);
        tell_one(arg, &job, hook_job_text(a, &job, started ? NULL : why.text));
        hook_job_free(&job);
    }
    return n ? true : err_set(err, ERR_USAGE, _("%s has no hook for %s"), clinic->name, hook_words[event]);
}
