// mudanza runs CLINIC: the runs there have been, newest first.
#include "base/intl.h"
#include "cli/commands.h"
#include "cli/grid.h"
#include "cli/run_records.h"
#include "engine/words_shown.h"

int cmd_runs(Cli *cli, Err *err)
{
    const GridColumn columns[] = {{_("Run"), true, 0},  {_("Mode"), false, 0},    {_("Status"), false, 0},
                                  {_("Exit"), true, 0}, {_("Started"), false, 0}, {_("By"), false, 24},
                                  {_("Note"), false, 0}};
    const Clinic *clinic;
    Control *control;
    size_t n = 0;
    if (!records_open(cli, &clinic, &control, err))
        return (int)err->kind;
    const RunRecord *runs = control ? control_runs(control, cli->arena, &n, err) : NULL;
    if (control && !runs && err->kind != ERR_NONE)
        return (int)err->kind;
    if (cli_has(cli, FLAG_ROWS))
        n = MIN(n, (size_t)cli_number(cli, FLAG_ROWS, 0));
    if (cli->out.json) {
        JsonOut *j = out_document(&cli->out, "runs");
        json_text(j, "clinic", clinic->name);
        json_open_list(j, "runs");
        for (size_t i = 0; i < n; i++)
            json_run(j, NULL, &runs[i]);
        json_close_list(j);
        out_document_end(&cli->out);
        return EXIT_OK;
    }
    Grid *grid = grid_new(cli->arena, columns, ARRAY_LEN(columns));
    for (size_t i = 0; i < n; i++) {
        grid_int(grid, runs[i].run);
        grid_text(grid, word_shown(runs[i].mode));
        grid_text(grid, runs[i].undone_by ? _("undone") : run_word(runs[i].status));
        grid_text(grid, runs[i].exit_code >= 0 ? arena_text(cli->arena, "%d", runs[i].exit_code) : NULL);
        grid_text(grid, runs[i].started_at);
        grid_text(grid, runs[i].by);
        grid_text(grid, runs[i].note ? runs[i].note : "");
    }
    if (n)
        grid_print(grid, &cli->out);
    else
        out_line(&cli->out, _("%s has had no run yet"), clinic->name);
    return EXIT_OK;
}
