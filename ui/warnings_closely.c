// One group of Warnings closely: what its code means, its causes, what one can do, its records.
#include <string.h>

#include "base/intl.h"
#include "ui/warnings_state.h"

const char *warnings_number(Arena *a, int64_t n)
{
    AUTO(buf_free) Buf text = {0};
    number_shown(n, &text);
    return str_keep(a, buf_str(&text));
}

bool warnings_shows_open(const Warnings *w)
{
    return w->filter.state && strcmp(w->filter.state, "open") == 0;
}

const char *warnings_about(Arena *a, const WarningsLine *line)
{
    const IssueNode *node = &line->node;
    if (line->meaning)
        return arena_text(a, "%s.", line->meaning);
    if (node->code)
        return _("Nothing more is known of this code.");
    return arena_text(a, ngettext("%s issue.", "%s issues of several kinds.", (unsigned long)node->count),
                      warnings_number(a, node->count));
}

static const char *cause_text(Arena *a, const IssueCause *cause)
{
    AUTO(buf_free) Buf text = {0};
    if (*cause->detail)
        buf_addf(&text, "%s%s%s", cause->field, *cause->field ? ": " : "", _(cause->detail));
    else if (*cause->field)
        buf_addf(&text, _("field %s"), cause->field);
    else
        buf_add_text(&text, cause->step);
    buf_addf(&text, ngettext("   in %s record", "   in %s records", (unsigned long)cause->count),
             warnings_number(a, cause->count));
    return str_keep(a, buf_str(&text));
}

static int paint_heading(Canvas *c, int y, const char *text)
{
    canvas_text(c, y, 0, -1, ROLE_HEAD, text);
    return y + 1;
}

static int paint_causes(const Warnings *w, Arena *a, Canvas *c, int y)
{
    const WarningsGroup *g = w->group;
    if (!g)
        return y;
    y = paint_heading(c, y, arena_text(a, "%s  %s", _("CAUSES"), warnings_number(a, g->total)));
    for (size_t i = 0; i < MIN(g->n, (size_t)3); i++)
        canvas_text(c, y++, 2, -1, ROLE_TEXT, cause_text(a, &g->causes[i]));
    if (g->total > 3)
        canvas_textf(c, y++, 2, -1, ROLE_DIM, _("and %s more; v groups by them"),
                     warnings_number(a, g->total - 3));
    return y + 1;
}

static int paint_way(Canvas *c, int y, const char *key, const char *text)
{
    canvas_text(c, y, 2, -1, ROLE_KEY, key);
    Canvas rest = canvas_part(c, y, 5, c->rows - y, c->cols - 5);
    return y + MAX(canvas_wrap(&rest, 0, 0, ROLE_TEXT, text), 1);
}

static int paint_ways(const Warnings *w, const App *app, Canvas *c, int y, const WarningsLine *line)
{
    y = paint_heading(c, y, _("WHAT YOU CAN DO"));
    if (line->remedy)
        y += canvas_wrap(c, y, 2, ROLE_TEXT, line->remedy);
    if (app_options(app)->read_only)
        return y + 1;
    if (!warnings_shows_open(w))
        return paint_way(c, y, "O", _("open it again")) + 1;
    y = paint_way(c, y, "r", _("it has been mended: the next run looks"));
    y = paint_way(c, y, "i", _("it does not matter: with a reason, for good or until a day"));
    y = paint_way(c, y, "c", _("put it on the list of questions for the clinic"));
    return y + 1;
}

// ---- Records
// ----------------------------------------------------------------------------------------------------

enum { COLUMN_RECORD, COLUMN_FIELD, COLUMN_SEEN, COLUMN_NOTE };
static const Column record_columns[] = {{N_("RECORD"), 24, false, 0},
                                        {N_("FIELD"), 16, false, 2},
                                        {N_("SEEN"), 6, true, 1},
                                        {N_("NOTE"), 0, false, 0}};

// Where all are of one entity its name stands above them.
static const char *record_name(Arena *a, const Warnings *w, const IssueItem *i)
{
    const WarningsLine *line = warnings_line(w);
    if (line && line->node.entity && i->source_id && *i->source_id)
        return i->source_id;
    if (i->source_id && *i->source_id)
        return arena_text(a, "%s:%s", i->entity, i->source_id);
    if (!*i->key && i->origin)
        return arena_text(a, "%s:#%lld", i->entity, (long long)i->origin);
    return arena_text(a, "%s:%s", i->entity, i->key);
}

