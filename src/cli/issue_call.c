#include "cli/issue_call.h"

#include <string.h>

#include "base/intl.h"
#include "cache/issue_store.h"
#include "engine/decisions.h"

IssueFilter issue_filter(const Cli *cli)
{
    const char *state = cli_has(cli, FLAG_STATE) ? cli->flags[FLAG_STATE] : "open";
    return (IssueFilter){
        .code = cli->flags[FLAG_CODE],
        .severity = cli->flags[FLAG_SEVERITY],
        .entity = cli->flags[FLAG_ENTITY],
        .step = cli->flags[FLAG_STEP],
        .key = cli->flags[FLAG_KEY],
        .state = strcmp(state, "all") == 0 ? NULL : state,
        .run = cli_number(cli, FLAG_IN_RUN, 0),
        .fresh = cli_has(cli, FLAG_NEW),
        .owner = cli->flags[FLAG_OWNER],
    };
}

bool issue_filter_given(const Cli *cli)
{
    for (int i = 0; i < FLAG_TOTAL; i++)
        if (flag_in((FlagId)i, FLAGS(FLAGS_ISSUES)) && cli_has(cli, (FlagId)i))
            return true;
    return false;
}

bool issue_state_fits(const Cli *cli, Err *err)
{
    return !cli_has(cli, FLAG_STATE) ||
           flag_takes(FLAG_STATE, cli->flags[FLAG_STATE], "open|asked|ignored|resolved|all", err);
}

bool issue_open(Cli *cli, const Clinic **clinic, Control **control, Err *err)
{
    if (cli_has(cli, FLAG_READ_ONLY))
        return err_set(err, ERR_USAGE, _("--read-only: `mudanza %s` writes a decision"), cli->command->name);
    *clinic = issue_state_fits(cli, err) ? cli_clinic(cli, cli->args[0], err) : NULL;
    if (!*clinic)
        return false;
    Problems *problems = problems_new(cli->arena);
    // `warnings import` takes the file in itself, and a changed one is what it is for
    bool take = strcmp(cli->command->name, "warnings import") != 0;
    *control = decisions_open(cli->arena, *clinic, take, problems, err);
    if (problems->n)
        out_problems(&cli->out, problems);
    return *control;
}

const char *issue_short(Arena *a, const char *fp)
{
    return arena_text(a, "%.*s", ISSUE_FP_SHOWN, fp);
}
