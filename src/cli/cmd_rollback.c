// mudanza rollback CLINIC RUN [STEP] --plan | --confirm PHRASE: undoes a run.
#include <string.h>

#include "base/intl.h"
#include "cli/commands.h"
#include "cli/confirm.h"
#include "cli/grid.h"
#include "cli/run_call.h"
#include "cli/run_records.h"
#include "engine/rollback.h"

enum { SHOWN_ROWS = 100 };

static void plan_document(Cli *cli, const Clinic *clinic, const RunRecord *run, const Rollback *r)
{
    if (!cli->out.json)
        return;
    JsonOut *j = out_document(&cli->out, "rollback");
    json_text(j, "clinic", clinic->name);
    json_text(j, "clinic_name", r->clinic_name);
    json_text(j, "env", clinic->env);
    json_int(j, "run", run->run);
    json_open_list(j, "undoes");
    for (size_t i = 0; i < r->n_runs; i++)
        json_int(j, NULL, r->runs[i]);
    json_close_list(j);
    json_text(j, "step", r->step);
    json_bool(j, "nothing", r->left.nothing && !r->cut_short);
    json_bool(j, "cut_short", r->cut_short);
    rollback_json(j, &r->left);
    json_open_list(j, "eta_s");
    json_num(j, NULL, r->low_s, 0);
    json_num(j, NULL, r->high_s, 0);
    json_close_list(j);
    json_text(j, "confirm", r->left.nothing && !r->cut_short ? NULL : r->confirm);
    out_document_end(&cli->out);
}

static void print_tables(Cli *cli, const UndoPlan *p)
{
    const GridColumn columns[] = {
        {_("Table"), false, 0}, {_("Remove"), true, 0}, {_("Restore"), true, 0}, {_("Keep"), true, 0}};
    Grid *grid = grid_new(cli->arena, columns, ARRAY_LEN(columns));
    for (size_t i = 0; i < p->n_tables; i++) {
        grid_text(grid, p->tables[i].table);
        grid_int(grid, p->tables[i].removed);
        grid_int(grid, p->tables[i].restored);
        grid_int(grid, p->tables[i].kept);
    }
    if (p->n_tables)
        grid_print(grid, &cli->out);
    if (p->raw)
        out_line(&cli->out, _("and rows kept raw: %lld"), (long long)p->raw);
    if (p->links)
        out_line(&cli->out, _("and links to rows that were there before: %lld"), (long long)p->links);
}

static void print_kept(Cli *cli, const UndoPlan *p)
{
    const GridColumn columns[] = {{_("Table"), false, 0}, {_("Id"), false, 0}, {_("Why it stays"), false, 0}};
    size_t most = cli_has(cli, FLAG_ROWS) ? (size_t)cli_number(cli, FLAG_ROWS, 0) : SHOWN_ROWS;
    Grid *grid = grid_new(cli->arena, columns, ARRAY_LEN(columns));
    for (size_t i = 0; i < MIN(p->n_kept, most); i++) {
        const UndoKept *k = &p->kept[i];
        AUTO(buf_free) Buf built = {0};
        for (size_t b = 0; b < k->n_built; b++)
            buf_addf(&built, "%s%s %lld", b ? ", " : "", k->built[b].table, (long long)k->built[b].rows);
        grid_text(grid, k->table);
        grid_text(grid, k->id);
        grid_text(grid, rollback_reason(cli->arena, k->reason, buf_text(&built)));
    }
    if (grid_rows(grid))
        grid_print(grid, &cli->out);
    if (p->n_kept > most)
        out_line(&cli->out, _("and more that stay: %zu (--rows, or --json for all)"), p->n_kept - most);
}

static void print_plan(Cli *cli, const Clinic *clinic, const Rollback *r)
{
    AUTO(buf_free) Buf runs = {0};
    for (size_t i = 0; i < r->n_runs; i++)
        buf_addf(&runs, "%s%lld", i ? ", " : "", (long long)r->runs[i]);
    out_line(&cli->out, _("%s (%s), %s: undo run %s%s%s"), r->clinic_name, clinic->name, clinic->env,
             buf_text(&runs), r->step ? ", " : "", r->step ? r->step : "");
    if (r->cut_short)
        out_line(&cli->out, "%s", _("An earlier rollback of it was cut short; this is what is left."));
    print_tables(cli, &r->left);
    print_kept(cli, &r->left);
    out_line(&cli->out, _("It takes about %.0f to %.0f s."), r->low_s, r->high_s);
}

static bool confirmed(const Clinic *clinic, const RunRecord *run, const Rollback *r, const char *phrase,
                      Err *err)
{
    if (phrase && strcmp(phrase, r->confirm) == 0)
        return true;
    err_set(err, ERR_DECISION, "%s",
            phrase ? _("that is not the phrase to confirm with: nothing was undone")
                   : _("undoing a run has to be confirmed: nothing was undone"));
    return err_hint(err, _("`mudanza rollback %s %lld%s%s --plan` tells what would go, and the phrase"),
                    clinic->typed, (long long)run->run, r->step ? " " : "", r->step ? r->step : "");
}

static int undo(Cli *cli, const Clinic *clinic, const RunRecord *run, const Rollback *r, Err *err)
{
    RunCall call;
    if (!run_call_may_write(cli, err))
        return (int)err->kind;
    run_call_rollback(&call, cli, clinic, run->run, r->step, r->confirm);
    return run_call_execute(&call, err);
}

int cmd_rollback(Cli *cli, Err *err)
{
    const Clinic *clinic;
    Control *control;
    RunRecord run;
    Rollback r;
    bool only_plan = cli_has(cli, FLAG_PLAN);
    const char *phrase = cli->flags[FLAG_CONFIRM];
    if (only_plan && phrase)
        err_set(err, ERR_USAGE, "%s", _("--plan and --confirm say the opposite"));
    if (err->kind != ERR_NONE || !records_open(cli, &clinic, &control, err) ||
        !records_run(cli, clinic, control, 1, &run, err))
        return (int)err->kind;
    Problems *problems = problems_new(cli->arena);
    if (!rollback_look(cli->arena, clinic, run.run, cli->n_args > 2 ? cli->args[2] : NULL, &r, problems,
                       err)) {
        out_problems(&cli->out, problems);
        return (int)err->kind;
    }
    if (!rollback_may_begin(clinic, &r, err))
        return (int)err->kind;
    if (r.left.nothing && !r.cut_short) {
        out_line(&cli->out, _("nothing is left to undo of run %lld"), (long long)run.run);
        plan_document(cli, clinic, &run, &r);
        return EXIT_OK;
    }
    bool asks = !phrase && !only_plan && cli_may_ask(cli) && !cli->out.json;
    if (only_plan || asks)
        print_plan(cli, clinic, &r);
    if (only_plan) {
        out_line(&cli->out, _("To undo it: mudanza rollback %s %lld%s%s --confirm '%s'"), clinic->typed,
                 (long long)run.run, r.step ? " " : "", r.step ? r.step : "", r.confirm);
        plan_document(cli, clinic, &run, &r);
        return EXIT_OK;
    }
    if (asks)
        phrase = confirm_ask(cli, arena_text(cli->arena, _("To undo it, type: %s > "), r.confirm));
    if (!confirmed(clinic, &run, &r, phrase, err))
        return (int)err->kind;
    return undo(cli, clinic, &run, &r, err);
}
