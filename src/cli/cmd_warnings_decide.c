// mudanza warnings resolve|ignore|reopen|ask|note|assign CLINIC [ISSUE]...: what a person decides of issues.
//
// Everything here can be taken back, so nothing is asked first.
#include <string.h>

#include "base/intl.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/issue_call.h"
#include "cli/run_records.h"
#include "engine/decisions.h"
#include "engine/lock.h"

static bool decision_of(Cli *cli, IssueAction action, Decision *d, Err *err)
{
    *d = (Decision){
        .action = action,
        .by = lock_user(cli->arena),
        .text = cli->flags[action == ISSUE_NOTE ? FLAG_NOTE : action == ISSUE_ASSIGN ? FLAG_WHO : FLAG_REASON],
        .until = cli->flags[FLAG_UNTIL],
    };
    if (action == ISSUE_IGNORE && !d->text)
        return err_set(err, ERR_DECISION, "%s", _("why is it to be ignored? --reason says it"));
    if (action == ISSUE_NOTE && !d->text)
        return err_set(err, ERR_DECISION, "%s", _("what is to be noted? --note says it"));
    if (action == ISSUE_ASSIGN && !d->text)
        return err_set(err, ERR_DECISION, "%s", _("who is to look after it? --who says it"));
    if (action == ISSUE_ASSIGN && strcmp(d->text, "nobody") == 0)
        d->text = "";
    if (d->text && !text_is_utf8(str_of(d->text)))
        return err_set(err, ERR_USAGE, "%s", _("the text is no UTF-8"));
    if (cli->n_args < 2 && !issue_filter_given(cli)) {
        err_set(err, ERR_USAGE, "%s",
                _("which issues? Name them, or choose them with --code, --entity and so on"));
        return err_hint(err,
                        _("`mudanza warnings list %s -v` shows them; --state open means all that are open"),
                        cli_typed(cli, cli->args[0]));
    }
    if (cli->n_args > 1 && issue_filter_given(cli))
        return err_set(err, ERR_USAGE, "%s", _("name issues or choose them with flags, not both"));
    return true;
}

static bool decide(Cli *cli, Control *c, const Decision *d, IssueOutcome *out, Err *err)
{
    if (cli->n_args < 2) {
        if (d->action == ISSUE_REOPEN && !cli_has(cli, FLAG_STATE)) // those that are decided
            return err_set(err, ERR_USAGE, "%s", _("which ones are to be open again? --state says it"));
        const IssueFilter f = issue_filter(cli);
        return issue_decide_matching(c, cli->arena, &f, d, out, err);
    }
    size_t n = cli->n_args - 1;
    IssueChoice *choices = arena_many(cli->arena, IssueChoice, n);
    for (size_t i = 0; i < n; i++)
        if (!issue_choice(c, cli->arena, cli->args[i + 1], &choices[i], err))
            return false;
    return issue_decide(c, cli->arena, choices, n, d, out, err);
}

// The same issue twice: the second one learns what the first did instead of writing over it.
static void tell_clashes(Cli *cli, const IssueOutcome *o, Err *err)
{
    for (size_t i = 0; i < o->n_clashes; i++) {
        const IssueClash *x = &o->clashes[i];
        if (x->by)
            out_note(&cli->out, _("%s is %s: decided by %s on %s%s%s (revision %lld)"),
                     issue_short(cli->arena, x->fp), word_shown(x->state), x->by, x->at ? x->at : "-",
                     x->reason ? ": " : "", x->reason ? x->reason : "", (long long)x->revision);
        else
            out_note(&cli->out, _("%s is %s: a run has changed it (revision %lld)"),
                     issue_short(cli->arena, x->fp), word_shown(x->state), (long long)x->revision);
    }
    err_set(err, ERR_DECISION,
            ngettext("%zu issue is not as you saw it; nothing was changed",
                     "%zu issues are not as you saw them; nothing was changed", o->n_clashes),
            o->n_clashes);
    err_hint(err, _("`mudanza warnings show %s %s` tells more; ISSUE@REVISION decides all the same"),
             cli_typed(cli, cli->args[0]), issue_short(cli->arena, o->clashes[0].fp));
}

static void tell(Cli *cli, const Clinic *clinic, IssueAction action, const IssueOutcome *o)
{
    if (cli->out.json) {
        JsonOut *j = out_document(&cli->out, cli->command->document);
        json_text(j, "clinic", clinic->name);
        json_text(j, "action", issue_action_words[action]);
        json_int(j, "changed", o->changed);
        json_int(j, "unchanged", o->same);
        out_document_end(&cli->out);
        return;
    }
    out_line(&cli->out, ngettext("%lld issue changed", "%lld issues changed", (unsigned long)o->changed),
             (long long)o->changed);
    if (o->same)
        out_line(&cli->out, _("%lld were so already"), (long long)o->same);
    if (o->changed && (action == ISSUE_RESOLVE || action == ISSUE_IGNORE || action == ISSUE_ASK))
        out_line(&cli->out, _("`mudanza warnings reopen %s %s` takes it back"), clinic->typed,
                 cli_named(cli, "ISSUE..."));
}

static int decide_call(Cli *cli, IssueAction action, Err *err)
{
    const Clinic *clinic;
    Control *control;
    Decision d;
    IssueOutcome outcome;
    if (!decision_of(cli, action, &d, err) || !issue_open(cli, &clinic, &control, err) ||
        !decide(cli, control, &d, &outcome, err))
        return (int)err->kind;
    if (outcome.n_clashes) {
        tell_clashes(cli, &outcome, err);
        return (int)err->kind;
    }
    if (!decisions_written(cli->arena, clinic, control, cli->command->document, outcome.changed, err))
        return (int)err->kind;
    tell(cli, clinic, action, &outcome);
    return EXIT_OK;
}

int cmd_warnings_resolve(Cli *cli, Err *err)
{
    return decide_call(cli, ISSUE_RESOLVE, err);
}

int cmd_warnings_ignore(Cli *cli, Err *err)
{
    return decide_call(cli, ISSUE_IGNORE, err);
}

int cmd_warnings_reopen(Cli *cli, Err *err)
{
    return decide_call(cli, ISSUE_REOPEN, err);
}

int cmd_warnings_ask(Cli *cli, Err *err)
{
    return decide_call(cli, ISSUE_ASK, err);
}

int cmd_warnings_note(Cli *cli, Err *err)
{
    return decide_call(cli, ISSUE_NOTE, err);
}

int cmd_warnings_assign(Cli *cli, Err *err)
{
    return decide_call(cli, ISSUE_ASSIGN, err);
}
