#include "cli/run_records.h"

#include <stdlib.h>
#include <string.h>

#include "base/intl.h"
#include "engine/engine.h"

static void close_later(void *control)
{
    control_close(control);
}

bool records_open(Cli *cli, const Clinic **clinic, Control **control, Err *err)
{
    *control = NULL;
    *clinic = cli_clinic(cli, cli->args[0], err);
    if (!*clinic)
        return false;
    *control = control_open((*clinic)->state_folder, false, err);
    if (*control)
        arena_defer(cli->arena, close_later, *control);
    if (*control && !cli_has(cli, FLAG_READ_ONLY))
        report_catch_up(cli->arena, *clinic);
    return err->kind == ERR_NONE;
}

bool records_run(Cli *cli, const Clinic *clinic, Control *control, size_t argument, RunRecord *out, Err *err)
{
    int64_t run = 0;
    if (cli->n_args > argument) {
        const char *text = cli->args[argument];
        size_t digits = strspn(text, "0123456789");
        run = digits && digits <= 9 && !text[digits] ? strtoll(text, NULL, 10) : 0;
        if (!run)
            return err_set(err, ERR_USAGE, _("a run is a number from 1, not \"%s\""), text);
    }
    if (control && control_run(control, cli->arena, run, out, err))
        return true;
    if (err->kind != ERR_NONE)
        return false;
    if (run)
        err_set(err, ERR_USAGE, _("%s has no run %lld"), clinic->name, (long long)run);
    else
        err_set(err, ERR_USAGE, _("%s has had no run yet"), clinic->name);
    return err_hint(err, run ? "mudanza runs %s" : "mudanza autopilot %s", clinic->typed);
}

const char *records_folder(Arena *a, const Clinic *clinic, int64_t run)
{
    return arena_text(a, "%s/runs/%06lld", clinic->state_folder, (long long)run);
}

void json_run(JsonOut *j, const char *key, const RunRecord *r)
{
    json_open(j, key);
    json_int(j, "run", r->run);
    json_text(j, "mode", r->mode);
    json_text(j, "status", r->status);
    json_text(j, "started_at", r->started_at);
    json_text(j, "ended_at", r->ended_at);
    json_text(j, "by", r->by);
    json_text(j, "host", r->host);
    json_int(j, "pid", r->pid);
    json_text(j, "note", r->note);
    json_text(j, "clinic_name", r->clinic_name);
    if (r->resumes)
        json_int(j, "resumes", r->resumes);
    else
        json_null(j, "resumes");
    if (r->exit_code >= 0)
        json_int(j, "exit", r->exit_code);
    else
        json_null(j, "exit");
    if (r->undone_by)
        json_int(j, "undone_by", r->undone_by);
    else
        json_null(j, "undone_by");
    json_close(j);
}
