// Warnings: what was found wrong with rows, in groups; what people decide of it.
#include <stdio.h>
#include <string.h>

#include "base/intl.h"
#include "ui/decide.h"
#include "ui/warnings_filter.h"
#include "ui/warnings_state.h"

enum { RECORDS_HANDED_ON = WARNINGS_PAGE };

// ---- Reading --------------------------------------------------------------------------------------------

static void read_tree(Warnings *w, App *app)
{
    const WarningsTreeWish wish = {w->filter, w->view};
    if (app_clinic(app))
        app_fetch(app, &w->base, WARNINGS_TREE, warnings_read_tree, &wish, sizeof wish);
}

// After filter or view changed: other lines.
static void read_anew(Warnings *w, App *app)
{
    w->anew = true;
    w->in_records = false;
    warnings_unmark(w);
    read_tree(w, app);
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

static void read_group(Warnings *w, App *app)
{
    forget_group(w);
    if (warnings_line(w))
        fetch_group(w, app, (WarningsGroupWish){.way = PAGE_FIRST});
}

static IssueItem place_of(const App *app, const IssueItem *item)
{
    IssueItem from = {0};
    const char *const texts[] = {item->severity, item->code, item->entity, item->step, item->key, item->field};
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
        fetch_group(w, app,
                    (WarningsGroupWish){.way = PAGE_FROM, .from = place_of(app, &p->items[0]), .at = p->first});
    else
        read_group(w, app);
}

// The page that holds the record gone to: around it, as far as one knows its neighbours.
static void read_page(Warnings *w, App *app)
{
    const WarningsPage *p = w->page;
    WarningsGroupWish wish = {.filter = warnings_kept(app, issue_node_filter(&w->filter, &warnings_line(w)->node)),
                              .count = p->count, .ticket = w->ticket};
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

// ---- Moving -----------------------------------------------------------------------------------------------

static bool move(Warnings *w, App *app, int action)
{
    int64_t before = w->groups.cursor;
    if (!w->in_records) {
        if (!list_move(&w->groups, action, w->rows[0]))
            return false;
        if (w->groups.cursor != before)
            read_group(w, app);
        return true;
    }
    ListState to = w->records;
    if (!list_move(&to, action, w->rows[1]))
        return false;
    const WarningsPage *p = w->page;
    if (!p || (to.cursor >= p->first && to.cursor < p->first + (int64_t)p->n)) {
        w->records = to;
    } else { // its page is read first
        w->wanted = to.cursor;
        read_page(w, app);
    }
    return true;
}

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

static void to_records(Warnings *w)
{
    w->in_records = !w->in_records && w->page && w->page->n;
}

// ---- Opening ---------------------------------------------------------------------------------------------

// "patient:ID"; a row that was kept back before it had an id by its place.
static const char *record_id(Arena *a, const IssueItem *i)
{
    if (*i->key)
        return arena_text(a, "%s:%s", i->entity, i->key);
    return i->origin ? arena_text(a, "%s:#%lld", i->entity, (long long)i->origin) : NULL;
}

static void open_records(Warnings *w, App *app)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    const char *ids[RECORDS_HANDED_ON];
    const WarningsPage *p = w->page;
    size_t n = 0, at = 0;
    if (!p) {
        w->open_when_read = warnings_line(w);
        return;
    }
    for (size_t i = 0; i < MIN(p->n, (size_t)RECORDS_HANDED_ON); i++) {
        const char *id = record_id(a, &p->items[i]);
        bool here = w->in_records && (int64_t)i == w->records.cursor - p->first;
        if (id && (!n || strcmp(ids[n - 1], id) != 0))
            ids[n++] = id;
        if (here && n)
            at = n - 1;
    }
    if (n)
        app_push(app, record_screen(app, ids, n, at));
    else
        app_say(app, SAY_INFO, "%s", _("These are about no single record."));
}

// ---- Filter, copy --------------------------------------------------------------------------------------------

static void set_filter(Warnings *w, App *app, const char *typed)
{
    Arena *a = app_arena(app);
    w->typed = arena_text(a, "%s", typed);
    warnings_filter(a, w->typed, &w->filter);
    read_anew(w, app);
}

static const char *check_filter(void *arg, const char *text)
{
    (void)arg;
    AUTO(arena_free_at) Arena *a = arena_new();
    IssueFilter f;
    return warnings_filter(a, text, &f);
}

static void filter_given(App *app, void *arg, const char *text)
{
    set_filter(arg, app, text);
}

static void copy_chosen(App *app, void *arg, int key)
{
    const Warnings *w = arg;
    AUTO(arena_free_at) Arena *a = arena_new();
    const WarningsLine *line = warnings_line(w);
    const IssueItem *item = warnings_record(w);
    const char *clinic = app_clinic(app) ? app_clinic(app)->typed : "CLINIC";
    if (!line)
        return;
    const IssueFilter f = issue_node_filter(&w->filter, &line->node);
    if (key == 'i' && item)
        app_copy(app, arena_text(a, "%.8s", item->fp));
    else if (w->in_records && item)
        app_copy(app, arena_text(a, "mudanza warnings show %s %.8s", clinic, item->fp));
    else
        app_copy(app, arena_text(a, "mudanza warnings list %s%s", clinic, warnings_flags(a, &f)));
}

static void copy(Warnings *w, App *app)
{
    const Choice choices[] = {{'c', _("the command that shows it")}, {'i', _("the number of the issue")}};
    if (warnings_line(w))
        app_push(app, choice_overlay(_("Copy"), "", choices, warnings_record(w) ? 2 : 1, copy_chosen, w));
}

// ---- The screen ------------------------------------------------------------------------------------------------

static bool close_innermost(Warnings *w, App *app)
{
    if (w->in_records)
        w->in_records = false;
    else if (warnings_marks(w))
        warnings_unmark(w);
    else if (*w->typed)
        set_filter(w, app, "");
    else
        return false;
    return true;
}

static bool fold(Warnings *w, App *app, int action)
{
    const WarningsLine *before = warnings_line(w);
    if (w->in_records)
        w->in_records = action == ACT_RIGHT;
    else if (action == ACT_RIGHT && before && !warnings_inner(w, w->shown[w->groups.cursor]))
        to_records(w);
    else if (action == ACT_FOLD_ALL)
        warnings_fold_all(w);
    else
        warnings_fold(w, action == ACT_LEFT);
    if (warnings_line(w) != before)
        read_group(w, app);
    return true;
}

static bool act(Screen *s, App *app, int action)
{
    Warnings *w = (Warnings *)s;
    switch (action) {
    case ACT_LEFT:
    case ACT_RIGHT:
    case ACT_FOLD_ALL: return fold(w, app, action);
    case ACT_NEXT_TAB:
    case ACT_PREV_TAB: to_records(w); return true;
    case ACT_OPEN: open_records(w, app); return true;
    case ACT_CLOSE: return close_innermost(w, app);
    case ACT_MARK: warnings_mark(w); return true;
    case ACT_MARK_ALL: warnings_mark_all(w); return true;
    case ACT_VIEW:
        w->view = (w->view + 1) % ISSUE_VIEWS;
        read_anew(w, app);
        return true;
    case ACT_FILTER:
        app_push(app, ask_overlay(_("Filter"),
                                  _("Words, !words, code: severity: entity: state: step: owner: with a value, new. "
                                    "state:all shows those that are decided too."),
                                  w->typed, check_filter, filter_given, w));
        return true;
    case ACT_RESOLVE:
    case ACT_IGNORE:
    case ACT_NOTE:
    case ACT_ASK:
    case ACT_ASSIGN:
    case ACT_REOPEN: warnings_choose(w, app, action); return true;
    case ACT_UNDO: decide_undo(app, s, WARNINGS_DECIDE); return true;
    case ACT_PRINT: warnings_export(w, app); return true;
    case ACT_COPY: copy(w, app); return true;
    default: return move(w, app, action);
    }
}

// A result takes the place of the one before, wanted or not: nothing may point into that any more. app_fetch()
// drops those of groups that were left; pages may come late.
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
        open_records(w, app);
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
        read_group(w, app);
}

