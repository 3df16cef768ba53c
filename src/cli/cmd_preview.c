// mudanza preview CLINIC [STEP] [--rows N]: what would become of the rows now, with masked samples.
#include "base/intl.h"
#include "cli/commands.h"
#include "cli/grid.h"
#include "cli/run_call.h"

enum { ROWS_UNLESS_SAID = 5, CELL_WIDTH = 24 };

// Without STEP: every entity that has a mapping.
static const char **find_steps(RunCall *call, Err *err)
{
    Cli *cli = call->cli;
    if (cli->n_args > 1)
        return cli->args + 1;
    const Plan *plan = engine_plan(cli->arena, &call->options, call->problems, err);
    const char **steps = plan ? arena_many(cli->arena, const char *, plan->n + 1) : NULL;
    for (size_t i = 0, n = 0; plan && i < plan->n; i++)
        if (plan->steps[i].stage == STAGE_VALIDATE && !plan->steps[i].raw)
            steps[n++] = plan->steps[i].entity;
    return steps;
}

static void write_preview(JsonOut *j, const char *step, const Preview *p)
{
    json_open(j, NULL);
    json_text(j, "step", step);
    json_int(j, "source", p->source);
    json_int(j, "kept", p->kept);
    json_int(j, "linked", p->linked);
    json_int(j, "raw", p->raw);
    json_int(j, "skipped", p->skipped);
    json_int(j, "rejected", p->rejected);
    json_int(j, "issues", p->issues);
    json_open_list(j, "columns");
    for (size_t c = 0; c < p->n_columns; c++)
        json_text(j, NULL, p->columns[c]);
    json_close_list(j);
    json_open_list(j, "rows");
    for (size_t r = 0; r < p->n_rows; r++) {
        json_open_list(j, NULL);
        for (size_t c = 0; c < p->n_columns; c++)
            json_text(j, NULL, p->rows[r][c]);
        json_close_list(j);
    }
    json_close_list(j);
    json_close(j);
}

static void write_told(JsonOut *j, const Told *told, size_t n)
{
    json_open_list(j, "figures");
    for (size_t i = 0; i < n; i++) {
        json_open(j, NULL);
        json_text(j, "entity", told[i].entity);
        json_text(j, "name", told[i].name);
        json_text(j, "about", told[i].about);
        json_text(j, "setting", told[i].setting);
        json_text(j, "value", told[i].value);
        json_text(j, "label", told[i].label);
        json_int(j, "rows", told[i].rows);
        json_close(j);
    }
    json_close_list(j);
}

static void write_source(JsonOut *j, const SourcePreview *p)
{
    json_open(j, "files");
    json_int(j, "total", p->files);
    json_int(j, "with_sha256", p->files_hashed);
    json_int(j, "without_sha256", p->files - p->files_hashed);
    json_close(j);
    json_open_list(j, "warnings");
    for (size_t i = 0; i < p->n_warnings; i++) {
        json_open(j, NULL);
        json_text(j, "entity", p->warnings[i].entity);
        json_text(j, "severity", p->warnings[i].severity);
        json_text(j, "code", p->warnings[i].code);
        json_int(j, "rows", p->warnings[i].rows);
        json_close(j);
    }
    json_close_list(j);
    write_told(j, p->told, p->n_told);
}

static void print_told(Cli *cli, const Told *told, size_t n)
{
    const GridColumn columns[] = {{_("Before writing"), false, 0}, {"", false, 0}, {_("Rows"), true, 0}, {_("Setting"), false, 0}};
    if (!n)
        return;
    Grid *grid = grid_new(cli->arena, columns, ARRAY_LEN(columns));
    for (size_t i = 0; i < n; i++) {
        grid_text(grid, told[i].about ? told[i].about : told[i].name);
        grid_text(grid, told[i].label ? told[i].label : "");
        grid_int(grid, told[i].rows);
        grid_text(grid, told[i].setting ? arena_text(cli->arena, "%s: %s", told[i].setting, told[i].value ? told[i].value : "-") : "");
    }
    grid_print(grid, &cli->out);
}

