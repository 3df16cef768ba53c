// mudanza run, autopilot, resume and verify: the commands that are workers.
#include "base/intl.h"
#include "cli/commands.h"
#include "cli/night.h"
#include "cli/run_call.h"

int cmd_run(Cli *cli, Err *err)
{
    return run_call_work(cli, "run", err);
}

int cmd_rehearse(Cli *cli, Err *err)
{
    return run_call_work(cli, "rehearse", err);
}

int cmd_autopilot(Cli *cli, Err *err)
{
    if (cli_has(cli, FLAG_ALL))
        return night_run(cli, err);
    if (cli->n_args)
        return run_call_work(cli, "autopilot", err);
    err_set(err, ERR_USAGE, _("`mudanza %s` wants more: %s"), "autopilot", _("a clinic, or --all"));
    return (int)err->kind;
}

int cmd_resume(Cli *cli, Err *err)
{
    return run_call_work(cli, "resume", err);
}

int cmd_verify(Cli *cli, Err *err)
{
    return run_call_work(cli, "verify", err);
}
