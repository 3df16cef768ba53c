// What the commands on a DPMF file share: where plaintext may go, the passphrase, progress, the first fields.
#ifndef CLI_DPMF_CALL_H
#define CLI_DPMF_CALL_H

#include "cli/cli.h"
#include "cli/progress_line.h"
#include "source/dpmf.h"

typedef struct {
    Cli *cli;
    const char *path;
    const char *folder;   // for plaintext that needs a place
    Secret *passphrase;   // NULL: not needed, or nobody has one
    DpmfWatch watch;      // shows progress on a terminal
    ProgressLine line;
} DpmfCall;

// Reads the first bytes of cli->args[0] and, when it is encrypted, finds the passphrase.
bool dpmf_call_begin(DpmfCall *call, Cli *cli, Err *err) MUST_CHECK;
void dpmf_call_end(DpmfCall *call); // wipes the progress line and the passphrase; no progress from then on

#endif
