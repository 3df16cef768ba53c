// Warnings on the screen: groups, and what one of them is about beside or below them.
#include <stdio.h>
#include <string.h>

#include "base/intl.h"
#include "base/text.h"
#include "ui/warnings_state.h"

enum { WIDE = 100, MIDDLE = 80, STRIP_ROWS = 8, FOOT_ROWS = 4, INDENT = 2 };

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
        buf_addf(line, _("   %s blocking"), warnings_number(a, w->tree->blocking));
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
    if (!warnings_shows_open(w))
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

// ---- What happened since
// ------------------------------------------------------------------------------------

static const char *sums(Arena *a, const WarningsTree *t)
{
    const IssueTotals *n = &t->totals;
    return arena_text(a, _("asked %s  ignored %s  resolved %s"), warnings_number(a, n->asked),
                      warnings_number(a, n->ignored), warnings_number(a, n->resolved));
}

static const char *delta(Arena *a, const WarningsTree *t)
{
    const IssueTotals *n = &t->totals;
    if (!n->since)
        return _("the first run: there is nothing to compare with");
    return arena_text(a, _("since run %lld: %s new, %s fixed, %s came back"), (long long)n->since,
                      warnings_number(a, n->fresh), warnings_number(a, n->fixed),
                      warnings_number(a, n->back));
}

// ---- All of it
// -----------------------------------------------------------------------------------------------------

static void paint_wide(const Warnings *w, const App *app, Arena *a, Canvas *body, const WarningsLine *line)
{
    int split = body->cols / 2;
    Canvas left = canvas_part(body, 0, 0, body->rows - FOOT_ROWS - 1, split - 1),
           foot = canvas_part(body, body->rows - FOOT_ROWS, 2, FOOT_ROWS, split - 4),
           right = canvas_part(body, 0, split + 2, body->rows, body->cols - split - 3);
    paint_groups(w, a, &left, COLUMN_ENTITY);
    int y = canvas_wrap(&foot, 0, 0, ROLE_DIM, sums(a, w->tree));
    canvas_wrap(&foot, y, 0, ROLE_DIM, delta(a, w->tree));
    canvas_vertical(body, split);
    warnings_paint_beside(w, app, a, &right, line);
}

static void paint_strip(const Warnings *w, const App *app, Arena *a, Canvas *c, const WarningsLine *line)
{
    warnings_paint_below(w, app, a, c, line);
    canvas_text(c, c->rows - 2, 1, -1, ROLE_DIM, sums(a, w->tree));
    canvas_text(c, c->rows - 1, 1, -1, ROLE_DIM, delta(a, w->tree));
}

static void paint_narrow(const Warnings *w, const App *app, Arena *a, Canvas *body, const WarningsLine *line)
{
    if (w->in_records) {
        canvas_text(body, 0, 1, -1, ROLE_STRONG, warnings_heading(a, w, line));
        Canvas records = canvas_part(body, 1, 0, body->rows - 1, body->cols);
        warnings_paint_records(w, a, &records);
        return;
    }
    int strip = body->cols >= MIDDLE && body->rows >= 2 * STRIP_ROWS ? STRIP_ROWS : 2;
    Canvas list = canvas_part(body, 0, 0, body->rows - strip, body->cols),
           below = canvas_part(body, body->rows - strip, 0, strip, body->cols);
    paint_groups(w, a, &list, ARRAY_LEN(columns));
    if (strip == STRIP_ROWS)
        paint_strip(w, app, a, &below, line);
    else
        canvas_text(&below, 1, 1, -1, ROLE_DIM, warnings_about(a, line));
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
    return *w->typed ? _("No warnings pass the filter; Esc takes it away.")
                     : _("There are no open warnings.");
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
