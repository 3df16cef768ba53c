#include "ui/board.h"

#include <string.h>

#include "base/intl.h"
#include "base/text.h"
#include "ui/glyphs.h"
#include "ui/when.h"

enum { INDENT = 2, LONGEST_NAME = 30 };

// The columns of both views; which ones go first when there is little room stands beside them.
enum { COLUMN_NAME, COLUMN_STAGES, COLUMN_STATUS, COLUMN_SOURCE, COLUMN_CACHE, COLUMN_TARGET, COLUMN_REJECTS,
       COLUMN_WARNINGS, COLUMN_LAST, COLUMN_TOOK, COLUMNS };
static const Column entity_columns[COLUMNS] = {
    {N_("ENTITY"), 0, false, 0},      {"X V I C", 7, false, 0},     {N_("STATUS"), 0, false, 6},
    {N_("SOURCE"), 0, true, 7},       {N_("CACHE"), 0, true, 10},   {N_("TARGET"), 0, true, 4},
    {N_("REJ"), 0, true, 2},          {N_("WARN"), 0, true, 3},     {N_("LAST RUN"), 0, true, 9},
    {N_("TOOK"), 0, true, 8},
};
static const Column step_columns[COLUMNS] = {
    {N_("STEP"), 0, false, 0},   {N_("CATEGORY"), 13, false, 9}, {N_("STATUS"), 0, false, 0},
    {N_("ROWS"), 0, true, 7},    {"", 1, false, 11},             {N_("DONE"), 0, true, 4},
    {N_("REJ"), 0, true, 2},     {"", 1, false, 11},             {N_("LAST RUN"), 0, true, 8},
    {N_("TOOK"), 0, true, 5},
};

StepStatus board_status_now(const BoardEntity *e, Stage stage, const WorkerSeen *worker)
{
    size_t len = strlen(e->name);
    bool here = worker && strncmp(worker->step, e->name, len) == 0 && worker->step[len] == '/' &&
                strcmp(worker->step + len + 1, stage_words[stage]) == 0;
    return here ? STEP_RUNNING : e->stages[stage].status;
}

static StepStatus entity_status_now(const BoardEntity *e, const WorkerSeen *worker)
{
    StepStatus status = e->status;
    for (int i = 0; i < STAGES; i++)
        if (e->stages[i].there)
            status = board_weightier(status, board_status_now(e, (Stage)i, worker));
    return status;
}

// ---- The table fitted to what is in it -----------------------------------------------------------

static void widen(Column *column, const char *text)
{
    column->width = MAX(column->width, text_width(str_of(text)));
}

static void widen_number(Column *column, int64_t number)
{
    AUTO(buf_free) Buf text = {0};
    number_shown(MAX(number, 0), &text);
    widen(column, buf_text(&text));
}

static void widen_entity(Arena *a, Column *columns, const BoardEntity *e)
{
    widen(&columns[COLUMN_NAME], arena_text(a, "%*s%s", INDENT, "", e->name));
    widen_number(&columns[COLUMN_SOURCE], e->source);
    widen_number(&columns[COLUMN_CACHE], e->cache);
    widen_number(&columns[COLUMN_TARGET], e->target);
    widen_number(&columns[COLUMN_REJECTS], e->rejected);
    widen_number(&columns[COLUMN_WARNINGS], e->open);
    widen(&columns[COLUMN_LAST], e->last ? e->last : "");
    widen(&columns[COLUMN_TOOK], took_short(a, e->took_s));
}

static void widen_steps(Arena *a, Column *columns, const BoardEntity *e)
{
    for (int i = 0; i < STAGES; i++) {
        const BoardStage *s = &e->stages[i];
        if (!s->there)
            continue;
        widen(&columns[COLUMN_NAME], arena_text(a, "%s/%s", e->name, stage_words[i]));
        widen_number(&columns[COLUMN_SOURCE], s->rows);
        widen_number(&columns[COLUMN_TARGET], s->done);
        widen_number(&columns[COLUMN_REJECTS], s->rejected);
        widen(&columns[COLUMN_LAST], s->last);
        widen(&columns[COLUMN_TOOK], took_short(a, s->took_s));
    }
}

