#include "cli/cmd_help.h"

#include <stdio.h>
#include <string.h>

#include "base/intl.h"
#include "base/text.h"
#include "cli/topics.h"

enum { NAME_COLUMN = 34 };

static void add_row(Buf *text, const char *left, const char *right)
{
    int width = text_width(str_of(left));
    buf_addf(text, "  %s", left);
    if (width + 2 > NAME_COLUMN) {
        buf_add_char(text, '\n');
        width = -2;
    }
    buf_addf(text, "%*s%s\n", NAME_COLUMN - width, "", right);
}

static const char *flag_spelling(Arena *a, const Flag *flag)
{
    AUTO(buf_free) Buf text = {0};
    if (flag->letter)
        buf_addf(&text, "-%c, ", flag->letter);
    buf_addf(&text, "--%s", flag->name);
    if (flag->words)
        buf_addf(&text, " %s", flag->words);
    else if (flag->argument)
        buf_addf(&text, " %s", flag->argument);
    return str_keep(a, buf_str(&text));
}

static void overview_text(Arena *a, Buf *text)
{
    buf_addf(text, "%s\n", _("mudanza COMMAND [FLAG]...: moves a clinic's data into its new home"));
    const char *group = NULL;
    for (const CliCommand *c = cli_commands; c->name; c++) {
        if (!group || strcmp(group, c->group) != 0)
            buf_addf(text, "\n%s\n", _(c->group));
        group = c->group;
        add_row(text, arena_text(a, "%s%s%s", c->name, *c->usage ? " " : "", c->usage), _(c->about));
    }
    buf_addf(text, "\n%s\n", _("Topics (mudanza help TOPIC)"));
    for (const Topic *t = topics; t->name; t++)
        add_row(text, t->name, _(t->about));
    buf_addf(text, "\n%s\n", _("`mudanza COMMAND --help` explains a command. Every command takes --json."));
}

static void write_flag(JsonOut *j, const Flag *flag)
{
    json_open(j, NULL);
    json_text(j, "name", flag->name);
    json_str(j, "letter", flag->letter ? (Str){&flag->letter, 1} : (Str){NULL, 0});
    json_text(j, "argument", flag->argument);
    json_text(j, "words", flag->words);
    json_bool(j, "repeats", flag->repeats);
    json_text(j, "environment", flag->env);
    json_text(j, "about", _(flag->about));
    json_close(j);
}

static void write_list(JsonOut *j, const char *key, const char *words)
{
    Str rest = str_of(words), word;
    json_open_list(j, key);
    while (rest.len && str_cut(&rest, '|', &word))
        json_str(j, NULL, word);
    json_close_list(j);
}

static void write_command(JsonOut *j, const CliCommand *c)
{
    json_open(j, NULL);
    json_text(j, "name", c->name);
    json_text(j, "usage", c->usage);
    json_text(j, "group", _(c->group));
    json_text(j, "about", _(c->about));
    write_list(j, "documents", c->document);
    json_open_list(j, "flags");
    for (size_t i = 0; i < FLAG_TOTAL; i++)
        if (flag_taken((FlagId)i, c->flags))
            json_text(j, NULL, flag_table[i].name);
    json_close_list(j);
    json_close(j);
}

int help_overview(Cli *cli)
{
    if (cli->out.json) {
        JsonOut *j = out_document(&cli->out, "help");
        json_open_list(j, "commands");
        for (const CliCommand *c = cli_commands; c->name; c++)
            write_command(j, c);
        json_close_list(j);
        json_open_list(j, "flags");
        for (size_t i = 0; i < FLAG_TOTAL; i++)
            write_flag(j, &flag_table[i]);
        json_close_list(j);
        json_open_list(j, "topics");
        for (const Topic *t = topics; t->name; t++)
            json_text(j, NULL, t->name);
        json_close_list(j);
        out_document_end(&cli->out);
        return EXIT_OK;
    }
    AUTO(buf_free) Buf text = {0};
    overview_text(cli->arena, &text);
    out_block(&cli->out, buf_str(&text));
    return EXIT_OK;
}

