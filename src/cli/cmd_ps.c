// mudanza ps: every worker of this user on this machine.
#include "base/intl.h"
#include "cli/commands.h"
#include "cli/grid.h"
#include "engine/registry.h"
#include "engine/worker_words.h"

static void write_worker(JsonOut *j, const RegisteredWorker *r)
{
    json_open(j, NULL);
    json_text(j, "clinic", r->clinic);
    json_text(j, "workspace", r->workspace);
    json_text(j, "state_folder", r->state_folder);
    json_text(j, "mode", r->mode);
    json_int(j, "run", r->run);
    json_int(j, "pid", r->pid);
    json_text(j, "since", r->since);
    if (r->told) {
        json_text(j, "pulse", worker_pulse_word(&r->seen));
        json_raw(j, "worker", r->seen.json);
    } else {
        json_null(j, "pulse");
        json_null(j, "worker");
    }
    json_close(j);
}

static void add_row(Arena *a, Grid *grid, const RegisteredWorker *r)
{
    AUTO(buf_free) Buf left = {0}, trouble = {0};
    const WorkerSeen *seen = &r->seen;
    if (r->told) {
        add_time_left(&left, seen->eta_low_s, seen->eta_high_s);
        worker_trouble_words(seen, &trouble);
    }
    grid_text(grid, r->clinic);
    grid_int(grid, r->run);
    grid_text(grid, arena_text(a, "%lld", (long long)r->pid)); // a name, not an amount
    grid_text(grid, r->told && *seen->step ? seen->step : NULL);
    grid_text(grid, r->told ? arena_text(a, _("%lld of %lld"), (long long)seen->steps_done,
                                         (long long)seen->steps_total)
                            : NULL);
    grid_text(grid, left.len ? arena_text(a, "%s", buf_text(&left)) : NULL);
    grid_text(grid, r->since);
    grid_text(grid, trouble.len ? arena_text(a, "%s", buf_text(&trouble)) : NULL);
}

int cmd_ps(Cli *cli, Err *err)
{
    const GridColumn columns[] = {{_("Clinic"), false, 40}, {_("Run"), true, 0},   {_("Process"), true, 0},
                                  {_("Step"), false, 40},   {_("Steps"), false, 0}, {_("Left"), false, 0},
                                  {_("Since"), false, 0},   {_("State"), false, 0}};
    size_t n;
    (void)err;
    const RegisteredWorker *list = registry_list(cli->arena, &n);
    Grid *grid = grid_new(cli->arena, columns, ARRAY_LEN(columns));
    JsonOut *j = cli->out.json ? out_document(&cli->out, "ps") : NULL;
    if (j)
        json_open_list(j, "workers");
    for (size_t i = 0; i < n; i++) {
        if (j)
            write_worker(j, &list[i]);
        else
            add_row(cli->arena, grid, &list[i]);
    }
    if (j) {
        json_close_list(j);
        out_document_end(&cli->out);
    } else if (n) {
        grid_print(grid, &cli->out);
    } else {
        out_line(&cli->out, "%s", _("nobody is at work"));
    }
    return EXIT_OK;
}
