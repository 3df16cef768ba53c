// Warnings on the screen: groups, and what one of them is about beside or below them.
#include <stdio.h>
#include <string.h>

#include "base/intl.h"
#include "base/text.h"
#include "ui/warnings_state.h"

enum { WIDE = 100, MIDDLE = 80, STRIP_ROWS = 8, FOOT_ROWS = 4, INDENT = 2 };

static const char *number(Arena *a, int64_t n)
{
    AUTO(buf_free) Buf text = {0};
    number_shown(n, &text);
    return str_keep(a, buf_str(&text));
}

static Role severity_role(const IssueNode *node)
{
    const char *s = node->severity;
    if (s && (strcmp(s, "fatal") == 0 || strcmp(s, "error") == 0))
        return ROLE_BAD;
    return s && strcmp(s, "warning") == 0 ? ROLE_WARN : ROLE_TEXT;
}

static void add_count(Buf *line, const char *state, int64_t count)
{
    unsigned long n = (unsigned long)count;
    AUTO(buf_free) Buf text = {0};
    number_shown(count, &text);
    const char *shown = buf_text(&text);
    if (!state)
        buf_addf(line, ngettext("%s issue in any state", "%s issues in any state", n), shown);
    else if (strcmp(state, "open") == 0)
        buf_addf(line, ngettext("%s open issue", "%s open issues", n), shown);
    else if (strcmp(state, "asked") == 0)
        buf_addf(line, ngettext("%s issue asked", "%s issues asked", n), shown);
    else if (strcmp(state, "ignored") == 0)
        buf_addf(line, ngettext("%s issue ignored", "%s issues ignored", n), shown);
    else
        buf_addf(line, ngettext("%s issue resolved", "%s issues resolved", n), shown);
}

void warnings_context(const Screen *s, const App *app, Buf *line)
{
    static const char *const views[ISSUE_VIEWS] = {
        [ISSUES_BY_SEVERITY] = N_("severity, code, entity"),
        [ISSUES_BY_ENTITY] = N_("entity, code"),
        [ISSUES_BY_CAUSE] = N_("cause"),
        [ISSUES_FRESH_FIRST] = N_("new first"),
    };
    const Warnings *w = (const Warnings *)s;
    (void)app;
    AUTO(arena_free_at) Arena *a = arena_new();
    bool known = w->tree && !w->anew; // not of the filter before
    if (known)
        add_count(line, w->filter.state, w->tree->count);
    if (known && w->tree->blocking)
        buf_addf(line, _("   %s blocking"), number(a, w->tree->blocking));
    if (known)
        buf_add_text(line, "   ");
    buf_addf(line, _("group: %s"), _(views[w->view]));
    if (*w->typed)
        buf_addf(line, "   %s", _("filter: "));
    buf_add_text(line, w->typed);
    if (warnings_marks(w))
        buf_addf(line, _("   marked: %zu"), warnings_marks(w));
}

// ---- Groups --------------------------------------------------------------------------------------------

enum { COLUMN_GROUP, COLUMN_OPEN, COLUMN_NEW, COLUMN_ENTITY, COLUMN_SINCE };
static const Column columns[] = {{N_("GROUP"), 0, false, 0},
                                 {N_("OPEN"), 8, true, 0},
                                 {N_("NEW"), 6, true, 0},
                                 {N_("ENTITY"), 18, false, 2},
                                 {N_("SEEN SINCE"), 14, false, 1}};

static bool shows_open(const Warnings *w)
{
    return w->filter.state && strcmp(w->filter.state, "open") == 0;
}

static void paint_group(const Warnings *w, Arena *a, const Table *t, Canvas *c, int y, int64_t at)
{
    size_t i = w->shown[at];
    const WarningsLine *line = &w->tree->lines[i];
    const IssueNode *node = &line->node;
    const char *fold = !warnings_inner(w, i) ? " " : w->folded[i] ? "+" : "-";
    const char *label = warnings_label(a, w, line);
    if (line->blocking && (w->view == ISSUES_BY_SEVERITY ? node->depth == 1 : node->leaf))
        label = arena_text(a, "%s  %s", label, _("blocking"));
    table_cell(t, c, y, COLUMN_GROUP, node->depth == 0 ? severity_role(node) : ROLE_TEXT,
               arena_text(a, "%*s%s %s", node->depth * INDENT, "", fold, label));
    if (node->entity && t->n > COLUMN_ENTITY)
        table_cell(t, c, y, COLUMN_ENTITY, ROLE_DIM, node->entity);
    table_number(t, c, y, COLUMN_OPEN, ROLE_TEXT, node->count);
    table_number(t, c, y, COLUMN_NEW, node->fresh ? ROLE_STRONG : ROLE_DIM, node->fresh);
    if (node->first_run && t->n > COLUMN_SINCE)
        table_cell(t, c, y, COLUMN_SINCE, ROLE_DIM, arena_text(a, _("run %lld"), (long long)node->first_run));
    table_cursor(c, y, !w->in_records && at == w->groups.cursor, w->marked[i]);
}

