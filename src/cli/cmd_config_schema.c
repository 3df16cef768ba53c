// mudanza config schema [config|commands]: the keys of a file as a JSON schema, for editors.
#include <string.h>

#include "base/intl.h"
#include "cli/commands.h"
#include "config/config_schema.h"

int cmd_config_schema(Cli *cli, Err *err)
{
    const char *word = cli->n_args ? cli->args[0] : "config";
    bool commands = strcmp(word, "commands") == 0;
    if (!commands && strcmp(word, "config") != 0) {
        err_set(err, ERR_USAGE, _("the file is config or commands, not \"%s\""), word);
        return ERR_USAGE;
    }
    const ConfigKey *keys = commands ? command_keys : config_keys;
    const char *file = commands ? "commands.yaml" : "config.yaml";
    if (cli->out.json) {
        JsonOut *j = out_document(&cli->out, "config.schema");
        json_text(j, "file", file);
        config_schema(j, "schema", keys, file);
        out_document_end(&cli->out);
        return EXIT_OK;
    }
    AUTO(buf_free) Buf text = {0};
    JsonOut j = {.out = &text};
    config_schema(&j, NULL, keys, file);
    buf_add_char(&text, '\n');
    return out_stream(&cli->out, buf_str(&text)) ? EXIT_OK : ERR_INTERNAL;
}
