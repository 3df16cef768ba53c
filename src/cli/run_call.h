// What the commands that work on a pipeline share: options from flags, consent, what is told meanwhile.
#ifndef CLI_RUN_CALL_H
#define CLI_RUN_CALL_H

#include "cli/cli.h"
#include "engine/engine.h"

typedef struct {
    Cli *cli;
    const Clinic *clinic;
    SecretSource passphrase;
    Problems *problems;
    RunOptions options;
    int64_t interval_us, told_us; // of progress; when it was last told
    bool line_open;               // a line of progress stands on the terminal
    struct {
        const char *name; // NULL: none yet
        int64_t steps, rows, rejected;
        double took_s;
    } phase; // the steps of one stage that had something to do
} RunCall;

// Loads the clinic of the first argument and fills the options; the other arguments select steps. mode as in
// RunOptions. The call must stay where it is: the options point into it.
bool run_call_begin(RunCall *call, Cli *cli, const char *mode, Err *err) MUST_CHECK;
// Puts into the options which steps the arguments and flags select; begin calls it.
bool run_call_select(RunCall *call, Err *err) MUST_CHECK;
// After a refusal of the engine: tells the problems, and sets err when only they say why.
void run_call_refused(RunCall *call, Err *err);
// false + ERR_USAGE with --read-only: the command takes the lock and writes.
bool run_call_may_write(const Cli *cli, Err *err) MUST_CHECK;
// The whole of run, autopilot, resume and verify.
int run_call_work(Cli *cli, const char *mode, Err *err);

// Fills the call with the rollback of a run; step NULL: all of them; confirm: what was typed.
void run_call_rollback(RunCall *call, Cli *cli, const Clinic *clinic, int64_t run, const char *step,
                       const char *confirm);
// Runs what the call holds and tells how it ended. Returns the exit code.
int run_call_execute(RunCall *call, Err *err);

// What the engine tells, as lines or as events on standard output.
Listener run_listener(RunCall *call);
bool run_listener_moves(const RunCall *call);               // progress is one line that changes in its place
void run_listener_line(RunCall *call, const char *line);    // tells progress of any kind
void run_listener_end(RunCall *call);                       // takes the line of progress away

#endif
