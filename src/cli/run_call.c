#include "cli/run_call.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cancel.h"
#include "base/intl.h"
#include "base/text.h"

enum { MOST_JOBS = 8 }; // as of limits.jobs

// The flags that shape a run, as they are stored with it. Which steps had failed or were stale is another
// matter by the time of a resume, which does whatever of the selection is left.
static const FlagId kept[] = {FLAG_AS_OF,       FLAG_ON_REJECT,    FLAG_MAX_REJECTS,  FLAG_ON_FAIL,
                              FLAG_ON_CONFLICT, FLAG_BULK, FLAG_UNREVIEWED,   FLAG_MAX_DURATION, FLAG_WINDOW,
                              FLAG_FROM,        FLAG_TO,           FLAG_STAGE,        FLAG_CATEGORY,
                              FLAG_ONLY,        FLAG_WITH_UPSTREAM, FLAG_JOBS};

static const char *options_document(const Cli *cli)
{
    AUTO(buf_free) Buf text = {0};
    JsonOut j = {.out = &text};
    json_open(&j, NULL);
    for (size_t i = 0; i < ARRAY_LEN(kept); i++)
        if (cli_has(cli, kept[i]))
            json_text(&j, flag_table[kept[i]].name, cli->flags[kept[i]]);
    json_open_list(&j, "select");
    for (size_t i = 1; i < cli->n_args; i++)
        json_text(&j, NULL, cli->args[i]);
    json_close_list(&j);
    json_close(&j);
    return str_keep(cli->arena, buf_str(&text));
}

static bool recall_selection(Cli *cli, Control *control, int64_t run, Err *err)
{
    const char *name;
    for (int i = 0;; i++) {
        if (!control_run_option(control, cli->arena, run, arena_text(cli->arena, "$.select[%d]", i), &name,
                                err))
            return false;
        if (!name)
            return true;
        const char **more = arena_many(cli->arena, const char *, cli->n_args + 2);
        memcpy(more, cli->args, cli->n_args * sizeof *more);
        more[cli->n_args++] = name;
        cli->args = more;
    }
}

// What the interrupted run was told and this call does not tell otherwise; and tells it.
static bool recall_options(Cli *cli, const Clinic *clinic, Err *err)
{
    RunRecord run;
    AUTO(buf_free) Buf told = {0};
    bool ok = true;
    Control *control = control_open(clinic->state_folder, false, err);
    if (!control)
        return err->kind == ERR_NONE;
    if (control_unfinished(control, cli->arena, &run, err)) {
        for (size_t i = 0; ok && i < ARRAY_LEN(kept); i++) {
            const char *path = arena_text(cli->arena, "$.\"%s\"", flag_table[kept[i]].name);
            if (cli_has(cli, kept[i]))
                continue;
            ok = control_run_option(control, cli->arena, run.run, path, &cli->flags[kept[i]], err);
            if (ok && cli_has(cli, kept[i]))
                buf_addf(&told, " --%s%s%s", flag_table[kept[i]].name, *cli->flags[kept[i]] ? " " : "",
                         cli->flags[kept[i]]);
        }
        ok = ok && (cli->n_args > 1 || recall_selection(cli, control, run.run, err));
        if (ok && told.len)
            out_note(&cli->out, _("goes on as run %lld was told:%s"), (long long)run.run, buf_text(&told));
    } else {
        ok = err->kind == ERR_NONE;
    }
    control_close(control);
    return ok;
}

static const char *policy(const Cli *cli, FlagId id, const char *of_clinic)
{
    const char *word = cli->flags[id] ? cli->flags[id] : of_clinic;
    return word ? word : "";
}

// It holds locks in the target as long as it takes: in production somebody has to have allowed it.
static bool may_rehearse(RunCall *call, Err *err)
{
    call->options.rehearse = true;
    call->options.limit = cli_number(call->cli, FLAG_LIMIT_ROWS, 0);
    if (!call->options.stages)
        call->options.stages = "XVI"; // what is rolled back cannot be compared
    if (strcmp(call->clinic->env, "PROD") != 0 || call->clinic->rehearse_in_prod)
        return true;
    err_set(err, ERR_DECISION, _("%s is in production: a rehearsal holds locks in its target"),
            call->clinic->name);
    return err_hint(err, "%s", _("Allow it with policy: {rehearse_in_prod: true} in config.yaml."));
}

