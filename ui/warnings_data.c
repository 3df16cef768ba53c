#include "ui/warnings_data.h"

#include <stdlib.h>
#include <string.h>

#include "base/intl.h"
#include "base/text.h"
#include "engine/issue_export.h"
#include "engine/issue_meaning.h"

static void close_later(void *control)
{
    control_close(control);
}

// For one reading: what was read outlives the connection. NULL with ERR_NONE: nothing was run yet.
static Control *open_records(Arena **scratch, const Clinic *clinic, Err *err)
{
    *scratch = arena_new();
    Control *c = control_open(clinic->state_folder, false, err);
    if (c)
        arena_defer(*scratch, close_later, c);
    return c;
}

// ---- The tree -----------------------------------------------------------------------------------------

// Whether line i has exactly one line right below it, and that one is a group of issues.
static bool has_one_leaf(const IssueNode *nodes, size_t n, size_t i)
{
    int depth = nodes[i].depth;
    return (depth > 0 || nodes[i + 1 < n ? i + 1 : i].cause) && !nodes[i].leaf && i + 1 < n &&
           nodes[i + 1].leaf && nodes[i + 1].depth == depth + 1 &&
           (i + 2 == n || nodes[i + 2].depth <= depth);
}

static bool holds_back(const Clinic *clinic, const char *code)
{
    for (const char *const *c = clinic->blocking; code && c && *c; c++)
        if (text_glob(*c, code))
            return true;
    return false;
}

static void take_lines(Arena *a, const Clinic *clinic, const IssueNode *nodes, size_t n, WarningsTree *t)
{
    const IssueWords *words = issue_words(a, clinic);
    t->lines = arena_many(a, WarningsLine, n + 1);
    for (size_t i = 0; i < n; i++) {
        WarningsLine *line = &t->lines[t->n++];
        line->node = nodes[i];
        if (has_one_leaf(nodes, n, i)) {
            line->node = nodes[++i];
            line->node.depth--;
        }
        const IssueNode *node = &line->node;
        if (node->code) {
            line->meaning = issue_meaning(words, node->code);
            line->remedy = node->severity ? issue_remedy(node->code, node->severity) : NULL;
            line->blocking = holds_back(clinic, node->code);
        }
        t->count += node->leaf ? node->count : 0;
        t->blocking += node->leaf && line->blocking ? node->open : 0;
    }
}

void *warnings_read_tree(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err)
{
    const WarningsTreeWish *w = wish;
    WarningsTree *t = arena_one(a, WarningsTree);
    AUTO(arena_free_at) Arena *scratch = NULL;
    Control *c = open_records(&scratch, clinic, err);
    size_t n = 0;
    (void)o;
    t->no_run = !c && err->kind == ERR_NONE;
    if (!c)
        return t->no_run ? t : NULL;
    const IssueNode *nodes = issue_tree(c, a, &w->filter, w->view, WARNINGS_LINES, &n, &t->more, err);
    if (!nodes || !issue_totals(c, &t->totals, err))
        return NULL;
    take_lines(a, clinic, nodes, n, t);
    if (t->more && !issue_count(c, &w->filter, &t->count, err))
        return NULL;
    return t;
}

// ---- A group and its records
// -------------------------------------------------------------------------------

static bool read_page(Control *c, Arena *a, const WarningsGroupWish *w, WarningsPage *out, Err *err)
{
    IssuePage page;
    if (!issue_page(c, a, &w->filter, w->way, &w->from, WARNINGS_PAGE, &page, err))
        return false;
    *out = (WarningsPage){.ticket = w->ticket, .count = w->count, .items = page.items, .n = page.n};
    switch (w->way) {
    case PAGE_FIRST: out->first = 0; break;
    case PAGE_LAST: out->first = w->count - (int64_t)page.n; break;
    case PAGE_AFTER: out->first = w->at + 1; break;
    case PAGE_BEFORE: out->first = w->at - (int64_t)page.n; break;
    case PAGE_FROM: out->first = w->at; break;
    }
    // Issues that came or went since they were counted.
    if (!page.more_before)
        out->first = 0;
    out->first = MAX(out->first, 0);
    int64_t end = out->first + (int64_t)page.n;
    out->count = page.more_after ? MAX(w->count, end + 1) : end;
    return true;
}

void *warnings_read_page(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err)
{
    WarningsPage *page = arena_one(a, WarningsPage);
    AUTO(arena_free_at) Arena *scratch = NULL;
    Control *c = open_records(&scratch, clinic, err);
    (void)o;
    return c && read_page(c, a, wish, page, err) ? page : NULL;
}

void *warnings_read_group(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err)
{
    const WarningsGroupWish *w = wish;
    WarningsGroup *g = arena_one(a, WarningsGroup);
    AUTO(arena_free_at) Arena *scratch = NULL;
    Control *c = open_records(&scratch, clinic, err);
    (void)o;
    if (!c)
        return NULL;
    g->causes = issue_causes(c, a, &w->filter, WARNINGS_CAUSES, 0, &g->n, &g->total, err);
    return g->causes && read_page(c, a, w, &g->page, err) ? g : NULL;
}

// ---- What a decision is about
// --------------------------------------------------------------------------------

typedef struct {
    Arena *a;
    Buf list; // IssueChoice
} Choosing;

static bool take_choice(void *arg, const IssueItem *item, Err *err)
{
    Choosing *x = arg;
    const IssueChoice one = {str_keep(x->a, str_of(item->fp)), item->revision};
    (void)err;
    buf_add(&x->list, (Str){(const char *)&one, sizeof one});
    return true;
}

static int by_fingerprint(const void *left, const void *right)
{
    return strcmp(((const IssueChoice *)left)->fp, ((const IssueChoice *)right)->fp);
}

static size_t without_repeats(IssueChoice *choices, size_t n)
{
    size_t kept = 0;
    if (n)
        qsort(choices, n, sizeof *choices, by_fingerprint);
    for (size_t i = 0; i < n; i++)
        if (!kept || strcmp(choices[kept - 1].fp, choices[i].fp) != 0)
            choices[kept++] = choices[i];
    return kept;
}

void *warnings_read_chosen(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err)
{
    const WarningsChosenWish *w = wish;
    WarningsChosen *chosen = arena_one(a, WarningsChosen);
    AUTO(arena_free_at) Arena *scratch = NULL;
    Control *c = open_records(&scratch, clinic, err);
    Choosing x = {.a = a};
    bool ok = c;
    (void)o;
    for (size_t i = 0; ok && i < w->n_filters; i++)
        ok = issue_each(c, &w->filters[i], INT64_MAX, take_choice, &x, err);
    if (w->n_records) // as they were seen, not as they may be by now
        buf_add(&x.list, (Str){(const char *)w->records, w->n_records * sizeof *w->records});
    chosen->choices = arena_copy(a, buf_text(&x.list), x.list.len);
    chosen->n = without_repeats(chosen->choices, x.list.len / sizeof(IssueChoice));
    chosen->action = w->action;
    buf_free(&x.list);
    return ok ? chosen : NULL;
}

// ---- Export
// ------------------------------------------------------------------------------------------------------

void *warnings_write_export(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err)
{
    const WarningsExportWish *w = wish;
    WarningsExport *done = arena_one(a, WarningsExport);
    AUTO(arena_free_at) Arena *scratch = NULL;
    Control *c = open_records(&scratch, clinic, err);
    (void)o;
    done->path = w->path;
    return c && issue_export(clinic, c, &w->filter, w->format, w->path, &done->n, err) ? done : NULL;
}
