#include "cli/cli.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cancel.h"
#include "base/intl.h"
#include "base/text.h"
#include "cli/cmd_help.h"

const CliCommand *cli_command_named(const char *name)
{
    for (const CliCommand *c = cli_commands; c->name; c++)
        if (!strcmp(c->name, name))
            return c;
    return NULL;
}

const CliCommand *cli_command_nearest(const char *name)
{
    const char *names[128] = {NULL};
    size_t n = 0;
    for (const CliCommand *c = cli_commands; c->name && n < ARRAY_LEN(names); c++)
        names[n++] = c->name;
    const char *near = text_nearest(name, names, n);
    return near ? cli_command_named(near) : NULL;
}

bool cli_is_family(const char *word)
{
    size_t n = strlen(word);
    for (const CliCommand *c = cli_commands; c->name; c++)
        if (!strncmp(c->name, word, n) && c->name[n] == ' ')
            return true;
    return false;
}

void cli_command_arity(const CliCommand *command, size_t *min, size_t *max)
{
    Str rest = str_of(command->usage), word;
    *min = *max = 0;
    while (rest.len && str_cut(&rest, ' ', &word)) {
        bool optional = word.at[0] == '[', repeats = str_ends(word, "...");
        *min += !optional;
        *max = repeats || *max == SIZE_MAX ? SIZE_MAX : *max + 1;
    }
}

int64_t cli_number(const Cli *cli, FlagId id, int64_t otherwise)
{
    return cli->flags[id] ? strtoll(cli->flags[id], NULL, 10) : otherwise;
}

bool cli_may_ask(const Cli *cli)
{
    return !cli_has(cli, FLAG_NO_INPUT) && isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

// The screens, of all clinics or of the one that was named.
static int without_command(Cli *cli, Err *err)
{
    const char *clinic = cli->n_args ? cli->args[0] : NULL;
    if (full_screen_fits(cli))
        return full_screen_show(cli, clinic, NULL, err);
    if (clinic) {
        err_set(err, ERR_USAGE, _("the screens of %s need a terminal"), clinic);
        err_hint(err, _("`mudanza status %s` tells where its steps stand"), cli_typed(cli, clinic));
        return ERR_USAGE;
    }
    err_set(err, ERR_USAGE, _("no command was given"));
    err_hint(err, _("`mudanza help` lists the commands"));
    help_overview_to_stderr(cli);
    return ERR_USAGE;
}

// Runs the command and tells its error, if any.
static int dispatch(Cli *cli, Err *err)
{
    int code;
    if (!cli->command) {
        if (cli_has(cli, FLAG_HELP))
            return help_overview(cli);
        code = without_command(cli, err);
    } else if (cli_has(cli, FLAG_HELP)) {
        return help_command(cli, cli->command);
    } else {
        code = cli->command->run(cli, err);
    }
    if (err->kind != ERR_NONE) {
        code = (int)err->kind;
        if (code == ERR_STOPPED && cancel_signal())
            code = 128 + cancel_signal();
        out_error(&cli->out, err, code);
    }
    return code;
}

int cli_main(int argc, char **argv, const Screens *screens)
{
    Err err = {0};
    AUTO(arena_free_at) Arena *arena = arena_new();
    Cli cli = {.arena = arena, .screens = screens};
    // before parsing: also a wrong command line is told as JSON to who asked for JSON
    output_start(&cli.out, cli_peek(argc, argv, FLAG_JSON) != NULL, cli_peek(argc, argv, FLAG_QUIET) != NULL,
                 cli_peek(argc, argv, FLAG_COLOR));
    int code = ERR_USAGE;
    bool parsed = cli_parse(&cli, argc, argv, &err);
    cli.out.quiet |= cli_has(&cli, FLAG_QUIET); // -q: only the whole word was looked for
    if (parsed)
        code = dispatch(&cli, &err);
    else
        out_error(&cli.out, &err, ERR_USAGE);
    if (!output_end(&cli.out, &err)) {
        cli.out.json = false; // standard output is what failed
        out_error(&cli.out, &err, ERR_INTERNAL);
        code = code == EXIT_OK ? ERR_INTERNAL : code;
    }
    if (cli.out.unread && !cli.out.work && code == EXIT_OK)
        code = EXIT_UNREAD;
    return code;
}