bool run_call_begin(RunCall *call, Cli *cli, const char *mode, Err *err)
{
    const Clinic *clinic = cli_clinic(cli, cli->args[0], err);
    if (!clinic || (!strcmp(mode, "resume") && !recall_options(cli, clinic, err)))
        return false;
    *call = (RunCall){.cli = cli, .clinic = clinic, .problems = problems_new(cli->arena)};
    call->passphrase = (SecretSource){
        .file = cli->flags[FLAG_PASSPHRASE_FILE],
        .fd = (int)cli_number(cli, FLAG_PASSPHRASE_FD, -1),
        .reference = clinic->passphrase,
        .may_ask = cli_may_ask(cli),
    };
    call->options = (RunOptions){
        .clinic = clinic,
        .mode = mode,
        .passphrase = &call->passphrase,
        .as_of = cli->flags[FLAG_AS_OF],
        .select = cli->n_args > 1 ? cli->args + 1 : NULL,
        .unreviewed = cli->flags[FLAG_UNREVIEWED],
        .only = cli_has(cli, FLAG_ONLY),
        .failed_only = cli_has(cli, FLAG_FAILED),
        .stale_only = cli_has(cli, FLAG_STALE),
        .again = !strcmp(mode, "verify"),
        .note = cli->flags[FLAG_NOTE],
        .options = options_document(cli),
        .max_rejects = -1,
        .max_reject_ratio = -1,
        .max_duration_s = cli_has(cli, FLAG_MAX_DURATION) ? flag_seconds(cli->flags[FLAG_MAX_DURATION]) : -1,
        .window = cli->flags[FLAG_WINDOW],
        .jobs = cli_number(cli, FLAG_JOBS, -1),
        .stop_on_reject = !strcmp(policy(cli, FLAG_ON_REJECT, clinic->on_reject), "stop"),
        .stop_on_fail = !strcmp(policy(cli, FLAG_ON_FAIL, clinic->on_fail), "stop"),
        .try_dependents = !strcmp(policy(cli, FLAG_ON_FAIL, clinic->on_fail), "continue"),
        .on_conflict = policy(cli, FLAG_ON_CONFLICT, clinic->on_conflict),
        .bulk = cli->flags[FLAG_BULK],
        .listener = run_listener(call),
    };
    if (cli_has(cli, FLAG_MAX_REJECTS))
        flag_limit(cli->flags[FLAG_MAX_REJECTS], &call->options.max_rejects, &call->options.max_reject_ratio);
    if (cli_has(cli, FLAG_JOBS) && (call->options.jobs < 1 || call->options.jobs > MOST_JOBS))
        return err_set(err, ERR_USAGE, _("--jobs is a number from 1 to %d"), MOST_JOBS);
    if ((call->options.jobs > 0 ? call->options.jobs : clinic->jobs) > 1 && clinic->target_type == TARGET_SQLITE &&
        strcmp(mode, "verify") != 0)
        out_note(&cli->out, "%s", _("an embedded target is written on one connection"));
    if (cli_has(cli, FLAG_ONLY) && cli_has(cli, FLAG_WITH_UPSTREAM))
        return err_set(err, ERR_USAGE, _("--only and --with-upstream say the opposite"));
    if (!run_call_select(call, err))
        return false;
    if (!strcmp(mode, "rehearse") && !may_rehearse(call, err))
        return false;
    if (!strcmp(mode, "verify")) { // it compares what is there, and brings nothing about
        call->options.stages = "C";
        call->options.only = true;
    }
    return true;
}

void run_call_refused(RunCall *call, Err *err)
{
    size_t n = call->problems->errors;
    if (call->problems->n)
        out_problems(&call->cli->out, call->problems);
    if (err->kind == ERR_NONE)
        err_set(err, ERR_CONFIG, ngettext("%s: %zu mistake in its files", "%s: %zu mistakes in its files", n),
                call->clinic->name, n);
}

// Level 1: only a person at a terminal is asked, and only when the target is in production.
static bool consent(RunCall *call, Err *err)
{
    Cli *cli = call->cli;
    char answer[16] = "";
    if (call->options.again || strcmp(call->clinic->env, "PROD") != 0 || !cli_may_ask(cli) ||
        cli_has(cli, FLAG_YES))
        return true;
    const Plan *plan = engine_plan(cli->arena, &call->options, call->problems, err);
    if (!plan) {
        run_call_refused(call, err);
        return false;
    }
    AUTO(buf_free) Buf question = {0}, clean = {0};
    buf_addf(&question, ngettext("PROD: %s (%s), %zu step to do. Begin? [y/N] ", "PROD: %s (%s), %zu steps to do. Begin? [y/N] ", plan->todo),
             plan->clinic_name ? plan->clinic_name : call->clinic->name,
             plan->clinic_id ? plan->clinic_id : "-", plan->todo);
    text_clean(&clean, buf_str(&question));
    fputs(buf_text(&clean), stderr);
    fflush(stderr);
    if (fgets(answer, sizeof answer, stdin) && strchr("yYsS", answer[0]) && (answer[1] == '\n' || !answer[1]))
        return true;
    return err_set(err, ERR_DECISION, _("nothing was begun"));
}

