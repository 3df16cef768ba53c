#include "cli/exit_codes.h"

#include "base/intl.h"

const ExitCode exit_codes[] = {
    {EXIT_OK, "ok", "-", N_("everything asked is done and balances")},
    {ERR_INTERNAL, "internal", "maybe", N_("a bug, or an error that fits nowhere else")},
    {ERR_USAGE, "usage", "no", N_("the command line is wrong: a flag, a clinic or a step is unknown")},
    {EXIT_PARTIAL, "partial", "yes", N_("finished, with rejects within the limits that are not all ignored by decision")},
    {ERR_STEP, "step-failed", "yes", N_("a step failed, or a limit was passed")},
    {ERR_CONFIG, "config", "no", N_("configuration, mapping or pipeline is invalid")},
    {ERR_SOURCE, "source", "yes", N_("the source is missing, unreadable, or not what it claims to be")},
    {ERR_TARGET, "target", "yes", N_("the target is unreachable, refuses, or has another schema")},
    {ERR_DECISION, "decision", "yes", N_("a person has to decide or to confirm")},
    {EXIT_NOOP, "noop", "-", N_("there was nothing to do (only with --fail-if-noop)")},
    {ERR_IN_USE, "in-use", "yes", N_("another worker holds the clinic")},
    {ERR_STOPPED, "stopped", "yes", N_("stopped on request or by a time limit")},
    {ERR_UNBALANCED, "unbalanced", "yes", N_("rows are lost, or totals differ")},
    {EXIT_STALLED, "stalled", "yes", N_("nothing moved for too long and the watchdog gave up")},
    {EXIT_INTERRUPTED, "interrupted", "yes", N_("stopped by SIGINT (Ctrl-C)")},
    {EXIT_TERMINATED, "terminated", "yes", N_("stopped by SIGTERM")},
    {0, NULL, NULL, NULL},
};

const char *exit_code_name(int code)
{
    for (const ExitCode *e = exit_codes; e->name; e++)
        if (e->code == code)
            return e->name;
    return "internal";
}
