#include <string.h>

#include "base/intl.h"
#include "ui/warnings_state.h"

const WarningsLine *warnings_line(const Warnings *w)
{
    return w->tree && w->groups.count ? &w->tree->lines[w->shown[w->groups.cursor]] : NULL;
}

const IssueItem *warnings_record(const Warnings *w)
{
    const WarningsPage *p = w->page;
    int64_t at = p ? w->records.cursor - p->first : -1;
    return at >= 0 && at < (int64_t)p->n ? &p->items[at] : NULL;
}

static bool is_inner(const WarningsTree *t, size_t line)
{
    return line + 1 < t->n && t->lines[line + 1].node.depth > t->lines[line].node.depth;
}

bool warnings_inner(const Warnings *w, size_t line)
{
    return is_inner(w->tree, line);
}

static bool same(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

bool warnings_same(const IssueNode *a, const IssueNode *b)
{
    return a->depth == b->depth && a->fresh_only == b->fresh_only && a->old_only == b->old_only &&
           same(a->severity, b->severity) && same(a->code, b->code) && same(a->entity, b->entity) &&
           a->cause == b->cause &&
           (!a->cause || (same(a->step, b->step) && same(a->field, b->field) && same(a->detail, b->detail)));
}

static size_t find(const WarningsTree *t, const IssueNode *node)
{
    size_t i = 0;
    while (i < t->n && !warnings_same(&t->lines[i].node, node))
        i++;
    return i;
}

// Information and what has several groups below it are opened by who wants to.
static bool folded_at_first(const WarningsTree *t, size_t i)
{
    const IssueNode *node = &t->lines[i].node;
    return is_inner(t, i) &&
           (node->depth > 0 || (node->severity && strcmp(node->severity, "information") == 0));
}

// line: where the cursor goes, or the nearest above it that is seen.
static void show(Warnings *w, size_t line)
{
    const WarningsTree *t = w->tree;
    size_t n = 0, at = 0;
    for (size_t i = 0; i < t->n; i++) {
        if (i <= line)
            at = n;
        w->shown[n++] = i;
        size_t above = i;
        while (w->folded[above] && i + 1 < t->n && t->lines[i + 1].node.depth > t->lines[above].node.depth)
            i++;
    }
    list_fit(&w->groups, (int64_t)n, w->rows[0]);
    w->groups.cursor = (int64_t)at;
    list_fit(&w->groups, (int64_t)n, w->rows[0]);
}

// Where the work begins: the first group, not the heading above it.
static size_t first_of_all(const WarningsTree *t)
{
    return t->n > 1 && is_inner(t, 0) && !folded_at_first(t, 0);
}

void warnings_take_tree(Warnings *w, const WarningsTree *tree)
{
    const WarningsLine *here = warnings_line(w);
    bool stays = here && !w->anew;
    size_t line = stays ? find(tree, &here->node) : first_of_all(tree);
    if (stays && line == tree->n) // it has gone: the same place
        line = MIN(w->shown[w->groups.cursor], tree->n ? tree->n - 1 : 0);
    Arena *a = arena_new();
    bool *folded = arena_many(a, bool, tree->n + 1), *marked = arena_many(a, bool, tree->n + 1);
    for (size_t i = 0; i < tree->n; i++) {
        size_t before = w->tree ? find(w->tree, &tree->lines[i].node) : 0;
        bool known = w->tree && before < w->tree->n;
        folded[i] = known ? w->folded[before] && is_inner(tree, i) : folded_at_first(tree, i);
        marked[i] = known && w->marked[before];
    }
    arena_free(w->of_tree);
    w->of_tree = a;
    w->folded = folded;
    w->marked = marked;
    w->shown = arena_many(a, size_t, tree->n + 1);
    w->tree = tree;
    w->anew = false;
    show(w, line);
}

void warnings_fold(Warnings *w, bool fold)
{
    if (!warnings_line(w))
        return;
    size_t line = w->shown[w->groups.cursor];
    if (warnings_inner(w, line) && w->folded[line] != fold) {
        w->folded[line] = fold;
    } else if (fold) {
        int depth = w->tree->lines[line].node.depth;
        while (line > 0 && w->tree->lines[line].node.depth >= MAX(depth, 1))
            line--;
    }
    show(w, line);
}

void warnings_fold_all(Warnings *w)
{
    if (!warnings_line(w))
        return;
    bool any = false;
    for (size_t i = 0; i < w->tree->n; i++)
        any = any || (warnings_inner(w, i) && !w->folded[i]);
    for (size_t i = 0; i < w->tree->n; i++)
        w->folded[i] = any && warnings_inner(w, i);
    show(w, w->shown[w->groups.cursor]);
}

static const char *cause_label(Arena *a, const IssueNode *node)
{
    bool says_more = node->detail && *node->detail && !same(node->detail, node->code);
    const char *detail = says_more ? _(node->detail) : NULL;
    if (node->field && *node->field)
        return detail ? arena_text(a, "%s: %s", node->field, detail) : node->field;
    return detail ? detail : node->step ? node->step : node->entity;
}

const char *warnings_label(Arena *a, const Warnings *w, const WarningsLine *line)
{
    const IssueNode *node = &line->node;
    if (w->view == ISSUES_FRESH_FIRST && node->depth == 0)
        return node->old_only ? _("known before")
               : w->tree->totals.since
                   ? arena_text(a, _("new since run %lld"), (long long)w->tree->totals.since)
                   : _("new");
    if (w->view == ISSUES_BY_CAUSE && node->cause && node->depth > 0)
        return cause_label(a, node);
    if (w->view == ISSUES_BY_SEVERITY && node->depth == 2)
        return node->entity;
    if (w->view != ISSUES_BY_SEVERITY && node->code)
        return arena_text(a, "%s  %s", node->code, _(node->severity));
    return node->code ? node->code : node->entity ? node->entity : _(node->severity);
}