static void fetched(Screen *s, App *app, int what, void *result, const Err *err)
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
        app_say(app, SAY_GOOD, ngettext("%lld issue written to %s", "%lld issues written to %s", (unsigned long)done->n),
                (long long)done->n, done->path);
}

static void opened(Screen *s, App *app)
{
    read_tree((Warnings *)s, app);
}

static void changed(Screen *s, App *app, unsigned what)
{
    if (what & (CHANGED_RECORDS | CHANGED_CONFIG))
        read_tree((Warnings *)s, app);
}

static void close_screen(Screen *s)
{
    arena_free(((Warnings *)s)->of_tree);
}

static const Binding bindings[] = {
    {"r", ACT_RESOLVE, N_("resolve"), N_("it has been mended; the next run looks"), "mudanza warnings resolve CLINIC ISSUE", true},
    {"i", ACT_IGNORE, N_("ignore"), N_("it does not matter: with a reason, and until when"),
     "mudanza warnings ignore CLINIC ISSUE --reason TEXT", true},
    {";", ACT_NOTE, N_("note"), N_("a remark"), "mudanza warnings note CLINIC ISSUE --note TEXT", true},
    {"c", ACT_ASK, N_("ask"), N_("put it on the list of questions for the clinic"), "mudanza warnings ask CLINIC ISSUE", true},
    {"O", ACT_REOPEN, N_("reopen"), N_("open what was decided again"), "mudanza warnings reopen CLINIC ISSUE", true},
    {"Space Ins", ACT_MARK, N_("mark"), N_("mark the group or record; what is decided then is about all marked ones"), NULL, false},
    {"*", ACT_MARK_ALL, N_("all"), N_("mark all that the filter shows; again: none"), NULL, false},
    {"v", ACT_VIEW, N_("group"), N_("group by severity, by entity, by cause, or the new ones first"),
     "mudanza warnings list CLINIC --by cause", false},
    {"/ F3", ACT_FILTER, N_("filter"), N_("show only some; Esc shows all again"), "mudanza warnings list CLINIC --code CODE", false},
    {"Enter", ACT_OPEN, N_("records"), N_("the records of the group, one after the other"), "mudanza inspect CLINIC ENTITY:ID", false},
    {"t", ACT_ASSIGN, NULL, N_("say who looks after it"), "mudanza warnings assign CLINIC ISSUE --who NAME", true},
    {"u", ACT_UNDO, NULL, N_("take back your last decision"), "mudanza warnings reopen CLINIC ISSUE", true},
    {"P", ACT_PRINT, NULL, N_("write what the filter shows into a file"), "mudanza warnings export CLINIC", false},
    {"z", ACT_FOLD_ALL, NULL, N_("fold all groups, or unfold them"), NULL, false},
    {"Tab Shift-Tab", ACT_NEXT_TAB, NULL, N_("go to the records of the group and back"), "mudanza warnings list CLINIC -v", false},
    {0},
};

static const ScreenType type = {
    .name = "warnings",
    .title = N_("Warnings"),
    .bindings = bindings,
    .opened = opened,
    .paint = warnings_paint,
    .context = warnings_context,
    .act = act,
    .fetched = fetched,
    .changed = changed,
    .close = close_screen,
};

Screen *warnings_screen_of(App *app, const char *filter)
{
    Warnings *w = screen_new(Warnings, &type);
    w->rows = arena_many(w->base.arena, int, 2);
    w->rows[0] = w->rows[1] = 20; // until it is painted
    w->wanted = -1;
    w->typed = arena_text(app_arena(app), "%s", filter);
    warnings_filter(app_arena(app), w->typed, &w->filter);
    return &w->base;
}

Screen *warnings_screen(App *app, const char *entity, const char *step)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    return warnings_screen_of(app, step     ? arena_text(a, "step:%s", step)
                                   : entity ? arena_text(a, "entity:%s", entity)
                                            : "");
}
