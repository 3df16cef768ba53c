// mudanza completion bash|zsh|clinics: completion scripts made from the tables of commands, flags and topics.
#include <string.h>

#include "base/intl.h"
#include "cli/cmd_help.h"
#include "cli/commands.h"
#include "cli/completion.h"
#include "cli/topics.h"

static void add_quoted(Buf *out, const char *text)
{
    buf_add_char(out, '\'');
    for (const char *c = text; *c; c++)
        if (*c == '\'')
            buf_add_text(out, "'\\''");
        else
            buf_add_char(out, *c);
    buf_add_char(out, '\'');
}

// A list of words between blanks, as both shells split it.
static void add_words(Buf *out, const char *words, char between)
{
    for (const char *c = words; c && *c; c++)
        buf_add_char(out, *c == between ? ' ' : *c);
}

// The letters of stages stand in the argument of --stage; what --unreviewed takes beside a score, here.
static void add_values(Buf *out, const Flag *flag)
{
    add_words(out, flag->words, '|');
    if (flag->id == FLAG_STAGE)
        add_words(out, flag->argument, ',');
    if (flag->kind == FLAG_REVIEW)
        buf_add_text(out, "block exact proposed");
    if (flag->argument && (!strcmp(flag->argument, "FILE") || flag->kind == FLAG_PLACE))
        buf_add_text(out, "FILE");
    if (flag->argument && !strcmp(flag->argument, "DIR"))
        buf_add_text(out, "DIR");
}

// One line a command: NAME|ARGUMENTS|FLAGS, then one a flag: NAME|VALUES, "-" for one without a value.
static void add_commands(Buf *out)
{
    for (const CliCommand *c = cli_commands; c->name; c++) {
        buf_addf(out, "%s;%s;", c->name, c->usage);
        for (size_t i = 0; i < FLAG_TOTAL; i++) {
            if (!flag_taken((FlagId)i, c->flags))
                continue;
            buf_addf(out, "--%s ", flag_table[i].name);
            if (flag_table[i].letter)
                buf_addf(out, "-%c ", flag_table[i].letter);
        }
        buf_add_char(out, '\n');
    }
}

static void add_flags(Buf *out)
{
    for (size_t i = 0; i < FLAG_TOTAL; i++) {
        const Flag *flag = &flag_table[i];
        if (flag->kind == FLAG_SWITCH)
            continue;
        AUTO(buf_free) Buf values = {0};
        add_values(&values, flag);
        buf_addf(out, "--%s;%s\n", flag->name, buf_text(&values));
        if (flag->letter)
            buf_addf(out, "-%c;%s\n", flag->letter, buf_text(&values));
    }
}

// --format has other words for each command.
static void add_formats(Buf *out)
{
    for (const CliCommand *c = cli_commands; c->name; c++) {
        const char *words = cli_command_formats(c);
        if (!words)
            continue;
        buf_addf(out, "%s --%s;", c->name, flag_table[FLAG_FORMAT].name);
        add_words(out, words, '|');
        buf_add_char(out, '\n');
    }
}

static void make_script(const char *shell, Buf *out)
{
    AUTO(buf_free) Buf commands = {0}, flags = {0}, subjects = {0};
    add_commands(&commands);
    add_flags(&flags);
    add_formats(&flags);
    for (const Topic *t = topics; t->name; t++)
        buf_addf(&subjects, "%s ", t->name);
    bool bash = !strcmp(shell, "bash");
    buf_addf(out, bash ? "# bash completion of mudanza; `mudanza completion bash` prints it\n"
                       : "#compdef mudanza\n# zsh completion of mudanza; `mudanza completion zsh` prints it\n");
    buf_add_text(out, "_mudanza_commands=");
    add_quoted(out, buf_text(&commands));
    buf_add_text(out, "\n_mudanza_flags=");
    add_quoted(out, buf_text(&flags));
    buf_add_text(out, "\n_mudanza_topics=");
    add_quoted(out, buf_text(&subjects));
    buf_add_char(out, '\n');
    buf_add_text(out, completion_engine);
    buf_add_text(out, bash ? completion_of_bash : completion_of_zsh);
}

static int tell_clinics(Cli *cli, Err *err)
{
    const char *workspace = cli_workspace(cli, err);
    if (!workspace)
        return (int)err->kind;
    JsonOut *j = cli->out.json ? out_document(&cli->out, "completion") : NULL;
    if (j)
        json_open_list(j, "clinics");
    for (char **name = workspace_clinics(cli->arena, workspace); *name; name++)
        if (j)
            json_text(j, NULL, *name);
        else
            out_line(&cli->out, "%s", *name);
    if (j) {
        json_close_list(j);
        out_document_end(&cli->out);
    }
    return EXIT_OK;
}

int cmd_completion(Cli *cli, Err *err)
{
    const char *what = cli->args[0];
    if (!strcmp(what, "clinics"))
        return tell_clinics(cli, err);
    if (strcmp(what, "bash") != 0 && strcmp(what, "zsh") != 0)
        err_set(err, ERR_USAGE, _("completion is for bash or zsh, not for \"%s\""), what);
    if (err->kind != ERR_NONE)
        return (int)err->kind;
    AUTO(buf_free) Buf script = {0};
    make_script(what, &script);
    if (!cli->out.json) {
        out_block(&cli->out, buf_str(&script));
        return EXIT_OK;
    }
    JsonOut *j = out_document(&cli->out, "completion");
    json_text(j, "shell", what);
    json_str(j, "script", buf_str(&script));
    out_document_end(&cli->out);
    return EXIT_OK;
}
