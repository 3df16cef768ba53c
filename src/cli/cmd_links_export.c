// mudanza links export|import CLINIC: proposals as a table or document, decisions as YAML and back.
#include <string.h>

#include "base/csv_cell.h"
#include "base/file.h"
#include "base/intl.h"
#include "cli/commands.h"
#include "cli/csv_print.h"
#include "cli/link_call.h"
#include "cli/run_records.h"
#include "engine/lock.h"

enum { PAGE = 500 };

static void add_line(const LinkItem *i, Buf *text)
{
    AUTO(buf_free) Buf score = {0};
    buf_addf(&score, "%.4f", i->target.score.score);
    AUTO(buf_free) Buf used = {0};
    buf_addf(&used, "%lld", (long long)i->used);
    const char *const cells[] = {i->entity,
                                 i->key,
                                 i->label,
                                 i->code,
                                 i->type,
                                 buf_text(&used),
                                 link_kind_words[i->kind],
                                 i->target.id,
                                 i->target.label,
                                 i->kind == LINK_CREATE ? NULL : buf_text(&score),
                                 i->kind == LINK_CREATE ? i->new_category : i->target.category,
                                 i->changed ? link_state_words[LINK_PENDING] : link_state_words[i->state],
                                 i->chosen.id,
                                 i->chosen_category,
                                 i->by,
                                 i->at,
                                 i->note};
    for (size_t n = 0; n < ARRAY_LEN(cells); n++) {
        if (n)
            buf_add_char(text, ',');
        csv_cell(text, str_of(cells[n] ? cells[n] : ""));
    }
    buf_add_text(text, "\r\n");
}

// Page by page: a catalogue may be long.
static bool export_items(Cli *cli, const Clinic *clinic, Control *c, bool json, Err *err)
{
    Buf text = {0};
    JsonOut *j = NULL;
    LinkFilter f;
    if (!link_filter(cli, NULL, &f, err))
        return false;
    cli->out.json |= json;
    if (json) {
        j = out_document(&cli->out, "links.export");
        json_text(j, "clinic", clinic->name);
        json_open_list(j, "links");
    } else {
        buf_add_text(&text,
                     "entity,key,label,code,type,used,proposed,target,target_label,score,category,state,"
                     "chosen,chosen_category,by,at,note\r\n");
    }
    LinkItem last;
    LinkPage page = {.more_after = c != NULL};
    bool ok = true, printed = true;
    for (bool first = true; ok && printed && page.more_after; first = false) {
        AUTO(arena_free_at) Arena *a = arena_new();
        ok = link_page(c, a, &f, LINKS_BY_LABEL, first ? PAGE_FIRST : PAGE_AFTER, first ? NULL : &last, PAGE,
                       &page, err);
        for (size_t i = 0; ok && i < page.n; i++) {
            if (json)
                json_link(j, NULL, &page.items[i]);
            else
                add_line(&page.items[i], &text);
        }
        if (ok && page.n)
            last = (LinkItem){.key = arena_text(cli->arena, "%s", page.items[page.n - 1].key),
                              .label = arena_text(cli->arena, "%s", page.items[page.n - 1].label)};
        printed = json || !ok || csv_print(&cli->out, &text, false);
    }
    if (ok && json) {
        json_close_list(j);
        out_document_end(&cli->out);
    } else if (ok && printed) {
        printed = csv_print(&cli->out, &text, true);
    }
    buf_free(&text);
    return ok && printed;
}

int cmd_links_export(Cli *cli, Err *err)
{
    const Clinic *clinic;
    Control *control;
    const char *format = cli->out.json ? "json" : cli_has(cli, FLAG_FORMAT) ? cli->flags[FLAG_FORMAT] : "csv";
    bool csv = strcmp(format, "csv") == 0, json = strcmp(format, "json") == 0;
    if (!records_open(cli, &clinic, &control, err))
        return (int)err->kind;
    if (csv || json)
        return export_items(cli, clinic, control, json, err) ? EXIT_OK : (int)err->kind;
    AUTO(buf_free) Buf text = {0};
    size_t n;
    if (control && !links_text(cli->arena, clinic, control, &text, &n, err))
        return (int)err->kind;
    out_block(&cli->out, buf_str(&text));
    return EXIT_OK;
}

int cmd_links_import(Cli *cli, Err *err)
{
    const Clinic *clinic;
    Control *control;
    LinksImport done;
    Problems *problems = problems_new(cli->arena);
    if (!link_open(cli, &clinic, &control, err))
        return (int)err->kind;
    bool ok = links_import(cli->arena, clinic, control, cli->n_args > 1 ? cli->args[1] : NULL,
                           lock_user(cli->arena), &done, problems, err);
    if (problems->n)
        out_problems(&cli->out, problems);
    // Written anew with what is decided here and not in the file.
    if (!ok || !links_export(cli->arena, clinic, control, err))
        return (int)err->kind;
    if (cli->out.json) {
        JsonOut *j = out_document(&cli->out, "links.import");
        json_text(j, "clinic", clinic->name);
        json_int(j, "changed", done.changed);
        json_int(j, "offered", done.offered);
        out_document_end(&cli->out);
        return EXIT_OK;
    }
    out_line(&cli->out,
             ngettext("%lld decision taken in", "%lld decisions taken in", (unsigned long)done.changed),
             (long long)done.changed);
    if (done.offered)
        out_line(&cli->out,
                 ngettext("%lld offer of another clinic", "%lld offers of another clinic",
                          (unsigned long)done.offered),
                 (long long)done.offered);
    return EXIT_OK;
}
