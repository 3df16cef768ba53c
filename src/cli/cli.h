// The command line: one table of commands is parser, help, and what the manual pages are checked against.
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include "base/secret.h"
#include "cli/exit_codes.h"
#include "cli/flags.h"
#include "cli/full_screen.h"
#include "cli/output.h"
#include "config/clinic.h"

typedef struct CliCommand CliCommand;

// One call of the program, parsed and checked.
struct Cli {
    Arena *arena; // lives until the program ends
    const CliCommand *command;
    const char **args; // what stands behind the command's name; NULL-ended
    size_t n_args;
    const char *flags[FLAG_TOTAL]; // the (last) value, "" for a switch; NULL: not given
    int verbose;                   // how many -v
    const char **sets;             // --set NAME=VALUE, in order
    size_t n_sets;
    Output out;
    const Screens *screens; // NULL: none can be shown
};

struct CliCommand {
    const char *name;     // "dpmf verify"
    const char *usage;    // its arguments: "CLINIC [RUN]", "[SELECT]..."; [] may be left out, ... repeats
    FlagSet flags;        // beside FLAGS_EVERYWHERE
    const char *group;    // heading in the help; N_()
    const char *about;    // one line; N_()
    const char *document; // "type" of what --json prints: "plan"; "rollback|run.start": either
    // Returns the exit code. With err->kind set the caller tells the error, and its kind is the exit code.
    int (*run)(Cli *cli, Err *err);
};

extern const CliCommand cli_commands[]; // ends with a NULL name
// What --format of a command can be, "csv|json", the usual one first; NULL: it has no such flag.
const char *cli_command_formats(const CliCommand *command);
const CliCommand *cli_command_named(const char *name);
const CliCommand *cli_command_nearest(const char *name);
bool cli_is_family(const char *word); // commands of two words begin with it: "dpmf"
void cli_command_arity(const CliCommand *command, size_t *min, size_t *max); // max SIZE_MAX: any number

// Fills cli from the arguments (argv[0] is skipped) and the environment. false + ERR_USAGE. cli->command
// NULL and true: no command was given; cli->args may then have the name of a clinic.
bool cli_parse(Cli *cli, int argc, char **argv, Err *err) MUST_CHECK;

// The value of --NAME among raw arguments, for what is needed before parsing: "" for a switch; NULL.
const char *cli_peek(int argc, char **argv, FlagId id);

int cli_main(int argc, char **argv, const Screens *screens); // the exit code

static inline bool cli_has(const Cli *cli, FlagId id) { return cli->flags[id] != NULL; }
int64_t cli_number(const Cli *cli, FlagId id, int64_t otherwise);
bool cli_may_ask(const Cli *cli); // a person sits at a terminal, and --no-input was not given

// What most commands begin with. Each fails with an error that names the nearest clinic, or the problems
// of its files, which have then been listed on standard error.
const char *cli_workspace(Cli *cli, Err *err) MUST_CHECK;
// For commands on a profile alone: a clinic that only has the workspace, whose own profiles come first.
// NULL when there is no workspace.
const Clinic *cli_place(Cli *cli);
Clinic *cli_clinic(Cli *cli, const char *name, Err *err) MUST_CHECK;
bool cli_clinic_known(Cli *cli, const char *workspace, const char *name, Err *err) MUST_CHECK;
// As clinic_typed(), of a clinic that is not loaded, or cannot be.
const char *cli_typed(Cli *cli, const char *name);
// What was named behind the clinic, to be typed again, without revisions; otherwise when nothing was.
const char *cli_named(Cli *cli, const char *otherwise);
// The passphrase from --passphrase-file, --passphrase-fd, MUDANZA_PASSPHRASE, reference (of config.yaml,
// may be NULL) or a prompt. NULL with err->kind ERR_NONE: nobody has one.
Secret *cli_passphrase(Cli *cli, const char *reference, const char *file_name, Err *err);
// The same for a file about to be written: a prompt asks twice.
Secret *cli_new_passphrase(Cli *cli, const char *reference, const char *file_name, Err *err);

#endif
