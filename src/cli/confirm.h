// Asking for a phrase before something is removed.
#ifndef CLI_CONFIRM_H
#define CLI_CONFIRM_H

#include "cli/cli.h"

// What a person types behind the question, without blanks around it and the line end; NULL: nothing.
const char *confirm_ask(Cli *cli, const char *question);

#endif
