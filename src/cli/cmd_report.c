// mudanza report CLINIC [RUN] [--format F]: what a run did with every row.
#include <string.h>

#include "cli/commands.h"
#include "cli/run_records.h"
#include "engine/engine.h"

int cmd_report(Cli *cli, Err *err)
{
    const Clinic *clinic;
    Control *control;
    RunRecord run;
    AUTO(buf_free) Buf text = {0};
    const char *format = cli->out.json               ? "json"
                         : cli_has(cli, FLAG_FORMAT) ? cli->flags[FLAG_FORMAT]
                                                     : "text";
    if (!records_open(cli, &clinic, &control, err) || !records_run(cli, clinic, control, 1, &run, err) ||
        !report_print(cli->arena, clinic, run.run, format, &text, err))
        return (int)err->kind;
    if (!cli->out.json) {
        if (strcmp(format, "html") && strcmp(format, "csv"))
            out_block(&cli->out, buf_str(&text));
        else // as written, with its own line ends; what cannot be printed is told by the end of the program
            (void)!out_stream(&cli->out, buf_str(&text));
        return EXIT_OK;
    }
    JsonOut *j = out_document(&cli->out, "report");
    json_text(j, "clinic", clinic->name);
    json_run(j, "run", &run);
    json_raw(j, "report", str_trim(buf_str(&text)));
    out_document_end(&cli->out);
    return EXIT_OK;
}
