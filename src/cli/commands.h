// The functions behind the table of commands, one file each (cmd_*.c).
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include "cli/cli.h"

int cmd_clinics_list(Cli *cli, Err *err);
int cmd_config_explain(Cli *cli, Err *err);
int cmd_config_show(Cli *cli, Err *err);
int cmd_config_validate(Cli *cli, Err *err);
int cmd_init(Cli *cli, Err *err);
int cmd_mapping_eval(Cli *cli, Err *err);
int cmd_version(Cli *cli, Err *err);

#endif
