// mudanza plan CLINIC: what a run would do, and why.
#include "base/intl.h"
#include "cli/commands.h"
#include "cli/grid.h"
#include "cli/plan_steps.h"
#include "cli/run_call.h"

void json_planned_steps(JsonOut *j, const char *key, const Plan *plan)
{
    json_open_list(j, key);
    for (size_t i = 0; i < plan->n; i++) {
        const PlannedStep *s = &plan->steps[i];
        json_open(j, NULL);
        json_text(j, "step", s->id);
        json_text(j, "entity", s->entity);
        json_text(j, "stage", stage_words[s->stage]);
        json_text(j, "category", s->category);
        json_bool(j, "raw", s->raw);
        json_text(j, "status", step_status_words[s->status]);
        json_text(j, "why", s->why);
        if (s->rows >= 0)
            json_int(j, "rows", s->rows);
        else
            json_null(j, "rows");
        json_int(j, "rejected", s->rejected);
        json_close(j);
    }
    json_close_list(j);
}

static void print(Cli *cli, const Plan *plan)
{
    const GridColumn columns[] = {
        {_("Step"), false, 0}, {_("Status"), false, 0}, {_("Rows"), true, 0}, {_("Why"), false, 0}};
    Grid *grid = grid_new(cli->arena, columns, ARRAY_LEN(columns));
    out_line(&cli->out, _("clinic: %s (%s)"), plan->clinic_name ? plan->clinic_name : _("no target yet"),
             plan->clinic_id ? plan->clinic_id : "-");
    for (size_t i = 0; i < plan->n; i++) {
        const PlannedStep *s = &plan->steps[i];
        grid_text(grid, s->id);
        grid_text(grid, _(step_status_words[s->status]));
        if (s->rows >= 0)
            grid_int(grid, s->rows);
        else
            grid_text(grid, NULL);
        grid_text(grid, s->why ? s->why : "");
    }
    grid_print(grid, &cli->out);
    out_line(&cli->out, _("%zu of %zu steps to do"), plan->todo, plan->n);
}

int cmd_plan(Cli *cli, Err *err)
{
    RunCall call;
    if (!run_call_begin(&call, cli, "run", err))
        return (int)err->kind;
    const Plan *plan = engine_plan(cli->arena, &call.options, call.problems, err);
    if (!plan) {
        run_call_refused(&call, err);
        return (int)err->kind;
    }
    if (cli->out.json) {
        JsonOut *j = out_document(&cli->out, "plan");
        json_text(j, "clinic", call.clinic->name);
        json_text(j, "clinic_id", plan->clinic_id);
        json_text(j, "clinic_name", plan->clinic_name);
        json_int(j, "todo", (int64_t)plan->todo);
        json_planned_steps(j, "steps", plan);
        out_document_end(&cli->out);
    } else {
        print(cli, plan);
    }
    return plan->todo == 0 && cli_has(cli, FLAG_FAIL_IF_NOOP) ? EXIT_NOOP : EXIT_OK;
}
