// The table of commands. Order and groups are those of `mudanza help`.
#include "cli/commands.h"

#include "base/intl.h"
#include "cli/cmd_help.h"

static const char group_other[] = N_("Other");

const CliCommand cli_commands[] = {
    {"help", "[COMMAND|TOPIC] [WORD]", 0, group_other, N_("explain a command or a topic"), "help", cmd_help},
    {"version", "", 0, group_other, N_("print the version"), "version", cmd_version},
    {NULL, NULL, 0, NULL, NULL, NULL, NULL},
};