// n: of the columns.
static void paint_groups(const Warnings *w, Arena *a, Canvas *c, size_t n)
{
    Column mine[ARRAY_LEN(columns)];
    memcpy(mine, columns, sizeof columns);
    if (!shows_open(w))
        mine[COLUMN_OPEN].title = N_("COUNT");
    Table t = table_of(mine, n, c->cols);
    ListState l = w->groups;
    int rows = MAX(c->rows - 1, 1);
    w->rows[0] = rows;
    list_fit(&l, l.count, rows);
    table_head(&t, c, 0);
    for (int y = 0; y < rows && l.top + y < l.count; y++)
        paint_group(w, a, &t, c, y + 1, l.top + y);
}

// ---- What happened since ------------------------------------------------------------------------------------

static const char *sums(Arena *a, const WarningsTree *t)
{
    const IssueTotals *n = &t->totals;
    return arena_text(a, _("asked %s  ignored %s  resolved %s"), number(a, n->asked), number(a, n->ignored),
                      number(a, n->resolved));
}

static const char *delta(Arena *a, const WarningsTree *t)
{
    const IssueTotals *n = &t->totals;
    if (!n->since)
        return _("the first run: there is nothing to compare with");
    return arena_text(a, _("since run %lld: %s new, %s fixed, %s came back"), (long long)n->since, number(a, n->fresh),
                      number(a, n->fixed), number(a, n->back));
}

// ---- A group closely -------------------------------------------------------------------------------------------

static const char *about(Arena *a, const WarningsLine *line)
{
    const IssueNode *node = &line->node;
    if (line->meaning)
        return arena_text(a, "%s.", line->meaning);
    if (node->code)
        return _("Nothing more is known of this code.");
    return arena_text(a, ngettext("%s issue.", "%s issues of several kinds.", (unsigned long)node->count),
                      number(a, node->count));
}

static const char *cause_text(Arena *a, const IssueCause *cause)
{
    AUTO(buf_free) Buf text = {0};
    if (*cause->field)
        buf_addf(&text, "%s  ", cause->field);
    if (*cause->detail)
        buf_addf(&text, "%s  ", _(cause->detail));
    if (!text.len)
        buf_addf(&text, "%s  ", cause->step);
    buf_addf(&text, ngettext("%s record", "%s records", (unsigned long)cause->count), number(a, cause->count));
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
    y = paint_heading(c, y, arena_text(a, "%s  %s", _("CAUSES"), number(a, g->total)));
    for (size_t i = 0; i < MIN(g->n, (size_t)3); i++)
        canvas_text(c, y++, 2, -1, ROLE_TEXT, cause_text(a, &g->causes[i]));
    if (g->total > 3)
        canvas_textf(c, y++, 2, -1, ROLE_DIM, _("and %s more; v groups by them"), number(a, g->total - 3));
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
    if (!shows_open(w))
        return paint_way(c, y, "O", _("open it again")) + 1;
    y = paint_way(c, y, "r", _("it has been mended: the next run looks"));
    y = paint_way(c, y, "i", _("it does not matter: with a reason, for good or until a day"));
    y = paint_way(c, y, "c", _("put it on the list of questions for the clinic"));
    return y + 1;
}

// ---- Records ----------------------------------------------------------------------------------------------------

enum { COLUMN_RECORD, COLUMN_FIELD, COLUMN_SEEN, COLUMN_NOTE };
static const Column record_columns[] = {
    {N_("RECORD"), 24, false, 0}, {N_("FIELD"), 16, false, 2}, {N_("SEEN"), 6, true, 1}, {N_("NOTE"), 0, false, 0}};

static const char *record_name(Arena *a, const IssueItem *i)
{
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
        buf_addf(&text, _("row %s"), number(a, i->origin));
    return str_keep(a, buf_str(&text));
}

static void paint_record(const Warnings *w, Arena *a, const Table *t, Canvas *c, int y, int64_t at)
{
    const WarningsPage *p = w->page;
    if (at < p->first || at >= p->first + (int64_t)p->n)
        return; // being read
    const IssueItem *i = &p->items[at - p->first];
    table_cell(t, c, y, COLUMN_RECORD, ROLE_TEXT, record_name(a, i));
    table_cell(t, c, y, COLUMN_FIELD, ROLE_TEXT, i->field);
    table_cell(t, c, y, COLUMN_SEEN, ROLE_TEXT, arena_text(a, "#%lld", (long long)i->last_run));
    table_cell(t, c, y, COLUMN_NOTE, ROLE_TEXT, remark(a, i));
    table_cursor(c, y, w->in_records && at == w->records.cursor, warnings_picked(w, i->fp));
}

static void paint_records(const Warnings *w, Arena *a, Canvas *c)
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
        canvas_textf(c, rows, 2, -1, ROLE_DIM, _("and %s more; Tab goes to them"), number(a, l.count - rows + 1));
}

// ---- All of it -----------------------------------------------------------------------------------------------------

static const char *heading_of(Arena *a, const Warnings *w, const WarningsLine *line)
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

