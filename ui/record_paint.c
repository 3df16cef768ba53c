// Fields above, side by side; what is told of the record and of the field under the cursor below.
#include "base/intl.h"
#include "base/text.h"
#include "ui/record.h"

enum { TWO_PANES = 80, WIDE = 100, MARGIN = 2, LABEL = 9 };

// Where the columns of the fields stand.
typedef struct {
    int name, mark, source, made, target, same; // x
    int name_width, width, same_width;
} Columns;

static Columns columns_of(int cols)
{
    Columns k = {.name = MARGIN, .name_width = cols >= WIDE ? 20 : 15, .same_width = 8};
    k.mark = k.name + k.name_width + 1;
    k.source = k.mark + 2;
    k.width = MAX((cols - k.source - k.same_width - 3) / 3, 1);
    k.made = k.source + k.width + 1;
    k.target = k.made + k.width + 1;
    k.same = k.target + k.width + 1;
    return k;
}

static void paint_head(const RecordScreen *s, const Columns *k, Canvas *c)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    const InspectWay *way = s->found->way;
    canvas_text(c, 0, k->name, k->name_width, ROLE_HEAD, _("FIELD"));
    canvas_text(c, 0, k->source, k->width, ROLE_HEAD,
                s->found->source_system ? arena_text(a, "%s %s", _("SOURCE"), s->found->source_system)
                                        : _("SOURCE"));
    canvas_text(c, 0, k->made, k->width, ROLE_HEAD, _("NORMALISED"));
    canvas_text(c, 0, k->target, k->width + k->same_width, ROLE_HEAD,
                way && !way->absent ? arena_text(a, _("IN THE WAY %s"), way->id ? way->id : "")
                : s->whole          ? _("TARGET")
                                    : _("TARGET reading ..."));
}

// Quotes show blanks at the ends.
static void paint_value(Canvas *c, int y, int x, int width, bool there, const char *value, Role role)
{
    AUTO(buf_free) Buf text = {0};
    if (!there)
        return;
    if (!value) {
        canvas_text(c, y, x, width, ROLE_DIM, "NULL");
        return;
    }
    buf_addf(&text, "\"%s\"", value);
    canvas_text(c, y, x, width, role, buf_text(&text));
}

static void paint_line(const Columns *k, Canvas *c, int y, const RecordLine *line)
{
    if (line->heading) {
        canvas_text(c, y, k->name, -1, ROLE_HEAD, line->heading);
        return;
    }
    const bool differs = line->has_made && line->has_target && !line->same;
    canvas_text(c, y, k->name, k->name_width, line->issue ? ROLE_STRONG : ROLE_TEXT, line->name);
    if (line->issue)
        canvas_text(c, y, k->mark, 1, ROLE_WARN, "!");
    paint_value(c, y, k->source, k->width, line->has_source, line->source, ROLE_TEXT);
    paint_value(c, y, k->made, k->width, line->has_made, line->made, ROLE_TEXT);
    paint_value(c, y, k->target, k->width, line->has_target, line->target, differs ? ROLE_STRONG : ROLE_TEXT);
    if (line->same)
        canvas_text(c, y, k->same, k->same_width, ROLE_DIM, _("same"));
}

static void paint_fields(const RecordScreen *s, Canvas *c)
{
    const Columns k = columns_of(c->cols);
    ListState l = s->list;
    *s->page = MAX(c->rows - 1 - (s->equal > 0), 1);
    list_fit(&l, (int64_t)s->n_lines, *s->page);
    paint_head(s, &k, c);
    for (int i = 0; i < *s->page && l.top + i < l.count; i++) {
        paint_line(&k, c, 1 + i, &s->lines[l.top + i]);
        table_cursor(c, 1 + i, l.top + i == l.cursor && !s->below, false);
    }
    if (s->equal)
        canvas_textf(c, MIN((int)l.count, *s->page) + 1, MARGIN, -1, ROLE_DIM,
                     ngettext("+ %zu without a difference", "+ %zu without a difference", s->equal),
                     s->equal);
}

static int paint_told(Canvas *c, int y, const BelowLine *line)
{
    int x = 1 + line->indent;
    if (line->label) {
        const int width = *line->label && text_width(str_of(line->label)) < 2 ? 2 : LABEL;
        canvas_text(c, y, x, width, line->role, line->label);
        x += width + (width == LABEL);
    }
    Canvas rest = canvas_part(c, 0, x, c->rows, c->cols - x - 1);
    return MAX(canvas_wrap(&rest, y, 0, line->role, line->text), 1);
}

static void paint_below(const RecordScreen *s, Canvas *c)
{
    int y = -(int)s->scrolled;
    for (size_t i = 0; i < s->n_told; i++)
        y += paint_told(c, y, &s->told[i]);
    *s->told_lines = (int)s->scrolled + y;
    if (s->below && s->n_told)
        canvas_text(c, 0, 0, 1, ROLE_STRONG, ">");
}

void record_paint(const Screen *screen, const App *app, Canvas *body)
{
    const RecordScreen *s = (const RecordScreen *)screen;
    (void)app;
    if (!s->found) {
        Canvas part = canvas_part(body, 0, 1, body->rows, body->cols - 2);
        canvas_wrap(&part, 0, 0, s->trouble ? ROLE_WARN : ROLE_DIM,
                    s->trouble ? s->trouble : _("reading the record ..."));
        return;
    }
    if (body->cols < TWO_PANES) {
        if (s->below)
            paint_below(s, body);
        else
            paint_fields(s, body);
        return;
    }
    const int wanted = (int)MIN(s->n_lines, (size_t)body->rows) + 1 + (s->equal > 0);
    const int above = MIN(wanted, body->rows * 3 / 7);
    Canvas fields = canvas_part(body, 0, 0, above, body->cols);
    Canvas below = canvas_part(body, above + 1, 0, body->rows - above - 1, body->cols);
    paint_fields(s, &fields);
    canvas_rule(body, above);
    paint_below(s, &below);
}
