// mudanza csv sniff FILE: how a delimited file is written, and the flags that say so.
#include "base/intl.h"
#include "cli/commands.h"
#include "cli/csv_call.h"

static const char *one(Arena *a, int c)
{
    AUTO(buf_free) Buf b = {0};
    const char text[] = {(char)c, '\0'};
    if (c == CSV_NONE)
        return "none";
    csv_shown(&b, text);
    return str_keep(a, buf_str(&b));
}

static const char *shown(Arena *a, const char *text)
{
    AUTO(buf_free) Buf b = {0};
    csv_shown(&b, text);
    return arena_text(a, "%s", buf_text(&b));
}

static void write_document(Cli *cli, const CsvFinding *f)
{
    const CsvDialect *d = &f->dialect;
    JsonOut *j = out_document(&cli->out, "csv.sniff");
    json_text(j, "file", cli->args[0]);
    json_int(j, "size", f->size);
    json_bool(j, "packed", f->packed);
    json_text(j, "encoding", d->encoding);
    json_bool(j, "bom", f->bom);
    json_text(j, "delimiter", d->delimiter);
    json_text(j, "quote", d->quote == CSV_NONE ? NULL : one(cli->arena, d->quote));
    json_text(j, "escape", d->escape == CSV_NONE ? NULL : one(cli->arena, d->escape));
    json_bool(j, "header", d->header);
    json_int(j, "skip", d->skip);
    json_text(j, "null", d->null);
    json_text(j, "line_end", f->line_end);
    json_open(j, "sure");
    json_int(j, "encoding", f->sure_encoding);
    json_int(j, "delimiter", f->sure_delimiter);
    json_int(j, "header", f->sure_header);
    json_close(j);
    json_open_list(j, "columns");
    for (size_t i = 0; i < f->columns; i++)
        json_text(j, NULL, f->names[i]);
    json_close_list(j);
    json_int(j, "records_seen", (int64_t)f->n_sample);
    out_document_end(&cli->out);
}

static void print(Cli *cli, const CsvFinding *f)
{
    const CsvDialect *d = &f->dialect;
    Output *o = &cli->out;
    out_line(o, _("encoding    %s%s  (sure to %d %%)"), d->encoding, f->bom ? _(", with a byte order mark") : "", f->sure_encoding);
    out_line(o, _("delimiter   %s  (sure to %d %%)"), shown(cli->arena, d->delimiter), f->sure_delimiter);
    out_line(o, _("quote       %s   escape %s"), one(cli->arena, d->quote), one(cli->arena, d->escape));
    out_line(o, _("line ends   %s"), *f->line_end ? shown(cli->arena, f->line_end) : _("none"));
    out_line(o, d->header ? _("header      yes  (sure to %d %%)") : _("header      no  (sure to %d %%)"), f->sure_header);
    out_line(o, _("columns     %zu"), f->columns);
    for (size_t i = 0; i < f->columns; i++)
        out_line(o, "  %4zu  %s", i + 1, f->names[i]);
    out_next(o, arena_text(cli->arena, "mudanza csv cat %s", cli->args[0]), _("prints the records"));
}

int cmd_csv_sniff(Cli *cli, Err *err)
{
    CsvFinding f;
    if (!csv_call(cli, &f, err))
        return (int)err->kind;
    if (cli->out.json)
        write_document(cli, &f);
    else
        print(cli, &f);
    return EXIT_OK;
}
