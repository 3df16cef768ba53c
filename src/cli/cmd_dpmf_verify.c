// mudanza dpmf verify FILE: the judgement on the whole file, read to its last row.
#include "base/intl.h"
#include "cli/commands.h"
#include "cli/dpmf_call.h"
#include "cli/grid.h"
#include "source/dpmf_report.h"

static const char *filled(const char *text)
{
    return text && *text ? text : NULL;
}

static void write_document(Cli *cli, const char *path, const DpmfSummary *s)
{
    JsonOut *j = out_document(&cli->out, "dpmf.verify");
    json_text(j, "file", path);
    json_text(j, "verdict", s->verdict_text);
    json_text(j, "reason", filled(s->reason));
    json_text(j, "hint", filled(s->hint));
    json_open_list(j, "warnings");
    for (size_t i = 0; i < s->warning_count; i++) {
        json_open(j, NULL);
        json_text(j, "code", s->warnings[i].code);
        json_text(j, "message", s->warnings[i].message);
        json_close(j);
    }
    json_close_list(j);
    json_text(j, "layering", s->layering);
    json_text(j, "format_version", s->format_version);
    json_text(j, "source_system", s->source_system);
    json_open(j, "entities");
    for (size_t i = 0; i < s->entity_count; i++) {
        if (s->entities[i].rows >= 0)
            json_int(j, s->entities[i].name, s->entities[i].rows);
        else
            json_null(j, s->entities[i].name);
    }
    json_close(j);
    if (s->files >= 0)
        json_int(j, "files", s->files);
    else
        json_null(j, "files");
    json_open(j, "integrity");
    json_text(j, "declared", s->hash_declared);
    json_text(j, "computed", s->hash_computed);
    json_close(j);
    out_document_end(&cli->out);
}

static void print(Cli *cli, const char *path, const DpmfSummary *s)
{
    const GridColumn columns[] = {{_("Entity"), false, 0}, {_("Rows"), true, 0}};
    bool accepted = s->verdict == DPMF_ACCEPT;
    out_styled(&cli->out,
               !accepted          ? STYLE_BAD
               : s->warning_count ? STYLE_WARN
                                  : STYLE_GOOD,
               s->verdict_text, "  %s", path);
    if (filled(s->reason))
        out_line(&cli->out, "  %s", s->reason);
    if (filled(s->hint))
        out_line(&cli->out, _("  hint: %s"), s->hint);
    for (size_t i = 0; i < s->warning_count; i++)
        out_line(&cli->out, "  %s: %s", s->warnings[i].code, s->warnings[i].message);
    if (cli->out.quiet || !accepted)
        return;
    int64_t rows = 0;
    Grid *grid = grid_new(cli->arena, columns, ARRAY_LEN(columns));
    for (size_t i = 0; i < s->entity_count; i++) {
        grid_text(grid, s->entities[i].name);
        grid_int(grid, s->entities[i].rows);
        rows += s->entities[i].rows;
    }
    grid_print(grid, &cli->out);
    out_line(&cli->out, _("%s, format %s from %s: entities %zu, rows %lld, files %lld"), s->layering,
             s->format_version, s->source_system ? s->source_system : "-", s->entity_count, (long long)rows,
             (long long)s->files);
    out_line(&cli->out, _("integrity hash %s"), s->hash_computed);
}

int cmd_dpmf_verify(Cli *cli, Err *err)
{
    DpmfCall call;
    DpmfSummary summary;
    bool judged =
        dpmf_call_begin(&call, cli, err) &&
        dpmf_verify_file(call.path, call.passphrase, call.folder, &call.watch, &summary, cli->arena, err);
    dpmf_call_end(&call);
    if (!judged)
        return (int)err->kind;
    *err = (Err){0}; // a refusal is the answer, not a failure of the command
    if (cli->out.json)
        write_document(cli, call.path, &summary);
    else
        print(cli, call.path, &summary);
    return summary.verdict == DPMF_ACCEPT       ? EXIT_OK
           : summary.verdict == DPMF_PASSPHRASE ? ERR_DECISION // nothing is wrong with the file
                                                : ERR_SOURCE;
}
