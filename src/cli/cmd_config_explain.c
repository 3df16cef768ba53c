// mudanza config explain [KEY]: what the keys of config.yaml and commands.yaml mean.
#include "base/intl.h"
#include "cli/commands.h"
#include "config/config_check.h"
#include "config/explain.h"

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

static void write_keys(Cli *cli, const ConfigKey *only, const char *file)
{
    JsonOut *j = out_document(&cli->out, "config.explain");
    json_open_list(j, "keys");
    if (only)
        write_key(j, only, file);
    for (const ConfigKey *k = config_keys; !only && k->path; k++)
        write_key(j, k, "config.yaml");
    for (const ConfigKey *k = command_keys; !only && k->path; k++)
        write_key(j, k, "commands.yaml");
    json_close_list(j);
    out_document_end(&cli->out);
}

int cmd_config_explain(Cli *cli, Err *err)
{
    AUTO(buf_free) Buf text = {0};
    const char *path = cli->n_args ? cli->args[0] : NULL, *file = "config.yaml";
    if (!config_explain(path, &text)) {
        err_set(err, ERR_USAGE, "%.*s", STR_ARG(str_trim(buf_str(&text))));
        return ERR_USAGE;
    }
    const ConfigKey *key = path ? config_key(config_keys, path) : NULL;
    if (path && !key) {
        file = "commands.yaml";
        key = config_key(command_keys, path);
    }
    if (cli->out.json)
        write_keys(cli, key, file);
    out_block(&cli->out, buf_str(&text));
    return EXIT_OK;
}
