#include "cli/dpmf_call.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/date.h"
#include "base/intl.h"
#include "base/text.h"

enum { SHOW_EVERY_US = 200000 };

static void show_progress(void *arg, const char *phase, int64_t done, int64_t total)
{
    DpmfCall *call = arg;
    Instant now = instant_now();
    if (call->ended || now - call->shown_at < SHOW_EVERY_US)
        return;
    call->shown_at = now;
    call->shown = true;
    if (total > 0)
        fprintf(stderr, "\r\033[K%s %d %%", phase, (int)((double)done * 100 / (double)total));
    else
        fprintf(stderr, "\r\033[K%s", phase);
    fflush(stderr);
}

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
    if (isatty(STDERR_FILENO) && !cli->out.quiet && !cli_has(cli, FLAG_PLAIN))
        call->watch = (DpmfWatch){show_progress, call};
    if (!dpmf_is_encrypted(call->path, &encrypted, err))
        return false;
    if (encrypted)
        call->passphrase = cli_passphrase(cli, NULL, call->path, err);
    return err->kind == ERR_NONE;
}

void dpmf_call_end(DpmfCall *call)
{
    if (call->shown)
        fputs("\r\033[K", stderr);
    call->shown = false;
    call->ended = true;
    secret_free(call->passphrase);
    call->passphrase = NULL;
}
