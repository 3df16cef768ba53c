// mudanza mapping check PROFILE|CLINIC and mudanza mapping explain CLINIC ENTITY.
#include "base/intl.h"
#include "base/text.h"
#include "cli/commands.h"
#include "engine/engine.h"

// A profile, or a clinic: that one is loaded, and profile is NULL.
static bool find_what(Cli *cli, const char *name, const Clinic **place, const char **profile, Err *err)
{
    Err unknown = {0};
    *profile = name;
    if (profile_file(cli->arena, *place, name, "profile.yaml"))
        return true;
    if (!*place || !cli_clinic_known(cli, (*place)->workspace, name, &unknown))
        return err_set(err, ERR_USAGE, _("there is no profile and no clinic \"%s\""), name);
    *profile = NULL;
    *place = cli_clinic(cli, name, err);
    return *place;
}

int cmd_mapping_check(Cli *cli, Err *err)
{
    const char *name = cli->args[0], *profile;
    Problems *problems = problems_new(cli->arena);
    const Clinic *place = cli_place(cli);
    if (!find_what(cli, name, &place, &profile, err))
        return (int)err->kind;
    bool valid = engine_check_mappings(cli->arena, place, profile, problems, err);
    if (!valid && err->kind != ERR_NONE)
        return (int)err->kind;
    valid = valid && !problems->errors;
    if (cli->out.json) {
        JsonOut *j = out_document(&cli->out, "mapping.check");
        json_text(j, "profile", profile ? profile : place->profile);
        if (!profile)
            json_text(j, "clinic", name);
        json_bool(j, "valid", valid);
        json_problems(j, "problems", problems);
        out_document_end(&cli->out);
    }
    AUTO(buf_free) Buf lines = {0};
    problems_print(problems, &lines);
    out_block(&cli->out, buf_str(&lines));
    if (valid && !cli->out.quiet)
        out_line(&cli->out, _("%s: the mappings are valid"), name);
    return valid ? EXIT_OK : ERR_CONFIG;
}

int cmd_mapping_explain(Cli *cli, Err *err)
{
    AUTO(buf_free) Buf text = {0};
    Problems *problems = problems_new(cli->arena);
    const Clinic *clinic = cli_clinic(cli, cli->args[0], err);
    if (!clinic)
        return (int)err->kind;
    if (!engine_explain_mapping(cli->arena, clinic, cli->args[1], &text, problems, err)) {
        out_problems(&cli->out, problems);
        if (err->kind == ERR_NONE)
            err_set(err, ERR_CONFIG, _("the mapping files have mistakes"));
        return (int)err->kind;
    }
    if (cli->out.json) {
        JsonOut *j = out_document(&cli->out, "mapping.explain");
        json_text(j, "clinic", clinic->name);
        json_text(j, "entity", cli->args[1]);
        json_str(j, "text", buf_str(&text));
        out_document_end(&cli->out);
    }
    out_block(&cli->out, buf_str(&text));
    return EXIT_OK;
}
