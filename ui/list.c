#include "ui/list.h"

#include "base/intl.h"

bool list_move(ListState *l, int action, int page)
{
    page = MAX(page, 1);
    switch (action) {
    case ACT_UP: l->cursor--; break;
    case ACT_DOWN: l->cursor++; break;
    case ACT_PAGE_UP: l->cursor -= page; break;
    case ACT_PAGE_DOWN: l->cursor += page; break;
    case ACT_HALF_UP: l->cursor -= (page + 1) / 2; break;
    case ACT_HALF_DOWN: l->cursor += (page + 1) / 2; break;
    case ACT_FIRST: l->cursor = 0; break;
    case ACT_LAST: l->cursor = l->count - 1; break;
    default: return false;
    }
    list_fit(l, l->count, page);
    return true;
}

void list_fit(ListState *l, int64_t count, int page)
{
    page = MAX(page, 1);
    l->count = MAX(count, 0);
    l->cursor = MAX(MIN(l->cursor, l->count - 1), 0);
    if (l->cursor < l->top)
        l->top = l->cursor;
    if (l->cursor >= l->top + page)
        l->top = l->cursor - page + 1;
    l->top = MAX(MIN(l->top, l->count - page), 0);
}

// ---- Tables -------------------------------------------------------------------------------------

enum { MARGIN = 2, LEAST_REST = 12 };

static int wanted(const Table *t)
{
    int sum = MARGIN;
    for (size_t i = 0; i < t->n; i++) {
        if (t->width[i] < 0)
            continue;
        sum += (t->columns[i].width ? t->columns[i].width : LEAST_REST) + 1;
    }
    return sum - 1;
}

Table table_of(const Column *columns, size_t n, int width)
{
    Table t = {.columns = columns, .n = MIN(n, (size_t)TABLE_COLUMNS)};
    for (;;) { // -1: left out
        size_t worst = t.n;
        if (wanted(&t) <= width)
            break;
        for (size_t i = 0; i < t.n; i++)
            if (t.width[i] == 0 && columns[i].drop && (worst == t.n || columns[i].drop > columns[worst].drop))
                worst = i;
        if (worst == t.n)
            break;
        t.width[worst] = -1;
    }
    int rest = width - wanted(&t), x = MARGIN;
    for (size_t i = 0; i < t.n; i++) {
        bool out = t.width[i] < 0;
        t.x[i] = x;
        t.width[i] = out ? 0 : columns[i].width ? columns[i].width : LEAST_REST + MAX(rest, 0);
        t.width[i] = MAX(MIN(t.width[i], width - x), 0);
        x += out ? 0 : t.width[i] + 1;
    }
    return t;
}

static void cell(const Table *t, Canvas *c, int y, size_t i, Role role, const char *text)
{
    if (!t->width[i] || !text)
        return;
    if (t->columns[i].right)
        canvas_right(c, y, t->x[i], t->width[i], role, text);
    else
        canvas_text(c, y, t->x[i], t->width[i], role, text);
}

void table_head(const Table *t, Canvas *c, int y)
{
    for (size_t i = 0; i < t->n; i++)
        cell(t, c, y, i, ROLE_HEAD, *t->columns[i].title ? _(t->columns[i].title) : "");
}

void table_cell(const Table *t, Canvas *c, int y, size_t column, Role role, const char *text)
{
    cell(t, c, y, column, role, text);
}

void table_number(const Table *t, Canvas *c, int y, size_t column, Role role, int64_t number)
{
    AUTO(buf_free) Buf text = {0};
    if (number < 0)
        buf_add_char(&text, '-');
    else
        number_shown(number, &text);
    cell(t, c, y, column, role, buf_text(&text));
}

void table_cursor(Canvas *c, int y, bool on, bool marked)
{
    if (marked)
        canvas_text(c, y, 1, 1, ROLE_STRONG, "*");
    if (!on)
        return;
    canvas_text(c, y, 0, 1, ROLE_STRONG, ">");
    canvas_select(c, y);
}
