#include "ui/clinics.h"

#include <string.h>

#include "base/intl.h"
#include "base/text.h"
#include "ui/glyphs.h"

enum { LINES = ARRAY_LEN(((ClinicRow *)0)->line) };

enum { COLUMN_CLINIC, COLUMN_ENV, COLUMN_SOURCE, COLUMN_TARGET, COLUMN_BAR, COLUMN_DONE, COLUMN_WARNINGS, COLUMN_LAST,
       COLUMNS };
static const Column columns[COLUMNS] = {
    {N_("CLINIC"), 0, false, 0}, {N_("ENV"), 0, false, 2},      {N_("SOURCE"), 0, false, 4},
    {N_("TARGET"), 0, false, 6}, {N_("PIPELINE"), 0, false, 5}, {N_("DONE"), 0, true, 1},
    {N_("WARN"), 0, true, 0},    {N_("LAST RUN"), 0, false, 0},
};
enum { LONGEST_NAME = 30, LONGEST_SOURCE = 20, LONGEST_TARGET = 16, LONGEST_RUN = 30, BAR = 12 };

static void widen(Column *column, const char *text, int most)
{
    column->width = MAX(column->width, MIN(text_width(str_of(text)), most));
}

// Columns get what is in them; what is left over goes to the bar, or to the names where there is none.
static Table fitted(Column *fit, const ClinicsModel *m, int width)
{
    memcpy(fit, columns, sizeof columns);
    for (size_t i = 0; i < COLUMNS; i++)
        widen(&fit[i], _(fit[i].title), LONGEST_RUN);
    for (size_t i = 0; i < m->n; i++) {
        AUTO(buf_free) Buf open = {0};
        const ClinicRow *r = &m->rows[i];
        number_shown(MAX(r->open, 0), &open);
        widen(&fit[COLUMN_CLINIC], r->name, LONGEST_NAME);
        widen(&fit[COLUMN_ENV], r->env, LONGEST_SOURCE);
        widen(&fit[COLUMN_SOURCE], r->source, LONGEST_SOURCE);
        widen(&fit[COLUMN_TARGET], r->target, LONGEST_TARGET);
        widen(&fit[COLUMN_WARNINGS], buf_text(&open), LONGEST_RUN);
        fit[COLUMN_LAST].width = MAX(fit[COLUMN_LAST].width, MIN(text_width(str_of(r->last)) + 2, LONGEST_RUN));
    }
    fit[COLUMN_BAR].width = BAR;
    Table t = table_of(fit, COLUMNS, width);
    int used = 1;
    for (size_t i = 0; i < COLUMNS; i++)
        used += t.width[i] ? t.width[i] + 1 : 0;
    fit[t.width[COLUMN_BAR] ? COLUMN_BAR : COLUMN_CLINIC].width += MAX(width - used, 0);
    return table_of(fit, COLUMNS, width);
}

static Role env_role(const char *env)
{
    return env[0] == 'P' ? ROLE_PROD : ROLE_TEXT;
}

static void paint_row(const Table *t, Canvas *c, int y, const ClinicRow *r)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    table_cell(t, c, y, COLUMN_CLINIC, ROLE_TEXT, r->name);
    table_cell(t, c, y, COLUMN_ENV, env_role(r->env), r->env);
    table_cell(t, c, y, COLUMN_SOURCE, ROLE_TEXT, r->source);
    table_cell(t, c, y, COLUMN_TARGET, ROLE_TEXT, r->target);
    if (t->width[COLUMN_BAR] && r->share >= 0)
        paint_bar(c, y, t->x[COLUMN_BAR], t->width[COLUMN_BAR], r->share);
    table_cell(t, c, y, COLUMN_DONE, ROLE_TEXT, r->share < 0 ? "-" : arena_text(a, "%d%%", (int)(r->share * 100)));
    table_number(t, c, y, COLUMN_WARNINGS, r->open > 0 ? ROLE_WARN : ROLE_TEXT, r->open);
    int x = t->x[COLUMN_LAST], width = t->width[COLUMN_LAST];
    if (r->valid)
        paint_symbol(c, y, x, r->status);
    else
        canvas_text(c, y, x, width, ROLE_BAD, "!");
    canvas_text(c, y, x + 2, width - 2, r->valid ? status_role(r->status) : ROLE_BAD, r->last);
}

