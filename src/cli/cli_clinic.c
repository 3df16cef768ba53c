// What most commands begin with: the workspace, the clinic, the passphrase.
#include <stdlib.h>
#include <string.h>

#include "base/intl.h"
#include "base/text.h"
#include "cli/cli.h"

const char *cli_workspace(Cli *cli, Err *err)
{
    return workspace_find(cli->arena, cli->flags[FLAG_WORKSPACE], err);
}

const Clinic *cli_place(Cli *cli)
{
    Err none = {0};
    const char *workspace = cli_workspace(cli, &none);
    if (!workspace)
        return NULL;
    Clinic *place = arena_one(cli->arena, Clinic);
    place->workspace = workspace;
    return place;
}

const char *cli_typed(Cli *cli, const char *name)
{
    Err none = {0};
    return clinic_typed(cli->arena, cli_workspace(cli, &none), name, cli->flags[FLAG_STATE_DIR]);
}

const char *cli_named(Cli *cli, const char *otherwise)
{
    const char *named = "";
    for (size_t i = 1; i < cli->n_args; i++) {
        const char *word = arena_text(cli->arena, "%.*s", (int)strcspn(cli->args[i], "@"), cli->args[i]);
        named = arena_text(cli->arena, "%s%s%s", named, i > 1 ? " " : "", shell_word(cli->arena, word));
    }
    return *named ? named : otherwise;
}

bool cli_clinic_known(Cli *cli, const char *workspace, const char *name, Err *err)
{
    char **clinics = workspace_clinics(cli->arena, workspace);
    size_t n = 0;
    for (; clinics[n]; n++)
        if (!strcmp(clinics[n], name))
            return true;
    err_set(err, ERR_USAGE, _("there is no clinic \"%s\" in %s"), name, workspace);
    const char *near = text_nearest(name, (const char *const *)clinics, n);
    if (near)
        return err_hint(err, _("did you mean %s?"), near);
    return err_hint(err, _("`mudanza clinics list%s` lists them, `mudanza init %s` makes it"),
                    workspace_words(cli->arena, workspace), cli_typed(cli, name));
}

Clinic *cli_clinic(Cli *cli, const char *name, Err *err)
{
    const char *workspace = cli_workspace(cli, err);
    if (!workspace || !cli_clinic_known(cli, workspace, name, err))
        return NULL;
    Problems *problems = problems_new(cli->arena);
    Clinic *clinic = clinic_load(cli->arena, workspace, name, cli->flags[FLAG_STATE_DIR], problems);
    if (problems->errors || (problems->n && !cli->out.quiet))
        out_problems(&cli->out, problems);
    if (!clinic) {
        err_set(err, ERR_CONFIG,
                ngettext("the configuration of %s has %zu error", "the configuration of %s has %zu errors",
                         problems->errors),
                name, problems->errors);
        err_hint(err, _("`mudanza config validate %s` lists them"), cli_typed(cli, name));
    }
    return clinic;
}

static Secret *find_passphrase(Cli *cli, const char *reference, const Buf *prompt, const char *again,
                               Err *err)
{
    SecretSource source = {
        .file = cli->flags[FLAG_PASSPHRASE_FILE],
        .fd = (int)cli_number(cli, FLAG_PASSPHRASE_FD, -1),
        .reference = reference,
        .may_ask = cli_may_ask(cli),
        .again = again,
    };
    AUTO(buf_free) Buf clean = {0};
    text_clean(&clean, buf_str(prompt));
    return secret_find(&source, buf_text(&clean), err);
}

Secret *cli_passphrase(Cli *cli, const char *reference, const char *file_name, Err *err)
{
    AUTO(buf_free) Buf prompt = {0};
    buf_addf(&prompt, _("Passphrase of %s: "), file_name);
    return find_passphrase(cli, reference, &prompt, NULL, err);
}

Secret *cli_new_passphrase(Cli *cli, const char *reference, const char *file_name, Err *err)
{
    AUTO(buf_free) Buf prompt = {0};
    buf_addf(&prompt, _("New passphrase for %s: "), file_name);
    return find_passphrase(cli, reference, &prompt, _("The same again: "), err);
}
