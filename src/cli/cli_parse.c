// From argv to a Cli: words and flags in any order, "--" ends the flags.
#include <stdlib.h>
#include <string.h>

#include "base/intl.h"
#include "base/text.h"
#include "cli/cli.h"

typedef struct {
    Cli *cli;
    char **argv;
    int argc, at;
    const char **words;
    size_t n_words;
    bool given[FLAG_TOTAL]; // among the arguments: a variable may stand for a flag the command does not have
} Parse;

static bool unknown_flag(Parse *p, const char *name, Err *err)
{
    // only the name: what follows '=' may be a secret
    err_set(err, ERR_USAGE, _("there is no flag --%.*s"), (int)MIN(strcspn(name, "="), (size_t)40), name);
    if (strncmp(name, "pass", 4) == 0 || strncmp(name, "pwd", 3) == 0)
        return err_hint(err,
                        _("passphrases come from --passphrase-file, --passphrase-fd or MUDANZA_PASSPHRASE"));
    const char *bare = arena_text(p->cli->arena, "%.*s", (int)strcspn(name, "="), name);
    const char *near = flag_nearest(bare);
    if (near)
        return err_hint(err, _("did you mean --%s?"), near);
    return err_hint(err, _("`mudanza help COMMAND` lists the flags of a command"));
}

static bool set_flag(Parse *p, const Flag *flag, const char *value, Err *err)
{
    if (!flag_check(p->cli->arena, flag, value, err))
        return false;
    p->given[flag->id] = true;
    p->cli->flags[flag->id] = value;
    if (flag->id == FLAG_VERBOSE)
        p->cli->verbose++;
    if (flag->id == FLAG_SET)
        p->cli->sets[p->cli->n_sets++] = value;
    return true;
}

static bool take_value(Parse *p, const Flag *flag, const char **value, Err *err)
{
    if (p->at + 1 >= p->argc)
        return err_set(err, ERR_USAGE, _("--%s wants a value: %s"), flag->name, flag->argument);
    *value = p->argv[++p->at];
    return true;
}

static bool long_flag(Parse *p, const char *name, Err *err)
{
    size_t len = strcspn(name, "=");
    const Flag *flag = flag_named((Str){name, len});
    const char *value = name[len] ? name + len + 1 : NULL;
    if (!flag)
        return unknown_flag(p, name, err);
    if (flag->kind == FLAG_SWITCH && value)
        return err_set(err, ERR_USAGE, _("--%s takes no value"), flag->name);
    if (flag->kind == FLAG_SWITCH)
        value = "";
    if (!value && !take_value(p, flag, &value, err))
        return false;
    return set_flag(p, flag, value, err);
}

static bool short_flags(Parse *p, const char *letters, Err *err)
{
    for (; *letters; letters++) {
        const Flag *flag = flag_lettered(*letters);
        if (!flag) {
            err_set(err, ERR_USAGE, _("there is no flag -%c"), *letters);
            return err_hint(err, _("`mudanza help COMMAND` lists the flags of a command"));
        }
        const char *value = "";
        if (flag->kind != FLAG_SWITCH) {
            value = letters + 1; // -Cfolder
            if (!*value && !take_value(p, flag, &value, err))
                return false;
            return set_flag(p, flag, value, err);
        }
        if (!set_flag(p, flag, value, err))
            return false;
    }
    return true;
}

static bool split(Parse *p, Err *err)
{
    bool flags_end = false;
    for (p->at = 1; p->at < p->argc; p->at++) {
        const char *arg = p->argv[p->at];
        if (flags_end || arg[0] != '-' || !arg[1])
            p->words[p->n_words++] = arg;
        else if (!strcmp(arg, "--"))
            flags_end = true;
        else if (!(arg[1] == '-' ? long_flag(p, arg + 2, err) : short_flags(p, arg + 1, err)))
            return false;
    }
    return true;
}

// A switch in the environment is on with 1; anything else but 0 and the empty text is a mistake.
static bool from_environment(Parse *p, Err *err)
{
    for (size_t i = 0; i < FLAG_TOTAL; i++) {
        const Flag *flag = &flag_table[i];
        const char *value = flag->env ? getenv(flag->env) : NULL;
        // where the clinics and their state are is read by config/, which tells a variable from a flag
        if (!value || !*value || p->cli->flags[i] || flag->id == FLAG_WORKSPACE || flag->id == FLAG_STATE_DIR)
            continue;
        if (flag->kind == FLAG_SWITCH) {
            if (!strcmp(value, "1"))
                p->cli->flags[i] = "";
            else if (strcmp(value, "0") != 0)
                return err_set(err, ERR_USAGE, _("%s wants 0 or 1, not \"%s\""), flag->env, value);
        } else if (!flag_check(p->cli->arena, flag, value, err)) {
            return err_wrap(err, "%s", flag->env);
        } else {
            p->cli->flags[i] = value;
        }
    }
    return true;
}

