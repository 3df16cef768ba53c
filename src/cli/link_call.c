#include "cli/link_call.h"

#include <stdlib.h>
#include <string.h>

#include "base/intl.h"

#define STATES "pending|accepted|relinked|create_new|ignored|all"

bool link_score_of(const Cli *cli, FlagId id, double *out)
{
    if (cli_has(cli, id))
        *out = strtod(cli->flags[id], NULL);
    return cli_has(cli, id);
}

bool link_filter(const Cli *cli, const char *otherwise, LinkFilter *out, Err *err)
{
    const char *state = cli_has(cli, FLAG_STATE) ? cli->flags[FLAG_STATE] : otherwise;
    if (state && !flag_takes(FLAG_STATE, state, STATES, err))
        return false;
    *out = (LinkFilter){
        .state = state && strcmp(state, "all") != 0 ? state : NULL,
        .kind = cli->flags[FLAG_PROPOSED],
        .text = cli->flags[FLAG_GREP],
        .offered = cli_has(cli, FLAG_OFFERED),
    };
    link_score_of(cli, FLAG_MIN_SCORE, &out->at_least);
    link_score_of(cli, FLAG_BELOW, &out->below);
    return true;
}

bool link_filter_given(const Cli *cli)
{
    for (int i = 0; i < FLAG_TOTAL; i++)
        if (flag_in((FlagId)i, FLAGS(FLAGS_LINKS)) && cli_has(cli, (FlagId)i))
            return true;
    return false;
}

bool link_open(Cli *cli, const Clinic **clinic, Control **control, Err *err)
{
    if (cli_has(cli, FLAG_READ_ONLY))
        return err_set(err, ERR_USAGE, _("--read-only: `mudanza %s` writes a decision"), cli->command->name);
    *clinic = cli_clinic(cli, cli->args[0], err);
    if (!*clinic)
        return false;
    Problems *problems = problems_new(cli->arena);
    bool take = strcmp(cli->command->name, "links import") != 0;
    *control = links_open(cli->arena, *clinic, take, problems, err);
    if (problems->n)
        out_problems(&cli->out, problems);
    return *control;
}

bool link_choice(const char *word, Arena *a, LinkChoice *out, Err *err)
{
    size_t len = strcspn(word, "@");
    const char *revision = word[len] ? word + len + 1 : NULL;
    *out = (LinkChoice){arena_text(a, "%.*s", (int)len, word), -1};
    if (!revision)
        return true;
    if (!*revision || strlen(revision) > 9 || strspn(revision, "0123456789") != strlen(revision))
        return err_set(err, ERR_USAGE, _("behind @ stands the revision of the item, not \"%s\""), revision);
    out->revision = strtoll(revision, NULL, 10);
    return true;
}

void json_link_target(JsonOut *j, const char *key, const LinkTarget *t, bool scored)
{
    if (!t->id) {
        json_null(j, key);
        return;
    }
    json_open(j, key);
    json_text(j, "id", t->id);
    json_text(j, "label", t->label);
    json_text(j, "code", t->code);
    if (scored) {
        json_text(j, "category", t->category);
        json_text(j, "price", t->price);
        json_num(j, "score", t->score.score, 4);
        json_open(j, "parts");
        json_num(j, "label", t->score.label, 4);
        json_num(j, "name", t->score.name, 4);
        json_bool(j, "equal", t->score.equal);
        json_bool(j, "expanded", t->score.expanded);
        json_bool(j, "words", t->score.words);
        json_bool(j, "category", t->score.category);
        json_close(j);
    }
    json_close(j);
}

void json_link(JsonOut *j, const char *key, const LinkItem *i)
{
    json_open(j, key);
    json_text(j, "entity", i->entity);
    json_text(j, "key", i->key);
    json_text(j, "label", i->label);
    json_text(j, "code", i->code);
    json_text(j, "source_type", i->type);
    json_text(j, "category", i->category);
    json_text(j, "price", i->price);
    json_int(j, "used", i->used);
    json_text(j, "proposed", link_kind_words[i->kind]);
    json_link_target(j, "target", &i->target, true);
    json_text(j, "new_category", i->new_category);
    json_num(j, "threshold", i->threshold, 2);
    json_text(j, "state", link_state_words[i->state]);
    json_bool(j, "changed", i->changed);
    json_link_target(j, "chosen", &i->chosen, false);
    json_text(j, "chosen_category", i->chosen_category);
    json_text(j, "by", i->by);
    json_text(j, "at", i->at);
    json_text(j, "note", i->note);
    json_text(j, "from", i->from);
    json_int(j, "revision", i->revision);
    json_int(j, "offers", (int64_t)i->offers);
    json_bool(j, "gone", i->gone);
    json_close(j);
}

const char *link_score_shown(Arena *a, const LinkItem *i)
{
    if (i->kind == LINK_CREATE)
        return "-";
    return i->kind == LINK_EQUAL ? _("exact") : arena_text(a, "%.2f", i->target.score.score);
}

const char *link_proposal_shown(Arena *a, const LinkItem *i)
{
    return i->kind == LINK_CREATE ? arena_text(a, _("new in %s"), i->new_category ? i->new_category : "-")
                                  : i->target.label;
}

const char *link_state_shown(const LinkItem *i)
{
    static const char *const states[] = {N_("undecided"), N_("accepted"), N_("relinked"), N_("new item"),
                                         N_("ignored")};
    return i->changed ? _("undecided (changed)") : _(states[i->state]);
}
