// mudanza plan CLINIC: what a run would do, and why.
#include "base/intl.h"
#include "cli/commands.h"
#include "cli/grid.h"
#include "cli/plan_steps.h"
#include "cli/run_call.h"

enum { NAMED = 3, ROOTS = 5 }; // steps named of those dragged along; with more roots only -v tells

static void add_cells(Grid *grid, const char *why)
{
    for (int i = 0; i < 4; i++)
        grid_text(grid, "");
    grid_text(grid, why);
}

static const char *first_cause(Cli *cli, const PlannedStep *s)
{
    if (!s->n_causes || s->untracked)
        return "";
    if (s->n_causes == 1 || cli->verbose)
        return s->causes[0].text;
    return arena_text(cli->arena, _("%s (+ %zu more)"), s->causes[0].text, s->n_causes - 1);
}

// "then patient/insert and 3 more; perhaps appointment/validate"
static void add_reached(Cli *cli, const PlannedStep *s, bool certain, Buf *out)
{
    size_t n = 0, shown = cli->verbose ? s->n_reached : NAMED;
    for (size_t i = 0; i < s->n_reached; i++) {
        if (s->reached[i].certain != certain || ++n > shown)
            continue;
        const char *before = n > 1      ? ", "
                             : certain  ? _("then ")
                             : out->len ? _("; perhaps ")
                                        : _("then perhaps ");
        buf_addf(out, "%s%s", before, s->reached[i].step);
    }
    if (n > shown)
        buf_addf(out, _(" and %zu more"), n - shown);
}

static size_t roots(const Plan *plan)
{
    size_t n = 0;
    for (size_t i = 0; i < plan->n; i++)
        n += plan->steps[i].n_reached > 0;
    return n;
}

static void print_step(Cli *cli, Grid *grid, const PlannedStep *s, bool with_reached)
{
    grid_text(grid, s->id);
    grid_text(grid, status_shown(cli->arena, s));
    if (s->rows >= 0)
        grid_int(grid, s->rows);
    else
        grid_text(grid, NULL);
    grid_text(grid, plan_is_to_do(s) ? time_shown(cli->arena, s->eta_low_s, s->eta_high_s) : "");
    grid_text(grid, first_cause(cli, s));
    for (size_t i = 1; cli->verbose && !s->untracked && i < s->n_causes; i++)
        add_cells(grid, s->causes[i].text);
    if (!with_reached || !s->n_reached)
        return;
    AUTO(buf_free) Buf then = {0};
    add_reached(cli, s, true, &then);
    add_reached(cli, s, false, &then);
    add_cells(grid, buf_text(&then));
}

static void print_sum(Cli *cli, const Plan *plan)
{
    print_plan_count(&cli->out, plan);
    if (plan->perhaps)
        out_line(&cli->out, _("of these %zu only if what they read comes out different"), plan->perhaps);
    if (!plan->todo)
        return;
    if (plan->rows >= 0)
        out_line(&cli->out, _("rows to work on: %lld; time: %s"), (long long)plan->rows,
                 time_shown(cli->arena, plan->eta_low_s, plan->eta_high_s));
    else
        out_line(&cli->out, _("rows to work on: unknown; time: %s"),
                 time_shown(cli->arena, plan->eta_low_s, plan->eta_high_s));
}

static void print(Cli *cli, const Plan *plan)
{
    const GridColumn columns[] = {{_("Step"), false, 0},
                                  {_("Status"), false, 0},
                                  {_("Rows"), true, 0},
                                  {_("Time"), true, 0},
                                  {_("Why"), false, 0}};
    Grid *grid = grid_new(cli->arena, columns, ARRAY_LEN(columns));
    bool with_reached = cli->verbose || roots(plan) <= ROOTS;
    if (plan->clinic_id)
        out_line(&cli->out, _("clinic: %s (%s)"), plan->clinic_name ? plan->clinic_name : "?", plan->clinic_id);
    else
        out_line(&cli->out, _("%s: there is no target yet; the first run makes it"), cli->args[0]);
    for (size_t i = 0; i < plan->n; i++)
        print_step(cli, grid, &plan->steps[i], with_reached);
    grid_print(grid, &cli->out);
    print_sum(cli, plan);
    if (plan->bulk_text)
        out_line(&cli->out, "%s", plan->bulk_text);
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
        json_plan_sum(j, plan);
        if (plan->bulk_text) {
            json_open(j, "bulk");
            json_bool(j, "used", plan->bulk);
            json_text(j, "message", plan->bulk_text);
            json_close(j);
        } else {
            json_text(j, "bulk", NULL);
        }
        json_planned_steps(j, "steps", plan);
        out_document_end(&cli->out);
    } else {
        print(cli, plan);
    }
    return plan->todo + plan->uncounted == 0 && cli_has(cli, FLAG_FAIL_IF_NOOP) ? EXIT_NOOP : EXIT_OK;
}
