#include "base/intl.h"
#include "ui/links_state.h"
#include "ui/run_words.h"

enum { C_LABEL, C_CODE, C_USED, C_TARGET, C_SCORE, C_DECISION, COLUMNS };
enum { WIDE = 100, NARROW = 60, MARGINS = 8 };

static Table table(Column *columns, int width)
{
    static const Column all[COLUMNS] = {
        {N_("SOURCE"), 0, false, 0}, {N_("CODE"), 9, false, 3},            {N_("USED"), 8, true, 2},
        {N_("PROPOSED"), 0, false, 0}, {N_("SCORE"), 6, true, 1}, {N_("DECISION"), 13, false, 0},
    };
    for (size_t i = 0; i < COLUMNS; i++)
        columns[i] = all[i];
    if (width < WIDE)
        columns[C_CODE].width = 2 * WIDE, columns[C_CODE].drop = 9; // never there
    int others = MARGINS + (width < WIDE ? 0 : columns[C_CODE].width);
    for (size_t i = C_USED; i < COLUMNS; i++)
        others += columns[i].width;
    columns[C_TARGET].width = MAX((width - others) / 2, 8);
    return table_of(columns, COLUMNS, width);
}

const char *links_score(Arena *a, LinkKind kind, const LinkScore *score)
{
    return kind == LINK_CREATE ? "-" : kind == LINK_EQUAL ? _("exact") : arena_text(a, "%.2f", score->score);
}

const char *links_proposal(Arena *a, const LinkItem *i)
{
    return i->kind == LINK_CREATE ? arena_text(a, _("new in %s"), i->new_category ? i->new_category : "-")
                                  : i->target.label;
}

static const char *decision_of(const LinkItem *i, Role *role)
{
    static const struct {
        const char *word;
        Role role;
    } words[LINK_STATES] = {{N_(". undecided"), ROLE_WARN},
                            {N_("+ accepted"), ROLE_GOOD},
                            {N_("= relinked"), ROLE_GOOD},
                            {N_("+ new item"), ROLE_GOOD},
                            {N_("- ignored"), ROLE_DIM}};
    *role = i->changed ? ROLE_WARN : words[i->state].role;
    return i->changed ? _("~ changed") : _(words[i->state].word);
}

static void paint_row(const Table *t, Arena *a, Canvas *c, int y, const LinkItem *i)
{
    Role role;
    const char *decision = decision_of(i, &role);
    table_cell(t, c, y, C_LABEL, i->gone ? ROLE_DIM : ROLE_TEXT, i->label);
    table_cell(t, c, y, C_CODE, ROLE_TEXT, i->code);
    table_number(t, c, y, C_USED, ROLE_TEXT, i->used);
    bool elsewhere = i->state == LINK_RELINKED && !i->changed && i->chosen.label;
    const char *category = i->state == LINK_CREATE_NEW && !i->changed ? i->chosen_category : NULL;
    table_cell(t, c, y, C_TARGET, ROLE_TEXT,
               elsewhere  ? i->chosen.label
               : category ? arena_text(a, _("new in %s"), category)
                          : links_proposal(a, i));
    table_cell(t, c, y, C_SCORE, ROLE_TEXT, links_score(a, i->kind, &i->target.score));
    table_cell(t, c, y, C_DECISION, role, decision);
}

// ---- The item of the cursor ----------------------------------------------------------------------------------

static const char *why_of(Arena *a, const LinkScore *s)
{
    AUTO(buf_free) Buf out = {0};
    const struct {
        bool so;
        const char *words;
    } parts[] = {{s->equal, N_("the same name")},
                 {s->expanded, N_("abbreviations written out")},
                 {s->words, N_("all its words are there")},
                 {s->category, N_("same category")}};
    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        if (parts[i].so)
            buf_addf(&out, "%s%s", out.len ? ", " : "", _(parts[i].words));
    return str_keep(a, buf_str(&out));
}

static void paint_candidate(Canvas *c, Arena *a, int y, size_t i, const LinkTarget *t)
{
    int name = MAX(c->cols / 2 - 12, 12), x = 3 + name + 1;
    canvas_textf(c, y, 1, 1, ROLE_KEY, "%zu", i + 1);
    canvas_text(c, y, 3, name, ROLE_TEXT, t->label);
    canvas_textf(c, y, x, 6, ROLE_TEXT, "%6.2f", t->score.score);
    canvas_textf(c, y, x + 7, 6, ROLE_TEXT, "%6.2f", t->score.label);
    canvas_textf(c, y, x + 14, 6, ROLE_TEXT, "%6.2f", t->score.name);
    canvas_right(c, y, x + 21, 9, ROLE_TEXT, t->price ? t->price : "-");
    canvas_text(c, y, x + 32, -1, ROLE_DIM, why_of(a, &t->score));
}

static void paint_offer(Canvas *c, Arena *a, int y, const LinkOffer *o)
{
    const char *what = o->state == LINK_IGNORED      ? _("ignored")
                       : o->state == LINK_CREATE_NEW ? arena_text(a, _("new in %s"), o->category ? o->category : "-")
                       : o->target.label             ? o->target.label
                                                     : _("an item that is not here");
    int x = 1 + canvas_textf(c, y, 1, -1, ROLE_TEXT, _("clinic %s decided: "), o->clinic);
    x += canvas_text(c, y, x, -1, ROLE_STRONG, what);
    canvas_text(c, y, x + 2, -1, ROLE_DIM, _("o takes that over"));
}

