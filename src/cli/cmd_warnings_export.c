// mudanza warnings export|import CLINIC: issues as a table or document, decisions as YAML and back.
#include <string.h>

#include "base/intl.h"
#include "cli/commands.h"
#include "cli/csv_print.h"
#include "cli/issue_call.h"
#include "cli/run_records.h"
#include "engine/decisions.h"
#include "engine/issue_export.h"
#include "engine/lock.h"

typedef struct {
    const Clinic *clinic;
    Cli *cli;
    Buf text;
    JsonOut *json; // NULL: comma-separated text
} Exporting;

static bool take(void *arg, const IssueItem *item, Err *err)
{
    Exporting *x = arg;
    (void)err; // what cannot be printed is told when the output is closed
    if (x->json) {
        json_issue(x->json, NULL, item);
        return true;
    }
    issue_csv_line(x->clinic, item, &x->text);
    return csv_print(&x->cli->out, &x->text, false);
}

static bool export_issues(Cli *cli, const Clinic *clinic, Control *c, bool json, Err *err)
{
    Exporting x = {.clinic = clinic, .cli = cli};
    const IssueFilter filter = issue_filter(cli);
    cli->out.json |= json;
    if (json) {
        x.json = out_document(&cli->out, "warnings.export");
        json_text(x.json, "clinic", clinic->name);
        json_text(x.json, "file", clinic->source_path);
        json_open_list(x.json, "warnings");
    } else {
        issue_csv_head(&x.text);
    }
    bool ok = !c || issue_each(c, &filter, INT64_MAX, take, &x, err);
    if (ok && json) {
        json_close_list(x.json);
        out_document_end(&cli->out);
    } else if (ok) {
        ok = csv_print(&cli->out, &x.text, true);
    }
    buf_free(&x.text);
    return ok;
}

static bool export_decisions(Cli *cli, Control *c, Err *err)
{
    AUTO(buf_free) Buf text = {0};
    size_t n;
    if (c && !decisions_text(cli->arena, c, &text, &n, err))
        return false;
    out_block(&cli->out, buf_str(&text));
    return true;
}

int cmd_warnings_export(Cli *cli, Err *err)
{
    const Clinic *clinic;
    Control *control;
    const char *format = cli->out.json ? "json" : cli_has(cli, FLAG_FORMAT) ? cli->flags[FLAG_FORMAT] : "csv";
    bool csv = strcmp(format, "csv") == 0, json = strcmp(format, "json") == 0;
    if (!issue_state_fits(cli, err) || !records_open(cli, &clinic, &control, err))
        return (int)err->kind;
    if (csv || json ? !export_issues(cli, clinic, control, json, err) : !export_decisions(cli, control, err))
        return (int)err->kind;
    return EXIT_OK;
}

int cmd_warnings_import(Cli *cli, Err *err)
{
    const Clinic *clinic;
    Control *control;
    int64_t changed;
    Problems *problems = problems_new(cli->arena);
    if (!issue_open(cli, &clinic, &control, err))
        return (int)err->kind;
    bool ok = decisions_import(cli->arena, clinic, control, lock_user(cli->arena), &changed, problems, err);
    if (problems->n)
        out_problems(&cli->out, problems);
    // Written anew with what is decided here and not in the file.
    if (!ok || !decisions_export(cli->arena, clinic, control, err))
        return (int)err->kind;
    if (cli->out.json) {
        JsonOut *j = out_document(&cli->out, "warnings.import");
        json_text(j, "clinic", clinic->name);
        json_int(j, "changed", changed);
        out_document_end(&cli->out);
    } else {
        out_line(&cli->out, ngettext("%lld issue changed", "%lld issues changed", (unsigned long)changed),
                 (long long)changed);
    }
    return EXIT_OK;
}
