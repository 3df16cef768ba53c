// What Warnings reads, and what it does with what comes back.
#include <stdio.h>
#include <string.h>

#include "base/intl.h"
#include "ui/decide.h"
#include "ui/warnings_state.h"

// ---- Asking for it ----------------------------------------------------------------------------------

void warnings_fetch_tree(Warnings *w, App *app)
{
    const WarningsTreeWish wish = {w->filter, w->view};
    if (app_clinic(app))
        app_fetch(app, &w->base, WARNINGS_TREE, warnings_read_tree, &wish, sizeof wish);
}

// After filter or view changed: other lines.
void warnings_fetch_anew(Warnings *w, App *app)
{
    w->anew = true;
    w->in_records = false;
    warnings_unmark(w);
    warnings_fetch_tree(w, app);
}

static void fetch_group(Warnings *w, App *app, WarningsGroupWish wish)
{
    const IssueNode *node = &warnings_line(w)->node;
    wish.filter = warnings_kept(app, issue_node_filter(&w->filter, node));
    wish.count = node->count;
    wish.ticket = ++w->ticket;
    app_fetch(app, &w->base, WARNINGS_GROUP, warnings_read_group, &wish, sizeof wish);
}

static void forget_group(Warnings *w)
{
    w->ticket++;
    w->group = NULL;
    w->page = NULL;
    w->wanted = -1;
    w->open_when_read = w->in_records = false;
    w->records = (ListState){0};
    *w->at = 0;
}

void warnings_fetch_group(Warnings *w, App *app)
{
    forget_group(w);
    if (warnings_line(w))
        fetch_group(w, app, (WarningsGroupWish){.way = PAGE_FIRST});
}

static IssueItem place_of(const App *app, const IssueItem *item)
{
    IssueItem from = {0};
    const char *const texts[] = {item->severity, item->code, item->entity,
                                 item->step,     item->key,  item->field};
    const char **to[] = {&from.severity, &from.code, &from.entity, &from.step, &from.key, &from.field};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        *to[i] = str_keep(app_arena(app), str_of(texts[i]));
    return from;
}

// The same group after something changed: what is seen stays until it is read anew, the cursor on its record.
static void read_group_again(Warnings *w, App *app)
{
    const WarningsPage *p = w->page;
    const IssueItem *item = warnings_record(w);
    snprintf(w->at, sizeof w->at, "%s", item ? item->fp : "");
    if (p && p->n)
        fetch_group(
            w, app,
            (WarningsGroupWish){.way = PAGE_FROM, .from = place_of(app, &p->items[0]), .at = p->first});
    else
        warnings_fetch_group(w, app);
}

// The page that holds the record gone to: around it, as far as one knows its neighbours.
void warnings_fetch_page(Warnings *w, App *app)
{
    const WarningsPage *p = w->page;
    WarningsGroupWish wish = {.filter =
                                  warnings_kept(app, issue_node_filter(&w->filter, &warnings_line(w)->node)),
                              .count = p->count,
                              .ticket = w->ticket};
    bool back = w->wanted < p->first;
    if (w->wanted < WARNINGS_PAGE) {
        wish.way = PAGE_FIRST;
    } else if (w->wanted >= p->count - WARNINGS_PAGE) {
        wish.way = PAGE_LAST;
    } else {
        int64_t at = back ? MIN(w->rows[1], (int64_t)p->n - 1) : MAX((int64_t)p->n - w->rows[1], 0);
        wish.way = back ? PAGE_BEFORE : PAGE_FROM;
        wish.from = place_of(app, &p->items[at]);
        wish.at = p->first + at;
    }
    app_fetch(app, &w->base, WARNINGS_RECORDS, warnings_read_page, &wish, sizeof wish);
}

// ---- What comes back ----------------------------------------------------------------------------------

static void take_page(Warnings *w, const WarningsPage *page)
{
    w->page = page;
    list_fit(&w->records, page->count, w->rows[1]);
    if (w->wanted >= 0)
        w->records.cursor = w->wanted;
    for (size_t i = 0; *w->at && i < page->n; i++)
        if (strcmp(page->items[i].fp, w->at) == 0)
            w->records.cursor = page->first + (int64_t)i;
    *w->at = 0;
    w->records.cursor = MAX(MIN(w->records.cursor, page->first + (int64_t)page->n - 1), page->first);
    list_fit(&w->records, page->count, w->rows[1]);
    w->wanted = -1;
    if (!page->n)
        w->in_records = false;
}

// A result takes the place of the one before, wanted or not: nothing may point into that any more.
// app_fetch() drops those of groups that were left; pages may come late.
static void take_group(Warnings *w, App *app, const WarningsGroup *group)
{
    bool open = w->open_when_read;
    if (!group || !warnings_line(w)) {
        w->group = NULL;
        w->page = NULL;
        return;
    }
    w->group = group;
    take_page(w, &group->page);
    w->open_when_read = false;
    if (open)
        warnings_open_records(w, app);
}

static void take_more(Warnings *w, const WarningsPage *page)
{
    if (page && page->ticket == w->ticket)
        take_page(w, page);
    else
        w->page = NULL;
}

static void take_tree(Warnings *w, App *app, const WarningsTree *tree, const Err *err)
{
    const WarningsLine *line = warnings_line(w);
    const IssueNode before = line ? line->node : (IssueNode){0};
    if (!tree) {
        w->trouble = arena_text(w->base.arena, "%s", err->text);
        w->tree = NULL;
        w->groups = (ListState){0};
        forget_group(w);
        return;
    }
    w->trouble = NULL;
    warnings_take_tree(w, tree);
    if (line && warnings_line(w) && warnings_same(&before, &warnings_line(w)->node))
        read_group_again(w, app);
    else
        warnings_fetch_group(w, app);
}

void warnings_fetched(Screen *s, App *app, int what, void *result, const Err *err)
{
    Warnings *w = (Warnings *)s;
    const WarningsExport *done = result;
    if (what == WARNINGS_DECIDE) {
        warnings_unmark(w); // also after a clash: they are not as they were seen
        decide_fetched(app, result, err);
        return;
    }
    if (!result)
        app_say_err(app, err);
    if (what == WARNINGS_TREE)
        take_tree(w, app, result, err);
    else if (what == WARNINGS_GROUP)
        take_group(w, app, result);
    else if (what == WARNINGS_RECORDS)
        take_more(w, result);
    else if (what == WARNINGS_CHOSEN && result)
        warnings_chosen(w, app, result);
    else if (result)
        app_say(app, SAY_GOOD,
                ngettext("%lld issue written to %s", "%lld issues written to %s", (unsigned long)done->n),
                (long long)done->n, done->path);
}
