// autopilot --all: every clinic of the workspace, some at a time, each in a process of its own.
#ifndef CLI_NIGHT_H
#define CLI_NIGHT_H

#include "cli/cli.h"

// One clinic of the night, and how it went.
typedef struct {
    const char *clinic;
    int exit_code;                         // of its worker; stopped before it began: 11
    int64_t run;                           // 0: none was recorded
    const char *status, *reason, *hint;    // status: as of a run, or error; hint may be NULL
    const char *report, *messages;         // files; NULL: none. messages: what it said on standard error
    double took_s;
} NightShift;

typedef struct {
    const char *workspace, *folder; // folder: where its files are; NULL: none could be made
    NightShift *shifts;
    size_t n;
    int64_t jobs;
    int exit_code; // the worst
    double took_s;
} Night;

int night_run(Cli *cli, Err *err);                 // the whole command
void night_report(Cli *cli, const Night *night);   // on standard output, and as files in its folder

#endif
