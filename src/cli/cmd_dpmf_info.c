// mudanza dpmf info FILE: what a file says of itself, without reading all of it.
#include "base/intl.h"
#include "cli/commands.h"
#include "cli/dpmf_call.h"
#include "cli/grid.h"

static const char *const meta_keys[] = {
    "format_version",
    "source_system",
    "source_adapter_version",
    "source_schema_fingerprint",
    "exporter_tool",
    "exporter_version",
    "exported_at",
    "tenant_label",
    "integrity_hash_algo",
    "integrity_hash",
};

static void write_document(Cli *cli, const char *path, const Dpmf *d)
{
    JsonOut *j = out_document(&cli->out, "dpmf.info");
    json_text(j, "file", path);
    json_text(j, "layering", dpmf_layering(d));
    json_open(j, "meta");
    for (size_t i = 0; i < ARRAY_LEN(meta_keys); i++)
        json_text(j, meta_keys[i], dpmf_meta(d, meta_keys[i]));
    json_close(j);
    json_open(j, "entities");
    for (size_t i = 0; i < dpmf_entity_count(d); i++)
        json_int(j, dpmf_entity(d, i)->name, dpmf_entity(d, i)->declared);
    json_close(j);
    json_open_list(j, "warnings");
    for (size_t i = 0; i < dpmf_warning_count(d); i++) {
        json_open(j, NULL);
        json_text(j, "code", dpmf_warning(d, i)->code);
        json_text(j, "message", dpmf_warning(d, i)->message);
        json_close(j);
    }
    json_close_list(j);
    out_document_end(&cli->out);
}

static void print(Cli *cli, const char *path, const Dpmf *d)
{
    const GridColumn columns[] = {{_("Entity"), false, 0}, {_("Rows declared"), true, 0}};
    Grid *grid = grid_new(cli->arena, columns, ARRAY_LEN(columns));
    out_styled(&cli->out, STYLE_HEAD, path, "  %s", dpmf_layering(d));
    for (size_t i = 0; i < ARRAY_LEN(meta_keys); i++)
        if (dpmf_meta(d, meta_keys[i]))
            out_line(&cli->out, "%-26s %s", meta_keys[i], dpmf_meta(d, meta_keys[i]));
    for (size_t i = 0; i < dpmf_warning_count(d); i++)
        out_line(&cli->out, "%s: %s", dpmf_warning(d, i)->code, dpmf_warning(d, i)->message);
    for (size_t i = 0; i < dpmf_entity_count(d); i++) {
        grid_text(grid, dpmf_entity(d, i)->name);
        grid_int(grid, dpmf_entity(d, i)->declared);
    }
    grid_print(grid, &cli->out);
}

int cmd_dpmf_info(Cli *cli, Err *err)
{
    DpmfCall call;
    DpmfVerdict verdict;
    Dpmf *d = NULL;
    if (dpmf_call_begin(&call, cli, err))
        d = dpmf_open(call.path, call.passphrase, call.folder, &call.watch, &verdict, err);
    dpmf_call_end(&call);
    if (!d)
        return (int)err->kind;
    if (cli->out.json)
        write_document(cli, call.path, d);
    else
        print(cli, call.path, d);
    dpmf_close(d);
    return EXIT_OK;
}
