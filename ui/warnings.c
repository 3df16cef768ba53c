// Warnings: what was found wrong with rows, in groups; what people decide of it.
#include <stdio.h>
#include <string.h>

#include "base/intl.h"
#include "ui/decide.h"
#include "ui/record_list.h"
#include "ui/warnings_filter.h"
#include "ui/warnings_state.h"

// ---- Moving -----------------------------------------------------------------------------------------------

static bool move(Warnings *w, App *app, int action)
{
    int64_t before = w->groups.cursor;
    if (!w->in_records) {
        if (!list_move(&w->groups, action, w->rows[0]))
            return false;
        if (w->groups.cursor != before)
            warnings_fetch_group(w, app);
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
        warnings_fetch_page(w, app);
    }
    return true;
}

static void to_records(Warnings *w)
{
    w->in_records = !w->in_records && w->page && w->page->n;
}

// ---- Opening ---------------------------------------------------------------------------------------------

void warnings_open_records(Warnings *w, App *app)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    const WarningsPage *p = w->page;
    if (!p) {
        w->open_when_read = warnings_line(w);
        return;
    }
    size_t at = w->in_records ? (size_t)(w->records.cursor - p->first) : 0;
    RecordPage page = {.more_before = p->first > 0, .more_after = p->first + (int64_t)p->n < p->count};
    page.places = records_of_issues(a, p->items, p->n, &at, &page.n);
    const RecordList list = {.issues = true, .filter = issue_node_filter(&w->filter, &warnings_line(w)->node)};
    if (page.n)
        app_push(app, record_screen_in(&list, &page, at));
    else
        app_say(app, SAY_INFO, "%s", _("These are about no single record."));
}

// ---- Filter, copy
// --------------------------------------------------------------------------------------------

static void set_filter(Warnings *w, App *app, const char *typed)
{
    Arena *a = app_arena(app);
    w->typed = arena_text(a, "%s", typed);
    warnings_filter(a, w->typed, &w->filter);
    warnings_fetch_anew(w, app);
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

// ---- The screen
// ------------------------------------------------------------------------------------------------

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
        warnings_fetch_group(w, app);
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
    case ACT_OPEN: warnings_open_records(w, app); return true;
    case ACT_CLOSE: return close_innermost(w, app);
    case ACT_MARK: warnings_mark(w); return true;
    case ACT_MARK_ALL: warnings_mark_all(w); return true;
    case ACT_VIEW:
        w->view = (w->view + 1) % ISSUE_VIEWS;
        warnings_fetch_anew(w, app);
        return true;
    case ACT_FILTER:
        app_push(app, ask_overlay(
                          _("Filter"),
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

static void opened(Screen *s, App *app)
{
    warnings_fetch_tree((Warnings *)s, app);
}

static void changed(Screen *s, App *app, unsigned what)
{
    if (what & (CHANGED_RECORDS | CHANGED_CONFIG))
        warnings_fetch_tree((Warnings *)s, app);
}

static void close_screen(Screen *s)
{
    arena_free(((Warnings *)s)->of_tree);
}

static const Binding bindings[] = {
    {"r", ACT_RESOLVE, N_("resolve"), N_("it has been mended; the next run looks"),
     "mudanza warnings resolve CLINIC ISSUE", true},
    {"i", ACT_IGNORE, N_("ignore"), N_("it does not matter: with a reason, and until when"),
     "mudanza warnings ignore CLINIC ISSUE --reason TEXT", true},
    {";", ACT_NOTE, N_("note"), N_("a remark"), "mudanza warnings note CLINIC ISSUE --note TEXT", true},
    {"c", ACT_ASK, N_("ask"), N_("put it on the list of questions for the clinic"),
     "mudanza warnings ask CLINIC ISSUE", true},
    {"O", ACT_REOPEN, N_("reopen"), N_("open what was decided again"), "mudanza warnings reopen CLINIC ISSUE",
     true},
    {"Space Ins", ACT_MARK, N_("mark"),
     N_("mark the group or record; what is decided then is about all marked ones"), NULL, false},
    {"*", ACT_MARK_ALL, N_("all"), N_("mark all that the filter shows; again: none"), NULL, false},
    {"v", ACT_VIEW, N_("group"), N_("group by severity, by entity, by cause, or the new ones first"),
     "mudanza warnings list CLINIC --by cause", false},
    {"/ F3", ACT_FILTER, N_("filter"), N_("show only some; Esc shows all again"),
     "mudanza warnings list CLINIC --code CODE", false},
    {"Enter", ACT_OPEN, N_("records"), N_("the records of the group, one after the other"),
     "mudanza inspect CLINIC ENTITY:ID", false},
    {"t", ACT_ASSIGN, NULL, N_("say who looks after it"), "mudanza warnings assign CLINIC ISSUE --who NAME",
     true},
    {"u", ACT_UNDO, NULL, N_("take back your last decision"), "mudanza warnings reopen CLINIC ISSUE", true},
    {"P", ACT_PRINT, NULL, N_("write what the filter shows into a file"), "mudanza warnings export CLINIC",
     false},
    {"z", ACT_FOLD_ALL, NULL, N_("fold all groups, or unfold them"), NULL, false},
    {"Tab Shift-Tab", ACT_NEXT_TAB, NULL, N_("go to the records of the group and back"),
     "mudanza warnings list CLINIC -v", false},
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
    .fetched = warnings_fetched,
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
