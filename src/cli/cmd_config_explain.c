// mudanza config explain [KEY]: what the keys of config.yaml and commands.yaml mean.
#include <string.h>

#include "base/intl.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/grid.h"

static const char *type_word(KeyType type)
{
    switch (type) {
    case KEY_TEXT: return _("text");
    case KEY_INT: return _("whole number");
    case KEY_BOOL: return _("true or false");
    case KEY_WORD: return _("one word");
    case KEY_DURATION: return _("time, such as 90s, 30m or 6h");
    case KEY_PERCENT: return _("share, such as 1%");
    case KEY_PATH: return _("path");
    case KEY_SECRET: return _("reference to a secret");
    case KEY_INSTANT: return _("instant, such as 2026-11-21T12:00:00Z");
    case KEY_MAP: return _("map");
    case KEY_LIST: return _("list");
    }
    return "";
}

// "settings.color" is one of "settings.*"; "sett*" is no pattern of ours.
static bool key_is(const ConfigKey *key, const char *path)
{
    size_t n = strlen(key->path);
    if (n > 2 && !strcmp(key->path + n - 2, ".*"))
        return !strncmp(path, key->path, n - 1) && path[n - 1] && !strchr(path + n - 1, '.');
    return !strcmp(key->path, path);
}

static const ConfigKey *find_key(const ConfigKey *keys, const char *path)
{
    for (const ConfigKey *k = keys; k->path; k++)
        if (key_is(k, path))
            return k;
    return NULL;
}

static void write_key(JsonOut *j, const ConfigKey *key, const char *file)
{
    json_open(j, NULL);
    json_text(j, "key", key->path);
    json_text(j, "file", file);
    json_text(j, "kind", type_word(key->type));
    json_text(j, "words", key->words);
    json_text(j, "unit", key->unit);
    json_text(j, "default", key->fallback);
    json_bool(j, "required", key->required);
    json_text(j, "since", key->since);
    json_text(j, "about", _(key->about));
    json_close(j);
}

static void print_key(Cli *cli, const ConfigKey *key, const char *file)
{
    out_styled(&cli->out, STYLE_HEAD, key->path, " (%s)", file);
    out_line(&cli->out, "  %s", _(key->about));
    out_line(&cli->out, _("  kind: %s"), type_word(key->type));
    if (key->words)
        out_line(&cli->out, _("  words: %s"), key->words);
    if (key->unit)
        out_line(&cli->out, _("  unit: %s"), _(key->unit));
    if (key->fallback)
        out_line(&cli->out, _("  default: %s"), key->fallback);
    if (key->required)
        out_line(&cli->out, "%s", _("  must be given"));
    out_line(&cli->out, _("  since: %s"), key->since);
}

static void add_rows(Grid *grid, const ConfigKey *keys)
{
    for (const ConfigKey *k = keys; k->path; k++) {
        grid_text(grid, k->path);
        grid_text(grid, k->words ? k->words : type_word(k->type));
        grid_text(grid, k->required ? _("must be given") : k->fallback);
        grid_text(grid, _(k->about));
    }
}

static int explain_all(Cli *cli)
{
    const GridColumn columns[] = {{_("Key"), false, 0}, {_("Kind"), false, 30}, {_("Default"), false, 0}, {_("Meaning"), false, 0}};
    if (cli->out.json) {
        JsonOut *j = out_document(&cli->out, "config.explain");
        json_open_list(j, "keys");
        for (const ConfigKey *k = config_keys; k->path; k++)
            write_key(j, k, "config.yaml");
        for (const ConfigKey *k = command_keys; k->path; k++)
            write_key(j, k, "commands.yaml");
        json_close_list(j);
        out_document_end(&cli->out);
        return EXIT_OK;
    }
    Grid *config = grid_new(cli->arena, columns, ARRAY_LEN(columns));
    Grid *commands = grid_new(cli->arena, columns, ARRAY_LEN(columns));
    add_rows(config, config_keys);
    add_rows(commands, command_keys);
    out_line(&cli->out, "config.yaml");
    grid_print(config, &cli->out);
    out_line(&cli->out, "%s", "");
    out_line(&cli->out, "commands.yaml");
    grid_print(commands, &cli->out);
    return EXIT_OK;
}

static int unknown_key(const char *path, Err *err)
{
    const char *names[256] = {NULL};
    size_t n = 0;
    for (const ConfigKey *k = config_keys; k->path && n < ARRAY_LEN(names); k++)
        names[n++] = k->path;
    for (const ConfigKey *k = command_keys; k->path && n < ARRAY_LEN(names); k++)
        names[n++] = k->path;
    err_set(err, ERR_USAGE, _("there is no key \"%s\" in config.yaml or commands.yaml"), path);
    const char *near = text_nearest(path, names, n);
    if (near)
        err_hint(err, _("did you mean %s?"), near);
    else
        err_hint(err, _("`mudanza config explain` lists all keys"));
    return ERR_USAGE;
}

int cmd_config_explain(Cli *cli, Err *err)
{
    if (!cli->n_args)
        return explain_all(cli);
    const char *file = "config.yaml";
    const ConfigKey *key = find_key(config_keys, cli->args[0]);
    if (!key) {
        file = "commands.yaml";
        key = find_key(command_keys, cli->args[0]);
    }
    if (!key)
        return unknown_key(cli->args[0], err);
    if (cli->out.json) {
        JsonOut *j = out_document(&cli->out, "config.explain");
        json_open_list(j, "keys");
        write_key(j, key, file);
        json_close_list(j);
        out_document_end(&cli->out);
    }
    print_key(cli, key, file);
    return EXIT_OK;
}
