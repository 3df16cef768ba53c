// Readers of what earlier runs left: opening control.db, finding a run, its folder.
#ifndef CLI_RUN_RECORDS_H
#define CLI_RUN_RECORDS_H

#include "cache/control.h"
#include "cli/cli.h"
#include "engine/words_shown.h"

// Loads the clinic of the first argument and opens its control.db for reading; it is closed with cli->arena.
// *control NULL and true: there has been no run yet.
bool records_open(Cli *cli, const Clinic **clinic, Control **control, Err *err) MUST_CHECK;
// The run of the given argument, else the newest. false + ERR_USAGE when there is none.
bool records_run(Cli *cli, const Clinic *clinic, Control *control, size_t argument, RunRecord *out,
                 Err *err) MUST_CHECK;
const char *records_folder(Arena *a, const Clinic *clinic, int64_t run); // state/runs/000043
void json_run(JsonOut *j, const char *key, const RunRecord *r);

#endif
