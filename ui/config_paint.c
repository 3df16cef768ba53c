#include <string.h>

#include "base/intl.h"
#include "config/config_check.h"
#include "ui/config_inner.h"

// ---- The list above -----------------------------------------------------------------------------

static const char *problem_text(Arena *a, const Problem *p)
{
    return p->hint ? arena_text(a, "%s (%s)", p->text, p->hint) : p->text;
}

static const char *origin_text(Arena *a, const ConfigFile *f, const ConfigPlace *p)
{
    return p->origin == ORIGIN_FILE ? arena_text(a, "%s:%d:%d", f->name, p->line, p->col) : config_origin_text(a, f, p);
}

// Those that F mends have an F.
static void paint_problem(const ConfigScreen *s, size_t i, Canvas *c, int y)
{
    enum { PLACE_COLS = 22 };
    AUTO(arena_free_at) Arena *a = arena_new();
    const ReviewItem *item = &s->model->review->items[i];
    const Problem *p = &item->problem;
    bool bad = p->level == PROBLEM_ERROR;
    canvas_text(c, y, 2, 1, bad ? ROLE_BAD : ROLE_WARN, bad ? "x" : "!");
    if (s->model->fixes[i])
        canvas_text(c, y, 4, 1, ROLE_KEY, "F");
    int used = canvas_textf(c, y, 6, -1, ROLE_TEXT, "%s:%d:%d", s->model->review->files[item->file]->name, p->line, p->col);
    canvas_text(c, y, 7 + MAX(used, PLACE_COLS), -1, ROLE_TEXT, problem_text(a, p));
}

static void paint_value(const ConfigPlace *p, const ConfigFile *f, Canvas *c, int y)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    int path = MIN(34, c->cols / 3), from = MIN(26, c->cols / 4);
    canvas_text(c, y, 2, path, p->key ? ROLE_TEXT : ROLE_WARN, p->path);
    const char *value = !p->value ? "-" : p->secret ? _("(set)") : p->value;
    canvas_text(c, y, path + 3, c->cols - path - from - 4, p->value ? ROLE_TEXT : ROLE_DIM, value);
    canvas_text(c, y, c->cols - from, from, ROLE_DIM, origin_text(a, f, p));
}

static int paint_list(const ConfigScreen *s, Canvas *c)
{
    size_t n = config_rows(s), top = (size_t)s->list.top;
    if (!n) {
        canvas_text(c, 0, 2, -1, ROLE_GOOD, _("Both files are right. o shows every value and where it comes from."));
        return 1;
    }
    int y = 0;
    for (; y < c->rows && top + (size_t)y < n; y++) {
        size_t i = top + (size_t)y;
        if (s->view == VIEW_PROBLEMS)
            paint_problem(s, i, c, y);
        else
            paint_value(&s->model->places[s->file][i], s->model->review->files[s->file], c, y);
        table_cursor(c, y, (int64_t)i == s->list.cursor, false);
    }
    return y;
}

// ---- The file below --------------------------------------------------------------------------------

static void paint_file(const ConfigFile *f, const ConfigAt *at, Canvas *c)
{
    enum { NUMBER_COLS = 6 };
    AUTO(arena_free_at) Arena *a = arena_new();
    int first = MAX(MIN(at->line - c->rows / 2, (int)f->n_lines - c->rows + 2), 1), y = 0;
    for (int line = first; line <= (int)f->n_lines && y < c->rows; line++) {
        canvas_textf(c, y, 0, NUMBER_COLS - 1, ROLE_DIM, "%4d", line);
        canvas_text(c, y++, NUMBER_COLS, -1, line == at->line ? ROLE_STRONG : ROLE_TEXT, config_line(a, f, line, 0));
        if (line != at->line || !at->item || y >= c->rows)
            continue;
        canvas_text(c, y++, NUMBER_COLS + MAX(at->col - 1, 0), 1, ROLE_BAD, "^");
    }
}

static int paint_fact(Canvas *c, int y, const char *name, Role role, const char *text)
{
    canvas_text(c, y, 1, 8, ROLE_HEAD, name);
    Canvas rest = canvas_part(c, y, 10, c->rows - y, c->cols - 10);
    return y + canvas_wrap(&rest, 0, 0, role, text);
}