static void tell_end(RunCall *call, const RunOutcome *end)
{
    AUTO(buf_free) Buf summary = {0};
    Err err = {0};
    if (report_print(call->cli->arena, call->clinic, end->run, "summary", &summary, &err))
        out_block(&call->cli->out, buf_str(&summary));
    else
        out_note(&call->cli->out, "%s", err.text);
}

bool run_call_may_write(const Cli *cli, Err *err)
{
    if (!cli_has(cli, FLAG_READ_ONLY))
        return true;
    err_set(err, ERR_USAGE, _("--read-only: `mudanza %s` takes a lock and writes"), cli->command->name);
    return err_hint(err, _("`mudanza plan` and `mudanza status` only read"));
}

// The run is closed and its report written; a signal that stopped it decides what the shell sees.
static int code_of(const Cli *cli, const RunOutcome *end)
{
    if (end->exit_code == ERR_STOPPED && cancel_signal())
        return 128 + cancel_signal();
    if (end->exit_code == EXIT_OK && end->nothing_to_do && cli_has(cli, FLAG_FAIL_IF_NOOP))
        return EXIT_NOOP;
    return end->exit_code;
}

int run_call_execute(RunCall *call, Err *err)
{
    Cli *cli = call->cli;
    RunOutcome end = {0};
    cancel_outlive_terminal();
    cli->out.work = true;
    bool began = engine_run(cli->arena, &call->options, call->problems, &end, err);
    run_listener_end(call);
    if (!began) {
        run_call_refused(call, err);
        return (int)err->kind;
    }
    err->kind = ERR_NONE; // told as an event
    if (call->problems->n)
        out_problems(&cli->out, call->problems);
    if (!cli->out.json && !cli->out.quiet)
        tell_end(call, &end);
    return code_of(cli, &end);
}

void run_call_rollback(RunCall *call, Cli *cli, const Clinic *clinic, int64_t run, const char *step,
                       const char *confirm)
{
    AUTO(buf_free) Buf text = {0};
    JsonOut j = {.out = &text};
    json_open(&j, NULL);
    json_int(&j, "rollback", run);
    json_text(&j, "step", step);
    json_text(&j, "confirm", confirm);
    json_close(&j);
    *call = (RunCall){.cli = cli, .clinic = clinic, .problems = problems_new(cli->arena)};
    call->options = (RunOptions){
        .clinic = clinic,
        .mode = "rollback",
        .undo_run = run,
        .undo_step = step,
        .note = cli->flags[FLAG_NOTE],
        .options = str_keep(cli->arena, buf_str(&text)),
        .max_rejects = -1,
        .max_reject_ratio = -1,
        .max_duration_s = -1,
        .jobs = -1,
        .listener = run_listener(call),
    };
}

// resume goes on with a rollback that was cut short, too: it was confirmed when it began.
static bool resumes_rollback(RunCall *call, Cli *cli, const char *mode, Err *err)
{
    RunRecord run;
    const char *of = NULL, *step, *confirm;
    const Clinic *clinic = strcmp(mode, "resume") == 0 ? cli_clinic(cli, cli->args[0], err) : NULL;
    Control *control = clinic ? control_open(clinic->state_folder, false, err) : NULL;
    if (!control)
        return false;
    bool found = control_unfinished(control, cli->arena, &run, err) && strcmp(run.mode, "rollback") == 0 &&
                 control_run_option(control, cli->arena, run.run, "$.rollback", &of, err) &&
                 control_run_option(control, cli->arena, run.run, "$.step", &step, err) &&
                 control_run_option(control, cli->arena, run.run, "$.confirm", &confirm, err) && of;
    control_close(control);
    if (found)
        run_call_rollback(call, cli, clinic, strtoll(of, NULL, 10), step, confirm);
    return found;
}

int run_call_work(Cli *cli, const char *mode, Err *err)
{
    RunCall call;
    if (!run_call_may_write(cli, err))
        return (int)err->kind;
    if (resumes_rollback(&call, cli, mode, err))
        return run_call_execute(&call, err);
    if (err->kind != ERR_NONE || !run_call_begin(&call, cli, mode, err) || !consent(&call, err))
        return (int)err->kind;
    return run_call_execute(&call, err);
}