// Numbers get the columns they need; what is left over goes to the names.
static Table fitted(Arena *a, const BoardView *v, int width)
{
    Column *columns = arena_copy(a, v->by_step ? step_columns : entity_columns, sizeof entity_columns);
    for (size_t i = 0; i < COLUMNS; i++)
        if (*columns[i].title && columns[i].width == 0)
            widen(&columns[i], _(columns[i].title));
    for (int i = 0; i < STEP_STATUSES; i++)
        widen(&columns[COLUMN_STATUS], arena_text(a, "x %s", status_word((StepStatus)i)));
    for (size_t i = 0; i < v->model->n; i++) {
        if (v->by_step)
            widen_steps(a, columns, &v->model->items[i]);
        else
            widen_entity(a, columns, &v->model->items[i]);
    }
    for (size_t i = 0; !v->by_step && i < v->model->n; i++) {
        size_t n;
        BoardEntity sum = board_category_sum(v->model, i, &n);
        sum.name = board_category_word(sum.name);
        widen_entity(a, columns, &sum);
        i += n - 1;
    }
    for (size_t i = 0; v->by_step && i < COLUMNS; i++)
        if (!*columns[i].title)
            columns[i].drop = 100; // never there: the narrowest screen leaves them out, and so does every other
    columns[COLUMN_NAME].width = MIN(columns[COLUMN_NAME].width, LONGEST_NAME);
    Table t = table_of(columns, COLUMNS, width);
    int used = 1;
    for (size_t i = 0; i < COLUMNS; i++)
        used += t.width[i] ? t.width[i] + 1 : 0;
    columns[COLUMN_NAME].width += MAX(width - used, 0);
    return table_of(columns, COLUMNS, width);
}

// ---- Rows -----------------------------------------------------------------------------------------------

static void paint_stages(const Table *t, Canvas *c, int y, const BoardEntity *e, const WorkerSeen *worker)
{
    for (int i = 0; i < STAGES && t->width[COLUMN_STAGES] > 2 * i; i++) {
        int x = t->x[COLUMN_STAGES] + 2 * i;
        if (!e->stages[i].there)
            canvas_text(c, y, x, 1, ROLE_DIM, " ");
        else
            paint_symbol(c, y, x, board_status_now(e, (Stage)i, worker));
    }
}

static void paint_counts(Arena *a, const Table *t, Canvas *c, int y, const BoardEntity *e, StepStatus status)
{
    if (t->width[COLUMN_STATUS])
        paint_status(c, y, t->x[COLUMN_STATUS], t->width[COLUMN_STATUS], status);
    table_number(t, c, y, COLUMN_SOURCE, ROLE_TEXT, e->source);
    table_number(t, c, y, COLUMN_CACHE, ROLE_TEXT, e->cache);
    table_number(t, c, y, COLUMN_TARGET, ROLE_TEXT, e->target);
    table_number(t, c, y, COLUMN_REJECTS, e->rejected ? ROLE_WARN : ROLE_TEXT, e->rejected);
    table_number(t, c, y, COLUMN_WARNINGS, e->open ? ROLE_WARN : ROLE_TEXT, e->open);
    table_cell(t, c, y, COLUMN_LAST, ROLE_TEXT, e->last);
    table_cell(t, c, y, COLUMN_TOOK, ROLE_TEXT, took_short(a, e->run ? e->took_s : -1));
}

static void paint_entity(Arena *a, const Table *t, Canvas *c, int y, const BoardEntity *e, const WorkerSeen *worker)
{
    canvas_text(c, y, t->x[COLUMN_NAME] + INDENT, t->width[COLUMN_NAME] - INDENT, ROLE_TEXT, e->name);
    paint_stages(t, c, y, e, worker);
    paint_counts(a, t, c, y, e, entity_status_now(e, worker));
}

