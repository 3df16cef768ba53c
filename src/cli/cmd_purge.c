// mudanza purge CLINIC cache|runs|clinic --plan | --confirm PHRASE: throws away what is no longer needed.
#include <string.h>

#include "base/intl.h"
#include "cli/commands.h"
#include "cli/confirm.h"
#include "cli/grid.h"
#include "cli/run_call.h"
#include "engine/purge.h"

static bool kind_named(const char *word, PurgeKind *out, Err *err)
{
    for (int i = 0; i < PURGE_KINDS; i++)
        if (!strcmp(purge_words[i], word)) {
            *out = (PurgeKind)i;
            return true;
        }
    return err_set(err, ERR_USAGE, _("what is to be purged is cache, runs or clinic, not \"%s\""), word);
}

static void write_document(Cli *cli, const Clinic *clinic, const PurgePlan *p, bool done)
{
    if (!cli->out.json)
        return;
    JsonOut *j = out_document(&cli->out, "purge");
    json_text(j, "clinic", clinic->name);
    json_text(j, "what", purge_words[p->kind]);
    json_text(j, "env", clinic->env);
    json_text(j, "state_folder", clinic->state_folder);
    json_bool(j, "done", done);
    json_open_list(j, "items");
    for (size_t i = 0; i < p->n_items; i++) {
        json_open(j, NULL);
        json_text(j, "path", p->items[i].path);
        json_int(j, "bytes", p->items[i].bytes);
        json_bool(j, "patient_data", p->items[i].patients);
        json_close(j);
    }
    json_close_list(j);
    json_open_list(j, "kept");
    for (size_t i = 0; i < p->n_kept; i++) {
        json_open(j, NULL);
        json_text(j, "path", p->kept[i].path);
        json_text(j, "why", p->kept[i].why);
        json_close(j);
    }
    json_close_list(j);
    json_int(j, "bytes", p->bytes);
    json_int(j, "rows", p->rows);
    json_text(j, "confirm", p->n_items && !done ? p->confirm : NULL);
    out_document_end(&cli->out);
}

static void print_plan(Cli *cli, const Clinic *clinic, const PurgePlan *p)
{
    const GridColumn going[] = {{_("Goes"), false, 0}, {_("Bytes"), true, 0}, {_("Patients' data"), false, 0}};
    const GridColumn staying[] = {{_("Stays"), false, 0}, {_("Why it stays"), false, 0}};
    Grid *items = grid_new(cli->arena, going, ARRAY_LEN(going)),
         *kept = grid_new(cli->arena, staying, ARRAY_LEN(staying));
    for (size_t i = 0; i < p->n_items; i++) {
        grid_text(items, p->items[i].path);
        grid_int(items, p->items[i].bytes);
        grid_text(items, p->items[i].patients ? _("yes") : "");
    }
    for (size_t i = 0; i < p->n_kept; i++) {
        grid_text(kept, p->kept[i].path);
        grid_text(kept, p->kept[i].why);
    }
    out_line(&cli->out, _("%s, %s: purge %s in %s"), clinic->name, clinic->env, purge_words[p->kind],
             clinic->state_folder);
    if (p->n_items)
        grid_print(items, &cli->out);
    if (p->n_kept)
        grid_print(kept, &cli->out);
    if (p->rows)
        out_styled(&cli->out, STYLE_BAD, "PROD", ngettext(": the target goes too, with %lld row; a backup of it: none on record",
                            ": the target goes too, with %lld rows; a backup of it: none on record",
                            (unsigned long)p->rows),
                   (long long)p->rows);
}

static int nothing_to_do(Cli *cli, const Clinic *clinic, const PurgePlan *p)
{
    out_line(&cli->out, _("nothing is there to purge"));
    if (p->n_kept && !cli->out.json)
        print_plan(cli, clinic, p);
    write_document(cli, clinic, p, false);
    return EXIT_OK;
}

static int purge(Cli *cli, const Clinic *clinic, PurgeKind kind, const char *phrase, Err *err)
{
    PurgePlan done;
    if (!run_call_may_write(cli, err) || !purge_do(cli->arena, clinic, kind, phrase, &done, err))
        return (int)err->kind;
    out_line(&cli->out, _("removed: %zu, with %lld bytes"), done.n_items, (long long)done.bytes);
    write_document(cli, clinic, &done, true);
    return EXIT_OK;
}

int cmd_purge(Cli *cli, Err *err)
{
    PurgeKind kind = PURGE_CACHE;
    PurgePlan plan;
    bool only_plan = cli_has(cli, FLAG_PLAN);
    const char *phrase = cli->flags[FLAG_CONFIRM];
    const Clinic *clinic = cli_clinic(cli, cli->args[0], err);
    if (clinic && only_plan && phrase)
        err_set(err, ERR_USAGE, "%s", _("--plan and --confirm say the opposite"));
    if (!clinic || err->kind != ERR_NONE || !kind_named(cli->args[1], &kind, err) ||
        !purge_look(cli->arena, clinic, kind, &plan, err))
        return (int)err->kind;
    if (!plan.n_items)
        return nothing_to_do(cli, clinic, &plan);
    if (phrase)
        return purge(cli, clinic, kind, phrase, err);
    bool asks = !only_plan && cli_may_ask(cli) && !cli->out.json;
    if (only_plan || asks)
        print_plan(cli, clinic, &plan);
    if (only_plan) {
        out_line(&cli->out, _("To do it: mudanza purge %s %s --confirm '%s'"), clinic->typed, purge_words[kind],
                 plan.confirm);
        write_document(cli, clinic, &plan, false);
        return EXIT_OK;
    }
    if (asks)
        phrase = confirm_ask(cli, arena_text(cli->arena, _("To remove it, type: %s > "), plan.confirm));
    if (phrase)
        return purge(cli, clinic, kind, phrase, err);
    err_set(err, ERR_DECISION, "%s", _("a purge has to be confirmed: nothing was removed"));
    err_hint(err, _("`mudanza purge %s %s --plan` tells what would go, and the phrase"), clinic->typed,
             purge_words[kind]);
    return (int)err->kind;
}
