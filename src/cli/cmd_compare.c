// mudanza compare CLINIC [SELECT]...: what a run would do with every row now; nothing is written.
#include "base/intl.h"
#include "cli/commands.h"
#include "cli/grid.h"
#include "cli/run_call.h"

enum { ROWS_UNLESS_SAID = 5, CELL_WIDTH = 32 };

static void write_row(JsonOut *j, const ComparedRow *r)
{
    json_open(j, NULL);
    json_text(j, "key", r->key);
    json_text(j, "table", r->table);
    json_text(j, "id", r->id);
    json_bool(j, "conflict", r->conflict);
    json_bool(j, "there", r->there);
    json_open_list(j, "fields");
    for (size_t i = 0; i < r->n_fields; i++) {
        json_open(j, NULL);
        json_text(j, "column", r->fields[i].column);
        json_text(j, "target", r->fields[i].target);
        json_text(j, "source", r->fields[i].source);
        json_close(j);
    }
    json_close_list(j);
    json_close(j);
}

static void write_document(Cli *cli, const Clinic *clinic, const ComparedEntity *list, size_t n)
{
    JsonOut *j = out_document(&cli->out, "compare");
    json_text(j, "clinic", clinic->name);
    json_open_list(j, "entities");
    for (size_t i = 0; i < n; i++) {
        json_open(j, NULL);
        json_text(j, "entity", list[i].entity);
        json_int(j, "rows", list[i].rows);
        json_int(j, "insert", list[i].inserted);
        json_int(j, "update", list[i].updated);
        json_int(j, "unchanged", list[i].unchanged);
        json_int(j, "linked", list[i].linked);
        json_int(j, "conflicts", list[i].conflicts);
        json_int(j, "vanished", list[i].vanished);
        json_open_list(j, "differences");
        for (size_t r = 0; r < list[i].n_shown; r++)
            write_row(j, &list[i].shown[r]);
        json_close_list(j);
        json_close(j);
    }
    json_close_list(j);
    out_document_end(&cli->out);
}

// A column a line, as in a diff: what the target has, and what it would have.
static void print_differences(Cli *cli, const ComparedEntity *e)
{
    static const GridColumn columns[] = {
        {N_("Column"), false, 0}, {N_("Target"), false, CELL_WIDTH}, {N_("Source"), false, CELL_WIDTH}};
    for (size_t r = 0; r < e->n_shown; r++) {
        const ComparedRow *row = &e->shown[r];
        out_line(&cli->out, "%s", "");
        out_line(&cli->out, row->conflict ? _("%s:%s  changed on both sides") : _("%s:%s"), e->entity,
                 row->key);
        if (!row->there) {
            out_line(&cli->out, _("  %s: the row is not there any more"), row->table);
            continue;
        }
        GridColumn titles[ARRAY_LEN(columns)];
        for (size_t i = 0; i < ARRAY_LEN(columns); i++)
            titles[i] = (GridColumn){_(columns[i].title), columns[i].right, columns[i].max};
        Grid *grid = grid_new(cli->arena, titles, ARRAY_LEN(titles));
        for (size_t i = 0; i < row->n_fields; i++) {
            grid_text(grid, row->fields[i].column);
            grid_text(grid, row->fields[i].target);
            grid_text(grid, row->fields[i].source);
        }
        grid_print(grid, &cli->out);
    }
}

static void print_counts(Cli *cli, const ComparedEntity *list, size_t n)
{
    const GridColumn columns[] = {{_("Entity"), false, 0},   {_("Rows"), true, 0},
                                  {_("New"), true, 0},       {_("Changed"), true, 0},
                                  {_("Unchanged"), true, 0}, {_("Linked"), true, 0},
                                  {_("Conflicts"), true, 0}, {_("Vanished"), true, 0}};
    Grid *grid = grid_new(cli->arena, columns, ARRAY_LEN(columns));
    for (size_t i = 0; i < n; i++) {
        grid_text(grid, list[i].entity);
        const int64_t counts[] = {list[i].rows,   list[i].inserted,  list[i].updated, list[i].unchanged,
                                  list[i].linked, list[i].conflicts, list[i].vanished};
        for (size_t c = 0; c < ARRAY_LEN(counts); c++)
            grid_int(grid, counts[c]);
    }
    grid_print(grid, &cli->out);
}

int cmd_compare(Cli *cli, Err *err)
{
    RunCall call;
    if (!run_call_may_write(cli, err) || !run_call_begin(&call, cli, "preview", err))
        return (int)err->kind;
    call.options.listener = (Listener){0}; // what is done on the way to it is not the answer
    ComparedEntity *list;
    size_t n;
    if (!engine_compare(cli->arena, &call.options, (size_t)cli_number(cli, FLAG_ROWS, ROWS_UNLESS_SAID),
                        call.problems, &list, &n, err)) {
        run_call_refused(&call, err);
        return (int)err->kind;
    }
    if (cli->out.json) {
        write_document(cli, call.clinic, list, n);
        return EXIT_OK;
    }
    print_counts(cli, list, n);
    for (size_t i = 0; i < n; i++)
        print_differences(cli, &list[i]);
    out_line(&cli->out, "%s", "");
    out_line(&cli->out, "%s",
             _("Nothing was written. Values are masked; `mudanza inspect` shows one record."));
    return EXIT_OK;
}
