// Journal: what anybody did with the clinic, the newest first, and the command that does the same.
#include <string.h>

#include "base/intl.h"
#include "ui/field.h"
#include "ui/journal_model.h"
#include "ui/list.h"
#include "ui/screens.h"

enum { WIDE = 100, STRIP_ROWS = 4 };

typedef struct {
    Screen base;
    const Journal *journal; // NULL: not read yet
    const char *trouble;    // why it could not be; NULL
    const char *filter;
    size_t *shown;   // entries that pass the filter
    Arena *of_shown; // of shown
    ListState list;
    int *rows; // of the list when it was painted last
} JournalScreen;

static const JournalEntry *shown_at(const JournalScreen *j, int64_t at) // there is one
{
    return &j->journal->entries[j->shown[at]];
}

static const JournalEntry *current(const JournalScreen *j) // NULL: none is shown
{
    return j->journal && j->list.count ? shown_at(j, j->list.cursor) : NULL;
}

// ---- Painting
// -----------------------------------------------------------------------------------------------

static const Column columns[] = {
    {N_("WHEN"), 16, false, 0}, {N_("WHO"), 16, false, 1}, {N_("WHAT"), 0, false, 0}};
static const Column wide_columns[] = {{N_("WHEN"), 16, false, 0},
                                      {N_("WHO"), 16, false, 1},
                                      {N_("WHAT"), 34, false, 0},
                                      {N_("MORE"), 0, false, 0}};

static void paint_entries(const JournalScreen *j, Canvas *c)
{
    bool wide = c->cols >= WIDE;
    Table t = wide ? table_of(wide_columns, ARRAY_LEN(wide_columns), c->cols)
                   : table_of(columns, ARRAY_LEN(columns), c->cols);
    ListState l = j->list;
    int rows = MAX(c->rows - 1, 1);
    *j->rows = rows;
    list_fit(&l, l.count, rows);
    table_head(&t, c, 0);
    for (int y = 1; y <= rows && l.top + y - 1 < l.count; y++) {
        const JournalEntry *e = shown_at(j, l.top + y - 1);
        table_cell(&t, c, y, 0, ROLE_TEXT, e->when);
        table_cell(&t, c, y, 1, ROLE_TEXT, e->who);
        table_cell(&t, c, y, 2, e->run ? ROLE_STRONG : ROLE_TEXT, e->what);
        if (wide)
            table_cell(&t, c, y, 3, ROLE_TEXT, e->more);
        table_cursor(c, y, l.top + y - 1 == l.cursor, false);
    }
}

static void paint_strip(const JournalEntry *e, Canvas *c)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    Canvas text = canvas_part(c, 1, 1, 2, c->cols - 2);
    canvas_rule(c, 0);
    canvas_wrap(&text, 0, 0, ROLE_TEXT, arena_text(a, "%s   %s", e->what, e->more));
    if (e->twin)
        canvas_text(c, 3, 1, -1, ROLE_DIM, e->twin);
}

static const char *nothing(const JournalScreen *j)
{
    if (j->trouble)
        return j->trouble;
    if (!j->journal)
        return _("reading ...");
    return *j->filter ? _("Nothing passes the filter; Esc takes it away.")
                      : _("Nobody did anything here yet.");
}

static void paint(const Screen *s, const App *app, Canvas *body)
{
    const JournalScreen *j = (const JournalScreen *)s;
    const JournalEntry *e = current(j);
    (void)app;
    if (!e) {
        canvas_wrap(body, 1, 2, j->trouble ? ROLE_BAD : j->journal ? ROLE_TEXT : ROLE_DIM, nothing(j));
        return;
    }
    int strip = body->rows >= 2 * STRIP_ROWS ? STRIP_ROWS : 0;
    Canvas list = canvas_part(body, 0, 0, body->rows - strip, body->cols),
           below = canvas_part(body, body->rows - strip, 0, strip, body->cols);
    paint_entries(j, &list);
    paint_strip(e, &below);
}

static void context(const Screen *s, const App *app, Buf *line)
{
    const JournalScreen *j = (const JournalScreen *)s;
    (void)app;
    if (!j->journal)
        return;
    buf_addf(line, ngettext("%lld entry", "%lld entries", (unsigned long)j->list.count),
             (long long)j->list.count);
    if (j->journal->more)
        buf_addf(line, "   %s", _("older ones are in audit.log"));
    if (*j->filter)
        buf_addf(line, "   %s%s", _("filter: "), j->filter);
}

// ---- What keys do
// ------------------------------------------------------------------------------------------

