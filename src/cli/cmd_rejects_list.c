// mudanza rejects list|retry CLINIC: rows kept out, by cause, with -v or --rows one by one; and once more.
#include "base/intl.h"
#include "cli/commands.h"
#include "cli/grid.h"
#include "cli/issue_call.h"
#include "cli/run_call.h"
#include "cli/run_records.h"
#include "engine/rejects.h"

enum { ITEMS_UNLESS_SAID = 100 };

typedef struct {
    Cli *cli;
    Grid *grid;
    JsonOut *json; // NULL: the grid
    int64_t left;
} Items;

static bool take(void *arg, const Reject *r, Err *err)
{
    Items *x = arg;
    Arena *a = x->cli->arena;
    (void)err;
    if (x->left <= 0)
        return true;
    x->left--;
    if (x->json) {
        json_reject(x->json, r, false);
        return true;
    }
    const char *texts[] = {r->fp ? issue_short(a, r->fp) : NULL,
                           r->step,
                           r->code,
                           r->key,
                           r->source_id,
                           r->origin ? arena_text(a, "%lld", (long long)r->origin) : NULL,
                           r->state ? word_shown(r->state) : NULL,
                           r->by_parent ? _("by its parent") : ""};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        grid_text(x->grid, texts[i] ? arena_text(a, "%s", texts[i]) : NULL);
    return true;
}

static void print_causes(Cli *cli, const RejectCause *causes, size_t n)
{
    const GridColumn columns[] = {{_("Rows"), true, 0},
                                  {_("Ignored"), true, 0},
                                  {_("Step"), false, 0},
                                  {_("Code"), false, 0},
                                  {"", false, 0}};
    Grid *grid = grid_new(cli->arena, columns, ARRAY_LEN(columns));
    for (size_t i = 0; i < n; i++) {
        grid_int(grid, causes[i].rows);
        grid_int(grid, causes[i].ignored);
        grid_text(grid, causes[i].step);
        grid_text(grid, causes[i].code);
        grid_text(grid, causes[i].by_parent ? _("by its parent") : "");
    }
    grid_print(grid, &cli->out);
}

static bool print_items(Cli *cli, const Clinic *clinic, Control *c, const RejectFilter *f, int64_t limit,
                        Err *err)
{
    const GridColumn columns[] = {{_("Issue"), false, 0}, {_("Step"), false, 0},   {_("Code"), false, 0},
                                  {_("Key"), false, 0},   {_("Source"), false, 0}, {_("Row"), true, 0},
                                  {_("State"), false, 0}, {"", false, 0}};
    Items items = {.cli = cli, .grid = grid_new(cli->arena, columns, ARRAY_LEN(columns)), .left = limit};
    if (!rejects_each(clinic, c, f, false, take, &items, err))
        return false;
    grid_print(items.grid, &cli->out);
    return true;
}

static void print_next(Cli *cli, const Clinic *clinic, bool one_by_one)
{
    Arena *a = cli->arena;
    out_line(&cli->out, "%s", "");
    if (one_by_one)
        out_next(&cli->out, arena_text(a, "mudanza inspect %s ENTITY:KEY", clinic->typed), _("all about one row"));
    else
        out_next(&cli->out, arena_text(a, "mudanza rejects list %s -v", clinic->typed), _("one by one"));
    out_next(&cli->out, arena_text(a, "mudanza rejects retry %s", clinic->typed),
             _("try them again once the causes are mended"));
}

static bool write_document(Cli *cli, const Clinic *clinic, Control *c, const RejectFilter *f,
                           const RejectCause *causes, size_t n, int64_t limit, Err *err)
{
    Items items = {.cli = cli, .json = out_document(&cli->out, "rejects.list"), .left = limit};
    JsonOut *j = items.json;
    json_text(j, "clinic", clinic->name);
    json_text(j, "file", clinic->source_path);
    json_open_list(j, "causes");
    for (size_t i = 0; i < n; i++) {
        json_open(j, NULL);
        json_text(j, "entity", causes[i].entity);
        json_text(j, "step", causes[i].step);
        json_text(j, "code", causes[i].code);
        json_bool(j, "by_parent", causes[i].by_parent);
        json_int(j, "rows", causes[i].rows);
        json_int(j, "ignored", causes[i].ignored);
        json_close(j);
    }
    json_close_list(j);
    json_open_list(j, "rejects");
    if (n && !rejects_each(clinic, c, f, false, take, &items, err))
        return false;
    json_close_list(j);
    out_document_end(&cli->out);
    return true;
}

int cmd_rejects_list(Cli *cli, Err *err)
{
    const Clinic *clinic;
    Control *control;
    size_t n = 0;
    const RejectCause *causes = NULL;
    const RejectFilter filter = {cli->flags[FLAG_CODE], cli->flags[FLAG_ENTITY], cli->flags[FLAG_STEP]};
    int64_t limit = cli_number(cli, FLAG_ROWS, ITEMS_UNLESS_SAID);
    if (!records_open(cli, &clinic, &control, err) ||
        (control && !(causes = reject_causes(cli->arena, clinic, control, &filter, &n, err))))
        return (int)err->kind;
    if (cli->out.json)
        return write_document(cli, clinic, control, &filter, causes, n, limit, err) ? EXIT_OK
                                                                                    : (int)err->kind;
    bool one_by_one = cli->verbose || cli_has(cli, FLAG_ROWS);
    if (!n)
        out_line(&cli->out, _("%s has no rejected rows"), clinic->name);
    else if (!one_by_one)
        print_causes(cli, causes, n);
    else if (!print_items(cli, clinic, control, &filter, limit, err))
        return (int)err->kind;
    if (n)
        print_next(cli, clinic, one_by_one);
    return EXIT_OK;
}

// The steps that left rejects, and what they need, as `run --failed`.
int cmd_rejects_retry(Cli *cli, Err *err)
{
    cli->flags[FLAG_FAILED] = "";
    return run_call_work(cli, "run", err);
}
