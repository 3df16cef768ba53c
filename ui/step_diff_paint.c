// Tab Diff: rows that would change, a line with - for what the target has and one with + for what it would
// have.
#include <string.h>

#include "base/intl.h"
#include "base/text.h"
#include "ui/step.h"

void step_diff_lines(StepScreen *s)
{
    arena_reset(s->lines_arena);
    const ComparedEntity *e = s->diff ? &s->diff->compared : NULL;
    size_t most = 0;
    for (size_t i = 0; e && i < e->n_shown; i++)
        most += 1 + 2 * e->shown[i].n_fields;
    s->lines = arena_many(s->lines_arena, DiffLine, most + 1);
    int64_t n = 0;
    for (size_t i = 0; e && i < e->n_shown; i++) {
        s->lines[n++] = (DiffLine){(int)i, -1, false};
        for (size_t k = 0; k < e->shown[i].n_fields; k++) {
            s->lines[n++] = (DiffLine){(int)i, (int)k, false};
            s->lines[n++] = (DiffLine){(int)i, (int)k, true};
        }
    }
    list_fit(&s->list[TAB_DIFF], n, *s->page);
}

static void paint_row(Canvas *c, int y, const ComparedRow *row)
{
    int x = 2 + canvas_text(c, y, 2, -1, ROLE_STRONG, row->key) + 2;
    x += canvas_text(c, y, x, -1, ROLE_DIM, row->table ? row->table : "") + 2;
    if (row->conflict)
        canvas_text(c, y, x, -1, ROLE_WARN, _("changed on both sides"));
    else if (!row->there)
        canvas_text(c, y, x, -1, ROLE_WARN, _("the row is not there any more"));
    else if (!row->n_fields)
        canvas_text(c, y, x, -1, ROLE_DIM, _("only parts of it in other tables differ"));
}

static void paint_field(Canvas *c, int y, const ComparedField *f, bool plus)
{
    enum { NAME = 6, VALUE = 30 };
    AUTO(arena_free_at) Arena *a = arena_new();
    const char *value = plus ? f->source : f->target;
    const char *sign = f->owned ? "=" : plus ? "+" : "-";
    const Role role = f->owned ? ROLE_DIM : plus ? ROLE_GOOD : ROLE_BAD;
    canvas_text(c, y, NAME - 2, 1, role, sign);
    canvas_text(c, y, NAME, VALUE - NAME - 1, role, f->column);
    int x = VALUE + canvas_text(c, y, VALUE, -1, role, value ? arena_text(a, "\"%s\"", value) : "NULL") + 2;
    if (f->owned)
        canvas_text(c, y, x, -1, ROLE_DIM,
                    plus ? _("of the source: not written") : _("of the application: it stays"));
}

static void paint_foot(const StepScreen *s, const ComparedEntity *e, bool masked, Canvas *c)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    AUTO(buf_free) Buf differ = {0};
    int64_t n = e->updated + e->conflicts;
    number_shown(n, &differ);
    const char *more = n > (int64_t)e->n_shown ? arena_text(a, _("the first %zu are shown"), e->n_shown) : "";
    canvas_textf(c, c->rows - 1, 1, -1, ROLE_DIM, _("%s rows differ   compared %s   %s   %s"),
                 buf_text(&differ), s->diff->at, masked ? _("masked") : _("values as they are"), more);
}

void step_paint_diff(const StepScreen *s, const App *app, Canvas *c)
{
    if (step_paint_lack(s, STEP_DIFF, s->diff, _("comparing with the target ..."), c, 0))
        return;
    const ComparedEntity *e = &s->diff->compared;
    ListState l = s->list[TAB_DIFF];
    *s->page = MAX(c->rows - 2, 1);
    list_fit(&l, l.count, *s->page);
    for (int i = 0; i < *s->page && l.top + i < l.count; i++) {
        const DiffLine *line = &s->lines[l.top + i];
        const ComparedRow *row = &e->shown[line->row];
        if (line->field < 0)
            paint_row(c, i, row);
        else
            paint_field(c, i, &row->fields[line->field], line->plus);
        table_cursor(c, i, l.top + i == l.cursor, false);
    }
    if (!l.count)
        canvas_text(c, 0, 1, -1, ROLE_TEXT,
                    e->inserted ? _("No row that is there would change; new ones would come.")
                                : _("No row would change: the target has what the source says."));
    paint_foot(s, e, !app_unmasked(app), c);
}
