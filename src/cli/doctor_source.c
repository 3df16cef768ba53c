// A clinic's source, read with an eye on how far that is.
#include "cli/doctor_checks.h"
#include "cli/progress_line.h"
#include "engine/connect_parts.h"

Finding doctor_source(const Checkup *c)
{
    ProgressLine line;
    DpmfWatch watch;
    ConnectHow how = {
        .passphrase = {.file = c->cli->flags[FLAG_PASSPHRASE_FILE],
                       .fd = (int)cli_number(c->cli, FLAG_PASSPHRASE_FD, -1)},
        .watch = &watch,
        .whole = true,
    };
    progress_line_start(&line, c->cli, &watch);
    Finding found = connect_source(c->arena, c->clinic, &how);
    progress_line_end(&line);
    return found;
}
