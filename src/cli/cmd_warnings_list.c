// mudanza warnings list CLINIC: issues counted; with -v or --rows one by one.
#include "base/intl.h"
#include "cli/commands.h"
#include "cli/grid.h"
#include "cli/issue_call.h"
#include "cli/run_records.h"
#include "engine/issue_export.h"

enum { ITEMS_UNLESS_SAID = 100 };

static const char *or_dash(const char *text)
{
    return text && *text ? text : NULL;
}

static void print_groups(Cli *cli, const IssueGroup *groups, size_t n)
{
    const GridColumn columns[] = {{_("Count"), true, 0},    {_("New"), true, 0},   {_("Severity"), false, 0},
                                  {_("Entity"), false, 0},  {_("Code"), false, 0}, {_("Field"), false, 0},
                                  {_("Since run"), true, 0}};
    Grid *grid = grid_new(cli->arena, columns, ARRAY_LEN(columns));
    for (size_t i = 0; i < n; i++) {
        grid_int(grid, groups[i].count);
        grid_int(grid, groups[i].fresh);
        grid_text(grid, groups[i].severity ? word_shown(groups[i].severity) : NULL);
        grid_text(grid, groups[i].entity);
        grid_text(grid, groups[i].code);
        grid_text(grid, or_dash(groups[i].field));
        grid_int(grid, groups[i].first_run);
    }
    grid_print(grid, &cli->out);
}

typedef struct {
    Cli *cli;
    Grid *grid;
    JsonOut *json; // NULL: the grid
} Items;

static bool take_item(void *arg, const IssueItem *item, Err *err)
{
    Items *x = arg;
    Arena *a = x->cli->arena;
    (void)err;
    if (x->json) {
        json_issue(x->json, NULL, item);
        return true;
    }
    const char *texts[] = {issue_short(a, item->fp),
                           word_shown(item->severity),
                           item->code,
                           item->entity,
                           item->key,
                           item->field,
                           word_shown(item->state),
                           item->owner,
                           item->detail ? _(item->detail) : ""};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        grid_text(x->grid, arena_text(a, "%s", texts[i] ? texts[i] : ""));
    return true;
}

static bool print_items(Cli *cli, Control *c, const IssueFilter *f, int64_t limit, Err *err)
{
    const GridColumn columns[] = {{_("Issue"), false, 0},  {_("Severity"), false, 0}, {_("Code"), false, 0},
                                  {_("Entity"), false, 0}, {_("Key"), false, 0},      {_("Field"), false, 0},
                                  {_("State"), false, 0},  {_("Owner"), false, 0},
                                  {_("Detail"), false, 0}};
    Items items = {.cli = cli, .grid = grid_new(cli->arena, columns, ARRAY_LEN(columns))};
    if (!issue_each(c, f, limit, take_item, &items, err))
        return false;
    grid_print(items.grid, &cli->out);
    return true;
}

static void print_totals(Cli *cli, const IssueTotals *t)
{
    out_line(&cli->out, "%s", "");
    out_line(&cli->out, _("open %lld, asked %lld, ignored %lld, resolved %lld"), (long long)t->open,
             (long long)t->asked, (long long)t->ignored, (long long)t->resolved);
    if (t->since)
        out_line(&cli->out, _("since run %lld: %lld new, %lld fixed, %lld came back"), (long long)t->since,
                 (long long)t->fresh, (long long)t->fixed, (long long)t->back);
}

// code: the first of the list; NULL when they are counted by something else.
static void print_next(Cli *cli, const Clinic *clinic, const char *code, bool one_by_one)
{
    Arena *a = cli->arena;
    const char *chosen = code ? arena_text(a, "%s --code %s", clinic->typed, shell_word(a, code)) : clinic->typed;
    if (one_by_one)
        out_next(&cli->out, arena_text(a, "mudanza warnings show %s ISSUE", clinic->typed), _("all about one"));
    else
        out_next(&cli->out, arena_text(a, "mudanza warnings list %s -v", chosen), _("one by one"));
    if (code)
        out_next(&cli->out, arena_text(a, "mudanza warnings ignore %s --reason TEXT", chosen),
                 _("when they do not matter; or resolve, ask"));
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
        json_text(j, "field", groups[i].field);
        json_text(j, "detail", groups[i].detail);
        json_int(j, "count", groups[i].count);
        json_int(j, "open", groups[i].open);
        json_int(j, "new", groups[i].fresh);
        json_int(j, "first_run", groups[i].first_run);
        json_int(j, "last_run", groups[i].last_run);
        json_close(j);
    }
    json_close_list(j);
}

static void write_totals(JsonOut *j, const IssueTotals *t)
{
    json_open(j, "totals");
    json_int(j, "open", t->open);
    json_int(j, "asked", t->asked);
    json_int(j, "ignored", t->ignored);
    json_int(j, "resolved", t->resolved);
    json_int(j, "rejecting", t->rejecting);
    json_close(j);
    json_open(j, "since");
    json_int(j, "run", t->since);
    json_int(j, "new", t->fresh);
    json_int(j, "fixed", t->fixed);
    json_int(j, "came_back", t->back);
    json_close(j);
}

static bool write_document(Cli *cli, const Clinic *clinic, Control *c, const IssueFilter *f,
                           const IssueGroup *groups, size_t n, const IssueTotals *t, int64_t limit, Err *err)
{
    Items items = {.cli = cli, .json = out_document(&cli->out, "warnings.list")};
    json_text(items.json, "clinic", clinic->name);
    write_totals(items.json, t);
    write_groups(items.json, groups, n);
    json_open_list(items.json, "warnings");
    if (c && !issue_each(c, f, limit, take_item, &items, err))
        return false;
    json_close_list(items.json);
    out_document_end(&cli->out);
    return true;
}

int cmd_warnings_list(Cli *cli, Err *err)
{
    const Clinic *clinic;
    Control *control;
    size_t n = 0;
    const IssueGroup *groups = NULL;
    IssueTotals totals = {0};
    const IssueFilter filter = issue_filter(cli);
    int64_t limit = cli_number(cli, FLAG_ROWS, ITEMS_UNLESS_SAID);
    if (!issue_state_fits(cli, err) || !records_open(cli, &clinic, &control, err))
        return (int)err->kind;
    if (control && (!(groups = issue_groups(control, cli->arena, &filter, cli->flags[FLAG_BY], &n, err)) ||
                    !issue_totals(control, &totals, err)))
        return (int)err->kind;
    if (cli->out.json)
        return write_document(cli, clinic, control, &filter, groups, n, &totals, limit, err) ? EXIT_OK
                                                                                             : (int)err->kind;
    if (!n)
        out_line(&cli->out,
                 issue_filter_given(cli) ? _("%s has no such warnings") : _("%s has no open warnings"),
                 clinic->name);
    else if (!cli->verbose && !cli_has(cli, FLAG_ROWS))
        print_groups(cli, groups, n);
    else if (!print_items(cli, control, &filter, limit, err))
        return (int)err->kind;
    if (control)
        print_totals(cli, &totals);
    if (n)
        print_next(cli, clinic, groups[0].code, cli->verbose || cli_has(cli, FLAG_ROWS));
    return EXIT_OK;
}
