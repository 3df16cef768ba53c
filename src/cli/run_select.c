// SELECT, --stage, --from, --to and --category: which steps a call is about.
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/intl.h"
#include "base/text.h"
#include "cli/run_call.h"

// "X,V" or "XV" to the letters the engine knows.
static bool stages_of(const Cli *cli, const char **out, Err *err)
{
    AUTO(buf_free) Buf letters = {0};
    for (const char *s = cli->flags[FLAG_STAGE]; s && *s; s++) {
        char letter = (char)toupper((unsigned char)*s);
        if (*s == ',')
            continue;
        if (!memchr(stage_letters, letter, STAGES))
            return err_set(err, ERR_USAGE, _("--stage knows the letters %s, not \"%c\""), stage_letters, *s);
        buf_add_char(&letters, letter);
    }
    *out = letters.len ? str_keep(cli->arena, buf_str(&letters)) : NULL;
    return true;
}

static bool named(const char *pattern, const PlannedStep *step)
{
    return text_glob(pattern, step->id) || text_glob(pattern, step->entity);
}

static bool selected(const Cli *cli, const PlannedStep *step)
{
    const char *category = cli->flags[FLAG_CATEGORY];
    if (category && (!step->category || strcasecmp(category, step->category) != 0))
        return false;
    for (size_t i = 1; i < cli->n_args; i++)
        if (named(cli->args[i], step))
            return true;
    return cli->n_args < 2;
}

// The first step that from names and the last that to names.
static bool find_range(const Cli *cli, const Plan *plan, size_t *first, size_t *end, Err *err)
{
    const char *from = cli->flags[FLAG_FROM], *to = cli->flags[FLAG_TO];
    *first = 0;
    *end = plan->n;
    while (from && *first < plan->n && !named(from, &plan->steps[*first]))
        (*first)++;
    while (to && *end > 0 && !named(to, &plan->steps[*end - 1]))
        (*end)--;
    if (*first < *end)
        return true;
    if (from && to && *first<plan->n && * end> 0)
        return err_set(err, ERR_USAGE, _("--from %s comes after --to %s"), from, to);
    return err_set(err, ERR_USAGE, _("no step is called \"%s\""),
                   *first == plan->n && from ? from
                   : to                      ? to
                                             : from);
}

// A name that stands for nothing is a slip of the pen, not a wish to do nothing.
static bool names_are_known(const Cli *cli, const Plan *plan, Err *err)
{
    const char **ids = arena_many(cli->arena, const char *, plan->n + 1);
    for (size_t i = 0; i < plan->n; i++)
        ids[i] = plan->steps[i].entity;
    for (size_t a = 1; a < cli->n_args; a++) {
        size_t i = 0;
        while (i < plan->n && !named(cli->args[a], &plan->steps[i]))
            i++;
        if (i < plan->n)
            continue;
        err_set(err, ERR_USAGE, _("no step is called \"%s\""), cli->args[a]);
        const char *near = text_nearest(cli->args[a], ids, plan->n);
        return near ? err_hint(err, _("did you mean %s?"), near) : false;
    }
    return true;
}

// --from, --to and --category are about the order of the plan: they become a list of steps.
static bool select_from_plan(RunCall *call, Err *err)
{
    Cli *cli = call->cli;
    bool narrows = cli_has(cli, FLAG_FROM) || cli_has(cli, FLAG_TO) || cli_has(cli, FLAG_CATEGORY);
    if (!narrows && cli->n_args < 2)
        return true;
    RunOptions all = call->options;
    all.select = NULL;
    all.stages = NULL;
    all.failed_only = all.stale_only = false;
    const Plan *plan = engine_plan(cli->arena, &all, call->problems, err);
    size_t first, end, n = 0;
    if (!plan) {
        run_call_refused(call, err);
        return false;
    }
    if (!names_are_known(cli, plan, err))
        return false;
    if (!narrows)
        return true;
    if (!find_range(cli, plan, &first, &end, err))
        return false;
    const char **ids = arena_many(cli->arena, const char *, plan->n + 1);
    for (size_t i = first; i < end; i++)
        if (selected(cli, &plan->steps[i]))
            ids[n++] = plan->steps[i].id;
    if (!n)
        return err_set(err, ERR_USAGE, _("no step is selected"));
    call->options.select = ids;
    return true;
}

bool run_call_select(RunCall *call, Err *err)
{
    return stages_of(call->cli, &call->options.stages, err) && select_from_plan(call, err);
}
