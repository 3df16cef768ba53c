// What is marked in Warnings, and what is decided of it.
#include <stdlib.h>
#include <string.h>

#include "base/intl.h"
#include "ui/decide.h"
#include "ui/warnings_state.h"

bool warnings_picked(const Warnings *w, const char *fp)
{
    for (size_t i = 0; i < w->n_picked; i++)
        if (strcmp(w->picked[i].fp, fp) == 0)
            return true;
    return false;
}

size_t warnings_marks(const Warnings *w)
{
    size_t n = w->n_picked;
    for (size_t i = 0; w->tree && i < w->tree->n; i++)
        n += w->marked[i];
    return n;
}

static void pick(Warnings *w, const IssueItem *item)
{
    if (w->n_picked == w->cap_picked) {
        IssueChoice *more = arena_many(w->base.arena, IssueChoice, 2 * w->cap_picked + 64);
        if (w->n_picked)
            memcpy(more, w->picked, w->n_picked * sizeof *more);
        w->picked = more;
        w->cap_picked = 2 * w->cap_picked + 64;
    }
    w->picked[w->n_picked++] = (IssueChoice){arena_text(w->base.arena, "%s", item->fp), item->revision};
}

static void unpick(Warnings *w, const char *fp)
{
    for (size_t i = 0; i < w->n_picked; i++)
        if (strcmp(w->picked[i].fp, fp) == 0)
            w->picked[i] = w->picked[--w->n_picked];
}

void warnings_mark(Warnings *w)
{
    const IssueItem *item = warnings_record(w);
    if (w->in_records && item && warnings_picked(w, item->fp))
        unpick(w, item->fp);
    else if (w->in_records && item)
        pick(w, item);
    else if (!w->in_records && warnings_line(w))
        w->marked[w->shown[w->groups.cursor]] ^= true;
    list_move(w->in_records ? &w->records : &w->groups, ACT_DOWN, w->rows[w->in_records]);
}

void warnings_unmark(Warnings *w)
{
    w->n_picked = 0;
    for (size_t i = 0; w->tree && i < w->tree->n; i++)
        w->marked[i] = false;
}

// All that the filter shows: the outermost groups hold it.
void warnings_mark_all(Warnings *w)
{
    bool any = warnings_marks(w) > 0;
    warnings_unmark(w);
    for (size_t i = 0; !any && w->tree && i < w->tree->n; i++)
        w->marked[i] = w->tree->lines[i].node.depth == 0;
}

// ---- Decisions --------------------------------------------------------------------------------------------

IssueFilter warnings_kept(const App *app, IssueFilter f)
{
    const char **texts[] = {&f.code,  &f.severity, &f.entity, &f.step, &f.key,    &f.state,
                            &f.owner, &f.field,    &f.detail, &f.text, &f.without};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        *texts[i] = str_keep(app_arena(app), str_of(*texts[i]));
    return f;
}

static IssueChoice *kept_choices(App *app, const IssueChoice *choices, size_t n)
{
    IssueChoice *copy = arena_many(app_arena(app), IssueChoice, n + 1);
    for (size_t i = 0; i < n; i++)
        copy[i] = (IssueChoice){arena_text(app_arena(app), "%s", choices[i].fp), choices[i].revision};
    return copy;
}

// The marked ones; without marks the record or the group of the cursor.
void warnings_choose(Warnings *w, App *app, int action)
{
    WarningsChosenWish wish = {.action = action};
    const IssueItem *item = w->in_records ? warnings_record(w) : NULL;
    IssueChoice one;
    if (!warnings_line(w) || (w->in_records && !item))
        return;
    IssueFilter *filters = arena_many(app_arena(app), IssueFilter, w->tree->n + 1);
    for (size_t i = 0; i < w->tree->n; i++)
        if (w->marked[i])
            filters[wish.n_filters++] =
                warnings_kept(app, issue_node_filter(&w->filter, &w->tree->lines[i].node));
    if (warnings_marks(w)) {
        wish.records = kept_choices(app, w->picked, w->n_picked);
        wish.n_records = w->n_picked;
    } else if (item) {
        one = (IssueChoice){item->fp, item->revision};
        wish.records = kept_choices(app, &one, 1);
        wish.n_records = 1;
    } else {
        filters[wish.n_filters++] =
            warnings_kept(app, issue_node_filter(&w->filter, &warnings_line(w)->node));
    }
    wish.filters = filters;
    app_fetch(app, &w->base, WARNINGS_CHOSEN, warnings_read_chosen, &wish, sizeof wish);
}

void warnings_chosen(Warnings *w, App *app, const WarningsChosen *chosen)
{
    static const struct {
        int action;
        IssueAction decision;
    } actions[] = {{ACT_RESOLVE, ISSUE_RESOLVE}, {ACT_IGNORE, ISSUE_IGNORE}, {ACT_REOPEN, ISSUE_REOPEN},
                   {ACT_ASK, ISSUE_ASK},         {ACT_NOTE, ISSUE_NOTE},     {ACT_ASSIGN, ISSUE_ASSIGN}};
    const DecideWhich which = {.choices = chosen->choices, .n = chosen->n};
    if (!chosen->n) {
        app_say(app, SAY_INFO, "%s", _("They have gone meanwhile."));
        return;
    }
    for (size_t i = 0; i < ARRAY_LEN(actions); i++)
        if (actions[i].action == chosen->action)
            decide_issues(app, &w->base, WARNINGS_DECIDE, actions[i].decision, &which);
}
