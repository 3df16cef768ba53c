// mudanza warnings list CLINIC: issues by code; with -v one by one.
#include "base/intl.h"
#include "cache/issue_list.h"
#include "cli/commands.h"
#include "cli/grid.h"
#include "cli/run_records.h"

enum { ITEMS_UNLESS_SAID = 100 };

static void print_groups(Cli *cli, const IssueGroup *groups, size_t n)
{
    const GridColumn columns[] = {{_("Count"), true, 0},
                                  {_("Severity"), false, 0},
                                  {_("Entity"), false, 0},
                                  {_("Code"), false, 0},
                                  {_("Since run"), true, 0}};
    Grid *grid = grid_new(cli->arena, columns, ARRAY_LEN(columns));
    for (size_t i = 0; i < n; i++) {
        grid_int(grid, groups[i].count);
        grid_text(grid, word_shown(groups[i].severity));
        grid_text(grid, groups[i].entity);
        grid_text(grid, groups[i].code);
        grid_int(grid, groups[i].first_run);
    }
    grid_print(grid, &cli->out);
}

static void print_items(Cli *cli, const IssueItem *items, size_t n)
{
    const GridColumn columns[] = {{_("Severity"), false, 0}, {_("Code"), false, 0},  {_("Entity"), false, 0},
                                  {_("Key"), false, 0},      {_("Field"), false, 0}, {_("Detail"), false, 0}};
    Grid *grid = grid_new(cli->arena, columns, ARRAY_LEN(columns));
    for (size_t i = 0; i < n; i++) {
        grid_text(grid, word_shown(items[i].severity));
        grid_text(grid, items[i].code);
        grid_text(grid, items[i].entity);
        grid_text(grid, items[i].key);
        grid_text(grid, items[i].field ? items[i].field : "");
        grid_text(grid, items[i].detail ? _(items[i].detail) : "");
    }
    grid_print(grid, &cli->out);
}

static void write_groups(JsonOut *j, const IssueGroup *groups, size_t n)
{
    json_open_list(j, "codes");
    for (size_t i = 0; i < n; i++) {
        json_open(j, NULL);
        json_text(j, "code", groups[i].code);
        json_text(j, "severity", groups[i].severity);
        json_text(j, "entity", groups[i].entity);
        json_text(j, "step", groups[i].step);
        json_int(j, "count", groups[i].count);
        json_int(j, "open", groups[i].open);
        json_int(j, "first_run", groups[i].first_run);
        json_int(j, "last_run", groups[i].last_run);
        json_close(j);
    }
    json_close_list(j);
}

static void write_items(JsonOut *j, const IssueItem *items, size_t n)
{
    json_open_list(j, "warnings");
    for (size_t i = 0; i < n; i++) {
        json_open(j, NULL);
        json_text(j, "code", items[i].code);
        json_text(j, "severity", items[i].severity);
        json_text(j, "entity", items[i].entity);
        json_text(j, "step", items[i].step);
        json_text(j, "id", items[i].key);
        json_text(j, "field", items[i].field);
        json_text(j, "detail", items[i].detail);
        json_text(j, "state", items[i].state);
        json_int(j, "first_run", items[i].first_run);
        json_int(j, "last_run", items[i].last_run);
        json_close(j);
    }
    json_close_list(j);
}

int cmd_warnings_list(Cli *cli, Err *err)
{
    const Clinic *clinic;
    Control *control;
    size_t n_groups = 0, n_items = 0;
    const IssueGroup *groups = NULL;
    const IssueItem *items = NULL;
    const char *part = cli->flags[FLAG_GREP];
    const IssueFilter filter = {.code = part ? arena_text(cli->arena, "*%s*", part) : NULL,
                                .step = cli->flags[FLAG_STEP]};
    int64_t limit = cli_number(cli, FLAG_ROWS, ITEMS_UNLESS_SAID);
    bool one_by_one = cli->verbose || cli_has(cli, FLAG_ROWS) || cli->out.json;
    if (!records_open(cli, &clinic, &control, err))
        return (int)err->kind;
    if (control && !(groups = issue_groups(control, cli->arena, &filter, &n_groups, err)))
        return (int)err->kind;
    if (control && one_by_one && !(items = issue_items(control, cli->arena, &filter, limit, &n_items, err)))
        return (int)err->kind;
    if (cli->out.json) {
        JsonOut *j = out_document(&cli->out, "warnings.list");
        json_text(j, "clinic", clinic->name);
        write_groups(j, groups, n_groups);
        write_items(j, items, n_items);
        out_document_end(&cli->out);
    } else if (!n_groups) {
        out_line(&cli->out, _("%s has no warnings"), clinic->name);
    } else if (one_by_one) {
        print_items(cli, items, n_items);
    } else {
        print_groups(cli, groups, n_groups);
    }
    return EXIT_OK;
}