static void paint_key(const ConfigAt *at, const ConfigFile *f, Canvas *c)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    const ConfigKey *key = at->place.path ? at->place.key : NULL;
    int y = 0;
    if (at->item)
        y = paint_fact(c, y, "", at->item->problem.level == PROBLEM_ERROR ? ROLE_BAD : ROLE_WARN,
                       problem_text(a, &at->item->problem));
    if (at->fix)
        y = paint_fact(c, y, _("FIX"), ROLE_GOOD, arena_text(a, "F  %s", at->item->fix->about));
    if (key) {
        y = paint_fact(c, y, _("KEY"), ROLE_TEXT, arena_text(a, "%s   %s", at->place.path, config_expects(a, key)));
        y = paint_fact(c, y, "", ROLE_TEXT, _(key->about));
        paint_fact(c, y, _("FROM"), ROLE_TEXT, origin_text(a, f, &at->place));
    }
}

// ---- Connections ---------------------------------------------------------------------------------------

static int paint_findings(const Connection *part, Canvas *c, int y)
{
    for (size_t i = 0; i < part->n_findings; i++) {
        const Finding *f = &part->findings[i];
        Role role = f->state == FINDING_BAD ? ROLE_BAD : f->state == FINDING_GOOD ? ROLE_GOOD : ROLE_WARN;
        canvas_text(c, y, 3, 12, role, f->name);
        Canvas rest = canvas_part(c, y, 16, c->rows - y, c->cols - 16);
        int used = canvas_wrap(&rest, 0, 0, role, f->text);
        if (f->advice)
            used += canvas_wrap(&rest, used, 0, ROLE_TEXT, f->advice);
        y += used;
    }
    return y;
}

static int paint_part(const Connection *part, Canvas *c, int y)
{
    static const char *const words[CONNECT_PARTS] = {N_("Source"), N_("Cache"), N_("Target")};
    AUTO(arena_free_at) Arena *a = arena_new();
    canvas_text(c, y, 1, -1, ROLE_HEAD, _(words[part->part]));
    canvas_textf(c, y++, 16, -1, ROLE_DIM, "%lld ms", (long long)part->took_ms);
    for (size_t i = 0; i < part->n_values; i++) {
        const FoundValue *v = &part->values[i];
        const char *value = v->secret ? _("(set)") : v->value ? v->value : "-";
        canvas_text(c, y, 3, 12, ROLE_TEXT, v->name);
        int used = canvas_text(c, y, 16, c->cols / 2, ROLE_TEXT, value);
        canvas_text(c, y++, 18 + used, -1, ROLE_DIM, found_place(a, v));
    }
    return paint_findings(part, c, y) + 1;
}

static void paint_connections(const ConfigScreen *s, Canvas *c)
{
    if (!s->parts)
        canvas_text(c, 0, 1, -1, ROLE_DIM, _("trying source, cache and target ..."));
    for (int i = 0, y = 0; s->parts && i < CONNECT_PARTS; i++)
        y = paint_part(&s->parts[i], c, y);
}

// ---- All of it --------------------------------------------------------------------------------------------

void config_paint(const Screen *screen, const App *app, Canvas *body)
{
    enum { KEY_ROWS = 6 };
    const ConfigScreen *s = (const ConfigScreen *)screen;
    AUTO(arena_free_at) Arena *a = arena_new();
    ConfigAt at;
    (void)app;
    if (!s->model) {
        canvas_text(body, 0, 1, -1, s->trouble ? ROLE_BAD : ROLE_DIM, s->trouble ? s->trouble : _("reading ..."));
        return;
    }
    if (s->view == VIEW_CONNECTIONS) {
        paint_connections(s, body);
        return;
    }
    Canvas list = canvas_part(body, 0, 0, config_list_rows(body->rows), body->cols);
    int used = paint_list(s, &list);
    if (!config_at(s, a, &at))
        return;
    const ConfigFile *file = s->model->review->files[at.file];
    Canvas below = canvas_part(body, used + 1, 0, body->rows - used - 1 - KEY_ROWS, body->cols),
           key = canvas_part(body, body->rows - KEY_ROWS + 1, 0, KEY_ROWS - 1, body->cols);
    canvas_rule(body, used);
    paint_file(file, &at, &below);
    paint_key(&at, file, &key);
}
