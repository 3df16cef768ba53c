// What the commands on a delimited file share: the flags that say how it is written, and looking at it.
#ifndef CLI_CSV_CALL_H
#define CLI_CSV_CALL_H

#include "cli/cli.h"
#include "source/csv.h"

// Looks at the file cli->args[0]; the flags given are taken as they are. ERR_USAGE: a flag makes no sense.
bool csv_call(Cli *cli, CsvFinding *out, Err *err) MUST_CHECK;

// A character or a delimiter as people write it: \t and \x1f for what cannot be typed.
void csv_shown(Buf *out, const char *text);

#endif
