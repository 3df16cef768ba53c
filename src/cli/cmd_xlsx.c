// mudanza xlsx sheets FILE, xlsx cat FILE: what an Excel workbook holds.
#include <string.h>

#include "base/intl.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/csv_print.h"
#include "cli/grid.h"
#include "source/xlsx.h"

int cmd_xlsx_sheets(Cli *cli, Err *err)
{
    const Xlsx *x = xlsx_open(cli->arena, cli->args[0], err);
    if (!x)
        return (int)err->kind;
    if (cli->out.json) {
        JsonOut *j = out_document(&cli->out, "xlsx.sheets");
        json_text(j, "file", cli->args[0]);
        json_open_list(j, "sheets");
        for (size_t i = 0; i < xlsx_sheet_count(x); i++) {
            json_open(j, NULL);
            json_text(j, "name", xlsx_sheet(x, i)->name);
            json_bool(j, "hidden", xlsx_sheet(x, i)->hidden);
            json_close(j);
        }
        json_close_list(j);
        out_document_end(&cli->out);
        return EXIT_OK;
    }
    for (size_t i = 0; i < xlsx_sheet_count(x); i++)
        out_line(&cli->out, xlsx_sheet(x, i)->hidden ? _("%s (hidden)") : "%s", xlsx_sheet(x, i)->name);
    out_next(&cli->out, arena_text(cli->arena, "mudanza xlsx cat %s --sheet NAME", cli->args[0]), _("prints its rows"));
    return EXIT_OK;
}

static bool find_sheet(Cli *cli, const Xlsx *x, size_t *out, Err *err)
{
    const char *wanted = cli_has(cli, FLAG_SHEET) ? cli->flags[FLAG_SHEET] : NULL;
    const size_t n = xlsx_sheet_count(x);
    const char **names = arena_many(cli->arena, const char *, n + 1);
    for (*out = 0; *out < n; ++*out) {
        names[*out] = xlsx_sheet(x, *out)->name;
        if (wanted ? strcmp(names[*out], wanted) == 0 : !xlsx_sheet(x, *out)->hidden)
            return true;
    }
    if (!wanted)
        return err_set(err, ERR_SOURCE, _("%s has no sheet that is shown"), cli->args[0]);
    err_set(err, ERR_USAGE, _("%s has no sheet \"%.60s\""), cli->args[0], wanted);
    const char *near = text_nearest(wanted, names, n);
    return near ? err_hint(err, _("did you mean %s?"), near) : false;
}

int cmd_xlsx_cat(Cli *cli, Err *err)
{
    AUTO(buf_free) Buf text = {0};
    XlsxRow row;
    XlsxOutcome outcome = XLSX_END;
    size_t sheet;
    bool refused = false, taken = true;
    Xlsx *x = xlsx_open(cli->arena, cli->args[0], err);
    XlsxReader *r = x && find_sheet(cli, x, &sheet, err) ? xlsx_read(x, sheet, err) : NULL;
    if (!r)
        return (int)err->kind;
    while (taken && (outcome = xlsx_next(r, &row, err)) != XLSX_END && outcome != XLSX_FAILED) {
        if (outcome == XLSX_REFUSED) {
            refused = true;
            out_note(&cli->out, _("row %lld: %s"), (long long)row.row, row.reason);
            continue;
        }
        csv_print_record(&cli->out, row.cells, row.n, &text);
        taken = csv_print(&cli->out, &text, false);
    }
    if (taken && !csv_print(&cli->out, &text, true))
        return EXIT_OK; // a failure is told by output_end
    return outcome == XLSX_FAILED ? (int)err->kind : refused ? EXIT_PARTIAL : EXIT_OK;
}
