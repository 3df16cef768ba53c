// mudanza clinics list: the clinics of the workspace, those with a broken configuration too.
#include "base/intl.h"
#include "cli/commands.h"
#include "cli/grid.h"

static const char *target_text(Arena *a, const Clinic *c)
{
    if (c->target_type == TARGET_SQLITE)
        return c->target_path;
    // a conninfo without a password: one with a password does not pass the configuration
    return c->target_conninfo ? arena_text(a, "postgres %s", c->target_conninfo) : "postgres";
}

static void write_clinic(JsonOut *j, Arena *a, const char *name, const Clinic *c, const Problems *problems)
{
    json_open(j, NULL);
    json_text(j, "name", name);
    json_bool(j, "valid", c != NULL);
    json_int(j, "errors", (int64_t)problems->errors);
    json_text(j, "profile", c ? c->profile : NULL);
    json_text(j, "source", c ? c->source_path : NULL);
    json_text(j, "env", c ? c->env : NULL);
    json_text(j, "target", c ? target_text(a, c) : NULL);
    json_close(j);
}

int cmd_clinics_list(Cli *cli, Err *err)
{
    const GridColumn columns[] = {{_("Clinic"), false, 40},
                                  {_("Profile"), false, 20},
                                  {_("Env"), false, 0},
                                  {_("Source"), false, 0},
                                  {_("Target"), false, 0}};
    const char *workspace = cli_workspace(cli, err);
    if (!workspace)
        return (int)err->kind;
    JsonOut *j = cli->out.json ? out_document(&cli->out, "clinics.list") : NULL;
    Grid *grid = grid_new(cli->arena, columns, ARRAY_LEN(columns));
    if (j) {
        json_text(j, "workspace", workspace);
        json_open_list(j, "clinics");
    }
    for (char **name = workspace_clinics(cli->arena, workspace); *name; name++) {
        Problems *problems = problems_new(cli->arena);
        const Clinic *c = clinic_load(cli->arena, workspace, *name, cli->flags[FLAG_STATE_DIR], problems);
        if (j) {
            write_clinic(j, cli->arena, *name, c, problems);
            continue;
        }
        grid_text(grid, *name);
        grid_text(grid, c ? c->profile : NULL);
        grid_text(grid, c ? c->env : NULL);
        grid_text(grid, c ? c->source_path
                          : arena_text(cli->arena,
                                       ngettext("%zu error in its configuration",
                                                "%zu errors in its configuration", problems->errors),
                                       problems->errors));
        grid_text(grid, c ? target_text(cli->arena, c) : NULL);
    }
    if (j) {
        json_close_list(j);
        out_document_end(&cli->out);
    } else if (grid_rows(grid)) {
        grid_print(grid, &cli->out);
    } else {
        out_line(&cli->out, _("no clinics in %s"), workspace);
    }
    return EXIT_OK;
}