static void paint_category(Arena *a, const Table *t, Canvas *c, int y, const BoardView *v, const BoardRow *row,
                           const WorkerSeen *worker)
{
    size_t n;
    BoardEntity sum = board_category_sum(v->model, row->entity, &n);
    canvas_text(c, y, t->x[COLUMN_NAME], 1, ROLE_KEY, row->folded ? "+" : "-");
    if (!row->folded) {
        canvas_text(c, y, t->x[COLUMN_NAME] + INDENT, -1, ROLE_HEAD, board_category_word(sum.name));
        return;
    }
    canvas_textf(c, y, t->x[COLUMN_NAME] + INDENT, t->width[COLUMN_NAME] - INDENT, ROLE_HEAD, "%s (%zu)", board_category_word(sum.name), n);
    for (size_t i = row->entity; i < row->entity + n; i++)
        sum.status = board_weightier(sum.status, entity_status_now(&v->model->items[i], worker));
    paint_stages(t, c, y, &sum, NULL);
    paint_counts(a, t, c, y, &sum, sum.status);
}

static void paint_step(Arena *a, const Table *t, Canvas *c, int y, const BoardEntity *e, Stage stage,
                       const WorkerSeen *worker)
{
    const BoardStage *s = &e->stages[stage];
    canvas_textf(c, y, t->x[COLUMN_NAME], t->width[COLUMN_NAME], ROLE_TEXT, "%s/%s", e->name, stage_words[stage]);
    table_cell(t, c, y, COLUMN_STAGES, ROLE_TEXT, board_category_word(e->category));
    paint_status(c, y, t->x[COLUMN_STATUS], t->width[COLUMN_STATUS], board_status_now(e, stage, worker));
    table_number(t, c, y, COLUMN_SOURCE, ROLE_TEXT, s->rows);
    table_number(t, c, y, COLUMN_TARGET, ROLE_TEXT, s->run ? s->done : -1);
    table_number(t, c, y, COLUMN_REJECTS, s->rejected ? ROLE_WARN : ROLE_TEXT, s->rejected);
    table_cell(t, c, y, COLUMN_LAST, ROLE_TEXT, s->last);
    table_cell(t, c, y, COLUMN_TOOK, ROLE_TEXT, took_short(a, s->run ? s->took_s : -1));
}

static void paint_row(Arena *a, const Table *t, Canvas *c, int y, const BoardView *v, size_t i,
                      const WorkerSeen *worker)
{
    const BoardRow *row = &v->rows[i];
    const BoardEntity *e = &v->model->items[row->entity];
    switch (row->kind) {
    case BOARD_CATEGORY: paint_category(a, t, c, y, v, row, worker); break;
    case BOARD_ENTITY: paint_entity(a, t, c, y, e, worker); break;
    case BOARD_STEP: paint_step(a, t, c, y, e, row->stage, worker); break;
    }
    table_cursor(c, y, (int64_t)i == v->list.cursor, board_marked(v, i));
}

static void paint_nothing(const BoardView *v, const BoardLook *look, Canvas *c)
{
    const char *text = look->trouble ? look->trouble
                       : !v->model || (look->reading && !v->model->n)
                           ? _("reading the pipeline ...")
                       : v->model->n
                           ? _("No row passes the filter. Esc takes it away.")
                           : _("This clinic has no steps: nothing is in its pipeline.");
    canvas_wrap(c, 1, 2, look->trouble ? ROLE_BAD : ROLE_DIM, text);
}

void board_paint(const BoardView *v, const BoardLook *look, Canvas *body)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    int strip = body->rows >= 24 ? 6 : body->rows >= 17 ? 4 : body->rows >= 12 ? 3 : 0;
    Canvas list = canvas_part(body, 0, 0, body->rows - strip, body->cols);
    Canvas below = canvas_part(body, body->rows - strip + 1, 0, strip - 1, body->cols);
    *look->page = MAX(list.rows - 1, 1);
    if (!v->model || !v->list.count) {
        paint_nothing(v, look, body);
        return;
    }
    Table t = fitted(a, v, body->cols);
    ListState l = v->list;
    list_fit(&l, l.count, *look->page);
    table_head(&t, &list, 0);
    for (int64_t i = l.top; i < l.count && i - l.top < *look->page; i++)
        paint_row(a, &t, &list, (int)(i - l.top) + 1, v, (size_t)i, look->worker);
    if (strip) {
        canvas_rule(body, body->rows - strip);
        board_strip(v, look, &below);
    }
}
