// The functions behind the table of commands, one file each (cmd_*.c).
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include "cli/cli.h"

int cmd_version(Cli *cli, Err *err);

#endif
