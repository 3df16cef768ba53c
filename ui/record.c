#include "ui/record.h"

#include <string.h>

#include "base/intl.h"
#include "engine/words_shown.h"
#include "ui/decide.h"
#include "ui/screens.h"

static const char *record_id(const RecordScreen *s)
{
    return s->page_of.places[s->at].id;
}

// ---- Reading ------------------------------------------------------------------------------------------

static void read_one(RecordScreen *s, App *app, int what, bool without_target)
{
    AUTO(buf_free) Buf wish = {0};
    record_wish(&wish, record_id(s), app_unmasked(app), without_target);
    app_fetch(app, &s->base, what, record_read, wish.at, wish.len);
}

// The target may be slow to answer: what can be told without it comes first. Unmasked values are noted in the
// audit log each time they are read: once is enough.
static void read_record(RecordScreen *s, App *app)
{
    if (!s->found && !app_unmasked(app))
        read_one(s, app, RECORD_FIRST, true);
    read_one(s, app, RECORD_WHOLE, false);
}

static const RecordLine *line_here(const RecordScreen *s)
{
    return s->n_lines ? &s->lines[s->list.cursor] : NULL;
}

static void tell(RecordScreen *s)
{
    s->told = s->found ? record_below(s->made, s->found, line_here(s), &s->n_told) : NULL;
    if (!s->found)
        s->n_told = 0;
}

// Anew of what was read; the cursor stays on its field.
static void lay_out(RecordScreen *s)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    const RecordLine *here = line_here(s);
    const char *name = here ? arena_text(a, "%s", here->name) : NULL;
    arena_reset(s->made);
    s->lines = NULL;
    s->n_lines = s->equal = 0;
    if (s->found)
        s->lines = record_lines(s->made, s->found, s->only_differences, &s->n_lines, &s->equal);
    for (size_t i = 0; name && i < s->n_lines; i++)
        if (strcmp(s->lines[i].name, name) == 0) {
            s->list.cursor = (int64_t)i;
            break;
        }
    list_fit(&s->list, (int64_t)s->n_lines, *s->page);
    tell(s);
}

static void name_it(RecordScreen *s)
{
    const char *record = record_id(s), *colon = strchr(record, ':');
    const Inspect *f = s->found;
    if (f)
        s->base.subject =
            arena_text(s->base.arena, "%s > %s", f->entity, f->source_id ? f->source_id : f->key);
    else
        s->base.subject =
            colon ? arena_text(s->base.arena, "%.*s > %s", (int)(colon - record), record, colon + 1) : record;
}

static void show(RecordScreen *s, App *app, size_t at)
{
    s->at = at;
    s->found = NULL;
    s->trouble = NULL;
    s->whole = false;
    s->scrolled = 0;
    lay_out(s);
    name_it(s);
    read_record(s, app);
}

static void opened(Screen *screen, App *app)
{
    RecordScreen *s = (RecordScreen *)screen;
    if (s->page_of.n)
        show(s, app, s->at);
}

static void say_end(App *app, int way)
{
    app_say(app, SAY_INFO, "%s",
            way < 0 ? _("This is the first record of the list.") : _("This is the last record of the list."));
}

static void take_page(RecordScreen *s, App *app, const RecordPage *page, const Err *err)
{
    const int way = s->going;
    s->going = 0;
    if (!page)
        app_say_err(app, err);
    if (page && !page->n) {
        *(way < 0 ? &s->page_of.more_before : &s->page_of.more_after) = false;
        s->passed = way < 0 ? 0 : s->passed;
        say_end(app, way);
    }
    if (!page || !page->n)
        return;
    const RecordPage before = s->page_of;
    s->page_of = *page;
    if (way > 0) {
        s->passed += s->passed < 0 ? 0 : (int64_t)before.n;
        s->page_of.more_before = true;
    } else {
        s->passed = !page->more_before ? 0 : MAX(s->passed - (int64_t)page->n, -1);
        s->page_of.more_after = true;
    }
    show(s, app, way > 0 ? 0 : page->n - 1);
}

