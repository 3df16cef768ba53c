// mudanza links accept|relink|create|ignore|reset CLINIC [ITEM]...: what becomes of items of a catalogue.
//
// Everything here can be taken back, so nothing is asked first; --plan tells what would change.
#include <string.h>

#include "base/intl.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/grid.h"
#include "cli/link_call.h"
#include "engine/lock.h"

static bool decision_of(Cli *cli, LinkAction action, LinkDecision *d, Err *err)
{
    *d = (LinkDecision){
        .action = action == LINK_ACCEPT && cli_has(cli, FLAG_OFFERED) ? LINK_TAKE : action,
        .by = lock_user(cli->arena),
        .target = cli->flags[FLAG_WITH],
        .category = cli->flags[FLAG_IN],
        .note = cli->flags[FLAG_NOTE],
    };
    if (action == LINK_RELINK && !d->target)
        return err_set(err, ERR_DECISION, "%s",
                       _("link to which item of the target? --with says its id or code"));
    if (action == LINK_CREATE_IN && !d->category)
        return err_set(err, ERR_DECISION, "%s", _("make a new item in which category? --in says it"));
    if (d->note && !text_is_utf8(str_of(d->note)))
        return err_set(err, ERR_USAGE, "%s", _("the text is no UTF-8"));
    if (cli->n_args < 2 && !link_filter_given(cli)) {
        err_set(err, ERR_USAGE, "%s",
                _("which items? Name them, or choose them with --min-score, --proposed and so on"));
        return err_hint(err,
                        _("`mudanza links list %s` shows them; --state pending means all that are pending"),
                        cli_typed(cli, cli->args[0]));
    }
    if (cli->n_args > 1 && link_filter_given(cli) && d->action != LINK_TAKE)
        return err_set(err, ERR_USAGE, "%s", _("name items or choose them with flags, not both"));
    return true;
}

// A decision is about items of one entity: that of the first one named, or of the only one there is.
static bool entity_of(Cli *cli, Control *c, const LinkChoice *first, const char **out, Err *err)
{
    LinkItem item;
    if (first)
        return link_find(c, cli->arena, first->key, &item, err) && (*out = item.entity);
    return lite_one_text(control_db(c), cli->arena, out, err, "SELECT min(entity) FROM links");
}

static bool decide(Cli *cli, Control *c, const LinkDecision *d, bool look, LinkOutcome *out, Err *err)
{
    const char *entity;
    size_t n = cli->n_args - 1;
    if (!n) {
        LinkFilter f;
        if (!link_filter(cli, NULL, &f, err) || !entity_of(cli, c, NULL, &entity, err))
            return false;
        f.entity = entity;
        if (d->action == LINK_RESET && !cli_has(cli, FLAG_STATE)) // those that are decided
            return err_set(err, ERR_USAGE, "%s", _("which ones are to be pending again? --state says it"));
        if (!entity)
            return err_set(err, ERR_USAGE, "%s", _("there are no proposals yet"));
        return link_decide_matching(c, cli->arena, &f, d, look, out, err);
    }
    LinkChoice *choices = arena_many(cli->arena, LinkChoice, n);
    for (size_t i = 0; i < n; i++)
        if (!link_choice(cli->args[i + 1], cli->arena, &choices[i], err))
            return false;
    return entity_of(cli, c, &choices[0], &entity, err) &&
           link_decide(c, cli->arena, entity, choices, n, d, look, out, err);
}

static void tell_clashes(Cli *cli, const LinkOutcome *o, Err *err)
{
    for (size_t i = 0; i < o->n_clashes; i++) {
        const LinkClash *x = &o->clashes[i];
        out_note(&cli->out, _("%s is %s: decided by %s on %s (revision %lld)"), x->key,
                 link_state_words[x->state], x->by ? x->by : "-", x->at ? x->at : "-",
                 (long long)x->revision);
    }
    err_set(err, ERR_DECISION,
            ngettext("%zu item is not as you saw it; nothing was changed",
                     "%zu items are not as you saw them; nothing was changed", o->n_clashes),
            o->n_clashes);
}

static void tell(Cli *cli, const Clinic *clinic, const LinkDecision *d, const LinkOutcome *o, bool look)
{
    if (cli->out.json) {
        JsonOut *j = out_document(&cli->out, cli->command->document);
        json_text(j, "clinic", clinic->name);
        json_text(j, "action", link_action_words[d->action]);
        json_bool(j, "plan", look);
        json_int(j, "changed", o->changed);
        json_int(j, "unchanged", o->same);
        json_int(j, "used", o->used);
        json_open_list(j, "weakest");
        for (size_t i = 0; i < o->n_weakest; i++)
            json_link(j, NULL, &o->weakest[i]);
        json_close_list(j);
        out_document_end(&cli->out);
        return;
    }
    out_line(&cli->out,
             look ? ngettext("%lld item would change, used %lld times",
                             "%lld items would change, used %lld times", (unsigned long)o->changed)
                  : ngettext("%lld item changed, used %lld times", "%lld items changed, used %lld times",
                             (unsigned long)o->changed),
             (long long)o->changed, (long long)o->used);
    if (o->same)
        out_line(&cli->out, _("%lld were so already, or nothing is known of them"), (long long)o->same);
    for (size_t i = 0; i < o->n_weakest; i++)
        out_line(&cli->out, "  %s  %s -> %s", link_score_shown(cli->arena, &o->weakest[i]),
                 o->weakest[i].label, link_proposal_shown(cli->arena, &o->weakest[i]));
    if (o->changed && !look && d->action != LINK_RESET)
        out_line(&cli->out, _("`mudanza links reset %s %s` takes it back"), clinic->typed,
                 cli_named(cli, "ITEM..."));
}

static int decide_call(Cli *cli, LinkAction action, Err *err)
{
    const Clinic *clinic;
    Control *control;
    LinkDecision d;
    LinkOutcome outcome = {0};
    bool look = cli_has(cli, FLAG_PLAN);
    if (!decision_of(cli, action, &d, err) || !link_open(cli, &clinic, &control, err) ||
        !decide(cli, control, &d, look, &outcome, err))
        return (int)err->kind;
    if (outcome.n_clashes) {
        tell_clashes(cli, &outcome, err);
        return (int)err->kind;
    }
    if (!look && !links_written(cli->arena, clinic, control, cli->command->document, outcome.changed, err))
        return (int)err->kind;
    tell(cli, clinic, &d, &outcome, look);
    return EXIT_OK;
}

int cmd_links_accept(Cli *cli, Err *err)
{
    return decide_call(cli, LINK_ACCEPT, err);
}

int cmd_links_relink(Cli *cli, Err *err)
{
    return decide_call(cli, LINK_RELINK, err);
}

int cmd_links_create(Cli *cli, Err *err)
{
    return decide_call(cli, LINK_CREATE_IN, err);
}

int cmd_links_ignore(Cli *cli, Err *err)
{
    return decide_call(cli, LINK_IGNORE, err);
}

int cmd_links_reset(Cli *cli, Err *err)
{
    return decide_call(cli, LINK_RESET, err);
}
