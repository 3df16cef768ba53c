// mudanza inspect CLINIC ENTITY:ID: one record from its source to its target, masked.
#include "base/intl.h"
#include "cli/commands.h"
#include "cli/inspect_print.h"

int cmd_inspect(Cli *cli, Err *err)
{
    const InspectWish wish = {
        .record = cli->args[1],
        .field = cli->flags[FLAG_FIELD],
        .unmask = cli_has(cli, FLAG_UNMASK),
        .note = cli->flags[FLAG_NOTE],
    };
    if (wish.unmask && cli_has(cli, FLAG_READ_ONLY)) {
        err_set(err, ERR_USAGE, "%s", _("--read-only: what --unmask shows is noted in audit.log"));
        return (int)err->kind;
    }
    const Clinic *clinic = cli_clinic(cli, cli->args[0], err);
    if (!clinic)
        return (int)err->kind;
    Problems *problems = problems_new(cli->arena);
    const Inspect *found = engine_inspect(cli->arena, clinic, &wish, problems, err);
    if (problems->n)
        out_problems(&cli->out, problems);
    if (!found && err->kind == ERR_NONE)
        err_set(err, ERR_CONFIG, _("the mappings of %s cannot be read"), clinic->name);
    if (!found)
        return (int)err->kind;
    if (cli->out.json)
        inspect_json(cli, clinic, found);
    else
        inspect_text(cli, found);
    return EXIT_OK;
}