static bool unknown_command(Parse *p, Err *err)
{
    const char *first = p->words[0], *name = first;
    if (cli_is_family(first)) {
        if (p->n_words < 2) {
            AUTO(buf_free) Buf members = {0};
            size_t n = strlen(first);
            for (const CliCommand *c = cli_commands; c->name; c++)
                if (!strncmp(c->name, first, n) && c->name[n] == ' ')
                    buf_addf(&members, "%s%s", members.len ? ", " : "", c->name);
            err_set(err, ERR_USAGE, _("\"%s\" wants a second word"), first);
            return err_hint(err, "%s", buf_text(&members));
        }
        name = arena_text(p->cli->arena, "%s %s", first, p->words[1]);
    }
    err_set(err, ERR_USAGE, _("there is no command \"%s\""), name);
    const CliCommand *near = cli_command_nearest(name);
    if (near)
        return err_hint(err, _("did you mean `mudanza %s`?"), near->name);
    return err_hint(err, _("`mudanza help` lists the commands"));
}

// The only word is no command: the name of a clinic, to be seen on the screens.
static bool only_clinic(const Parse *p)
{
    Err none = {0};
    const char *workspace = p->n_words == 1 ? cli_workspace(p->cli, &none) : NULL;
    return workspace && cli_clinic_known(p->cli, workspace, p->words[0], &none);
}

static bool find_command(Parse *p, Err *err)
{
    size_t used = 0;
    const CliCommand *command = NULL;
    if (p->n_words > 1) {
        command = cli_command_named(arena_text(p->cli->arena, "%s %s", p->words[0], p->words[1]));
        used = 2;
    }
    if (!command) {
        command = cli_command_named(p->words[0]);
        used = 1;
    }
    if (!command && p->n_words == 1 && cli_is_family(p->words[0]) && cli_has(p->cli, FLAG_HELP)) {
        command = cli_command_named("help"); // dpmf --help
        p->cli->flags[FLAG_HELP] = NULL;
        used = 0;
    }
    if (!command && only_clinic(p))
        used = 0;
    else if (!command)
        return unknown_command(p, err);
    p->cli->command = command;
    p->cli->args = p->words + used;
    p->cli->n_args = p->n_words - used;
    return true;
}

static bool check_flags(const Parse *p, Err *err)
{
    static const CliCommand no_command = {.name = "", .usage = ""};
    const CliCommand *command = p->cli->command ? p->cli->command : &no_command;
    for (size_t i = 0; i < FLAG_TOTAL; i++) {
        if (!p->given[i] || flag_taken((FlagId)i, command->flags))
            continue;
        if (command == &no_command)
            return err_set(err, ERR_USAGE, _("--%s belongs to a command, and none was given"), flag_table[i].name);
        err_set(err, ERR_USAGE, _("`mudanza %s` has no flag --%s"), command->name, flag_table[i].name);
        const char *near = flag_nearest_taken(flag_table[i].name, command->flags);
        if (near)
            return err_hint(err, _("did you mean --%s?"), near);
        return err_hint(err, _("`mudanza help %s` lists its flags"), command->name);
    }
    if (p->given[FLAG_PASSPHRASE_FILE] && p->given[FLAG_PASSPHRASE_FD])
        return err_set(err, ERR_USAGE, _("give --passphrase-file or --passphrase-fd, not both"));
    return !p->given[FLAG_FORMAT] ||
           flag_takes(FLAG_FORMAT, p->cli->flags[FLAG_FORMAT], cli_command_formats(command), err);
}

static bool check_args(const Parse *p, Err *err)
{
    const CliCommand *command = p->cli->command;
    size_t min, max, n = p->cli->n_args;
    cli_command_arity(command, &min, &max);
    for (size_t i = 0; i < n; i++)
        if (!*p->cli->args[i])
            return err_set(err, ERR_USAGE, _("an argument of `mudanza %s` is empty"), command->name);
    if (n >= min && n <= max)
        return true;
    if (n < min)
        err_set(err, ERR_USAGE, _("`mudanza %s` wants more: %s"), command->name, command->usage);
    else
        err_set(err, ERR_USAGE, _("`mudanza %s` does not know what to do with \"%s\""), command->name,
                p->cli->args[max]);
    return err_hint(err, "mudanza %s%s%s", command->name, *command->usage ? " " : "", command->usage);
}

bool cli_parse(Cli *cli, int argc, char **argv, Err *err)
{
    Parse p = {.cli = cli, .argv = argv, .argc = argc};
    p.words = arena_many(cli->arena, const char *, (size_t)argc + 1);
    cli->sets = arena_many(cli->arena, const char *, (size_t)argc + 1);
    if (!split(&p, err) || !from_environment(&p, err))
        return false;
    if (cli_has(cli, FLAG_VERSION)) {
        cli->command = cli_command_named("version");
        return true;
    }
    if ((p.n_words && !find_command(&p, err)) || !check_flags(&p, err))
        return false;
    return !cli->command || cli_has(cli, FLAG_HELP) || check_args(&p, err);
}

const char *cli_peek(int argc, char **argv, FlagId id)
{
    const Flag *flag = &flag_table[id];
    size_t n = strlen(flag->name);
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strncmp(argv[i], "--", 2) != 0 || strncmp(argv[i] + 2, flag->name, n) != 0)
            continue;
        const char *rest = argv[i] + 2 + n;
        if (!*rest)
            return flag->kind == FLAG_SWITCH ? "" : i + 1 < argc ? argv[i + 1] : NULL;
        if (*rest == '=' && flag->kind != FLAG_SWITCH)
            return rest + 1;
    }
    return flag->env ? getenv(flag->env) : NULL;
}