static void fetched(Screen *screen, App *app, int what, void *result, const Err *err)
{
    RecordScreen *s = (RecordScreen *)screen;
    if (what == RECORD_DECIDE) {
        decide_fetched(app, result, err);
        return;
    }
    if (what == RECORD_LIST) {
        take_page(s, app, result, err);
        return;
    }
    if (what == RECORD_FIRST && s->whole)
        return;
    const bool first = !s->found;
    if (!result && s->whole)
        s->found = NULL; // what was read before goes with this call
    if (result)
        s->found = result;
    else if (what == RECORD_WHOLE && !s->found)
        s->trouble = arena_text(screen->arena, "%s%s%s", err->text, *err->hint ? ". " : "", err->hint);
    else if (what == RECORD_WHOLE)
        app_say_err(app, err);
    s->whole = what == RECORD_WHOLE;
    lay_out(s);
    for (size_t i = 0; first && i < s->n_lines; i++) // one comes for what is wrong
        if (s->lines[i].issue) {
            s->list.cursor = (int64_t)i;
            list_fit(&s->list, s->list.count, *s->page);
            tell(s);
            break;
        }
    name_it(s);
}

static void changed(Screen *screen, App *app, unsigned what)
{
    RecordScreen *s = (RecordScreen *)screen;
    if (what & (CHANGED_RECORDS | CHANGED_CONFIG) && s->page_of.n)
        read_record(s, app);
}

// ---- Decisions ----------------------------------------------------------------------------------------

// The issues of the field under the cursor; when it has none, all of the record.
static bool decide(RecordScreen *s, App *app, IssueAction action)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    const Inspect *f = s->found;
    const RecordLine *line = line_here(s);
    if (!f || !f->n_issues) {
        app_say(app, SAY_INFO, "%s",
                f ? _("This record has no issues to decide.") : _("The record is still being read."));
        return true;
    }
    IssueChoice *choices = arena_many(a, IssueChoice, f->n_issues);
    size_t n = 0;
    for (size_t i = 0; line && line->issue && i < f->n_issues; i++)
        if (record_issue_is_of(&f->issues[i], line))
            choices[n++] = (IssueChoice){f->issues[i].fp, f->issues[i].revision};
    for (size_t i = 0; !n && i < f->n_issues; i++)
        choices[i] = (IssueChoice){f->issues[i].fp, f->issues[i].revision};
    decide_issues(app, &s->base, RECORD_DECIDE, action, &(DecideWhich){choices, n ? n : f->n_issues, NULL});
    return true;
}

// ---- What lies behind ---------------------------------------------------------------------------------

// The mapping file in the pager, at the line that fills the column.
static void open_rule(RecordScreen *s, App *app)
{
    const RecordLine *line = line_here(s);
    const InspectWayOf *way = line ? line->way : NULL;
    if (!way || !way->file) {
        app_say(app, SAY_INFO, "%s", _("No mapping fills this field."));
        return;
    }
    const char *const argv[] = {
        "sh", "-c", "exec ${PAGER:-less} \"+$1\" \"$0\"", way->file, arena_text(s->made, "%d", way->line),
        NULL};
    app_run_foreground(app, argv);
}

// All that is known of the record, with the source's fields as they were read, in the pager.
static void open_source(RecordScreen *s, App *app)
{
    const AppOptions *o = app_options(app);
    const char *argv[14] = {"sh", "-c", "\"$0\" \"$@\" | ${PAGER:-less}", o->program, "inspect"};
    size_t n = 5;
    argv[n++] = app_clinic_name(app);
    argv[n++] = record_id(s);
    argv[n++] = "-C";
    argv[n++] = o->workspace;
    if (app_unmasked(app))
        argv[n++] = "--unmask";
    if (o->state_dir) {
        argv[n++] = "--state-dir";
        argv[n++] = o->state_dir;
    }
    app_run_foreground(app, argv);
}

static void take_copy(App *app, void *arg, int key)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    RecordScreen *s = arg;
    const RecordLine *line = line_here(s);
    const char *clinic = app_clinic(app) ? app_clinic(app)->typed : app_clinic_name(app);
    if (key == 'v' && line)
        app_copy(app, line->has_target ? (line->target ? line->target : "NULL")
                      : line->has_made ? (line->made ? line->made : "NULL")
                                       : (line->source ? line->source : "NULL"));
    else if (key == 'i')
        app_copy(app, record_id(s));
    else if (key == 'c')
        app_copy(app, arena_text(a, "mudanza inspect %s %s", clinic, shell_word(a, record_id(s))));
}

