#include "cli/dpmf_call.h"

#include <stdlib.h>

static const char *plaintext_folder(const Cli *cli)
{
    const char *temp = getenv("TMPDIR");
    if (cli_has(cli, FLAG_STATE_DIR))
        return cli->flags[FLAG_STATE_DIR];
    return temp && *temp ? temp : "/var/tmp"; // /tmp is often memory, and plaintext can be large
}

bool dpmf_call_begin(DpmfCall *call, Cli *cli, Err *err)
{
    bool encrypted;
    *call = (DpmfCall){.cli = cli, .path = cli->args[0], .folder = plaintext_folder(cli)};
    progress_line_start(&call->line, cli, &call->watch);
    if (!dpmf_is_encrypted(call->path, &encrypted, err))
        return false;
    if (encrypted)
        call->passphrase = cli_passphrase(cli, NULL, call->path, err);
    return err->kind == ERR_NONE;
}

void dpmf_call_end(DpmfCall *call)
{
    progress_line_end(&call->line);
    secret_free(call->passphrase);
    call->passphrase = NULL;
}
