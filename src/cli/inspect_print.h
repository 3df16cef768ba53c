// A record that engine/inspect.h looked at, as text and as JSON.
#ifndef CLI_INSPECT_PRINT_H
#define CLI_INSPECT_PRINT_H

#include "cli/cli.h"
#include "engine/inspect.h"

void inspect_text(Cli *cli, const Inspect *found);
void inspect_json(Cli *cli, const Clinic *clinic, const Inspect *found);

#endif