static void copy(RecordScreen *s, App *app)
{
    const Choice choices[] = {{'v', _("value of the field, as it is shown")},
                              {'i', _("id of the record")},
                              {'c', _("command that shows the record")}};
    app_push(app, choice_overlay(_("Copy"), "", choices, ARRAY_LEN(choices), take_copy, s));
}

// ---- Keys -----------------------------------------------------------------------------------------------

// Past the ends of what is known the list is read on.
static bool go(RecordScreen *s, App *app, int by)
{
    const RecordPage *page = &s->page_of;
    if (by < 0 ? s->at > 0 : s->at + 1 < page->n)
        show(s, app, s->at + (size_t)by);
    else if (!s->in || !(by < 0 ? page->more_before : page->more_after))
        say_end(app, by);
    else if (!s->going) {
        const RecordListWish wish = {*s->in, by < 0 ? PAGE_BEFORE : PAGE_AFTER, page->places[by < 0 ? 0 : page->n - 1]};
        s->going = by;
        app_fetch(app, &s->base, RECORD_LIST, record_list_read, &wish, sizeof wish);
    }
    return true;
}

static bool move(RecordScreen *s, int action)
{
    if (!s->below) {
        if (!list_move(&s->list, action, *s->page))
            return false;
        s->scrolled = 0;
        tell(s);
        return true;
    }
    ListState l = {.cursor = s->scrolled, .count = *s->told_lines ? *s->told_lines : (int64_t)s->n_told};
    if (!list_move(&l, action, *s->page))
        return false;
    s->scrolled = l.cursor;
    return true;
}

// What was shown goes at once when it is to be masked again.
static void unmask(RecordScreen *s, App *app)
{
    if (!app_unmasked(app)) {
        s->found = NULL;
        s->whole = false;
        lay_out(s);
    }
    read_record(s, app);
}

static bool act(Screen *screen, App *app, int action)
{
    RecordScreen *s = (RecordScreen *)screen;
    switch (action) {
    case ACT_NEXT: return go(s, app, 1);
    case ACT_PREVIOUS: return go(s, app, -1);
    case ACT_NEXT_TAB:
    case ACT_PREV_TAB: s->below = !s->below; return true;
    case ACT_VIEW:
        s->only_differences = !s->only_differences;
        lay_out(s);
        return true;
    case ACT_MASK: unmask(s, app); return true;
    case ACT_OPEN: open_rule(s, app); return true;
    case ACT_BEHIND: open_source(s, app); return true;
    case ACT_RESOLVE: return decide(s, app, ISSUE_RESOLVE);
    case ACT_IGNORE: return decide(s, app, ISSUE_IGNORE);
    case ACT_NOTE: return decide(s, app, ISSUE_NOTE);
    case ACT_ASK: return decide(s, app, ISSUE_ASK);
    case ACT_REOPEN: return decide(s, app, ISSUE_REOPEN);
    case ACT_UNDO: decide_undo(app, screen, RECORD_DECIDE); return true;
    case ACT_COPY: copy(s, app); return true;
    default: return move(s, action);
    }
}