static void paint_beside(const Warnings *w, const App *app, Arena *a, Canvas *c, const WarningsLine *line)
{
    canvas_text(c, 0, 0, -1, ROLE_STRONG, heading_of(a, w, line));
    int y = 2;
    if (!w->in_records) {
        y += canvas_wrap(c, y, 0, ROLE_TEXT, about(a, line)) + 1;
        y = paint_causes(w, a, c, y);
        y = paint_ways(w, app, c, y, line);
    }
    Canvas records = canvas_part(c, y, 0, c->rows - y, c->cols);
    paint_records(w, a, &records);
}

static void paint_below(const Warnings *w, const App *app, Arena *a, Canvas *c, const WarningsLine *line)
{
    canvas_rule(c, 0);
    Canvas inside = canvas_part(c, 1, 1, c->rows - 1, c->cols - 2);
    int last = inside.rows - 1;
    Canvas text = canvas_part(&inside, 0, 0, 2, inside.cols);
    canvas_wrap(&text, 0, 0, ROLE_TEXT, about(a, line));
    int y = 2;
    if (w->group && w->group->n)
        canvas_textf(&inside, y, 0, -1, ROLE_TEXT, "%s %s  %s", _("CAUSES"), number(a, w->group->total),
                     cause_text(a, &w->group->causes[0]));
    y++;
    if (line->remedy)
        canvas_text(&inside, y++, 0, -1, ROLE_TEXT, line->remedy);
    if (!app_options(app)->read_only)
        canvas_text(&inside, y, 0, -1, ROLE_DIM,
                    shows_open(w) ? _("r mended   i does not matter   c ask the clinic") : _("O open it again"));
    canvas_text(&inside, last - 1, 0, -1, ROLE_DIM, sums(a, w->tree));
    canvas_text(&inside, last, 0, -1, ROLE_DIM, delta(a, w->tree));
}

static void paint_wide(const Warnings *w, const App *app, Arena *a, Canvas *body, const WarningsLine *line)
{
    int split = body->cols * 46 / 100;
    Canvas left = canvas_part(body, 0, 0, body->rows - FOOT_ROWS - 1, split - 1),
           foot = canvas_part(body, body->rows - FOOT_ROWS, 2, FOOT_ROWS, split - 4),
           right = canvas_part(body, 0, split + 2, body->rows, body->cols - split - 3);
    paint_groups(w, a, &left, COLUMN_ENTITY);
    int y = canvas_wrap(&foot, 0, 0, ROLE_DIM, sums(a, w->tree));
    canvas_wrap(&foot, y, 0, ROLE_DIM, delta(a, w->tree));
    canvas_vertical(body, split);
    paint_beside(w, app, a, &right, line);
}

static void paint_narrow(const Warnings *w, const App *app, Arena *a, Canvas *body, const WarningsLine *line)
{
    if (w->in_records) {
        canvas_text(body, 0, 1, -1, ROLE_STRONG, heading_of(a, w, line));
        Canvas records = canvas_part(body, 1, 0, body->rows - 1, body->cols);
        paint_records(w, a, &records);
        return;
    }
    int strip = body->cols >= MIDDLE && body->rows >= 2 * STRIP_ROWS ? STRIP_ROWS : 2;
    Canvas list = canvas_part(body, 0, 0, body->rows - strip, body->cols),
           below = canvas_part(body, body->rows - strip, 0, strip, body->cols);
    paint_groups(w, a, &list, ARRAY_LEN(columns));
    if (strip == STRIP_ROWS)
        paint_below(w, app, a, &below, line);
    else
        canvas_text(&below, 1, 1, -1, ROLE_DIM, about(a, line));
}

static const char *nothing(Arena *a, const Warnings *w, const App *app)
{
    const char *name = app_clinic_name(app) ? app_clinic_name(app) : "CLINIC";
    if (w->trouble)
        return w->trouble;
    if (!w->tree)
        return _("reading ...");
    if (w->tree->no_run)
        return arena_text(a, _("%s has had no run yet"), name);
    return *w->typed ? _("No warnings pass the filter; Esc takes it away.") : _("There are no open warnings.");
}

void warnings_paint(const Screen *s, const App *app, Canvas *body)
{
    const Warnings *w = (const Warnings *)s;
    AUTO(arena_free_at) Arena *a = arena_new();
    const WarningsLine *line = warnings_line(w);
    if (!line) {
        canvas_wrap(body, 1, 2, w->trouble ? ROLE_BAD : w->tree ? ROLE_TEXT : ROLE_DIM, nothing(a, w, app));
        if (w->tree && !w->tree->no_run && !w->trouble) {
            canvas_text(body, 3, 2, -1, ROLE_DIM, sums(a, w->tree));
            canvas_text(body, 4, 2, -1, ROLE_DIM, delta(a, w->tree));
        }
    } else if (body->cols >= WIDE) {
        paint_wide(w, app, a, body, line);
    } else {
        paint_narrow(w, app, a, body, line);
    }
}