static void print_source(Cli *cli, const SourcePreview *p)
{
    if (p->files)
        out_line(&cli->out, _("files: %lld, of them %lld without a hash"), (long long)p->files,
                 (long long)(p->files - p->files_hashed));
    for (size_t i = 0; i < p->n_warnings; i++)
        out_line(&cli->out, _("the exporter warns of %s: %s (%lld)"), *p->warnings[i].entity ? p->warnings[i].entity : _("the file"), p->warnings[i].code,
                 (long long)p->warnings[i].rows);
    print_told(cli, p->told, p->n_told);
}

static void add_counts(Grid *grid, const char *step, const Preview *p)
{
    grid_text(grid, step);
    grid_int(grid, p->source);
    grid_int(grid, p->kept);
    grid_int(grid, p->linked);
    grid_int(grid, p->raw);
    grid_int(grid, p->skipped);
    grid_int(grid, p->rejected);
    grid_int(grid, p->issues);
}

// A column a line: a row of a wide table fits no terminal.
static void print_rows(Cli *cli, const Preview *p)
{
    GridColumn *columns = arena_many(cli->arena, GridColumn, p->n_rows + 1);
    columns[0] = (GridColumn){_("Column"), false, 0};
    for (size_t r = 0; r < p->n_rows; r++)
        columns[r + 1] = (GridColumn){arena_text(cli->arena, _("Row %zu"), r + 1), false, CELL_WIDTH};
    Grid *grid = grid_new(cli->arena, columns, p->n_rows + 1);
    for (size_t c = 0; c < p->n_columns; c++) {
        grid_text(grid, p->columns[c]);
        for (size_t r = 0; r < p->n_rows; r++)
            grid_text(grid, p->rows[r][c]);
    }
    if (p->n_rows)
        grid_print(grid, &cli->out);
}

// Lists the entities, with rows when a single one was asked for.
static bool tell(RunCall *call, const char **steps, size_t rows, Err *err)
{
    const GridColumn columns[] = {{_("Step"), false, 0},    {_("Source"), true, 0}, {_("Kept"), true, 0},
                                  {_("Linked"), true, 0},   {_("Raw"), true, 0},    {_("Skipped"), true, 0},
                                  {_("Rejected"), true, 0}, {_("Issues"), true, 0}};
    Cli *cli = call->cli;
    Preview preview = {0};
    SourcePreview source;
    if (!engine_preview_source(cli->arena, call->clinic, &source, err))
        return false;
    Grid *grid = grid_new(cli->arena, columns, ARRAY_LEN(columns));
    JsonOut *j = cli->out.json ? out_document(&cli->out, "preview") : NULL;
    if (j) {
        json_text(j, "clinic", call->clinic->name);
        json_open_list(j, "steps");
    }
    for (size_t i = 0; steps[i]; i++) {
        if (!engine_preview(cli->arena, call->clinic, steps[i], rows, false, &preview, err))
            return false;
        if (j)
            write_preview(j, steps[i], &preview);
        else
            add_counts(grid, steps[i], &preview);
    }
    if (j) {
        json_close_list(j);
        write_source(j, &source);
        out_document_end(&cli->out);
        return true;
    }
    grid_print(grid, &cli->out);
    if (cli->n_args > 1) {
        print_rows(cli, &preview);
        print_told(cli, preview.told, preview.n_told);
    } else {
        print_source(cli, &source);
    }
    return true;
}

int cmd_preview(Cli *cli, Err *err)
{
    RunCall call;
    if (!run_call_may_write(cli, err) || !run_call_begin(&call, cli, "preview", err))
        return (int)err->kind;
    call.options.listener = (Listener){0}; // what is done on the way to it is not the answer
    size_t rows = (size_t)cli_number(cli, FLAG_ROWS, cli->n_args > 1 || cli->out.json ? ROWS_UNLESS_SAID : 0);
    const char **steps = NULL;
    bool ok = engine_preview_make(cli->arena, &call.options, call.problems, err);
    if (ok && cli->n_args < 2)
        call.options.select = NULL;
    ok = ok && (steps = find_steps(&call, err));
    if (!ok) {
        run_call_refused(&call, err);
        return (int)err->kind;
    }
    return tell(&call, steps, rows, err) ? EXIT_OK : (int)err->kind;
}
