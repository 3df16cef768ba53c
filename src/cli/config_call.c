#include "cli/config_call.h"

#include "base/intl.h"

const Clinic *config_call_file(Cli *cli, const char *name, const ConfigFile **file, Err *err)
{
    const Clinic *clinic = cli_clinic(cli, name, err);
    if (!clinic)
        return NULL;
    *file = config_file_read(cli->arena, shown_path(cli->arena, clinic->config_path), config_keys, problems_new(cli->arena));
    if ((*file)->root)
        return clinic;
    err_set(err, ERR_CONFIG, _("%s has changed while it was read"), clinic->config_path);
    return NULL;
}

ConfigReview *config_call_review(Cli *cli, const char *name, Err *err)
{
    const char *workspace = cli_workspace(cli, err);
    if (!workspace || !cli_clinic_known(cli, workspace, name, err))
        return NULL;
    return config_review(cli->arena, workspace, name, cli->flags[FLAG_STATE_DIR], err);
}

const Problems *config_call_problems(Cli *cli, const ConfigReview *r, ReviewFile file)
{
    Problems *problems = problems_new(cli->arena);
    for (size_t i = 0; i < r->n; i++) {
        const Problem *p = &r->items[i].problem;
        if (file != REVIEW_FILES && file != r->items[i].file)
            continue;
        Problem *copy = problems_add(problems, p->level, p->file, p->line, p->col, "%s", p->text);
        copy->key = p->key;
        copy->hint = p->hint;
    }
    return problems;
}

int config_call_tell(Cli *cli, const char *name, const ConfigReview *r)
{
    if (!cli->out.json) {
        AUTO(buf_free) Buf lines = {0};
        problems_print(config_call_problems(cli, r, REVIEW_FILES), &lines);
        out_block(&cli->out, buf_str(&lines));
        if (r->errors == 0 && !cli->out.quiet)
            out_line(&cli->out, _("%s: the configuration is valid"), name);
    }
    return r->errors ? ERR_CONFIG : EXIT_OK;
}
