// mudanza dpmf export CLINIC OUT [--layering WORD]: the cache as a new DPMF file.
#include <string.h>

#include "base/intl.h"
#include "cli/commands.h"
#include "cli/grid.h"
#include "cli/progress_line.h"
#include "cli/run_call.h"
#include "engine/export_dpmf.h"

static bool is_encrypted(const char *layering)
{
    return strncmp(layering, "enc", 3) == 0;
}

static Secret *find_passphrase(Cli *cli, const Clinic *clinic, Err *err)
{
    err->kind = ERR_NONE;
    Secret *found = cli_new_passphrase(cli, clinic->passphrase, cli->args[1], err);
    if (!found && err->kind == ERR_NONE) {
        err_set(err, ERR_DECISION, _("%s is to be encrypted and no passphrase was given"), cli->args[1]);
        err_hint(err, "%s",
                 _("Use --passphrase-file, --passphrase-fd, MUDANZA_PASSPHRASE or source: passphrase: in "
                   "config.yaml."));
    }
    return found;
}

static bool is_whole(const ExportResult *r)
{
    return !r->rows_left_out && !r->files_left_out && !r->warnings_left_out;
}

static void write_document(Cli *cli, const char *layering, const ExportResult *r)
{
    JsonOut *j = out_document(&cli->out, "dpmf.export");
    json_text(j, "clinic", cli->args[0]);
    json_text(j, "file", cli->args[1]);
    json_int(j, "bytes", r->bytes);
    json_text(j, "layering", layering);
    json_open(j, "entities");
    for (size_t i = 0; i < r->n_entities; i++)
        json_int(j, r->entities[i].name, r->entities[i].rows);
    json_close(j);
    json_int(j, "rows", r->rows);
    json_int(j, "files", r->files);
    json_int(j, "warnings", r->warnings);
    json_open(j, "left_out");
    json_int(j, "rows", r->rows_left_out);
    json_int(j, "files", r->files_left_out);
    json_int(j, "warnings", r->warnings_left_out);
    json_open(j, "reasons");
    for (size_t i = 0; i < r->n_left_out; i++)
        json_int(j, r->left_out[i].code, r->left_out[i].rows);
    json_close(j);
    json_close(j);
    json_bool(j, "warnings_renumbered", r->renumbered);
    json_open(j, "integrity");
    json_text(j, "hash", r->hash);
    json_text(j, "source", r->source_hash);
    json_bool(j, "equal", r->equal);
    json_close(j);
    if (r->source == EXPORT_SOURCE_UNKNOWN)
        json_null(j, "source_changed");
    else
        json_bool(j, "source_changed", r->source == EXPORT_SOURCE_CHANGED);
    out_document_end(&cli->out);
}

static void print_left_out(Cli *cli, const ExportResult *r)
{
    if (r->rows_left_out)
        out_styled(&cli->out, STYLE_WARN, _("left out"), ngettext(": %lld row that cannot be used as it is",
                            ": %lld rows that cannot be used as they are", (unsigned long)r->rows_left_out),
                   (long long)r->rows_left_out);
    for (size_t i = 0; i < r->n_left_out; i++)
        out_line(&cli->out, "  %s  %lld", r->left_out[i].code, (long long)r->left_out[i].rows);
    if (r->files_left_out || r->warnings_left_out)
        out_styled(&cli->out, STYLE_WARN, _("left out"),
                   _(": %lld lines of _files and %lld of _warnings that verify would warn about"),
                   (long long)r->files_left_out, (long long)r->warnings_left_out);
    if (r->renumbered)
        out_line(&cli->out, "%s", _("the warnings were numbered anew: their ids were no distinct numbers"));
}

static void print(Cli *cli, const char *layering, const ExportResult *r)
{
    const GridColumn columns[] = {{_("Entity"), false, 0}, {_("Rows"), true, 0}};
    bool whole = is_whole(r);
    out_styled(&cli->out, whole ? STYLE_GOOD : STYLE_WARN, _("written"), "  %s", cli->args[1]);
    if (!cli->out.quiet) {
        Grid *grid = grid_new(cli->arena, columns, ARRAY_LEN(columns));
        for (size_t i = 0; i < r->n_entities; i++) {
            grid_text(grid, r->entities[i].name);
            grid_int(grid, r->entities[i].rows);
        }
        grid_print(grid, &cli->out);
    }
    out_line(&cli->out, _("%s, %.1f MB: entities %zu, rows %lld, files %lld, warnings %lld"), layering,
             (double)r->bytes / 1e6, r->n_entities, (long long)r->rows, (long long)r->files,
             (long long)r->warnings);
    print_left_out(cli, r);
    out_line(&cli->out, _("integrity hash %s"), r->hash);
    if (r->equal)
        out_line(&cli->out, "%s", _("the same as that of the source"));
    else if (r->source_hash)
        out_line(&cli->out, _("not that of the source: %s"), r->source_hash);
    if (r->source == EXPORT_SOURCE_CHANGED)
        out_note(&cli->out, _("the source file has changed since it was extracted: this is what it was then"));
    else if (r->source == EXPORT_SOURCE_UNKNOWN)
        out_note(&cli->out, _("the source file cannot be read any more: this is what it was when extracted"));
}

static int export(Cli *cli, const Clinic *clinic, Export *e, Err *err)
{
    ProgressLine line;
    DpmfWatch watch;
    ExportResult result;
    const char *from = export_source_layering(e);
    const char *layering = cli_has(cli, FLAG_LAYERING) ? cli->flags[FLAG_LAYERING] : from;
    AUTO(secret_free_at) Secret *passphrase = NULL;
    if (is_encrypted(layering) && !(passphrase = find_passphrase(cli, clinic, err)))
        return (int)err->kind;
    if (is_encrypted(from) && !is_encrypted(layering))
        out_note(&cli->out, _("the source is encrypted and this file is not: anybody who gets it can read it"));
    progress_line_start(&line, cli, &watch);
    bool ok = export_write(e, layering, passphrase, &watch, &result, err);
    progress_line_end(&line);
    if (!ok)
        return (int)err->kind;
    if (cli->out.json)
        write_document(cli, layering, &result);
    else
        print(cli, layering, &result);
    return is_whole(&result) ? EXIT_OK : EXIT_PARTIAL;
}

int cmd_dpmf_export(Cli *cli, Err *err)
{
    const Clinic *clinic = NULL;
    if (!run_call_may_write(cli, err) || !(clinic = cli_clinic(cli, cli->args[0], err)))
        return (int)err->kind;
    AUTO(export_end_at) Export *e = export_begin(clinic, cli->args[1], err);
    return e ? export(cli, clinic, e, err) : (int)err->kind;
}