static void paint_item(const Links *s, Arena *a, Canvas *c)
{
    const LinkItem *i = links_at(s);
    const LinksItem *more = s->item;
    int y = 0, name = MAX(c->cols / 2 - 12, 12), x = 3 + name + 1;
    if (!i)
        return;
    int at = 1 + canvas_text(c, y, 1, c->cols / 2, ROLE_STRONG, i->label) + 2;
    at += canvas_textf(c, y, at, -1, ROLE_TEXT, ngettext("used %s time", "used %s times", (unsigned long)i->used),
                       number_words(a, i->used)) + 2;
    if (i->price)
        at += canvas_text(c, y, at, -1, ROLE_TEXT, i->price) + 2;
    if (i->by)
        canvas_textf(c, y, at, -1, ROLE_DIM, _("by %s"), i->by);
    y++;
    if (i->note)
        canvas_text(c, y++, 1, -1, ROLE_DIM, i->note);
    canvas_text(c, y, 3, name, ROLE_HEAD, _("CANDIDATES"));
    canvas_right(c, y, x, 6, ROLE_HEAD, _("SCORE"));
    canvas_right(c, y, x + 7, 6, ROLE_HEAD, _("LABEL"));
    canvas_right(c, y, x + 14, 6, ROLE_HEAD, _("NAME"));
    canvas_right(c, y, x + 21, 9, ROLE_HEAD, _("PRICE"));
    canvas_text(c, y++, x + 32, -1, ROLE_HEAD, _("WHY"));
    if (!more) {
        canvas_text(c, y, 3, -1, ROLE_DIM, _("reading ..."));
        return;
    }
    int offers = (int)MIN(more->n_offers, (size_t)2);
    for (size_t k = 0; k < MIN(more->n, (size_t)9) && y < c->rows - offers - 1; k++)
        paint_candidate(c, a, y++, k, &more->candidates[k]);
    if (!more->n)
        canvas_text(c, y++, 3, -1, ROLE_DIM, _("none: nothing of the target is like it"));
    canvas_text(c, y, 1, 1, ROLE_KEY, "c");
    canvas_textf(c, y++, 3, -1, ROLE_TEXT, _("a new item in %s"),
                 i->new_category ? i->new_category : i->category ? i->category : "...");
    for (int k = 0; k < offers; k++)
        paint_offer(c, a, y++, &more->offers[k]);
}

// ---- All of it ------------------------------------------------------------------------------------------------

void links_paint(const Screen *screen, const App *app, Canvas *body)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    const Links *s = (const Links *)screen;
    Column columns[COLUMNS];
    (void)app;
    int below = body->rows >= 22 ? 11 : body->rows >= 15 ? 8 : body->rows >= 12 ? 5 : 0;
    int rows = MAX(body->rows - below - (below > 0), 0);
    Canvas list = canvas_part(body, 0, 0, rows, body->cols),
           closely = canvas_part(body, rows + 1, 0, below, body->cols);
    *s->page = MAX(rows - 1, 1);
    if (!s->list || !s->list->n) {
        canvas_wrap(body, 1, 2, s->trouble ? ROLE_BAD : ROLE_DIM,
                    s->trouble         ? s->trouble
                    : !s->list         ? _("reading ...")
                    : s->list->none    ? _("No links were proposed yet: a run that checks catalogues makes them, and so does "
                                           "mudanza links build.")
                                       : _("No item passes the filter. Esc takes it away."));
        return;
    }
    Table t = table(columns, body->cols);
    table_head(&t, &list, 0);
    ListState l = s->rows;
    list_fit(&l, (int64_t)s->list->n, *s->page);
    for (int64_t i = l.top; i < l.count && i - l.top < *s->page; i++) {
        int y = (int)(i - l.top) + 1;
        paint_row(&t, a, &list, y, &s->list->items[i]);
        table_cursor(&list, y, i == l.cursor, links_is_marked(s, s->list->items[i].key));
    }
    if (below) {
        canvas_rule(body, rows);
        paint_item(s, a, &closely);
    }
}

void links_context(const Screen *screen, const App *app, Buf *line)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    const Links *s = (const Links *)screen;
    static const char *const orders[] = {N_("most used"), N_("lowest score"), N_("name")};
    const LinkTally *t = s->list ? &s->list->tally : NULL;
    (void)app;
    if (!t || s->list->none)
        return;
    int64_t share = t->used > 0 ? t->pending_used * 100 / t->used : 0;
    buf_addf(line, _("undecided %s (%lld%% of use)   decided %s"), number_words(a, t->states[LINK_PENDING]),
             (long long)share, number_words(a, t->items - t->states[LINK_PENDING]));
    if (*s->typed)
        buf_addf(line, _("   filter: %s"), s->typed);
    if (s->n_marked)
        buf_addf(line, ngettext("   %zu marked", "   %zu marked", s->n_marked), s->n_marked);
    if (t->changed)
        buf_addf(line, _("   changed %s"), number_words(a, t->changed));
    if (t->offered)
        buf_addf(line, _("   offered %s"), number_words(a, t->offered));
    buf_addf(line, _("   sort: %s"), _(orders[s->order]));
    if (s->list->more)
        buf_addf(line, _("   the first %s"), number_words(a, (int64_t)s->list->n));
    buf_addf(line, _("   %s: %s the same name, %s alike, %s new"), number_words(a, t->items),
             number_words(a, t->kinds[LINK_EQUAL]), number_words(a, t->kinds[LINK_FUZZY]),
             number_words(a, t->kinds[LINK_CREATE]));
}
