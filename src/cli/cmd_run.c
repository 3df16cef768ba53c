// mudanza run, autopilot, resume and verify: the commands that are workers.
#include "cli/commands.h"
#include "cli/run_call.h"

int cmd_run(Cli *cli, Err *err)
{
    return run_call_work(cli, "run", err);
}

int cmd_autopilot(Cli *cli, Err *err)
{
    return run_call_work(cli, "autopilot", err);
}

int cmd_resume(Cli *cli, Err *err)
{
    return run_call_work(cli, "resume", err);
}

int cmd_verify(Cli *cli, Err *err)
{
    return run_call_work(cli, "verify", err);
}
