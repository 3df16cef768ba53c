// mudanza hooks test CLINIC [EVENT]: calls hooks with a sample; without EVENT those of every event that has some.
#include <string.h>

#include "base/intl.h"
#include "cli/commands.h"
#include "engine/hooks.h"

typedef struct {
    Cli *cli;
    JsonOut *j;
    bool failed;
} Trial;

static void tell(void *arg, const HookJob *job, const char *text)
{
    Trial *t = arg;
    bool good = job->end == HOOK_DONE;
    t->failed = t->failed || !good;
    out_styled(&t->cli->out, good ? STYLE_GOOD : STYLE_BAD, good ? "ok  " : "fail", "  %s, %.1f s", text, job->took_s);
    if (job->said.len)
        out_block(&t->cli->out, buf_str(&job->said));
    if (!t->j)
        return;
    json_open(t->j, NULL);
    json_text(t->j, "event", hook_words[job->event]);
    json_text(t->j, "program", job->hook->exec[0]);
    json_int(t->j, "line", job->hook->line);
    json_text(t->j, "state", hook_end_words[job->end]);
    if (job->end == HOOK_DONE || job->end == HOOK_FAILED)
        json_int(t->j, "exit", job->code);
    else
        json_null(t->j, "exit");
    json_num(t->j, "took_s", job->took_s, 3);
    json_text(t->j, "message", text);
    json_str(t->j, "output", buf_str(&job->said));
    json_close(t->j);
}

static bool is_wanted(const Clinic *clinic, const char *word, int event)
{
    unsigned any = 0;
    for (size_t i = 0; i < clinic->n_hooks; i++)
        any |= clinic->hooks[i].on;
    return word ? !strcmp(word, hook_words[event]) : any & 1U << event;
}

int cmd_hooks_test(Cli *cli, Err *err)
{
    const Clinic *clinic = cli_clinic(cli, cli->args[0], err);
    const char *word = cli->n_args > 1 ? cli->args[1] : NULL;
    Trial t = {.cli = cli};
    bool known = false;
    if (!clinic)
        return (int)err->kind;
    for (int i = 0; i < HOOK_EVENTS; i++)
        known = known || is_wanted(clinic, word, i);
    if (!known && word)
        err_set(err, ERR_USAGE, _("no hook is called for \"%s\": there are run.start, run.end, step.failed, gate, "
                                  "stall, paused and heartbeat"),
                word);
    else if (!known)
        err_set(err, ERR_USAGE, _("%s has no hooks"), clinic->name);
    if (!known)
        return (int)err->kind;
    if (cli->out.json) {
        t.j = out_document(&cli->out, "hooks.test");
        json_text(t.j, "clinic", clinic->name);
        json_open_list(t.j, "calls");
    }
    for (int i = 0; i < HOOK_EVENTS; i++)
        if (is_wanted(clinic, word, i) && !hooks_test(cli->arena, clinic, (HookEvent)i, tell, &t, err))
            return (int)err->kind;
    if (t.j) {
        json_close_list(t.j);
        out_document_end(&cli->out);
    }
    return t.failed ? ERR_STEP : EXIT_OK;
}