void help_overview_to_stderr(Cli *cli)
{
    AUTO(buf_free) Buf text = {0};
    if (cli->out.quiet || cli->out.json)
        return;
    overview_text(cli->arena, &text);
    fputs(buf_text(&text), stderr);
}

static void add_flags(Arena *a, Buf *text, const char *title, FlagSet set)
{
    if (!set)
        return;
    buf_addf(text, "\n%s\n", title);
    for (size_t i = 0; i < FLAG_TOTAL; i++)
        if (flag_in((FlagId)i, set))
            add_row(text, flag_spelling(a, &flag_table[i]), _(flag_table[i].about));
}

int help_command(Cli *cli, const CliCommand *c)
{
    if (cli->out.json) {
        JsonOut *j = out_document(&cli->out, "help");
        json_open_list(j, "commands");
        write_command(j, c);
        json_close_list(j);
        out_document_end(&cli->out);
        return EXIT_OK;
    }
    AUTO(buf_free) Buf text = {0};
    buf_addf(&text, "mudanza %s%s%s: %s\n", c->name, *c->usage ? " " : "", c->usage, _(c->about));
    add_flags(cli->arena, &text, _("Flags"), c->flags);
    add_flags(cli->arena, &text, _("Flags of every command"), FLAGS(FLAGS_EVERYWHERE));
    out_block(&cli->out, buf_str(&text));
    return EXIT_OK;
}

// The commands that begin with this word.
static int help_family(Cli *cli, const char *word)
{
    JsonOut *j = cli->out.json ? out_document(&cli->out, "help") : NULL;
    AUTO(buf_free) Buf text = {0};
    size_t n = strlen(word);
    if (j)
        json_open_list(j, "commands");
    for (const CliCommand *c = cli_commands; c->name; c++) {
        if (strncmp(c->name, word, n) != 0 || c->name[n] != ' ')
            continue;
        if (j)
            write_command(j, c);
        else
            add_row(&text, arena_text(cli->arena, "%s%s%s", c->name, *c->usage ? " " : "", c->usage), _(c->about));
    }
    out_block(&cli->out, buf_str(&text));
    if (j) {
        json_close_list(j);
        out_document_end(&cli->out);
    }
    return EXIT_OK;
}

static int help_topic(Cli *cli, const Topic *topic)
{
    if (!cli->out.json) {
        topic->print(cli);
        return EXIT_OK;
    }
    JsonOut *j = out_document(&cli->out, "help");
    json_text(j, "topic", topic->name);
    topic->write(cli, j);
    out_document_end(&cli->out);
    return EXIT_OK;
}

static const char *nearest_subject(const char *name)
{
    const char *names[96] = {NULL};
    size_t n = 0;
    for (const CliCommand *c = cli_commands; c->name && n < ARRAY_LEN(names); c++)
        names[n++] = c->name;
    for (const Topic *t = topics; t->name && n < ARRAY_LEN(names); t++)
        names[n++] = t->name;
    return text_nearest(name, names, n);
}

int cmd_help(Cli *cli, Err *err)
{
    if (!cli->n_args)
        return help_overview(cli);
    const char *name = cli->args[0];
    if (cli->n_args > 1)
        name = arena_text(cli->arena, "%s %s", cli->args[0], cli->args[1]);
    const Topic *topic = topic_named(name);
    if (topic)
        return help_topic(cli, topic);
    const CliCommand *command = cli_command_named(name);
    if (command)
        return help_command(cli, command);
    if (cli->n_args == 1 && cli_is_family(name))
        return help_family(cli, name);
    err_set(err, ERR_USAGE, _("there is no command and no topic \"%s\""), name);
    const char *near = nearest_subject(name);
    if (near)
        err_hint(err, _("did you mean `mudanza help %s`?"), near);
    else
        err_hint(err, _("`mudanza help` lists them"));
    return ERR_USAGE;
}
