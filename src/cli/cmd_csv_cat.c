// mudanza csv cat FILE: the records of a delimited file on standard output, what cannot be read as one on
// standard error.
#include <unistd.h>

#include "base/intl.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/csv_call.h"
#include "cli/csv_print.h"

// The bytes as they stand in the file: as text when they are some, else by their numbers.
static void tell_refused(Cli *cli, const CsvRecord *r)
{
    AUTO(buf_free) Buf line = {0};
    if (!cli->out.json) {
        out_note(&cli->out, _("line %lld (byte %lld): %s"), (long long)r->line, (long long)r->offset, r->reason);
        return;
    }
    JsonOut j = {.out = &line};
    json_open(&j, NULL);
    json_int(&j, "line", r->line);
    json_int(&j, "offset", r->offset);
    json_text(&j, "reason", r->reason);
    if (text_is_utf8(r->raw)) {
        json_str(&j, "bytes", r->raw);
    } else {
        AUTO(buf_free) Buf hex = {0};
        for (size_t i = 0; i < r->raw.len; i++)
            buf_addf(&hex, "%02x", (unsigned char)r->raw.at[i]);
        json_str(&j, "bytes_hex", buf_str(&hex));
    }
    json_close(&j);
    buf_add_char(&line, '\n');
    for (size_t at = 0; at < line.len;) {
        ssize_t n = write(STDERR_FILENO, line.at + at, line.len - at);
        if (n <= 0)
            return; // nobody listens
        at += (size_t)n;
    }
}

static bool cat(Cli *cli, CsvReader *r, int64_t *refused, Err *err)
{
    AUTO(buf_free) Buf text = {0};
    for (;;) {
        CsvRecord record;
        switch (csv_next(r, &record, err)) {
        case CSV_RECORD: csv_print_record(&cli->out, record.fields, record.n, &text); break;
        case CSV_REFUSED:
            ++*refused;
            tell_refused(cli, &record);
            break;
        case CSV_END: (void)!csv_print(&cli->out, &text, true); // a failure is told by output_end
            return true;
        case CSV_FAILED: return false;
        }
        if (!csv_print(&cli->out, &text, false))
            return true;
    }
}

int cmd_csv_cat(Cli *cli, Err *err)
{
    CsvFinding f;
    int64_t refused = 0;
    CsvReader *r = csv_call(cli, &f, err) ? csv_open(cli->arena, cli->args[0], &f, err) : NULL;
    if (!r)
        return (int)err->kind;
    if (!cli->out.json && f.dialect.header) {
        AUTO(buf_free) Buf names = {0};
        Str *cells = arena_many(cli->arena, Str, f.columns);
        for (size_t i = 0; i < f.columns; i++)
            cells[i] = str_of(f.names[i]);
        csv_line(&names, cells, f.columns);
        if (!csv_print(&cli->out, &names, true))
            return EXIT_OK;
    }
    if (!cat(cli, r, &refused, err))
        return (int)err->kind;
    return refused ? EXIT_PARTIAL : EXIT_OK;
}
