// mudanza config validate CLINIC: every problem of both files at once.
#include "base/intl.h"
#include "cli/commands.h"

int cmd_config_validate(Cli *cli, Err *err)
{
    const char *name = cli->args[0], *workspace = cli_workspace(cli, err);
    if (!workspace || !cli_clinic_known(cli, workspace, name, err))
        return (int)err->kind;
    Problems *problems = problems_new(cli->arena);
    Clinic *clinic = clinic_load(cli->arena, workspace, name, cli->flags[FLAG_STATE_DIR], problems);
    int code = clinic && !problems->errors ? EXIT_OK : ERR_CONFIG;
    if (cli->out.json) {
        JsonOut *j = out_document(&cli->out, "config.validate");
        json_text(j, "clinic", name);
        json_bool(j, "valid", code == EXIT_OK);
        json_problems(j, "problems", problems);
        out_document_end(&cli->out);
        return code;
    }
    AUTO(buf_free) Buf lines = {0};
    problems_print(problems, &lines);
    out_block(&cli->out, buf_str(&lines));
    if (code == EXIT_OK && !cli->out.quiet)
        out_line(&cli->out, _("%s: the configuration is valid"), name);
    return code;
}