static const Binding bindings[] = {
    {"n", ACT_NEXT, N_("next"), N_("next record of the list one came from"), NULL, false},
    {"p N", ACT_PREVIOUS, N_("previous"), N_("previous record of the list one came from"), NULL, false},
    {"v", ACT_VIEW, N_("differences"), N_("only fields that differ or have an issue, or all"), NULL, false},
    {"r", ACT_RESOLVE, N_("resolve"),
     N_("issues of the field, or of the record: resolved, the next run looks"),
     "mudanza warnings resolve CLINIC ISSUE", true},
    {"i", ACT_IGNORE, N_("ignore"),
     N_("issues of the field, or of the record: they do not matter, with the reason"),
     "mudanza warnings ignore CLINIC ISSUE --reason TEXT", true},
    {";", ACT_NOTE, N_("note"), N_("issues of the field, or of the record: a remark"),
     "mudanza warnings note CLINIC ISSUE --note TEXT", true},
    {"c", ACT_ASK, N_("ask"), N_("issues of the field, or of the record: the clinic has to be asked"),
     "mudanza warnings ask CLINIC ISSUE", true},
    {"Enter", ACT_OPEN, N_("rule"), N_("the mapping file at the line that fills the field"), NULL, false},
    {"o", ACT_BEHIND, N_("source"), N_("all that is known of the record, with the source's fields as read"),
     "mudanza inspect CLINIC ENTITY:ID", false},
    {"M", ACT_MASK, N_("unmask"),
     N_("show values, or mask them again; showing them is written to the audit log"),
     "mudanza inspect CLINIC ENTITY:ID --unmask", true},
    {"Tab", ACT_NEXT_TAB, N_("lower part"), N_("fields, or what is told below them"), NULL, false},
    {"O", ACT_REOPEN, NULL, N_("issues of the field, or of the record: open again"),
     "mudanza warnings reopen CLINIC ISSUE", true},
    {"y", ACT_COPY, N_("copy"), N_("copy the value, the id or the command"), NULL, false},
    {0},
};

// ---- Painting -------------------------------------------------------------------------------------------

static void context(const Screen *screen, const App *app, Buf *line)
{
    const RecordScreen *s = (const RecordScreen *)screen;
    const RecordPage *page = &s->page_of;
    if (s->passed < 0)
        buf_add_text(line, _("record of a long list"));
    else
        buf_addf(line, page->more_after ? _("record %lld of more than %lld") : _("record %lld of %lld"),
                 (long long)s->passed + (long long)s->at + 1, (long long)s->passed + (long long)page->n);
    buf_addf(line, _("   %s   only differences: %s"), app_unmasked(app) ? _("values as they are") : _("masked"),
             s->only_differences ? _("on") : _("off"));
    if (s->found)
        buf_addf(line, "   %s", inspect_word(s->found->outcome.word));
}

static void close_record(Screen *screen)
{
    arena_free(((RecordScreen *)screen)->made);
}

static const ScreenType record_type = {
    .name = "record",
    .title = N_("Record"),
    .bindings = bindings,
    .opened = opened,
    .paint = record_paint,
    .context = context,
    .act = act,
    .fetched = fetched,
    .changed = changed,
    .close = close_record,
};

// Texts of a filter and of places are kept as long as the screen.
static IssueFilter kept_filter(Arena *a, IssueFilter f)
{
    const char **texts[] = {&f.code,  &f.severity, &f.entity, &f.step, &f.key,    &f.state,
                            &f.owner, &f.field,    &f.detail, &f.text, &f.without};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        *texts[i] = str_keep(a, str_of(*texts[i]));
    return f;
}

static RecordPlace kept_place(Arena *a, const RecordPlace *p)
{
    RecordPlace one = record_of_issue(a, &p->issue);
    one.id = str_keep(a, str_of(p->id));
    one.sample = (SampleAt){str_keep(a, str_of(p->sample.key)), p->sample.reject};
    return one;
}

Screen *record_screen_in(const RecordList *list, const RecordPage *page, size_t at)
{
    RecordScreen *s = screen_new(RecordScreen, &record_type);
    Arena *a = s->base.arena;
    s->page_of = *page;
    s->page_of.places = arena_many(a, RecordPlace, page->n + 1);
    for (size_t i = 0; i < page->n; i++)
        s->page_of.places[i] = kept_place(a, &page->places[i]);
    s->passed = page->more_before ? -1 : 0;
    s->at = page->n ? MIN(at, page->n - 1) : 0;
    if (list) {
        RecordList *in = arena_one(a, RecordList);
        *in = *list;
        in->entity = str_keep(a, str_of(list->entity));
        in->text = str_keep(a, str_of(list->text));
        in->filter = kept_filter(a, list->filter);
        s->in = in;
    }
    s->made = arena_new();
    s->page = arena_one(a, int);
    s->told_lines = arena_one(a, int);
    *s->page = 1;
    return &s->base;
}

Screen *record_screen(const char *const *records, size_t n, size_t at)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    RecordPage page = {.places = arena_many(a, RecordPlace, n + 1), .n = n};
    for (size_t i = 0; i < n; i++)
        page.places[i].id = records[i];
    return record_screen_in(NULL, &page, at);
}
