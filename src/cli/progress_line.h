// The one moving line of a command that reads or writes a large file: phase, percent, rate, time left.
#ifndef CLI_PROGRESS_LINE_H
#define CLI_PROGRESS_LINE_H

#include "cli/cli.h"
#include "source/dpmf.h"

typedef struct {
    const char *phase; // under way
    int64_t began_us, shown_us;
    bool on, shown;
} ProgressLine;

// On a terminal, and unless --plain, --quiet or --json; then *watch tells it. Nothing shows in the first two
// seconds.
void progress_line_start(ProgressLine *p, const Cli *cli, DpmfWatch *watch);
void progress_line_end(ProgressLine *p); // wipes it
// The words behind the name of a phase, after so many microseconds of it. Rows count in the phases "read" and
// "write", bytes in the others.
void progress_line_text(Buf *out, const char *phase, int64_t done, int64_t total, int64_t took_us);

#endif
