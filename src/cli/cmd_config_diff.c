// mudanza config diff CLINIC: the values that are not what they would be without config.yaml.
#include <string.h>

#include "base/intl.h"
#include "cli/commands.h"
#include "cli/config_call.h"
#include "cli/grid.h"

static bool differs(const ConfigPlace *p)
{
    const char *usual = p->key ? p->key->fallback : NULL;
    return p->value && p->origin != ORIGIN_DEFAULT && (!usual || strcmp(p->value, usual) != 0);
}

int cmd_config_diff(Cli *cli, Err *err)
{
    const GridColumn columns[] = {{_("Key"), false, 0}, {_("Value"), false, 0}, {_("Default"), false, 0},
                                  {_("Origin"), false, 0}};
    const ConfigFile *f;
    const Clinic *clinic = config_call_file(cli, cli->args[0], &f, err);
    if (!clinic)
        return (int)err->kind;
    size_t n;
    const ConfigPlace *places = config_places(cli->arena, f, &n);
    Grid *grid = grid_new(cli->arena, columns, ARRAY_LEN(columns));
    JsonOut *j = cli->out.json ? out_document(&cli->out, "config.diff") : NULL;
    if (j) {
        json_text(j, "clinic", clinic->name);
        json_open_list(j, "values");
    }
    for (size_t i = 0; i < n; i++) {
        const ConfigPlace *p = &places[i];
        const char *usual = p->key ? p->key->fallback : NULL, *origin = config_origin_text(cli->arena, f, p);
        if (!differs(p))
            continue;
        if (j) {
            json_open(j, NULL);
            json_text(j, "key", p->path);
            json_text(j, "value", p->secret ? "set" : p->value);
            json_text(j, "default", usual);
            json_text(j, "origin", origin);
            json_close(j);
            continue;
        }
        grid_text(grid, p->path);
        grid_text(grid, p->value);
        grid_text(grid, usual ? usual : "-");
        grid_text(grid, origin);
    }
    if (j) {
        json_close_list(j);
        out_document_end(&cli->out);
    } else {
        grid_print(grid, &cli->out);
    }
    return EXIT_OK;
}