// What people said of it; else where its row stands in the source.
static const char *remark(Arena *a, const IssueItem *i)
{
    AUTO(buf_free) Buf text = {0};
    if (strcmp(i->state, "open") != 0)
        buf_addf(&text, "%s%s%s", _(i->state), i->by ? " " : "", i->by ? i->by : "");
    if (i->reason)
        buf_addf(&text, ": %s", i->reason);
    if (i->until)
        buf_addf(&text, " (%s %s)", _("until"), i->until);
    if (i->note)
        buf_addf(&text, "%s%s", text.len ? "; " : "", i->note);
    if (i->owner && *i->owner)
        buf_addf(&text, "%s@%s", text.len ? "; " : "", i->owner);
    if (!text.len && i->origin)
        buf_addf(&text, _("row %s"), warnings_number(a, i->origin));
    return str_keep(a, buf_str(&text));
}

static void paint_record(const Warnings *w, Arena *a, const Table *t, Canvas *c, int y, int64_t at)
{
    const WarningsPage *p = w->page;
    if (at < p->first || at >= p->first + (int64_t)p->n)
        return; // being read
    const IssueItem *i = &p->items[at - p->first];
    table_cell(t, c, y, COLUMN_RECORD, ROLE_TEXT, record_name(a, w, i));
    table_cell(t, c, y, COLUMN_FIELD, ROLE_TEXT, i->field);
    table_cell(t, c, y, COLUMN_SEEN, ROLE_TEXT, arena_text(a, "#%lld", (long long)i->last_run));
    table_cell(t, c, y, COLUMN_NOTE, ROLE_TEXT, remark(a, i));
    table_cursor(c, y, w->in_records && at == w->records.cursor, warnings_picked(w, i->fp));
}

void warnings_paint_records(const Warnings *w, Arena *a, Canvas *c)
{
    Table t = table_of(record_columns, ARRAY_LEN(record_columns), c->cols);
    if (c->rows < 2)
        return;
    table_head(&t, c, 0);
    if (!w->page) {
        canvas_text(c, 1, 2, -1, ROLE_DIM, _("reading ..."));
        return;
    }
    ListState l = w->records;
    int rows = c->rows - 1;
    bool more = !w->in_records && l.count > rows;
    w->rows[1] = rows;
    list_fit(&l, l.count, rows);
    for (int y = 0; y < rows - more && l.top + y < l.count; y++)
        paint_record(w, a, &t, c, y + 1, l.top + y);
    if (more)
        canvas_textf(c, rows, 2, -1, ROLE_DIM, _("and %s more; Tab goes to them"),
                     warnings_number(a, l.count - rows + 1));
}

// ---- Beside the groups, or below them ---------------------------------------------------------------

const char *warnings_heading(Arena *a, const Warnings *w, const WarningsLine *line)
{
    const IssueNode *node = &line->node;
    AUTO(buf_free) Buf text = {0};
    buf_add_text(&text, node->code ? node->code : warnings_label(a, w, line));
    if (node->code && node->severity)
        buf_addf(&text, "  %s", _(node->severity));
    if (line->blocking)
        buf_addf(&text, ", %s", _("blocking"));
    if (node->code && node->entity)
        buf_addf(&text, "  %s", node->entity);
    return str_keep(a, buf_str(&text));
}

void warnings_paint_beside(const Warnings *w, const App *app, Arena *a, Canvas *c, const WarningsLine *line)
{
    canvas_text(c, 0, 0, -1, ROLE_STRONG, warnings_heading(a, w, line));
    int y = 2;
    if (!w->in_records) {
        y += canvas_wrap(c, y, 0, ROLE_TEXT, warnings_about(a, line)) + 1;
        y = paint_causes(w, a, c, y);
        y = paint_ways(w, app, c, y, line);
    }
    Canvas records = canvas_part(c, y, 0, c->rows - y, c->cols);
    warnings_paint_records(w, a, &records);
}

void warnings_paint_below(const Warnings *w, const App *app, Arena *a, Canvas *c, const WarningsLine *line)
{
    canvas_rule(c, 0);
    Canvas inside = canvas_part(c, 1, 1, c->rows - 1, c->cols - 2);
    Canvas text = canvas_part(&inside, 0, 0, 2, inside.cols);
    canvas_wrap(&text, 0, 0, ROLE_TEXT, warnings_about(a, line));
    int y = 2;
    if (w->group && w->group->n)
        canvas_textf(&inside, y, 0, -1, ROLE_TEXT, "%s %s  %s", _("CAUSES"),
                     warnings_number(a, w->group->total), cause_text(a, &w->group->causes[0]));
    y++;
    if (line->remedy)
        canvas_text(&inside, y++, 0, -1, ROLE_TEXT, line->remedy);
    if (!app_options(app)->read_only)
        canvas_text(&inside, y, 0, -1, ROLE_DIM,
                    warnings_shows_open(w) ? _("r mended   i does not matter   c ask the clinic")
                                           : _("O open it again"));
}
