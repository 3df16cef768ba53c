// What is told of a night: one document, one page, and both as files.
#include <string.h>

#include "base/file.h"
#include "base/intl.h"
#include "base/text.h"
#include "cli/night.h"

static bool went_well(const NightShift *s)
{
    return s->exit_code == EXIT_OK || s->exit_code == EXIT_NOOP;
}

static void write_shift(JsonOut *j, const NightShift *s)
{
    json_open(j, NULL);
    json_text(j, "clinic", s->clinic);
    json_int(j, "exit", s->exit_code);
    json_text(j, "code", exit_code_name(s->exit_code));
    json_text(j, "status", s->status);
    json_text(j, "reason", s->reason);
    json_text(j, "hint", s->hint);
    if (s->run)
        json_int(j, "run", s->run);
    else
        json_null(j, "run");
    json_text(j, "report", s->report);
    json_text(j, "messages", s->messages);
    json_num(j, "took_s", s->took_s, 3);
    json_close(j);
}

static void write_members(JsonOut *j, const Night *n)
{
    json_text(j, "workspace", n->workspace);
    json_int(j, "jobs", n->jobs);
    json_int(j, "exit", n->exit_code);
    json_num(j, "took_s", n->took_s, 3);
    json_text(j, "folder", n->folder);
    json_open_list(j, "clinics");
    for (size_t i = 0; i < n->n; i++)
        write_shift(j, &n->shifts[i]);
    json_close_list(j);
}

static void write_page(const Night *n, Buf *page)
{
    size_t well = 0;
    for (size_t i = 0; i < n->n; i++)
        well += went_well(&n->shifts[i]);
    buf_addf(page, ngettext("exit code %d: %zu clinic, %zu without a remark, %.0f s\n",
                            "exit code %d: %zu clinics, %zu without a remark, %.0f s\n", n->n),
             n->exit_code, n->n, well, n->took_s);
    for (size_t i = 0; i < n->n; i++) {
        const NightShift *s = &n->shifts[i];
        AUTO(buf_free) Buf line = {0};
        buf_addf(&line, "%s  %d (%s)  %s", s->clinic, s->exit_code, exit_code_name(s->exit_code), s->reason);
        if (!went_well(s) && s->hint)
            buf_addf(&line, "  [%s]", s->hint);
        buf_add_text(page, "  ");
        text_clean(page, buf_str(&line));
        buf_add_char(page, '\n');
    }
}

static void save(Cli *cli, const Night *n, const char *name, Str text)
{
    Err err = {0};
    if (n->folder && !file_write(file_join(cli->arena, n->folder, name), text, 0600, &err))
        out_note(&cli->out, "%s", err.text);
}

void night_report(Cli *cli, const Night *n)
{
    AUTO(buf_free) Buf page = {0}, document = {0};
    JsonOut j = {.out = &document};
    json_open(&j, NULL);
    json_int(&j, "v", 1);
    json_text(&j, "type", "autopilot.all");
    write_members(&j, n);
    json_close(&j);
    buf_add_char(&document, '\n');
    write_page(n, &page);
    save(cli, n, "report.json", buf_str(&document));
    save(cli, n, "report.txt", buf_str(&page));
    out_block(&cli->out, buf_str(&page));
    if (n->folder)
        out_line(&cli->out, _("written to %s"), n->folder);
    if (!cli->out.json)
        return;
    write_members(out_document(&cli->out, "autopilot.all"), n);
    out_document_end(&cli->out);
}
