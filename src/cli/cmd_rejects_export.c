// mudanza rejects export CLINIC: rows kept out, each with its place; with --with-values as they were read.
#include <stdio.h>
#include <string.h>

#include "base/intl.h"
#include "cli/commands.h"
#include "cli/csv_print.h"
#include "cli/run_records.h"
#include "engine/audit.h"
#include "engine/rejects.h"

typedef struct {
    Cli *cli;
    const Clinic *clinic;
    Buf text;
    JsonOut *json; // NULL: comma-separated text
    bool values;
} Exporting;

static bool take(void *arg, const Reject *r, Err *err)
{
    Exporting *x = arg;
    (void)err; // what cannot be printed is told when the output is closed
    if (x->json) {
        json_reject(x->json, r, x->values);
        return true;
    }
    char row[24];
    snprintf(row, sizeof row, "%lld", (long long)r->origin);
    const Str cells[] = {
        str_of(r->step),
        str_of(r->entity),
        str_of(r->code),
        str_of(r->key),
        str_of(r->source_id),
        str_of(x->clinic->source_path),
        str_of(r->origin ? row : NULL),
        str_of(r->by_parent ? "1" : "0"),
        str_of(r->fp),
        str_of(r->state),
        r->payload,
        r->raw,
    };
    csv_line(&x->text, cells, ARRAY_LEN(cells) - (x->values ? 0 : 2));
    return csv_print(&x->cli->out, &x->text, false);
}

// Noted before anything is shown.
static bool note(Cli *cli, const Clinic *clinic, Err *err)
{
    JsonOut *j;
    Audit *audit = audit_begin(clinic->state_folder, clinic->name, "rejects.export", &j);
    json_bool(j, "values", true);
    json_text(j, "code", cli->flags[FLAG_CODE]);
    json_text(j, "entity", cli->flags[FLAG_ENTITY]);
    json_text(j, "step", cli->flags[FLAG_STEP]);
    return audit_end(audit, err);
}

static bool export_all(Cli *cli, const Clinic *clinic, Control *c, bool json, Err *err)
{
    const RejectFilter filter = {cli->flags[FLAG_CODE], cli->flags[FLAG_ENTITY], cli->flags[FLAG_STEP]};
    Exporting x = {.cli = cli, .clinic = clinic, .values = cli_has(cli, FLAG_WITH_VALUES)};
    cli->out.json |= json;
    if (json) {
        x.json = out_document(&cli->out, "rejects.export");
        json_text(x.json, "clinic", clinic->name);
        json_text(x.json, "file", clinic->source_path);
        json_open_list(x.json, "rejects");
    } else {
        buf_addf(&x.text, "step,entity,code,id,source_id,file,row,by_parent,issue,state%s\r\n",
                 x.values ? ",payload,raw" : "");
    }
    bool ok = !c || rejects_each(clinic, c, &filter, x.values, take, &x, err);
    if (ok && json) {
        json_close_list(x.json);
        out_document_end(&cli->out);
    } else if (ok) {
        ok = csv_print(&cli->out, &x.text, true);
    }
    buf_free(&x.text);
    return ok;
}

int cmd_rejects_export(Cli *cli, Err *err)
{
    const Clinic *clinic;
    Control *control;
    const char *format = cli->out.json ? "json" : cli_has(cli, FLAG_FORMAT) ? cli->flags[FLAG_FORMAT] : "csv";
    bool json = strcmp(format, "json") == 0;
    if (!records_open(cli, &clinic, &control, err) ||
        (cli_has(cli, FLAG_WITH_VALUES) && control && !note(cli, clinic, err)) ||
        !export_all(cli, clinic, control, json, err))
        return (int)err->kind;
    return EXIT_OK;
}