static void paint_next(Canvas *c, int y, const ClinicRow *r)
{
    if (!*r->next)
        return;
    int x = 1 + canvas_text(c, y, 1, -1, ROLE_STRONG, _("NEXT")) + 2;
    if (r->next_key)
        x += canvas_text(c, y, x, -1, ROLE_KEY, (char[]){r->next_key, 0}) + 2;
    canvas_text(c, y, x, -1, ROLE_TEXT, r->next);
}

// What state it is in, and what comes next.
static void paint_detail(Canvas *c, const ClinicRow *r)
{
    int y = 0, label = 0;
    for (int i = 0; i < LINES; i++)
        label = MAX(label, text_width(str_of(_(clinic_line_names[i]))));
    int x = 1 + canvas_text(c, y, 1, -1, ROLE_STRONG, r->name);
    canvas_text(c, y++, x + 3, -1, ROLE_TEXT, r->title);
    for (int i = 0; i < LINES && y < c->rows - 1; i++) {
        if (!*r->line[i])
            continue;
        canvas_text(c, y, 1, label, ROLE_DIM, _(clinic_line_names[i]));
        Role role = i == 0 && !r->valid ? ROLE_BAD : ROLE_TEXT;
        canvas_text(c, y++, 1 + label + 2, -1, role, r->line[i]);
    }
    if (y < c->rows - 1)
        y++;
    paint_next(c, y, r);
}

static void paint_empty(const ClinicsModel *m, const ClinicsView *v, bool read_only, Canvas *c)
{
    int y = 1;
    if (!m) {
        canvas_text(c, y, 2, -1, ROLE_DIM, _("reading the clinics ..."));
        return;
    }
    if (m->n && v->filter) {
        canvas_text(c, y, 2, -1, ROLE_DIM, _("No clinic passes the filter. Esc takes it away."));
        return;
    }
    Canvas text = canvas_part(c, 0, 2, c->rows, c->cols - 4);
    if (m->workspace) {
        AUTO(arena_free_at) Arena *a = arena_new();
        y += canvas_wrap(&text, y, 0, ROLE_TEXT, arena_text(a, _("There is no clinic in %s yet."), m->workspace));
    } else {
        y += canvas_wrap(&text, y, 0, ROLE_TEXT,
                         _("There is no folder of clinics here yet: none named clinics here or above."));
    }
    y += 1;
    if (read_only) {
        canvas_wrap(&text, y, 0, ROLE_DIM, _("With --read-only none can be made."));
        return;
    }
    int x = canvas_text(&text, y, 0, -1, ROLE_KEY, "n") + 2;
    canvas_text(&text, y, x, -1, ROLE_TEXT, _("makes the first one: from a source file to a folder with its configuration"));
}

void clinics_paint(const ClinicsView *v, bool read_only, Canvas *body)
{
    int below = body->rows >= 22 ? LINES + 4 : body->rows >= 14 ? LINES + 2 : body->rows >= 11 ? 4 : 0;
    if (!v->model || !v->list.count)
        below = 0;
    Canvas list = canvas_part(body, 0, 0, body->rows - below, body->cols);
    *v->page = MAX(list.rows - 1, 1);
    if (!v->model || !v->list.count) {
        paint_empty(v->model, v, read_only, body);
        return;
    }
    Column fit[COLUMNS];
    Table t = fitted(fit, v->model, body->cols);
    ListState l = v->list;
    list_fit(&l, l.count, *v->page);
    table_head(&t, &list, 0);
    for (int64_t i = l.top; i < l.count && i - l.top < *v->page; i++) {
        paint_row(&t, &list, (int)(i - l.top) + 1, &v->model->rows[v->order[i]]);
        table_cursor(&list, (int)(i - l.top) + 1, i == l.cursor, false);
    }
    if (!below)
        return;
    Canvas detail = canvas_part(body, body->rows - below + 1, 0, below - 1, body->cols);
    canvas_rule(body, body->rows - below);
    paint_detail(&detail, &v->model->rows[v->order[l.cursor]]);
}
