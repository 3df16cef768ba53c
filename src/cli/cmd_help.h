// Help, made from the tables of commands, flags, exit codes, variables and events.
#ifndef CLI_CMD_HELP_H
#define CLI_CMD_HELP_H

#include "cli/cli.h"

int help_overview(Cli *cli);                             // all commands by group
void help_overview_to_stderr(Cli *cli);                  // the same beside an error
int help_command(Cli *cli, const CliCommand *command);   // what --help prints
int cmd_help(Cli *cli, Err *err);                        // mudanza help [COMMAND | TOPIC]

#endif