static void sift(JournalScreen *j)
{
    const JournalEntry *here = current(j);
    AUTO(arena_free_at) Arena *a = arena_new();
    const char *at = here ? arena_text(a, "%s", here->at) : "";
    int64_t cursor = 0;
    size_t n = 0;
    arena_reset(j->of_shown);
    j->shown = arena_many(j->of_shown, size_t, j->journal->n + 1);
    for (size_t i = 0; i < j->journal->n; i++) {
        const JournalEntry *e = &j->journal->entries[i];
        const char *const texts[] = {e->when, e->who, e->what, e->more};
        if (!filter_matches(j->filter, texts, ARRAY_LEN(texts)))
            continue;
        if (strcmp(e->at, at) == 0)
            cursor = (int64_t)n;
        j->shown[n++] = i;
    }
    j->list.cursor = cursor;
    list_fit(&j->list, (int64_t)n, *j->rows);
}

static void set_filter(JournalScreen *j, const char *filter)
{
    j->filter = arena_text(j->base.arena, "%s", filter);
    if (j->journal)
        sift(j);
}

static void filter_given(App *app, void *arg, const char *text)
{
    (void)app;
    set_filter(arg, text);
}

static void open_entry(const JournalEntry *e, App *app)
{
    if (e->run)
        app_push(app, report_screen(e->run));
    else if (e->record)
        app_push(app, record_screen(&e->record, 1, 0));
    else if (e->issues)
        app_push(app, warnings_screen_of(app, e->issues));
    else
        app_say(app, SAY_INFO, "%s", _("Nothing more is known of it."));
}

static bool act(Screen *s, App *app, int action)
{
    JournalScreen *j = (JournalScreen *)s;
    const JournalEntry *e = current(j);
    switch (action) {
    case ACT_OPEN:
        if (e)
            open_entry(e, app);
        return true;
    case ACT_COPY:
        if (e && e->twin)
            app_copy(app, e->twin);
        return true;
    case ACT_FILTER:
        app_push(app, ask_overlay(_("Filter"), _("Words that have to be there; !word: that must not be."),
                                  j->filter, NULL, filter_given, j));
        return true;
    case ACT_CLOSE:
        if (!*j->filter)
            return false;
        set_filter(j, "");
        return true;
    default: return list_move(&j->list, action, *j->rows);
    }
}

static void opened(Screen *s, App *app)
{
    if (app_clinic(app))
        app_fetch(app, s, JOURNAL_ALL, journal_read, NULL, 0);
}

static void changed(Screen *s, App *app, unsigned what)
{
    if (what & CHANGED_RECORDS) // a run that began or ended, a decision
        opened(s, app);
}

static void fetched(Screen *s, App *app, int what, void *result, const Err *err)
{
    JournalScreen *j = (JournalScreen *)s;
    (void)what;
    j->trouble = result ? NULL : arena_text(s->arena, "%s", err->text);
    if (!result) {
        app_say_err(app, err);
        j->journal = NULL;
        j->list = (ListState){0};
        return;
    }
    AUTO(arena_free_at) Arena *a = arena_new();
    const JournalEntry *here = current(j);
    const char *at = here && j->list.cursor ? arena_text(a, "%s", here->at) : NULL;
    j->journal = result;
    j->list = (ListState){0};
    sift(j);
    for (int64_t i = 0; at && i < j->list.count; i++) // on its entry, unless it was on the newest
        if (strcmp(shown_at(j, i)->at, at) == 0) {
            j->list.cursor = i;
            list_fit(&j->list, j->list.count, *j->rows);
            return;
        }
}

static void close_screen(Screen *s)
{
    arena_free(((JournalScreen *)s)->of_shown);
}

static const Binding bindings[] = {
    {"Enter", ACT_OPEN, N_("detail"),
     N_("the report of the run, the record, or the issues that were decided"), "mudanza report CLINIC RUN",
     false},
    {"/ F3", ACT_FILTER, N_("filter"), N_("show only some; Esc shows all again"), "mudanza runs CLINIC",
     false},
    {"y", ACT_COPY, N_("copy"), N_("copy the command that does the same"), NULL, false},
    {0},
};

static const ScreenType type = {
    .name = "journal",
    .title = N_("Journal"),
    .bindings = bindings,
    .opened = opened,
    .paint = paint,
    .context = context,
    .act = act,
    .fetched = fetched,
    .changed = changed,
    .close = close_screen,
};

Screen *journal_screen(void)
{
    JournalScreen *j = screen_new(JournalScreen, &type);
    j->filter = "";
    j->of_shown = arena_new();
    j->rows = arena_one(j->base.arena, int);
    *j->rows = 20; // until it is painted
    return &j->base;
}
