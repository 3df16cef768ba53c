// mudanza config show CLINIC [--origin]: every value in force, and where it comes from.
#include "base/intl.h"
#include "cli/commands.h"
#include "cli/config_call.h"
#include "cli/grid.h"

static void write_document(Cli *cli, const Clinic *clinic, const ConfigFile *f, const ConfigPlace *places, size_t n)
{
    JsonOut *j = out_document(&cli->out, "config.show");
    json_text(j, "clinic", clinic->name);
    json_text(j, "folder", clinic->folder);
    json_text(j, "state_folder", clinic->state_folder);
    json_open_list(j, "values");
    for (size_t i = 0; i < n; i++) {
        const ConfigPlace *p = &places[i];
        json_open(j, NULL);
        json_text(j, "key", p->path);
        json_text(j, "value", p->secret && p->value ? "set" : p->value);
        json_text(j, "origin", p->origin == ORIGIN_NONE      ? NULL
                               : p->origin == ORIGIN_DEFAULT ? "default"
                                                             : config_origin_text(cli->arena, f, p));
        json_close(j);
    }
    json_close_list(j);
    out_document_end(&cli->out);
}

int cmd_config_show(Cli *cli, Err *err)
{
    const GridColumn columns[] = {{_("Key"), false, 0}, {_("Value"), false, 0}, {_("Origin"), false, 0}};
    const ConfigFile *f;
    const Clinic *clinic = config_call_file(cli, cli->args[0], &f, err);
    if (!clinic)
        return (int)err->kind;
    size_t n;
    bool origin = cli_has(cli, FLAG_ORIGIN);
    const ConfigPlace *places = config_places(cli->arena, f, &n);
    if (cli->out.json) {
        write_document(cli, clinic, f, places, n);
        return EXIT_OK;
    }
    Grid *grid = grid_new(cli->arena, columns, origin ? 3 : 2);
    for (size_t i = 0; i < n; i++) {
        grid_text(grid, places[i].path);
        grid_text(grid, places[i].value);
        if (origin)
            grid_text(grid, config_origin_text(cli->arena, f, &places[i]));
    }
    grid_print(grid, &cli->out);
    return EXIT_OK;
}
