#include "ui/board_view.h"

#include <stdlib.h>
#include <string.h>

#include "base/intl.h"
#include "ui/field.h"

const char *board_quick_word(BoardQuick quick)
{
    static const char *const words[QUICKS] = {N_("all"), N_("failed or blocked"), N_("stale"), N_("with warnings")};
    return _(words[quick]);
}

// ---- Names that are kept -----------------------------------------------------------------------

static bool has(const BoardNames *names, const char *name)
{
    for (size_t i = 0; i < names->n; i++)
        if (strcmp(names->at[i], name) == 0)
            return true;
    return false;
}

static void add(Arena *a, BoardNames *names, const char *name)
{
    if (has(names, name))
        return;
    if (names->n == names->cap) {
        size_t cap = MAX(names->cap * 2, (size_t)16);
        const char **more = arena_many(a, const char *, cap);
        if (names->n)
            memcpy(more, names->at, names->n * sizeof *more);
        names->at = more;
        names->cap = cap;
    }
    names->at[names->n++] = arena_text(a, "%s", name);
}

static void take(BoardNames *names, const char *name)
{
    for (size_t i = 0; i < names->n; i++)
        if (strcmp(names->at[i], name) == 0) {
            names->at[i] = names->at[--names->n];
            return;
        }
}

// ---- Rows ------------------------------------------------------------------------------------------

bool board_same_category(const BoardModel *m, size_t one, size_t other)
{
    return strcmp(m->items[one].category, m->items[other].category) == 0;
}

static const char *row_name(Arena *a, const BoardModel *m, const BoardRow *r)
{
    const BoardEntity *e = &m->items[r->entity];
    if (r->kind == BOARD_CATEGORY)
        return arena_text(a, "#%s", e->category);
    return r->kind == BOARD_ENTITY ? e->name : arena_text(a, "%s/%s", e->name, stage_words[r->stage]);
}

const char *board_row_id(Arena *a, const BoardView *v, size_t row)
{
    return row_name(a, v->model, &v->rows[row]);
}

static bool any_stage(const BoardEntity *e, StepStatus one, StepStatus other)
{
    for (int i = 0; i < STAGES; i++)
        if (e->stages[i].there && (e->stages[i].status == one || e->stages[i].status == other))
            return true;
    return false;
}

static bool is_seen(const BoardView *v, const BoardEntity *e)
{
    const char *texts[] = {e->name, e->category, board_category_word(e->category)};
    if ((v->quick == QUICK_FAILED && !any_stage(e, STEP_FAILED, STEP_BLOCKED)) ||
        (v->quick == QUICK_STALE && !any_stage(e, STEP_STALE, STEP_STALE)) ||
        (v->quick == QUICK_WARNED && !e->open && !e->rejected))
        return false;
    return filter_matches(v->filter, texts, ARRAY_LEN(texts));
}

static bool step_is_seen(const BoardView *v, const BoardStage *s)
{
    if (!s->there)
        return false;
    if (v->quick == QUICK_FAILED)
        return s->status == STEP_FAILED || s->status == STEP_BLOCKED;
    return v->quick != QUICK_STALE || s->status == STEP_STALE;
}

static void add_row(BoardView *v, size_t *n, BoardRow row)
{
    if (*n == v->cap) {
        v->cap = MAX(v->cap * 2, (size_t)64);
        BoardRow *more = arena_many(v->arena, BoardRow, v->cap);
        if (*n)
            memcpy(more, v->rows, *n * sizeof *more);
        v->rows = more;
    }
    v->rows[(*n)++] = row;
}

static bool is_folded(const BoardView *v, size_t entity)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    bool filtered = v->quick != QUICK_ALL || (v->filter && *v->filter);
    BoardRow row = {BOARD_CATEGORY, entity, STAGE_EXTRACT, false};
    return !filtered && has(&v->folded, row_name(a, v->model, &row));
}

static size_t make_rows(BoardView *v)
{
    const BoardModel *m = v->model;
    size_t n = 0;
    bool folded = false, headed = false;
    for (size_t i = 0; i < m->n; i++) {
        if (i == 0 || !board_same_category(m, i, i - 1))
            headed = false;
        if (!is_seen(v, &m->items[i]))
            continue;
        if (!headed && !v->by_step) {
            size_t first = i;
            while (first && board_same_category(m, first, first - 1))
                first--;
            folded = is_folded(v, i);
            add_row(v, &n, (BoardRow){BOARD_CATEGORY, first, STAGE_EXTRACT, folded});
        }
        headed = true;
        for (int stage = 0; v->by_step && stage < STAGES; stage++)
            if (step_is_seen(v, &m->items[i].stages[stage]))
                add_row(v, &n, (BoardRow){BOARD_STEP, i, (Stage)stage, false});
        if (!v->by_step && !folded)
            add_row(v, &n, (BoardRow){BOARD_ENTITY, i, STAGE_EXTRACT, false});
    }
    return n;
}

static void remember(BoardView *v)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    const BoardRow *row = board_view_row(v);
    const char *id = row ? row_name(a, v->model, row) : NULL;
    if (id && (!v->at || strcmp(id, v->at) != 0))
        v->at = arena_text(v->arena, "%s", id);
}

// At first the cursor is where something is to be seen to.
static size_t first_worth(const BoardView *v, size_t n)
{
    size_t best = 0;
    int weight = -1;
    for (size_t i = 0; i < n; i++) {
        static const int weights[STEP_STATUSES] = {
            [STEP_FAILED] = 5, [STEP_RUNNING] = 6, [STEP_STALE] = 4, [STEP_BLOCKED] = 3, [STEP_PENDING] = 2, [STEP_PARTIAL] = 1};
        const BoardRow *row = &v->rows[i];
        const BoardEntity *e = &v->model->items[row->entity];
        StepStatus status = row->kind == BOARD_STEP ? e->stages[row->stage].status : e->status;
        if (row->kind != BOARD_CATEGORY && weights[status] > weight) {
            weight = weights[status];
            best = i;
        }
    }
    return best;
}

void board_view_fill(BoardView *v)
{
    if (!v->model)
        return;
    AUTO(arena_free_at) Arena *a = arena_new();
    size_t n = make_rows(v), at = n;
    for (size_t i = 0; v->at && i < n && at == n; i++)
        if (strcmp(row_name(a, v->model, &v->rows[i]), v->at) == 0)
            at = i;
    v->list.count = (int64_t)n;
    if (at < n)
        v->list.cursor = (int64_t)at;
    else if (!v->at)
        v->list.cursor = (int64_t)first_worth(v, n);
    v->list.cursor = MAX(MIN(v->list.cursor, v->list.count - 1), 0);
    remember(v);
}

const BoardRow *board_view_row(const BoardView *v)
{
    return v->model && v->list.cursor < v->list.count ? &v->rows[v->list.cursor] : NULL;
}

bool board_view_move(BoardView *v, int action, int page)
{
    bool moved = list_move(&v->list, action, page);
    remember(v);
    return moved;
}

void board_view_switch(BoardView *v)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    const BoardRow *row = board_view_row(v);
    v->by_step = !v->by_step;
    if (!row)
        return;
    BoardRow there = {v->by_step ? BOARD_STEP : BOARD_ENTITY, row->entity, v->model->items[row->entity].telling, false};
    v->at = arena_text(v->arena, "%s", row_name(a, v->model, &there));
    board_view_fill(v);
}

// ---- Folds and marks ------------------------------------------------------------------------------------

static const char *category_id(Arena *a, const BoardView *v, size_t entity)
{
    return arena_text(a, "#%s", v->model->items[entity].category);
}

void board_fold(BoardView *v, bool fold)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    const BoardRow *row = board_view_row(v);
    if (!row || v->by_step)
        return;
    const char *id = category_id(a, v, row->entity);
    if (fold) {
        add(v->arena, &v->folded, id);
        v->at = arena_text(v->arena, "%s", id);
    } else {
        take(&v->folded, id);
    }
    board_view_fill(v);
}

void board_fold_all(BoardView *v)
{
    if (!v->model || v->by_step)
        return;
    AUTO(arena_free_at) Arena *a = arena_new();
    const BoardRow *row = board_view_row(v);
    bool any = v->folded.n > 0;
    v->folded.n = 0;
    for (size_t i = 0; !any && i < v->model->n; i++)
        add(v->arena, &v->folded, category_id(a, v, i));
    if (!any && row)
        v->at = arena_text(v->arena, "%s", category_id(a, v, row->entity));
    board_view_fill(v);
}

bool board_marked(const BoardView *v, size_t row)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    return v->marked.n && has(&v->marked, board_row_id(a, v, row));
}

void board_mark(BoardView *v)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    if (!board_view_row(v))
        return;
    const char *id = board_row_id(a, v, (size_t)v->list.cursor);
    if (has(&v->marked, id))
        take(&v->marked, id);
    else
        add(v->arena, &v->marked, id);
    v->list.cursor = MIN(v->list.cursor + 1, v->list.count - 1);
    remember(v);
}

void board_mark_all(BoardView *v)
{
    bool any = v->marked.n > 0;
    AUTO(arena_free_at) Arena *a = arena_new();
    v->marked.n = 0;
    for (size_t i = 0; !any && v->model && (int64_t)i < v->list.count; i++)
        if (v->rows[i].kind != BOARD_CATEGORY || v->rows[i].folded)
            add(v->arena, &v->marked, board_row_id(a, v, i));
}

static void choose(Arena *a, const BoardModel *m, const char *id, BoardNames *out)
{
    if (*id != '#')
        add(a, out, id);
    for (size_t i = 0; *id == '#' && i < m->n; i++)
        if (strcmp(m->items[i].category, id + 1) == 0)
            add(a, out, m->items[i].name);
}

const char *const *board_chosen(Arena *a, const BoardView *v)
{
    BoardNames chosen = {0};
    for (size_t i = 0; v->model && i < v->marked.n; i++)
        choose(a, v->model, v->marked.at[i], &chosen);
    if (!chosen.n && board_view_row(v))
        choose(a, v->model, board_row_id(a, v, (size_t)v->list.cursor), &chosen);
    if (!chosen.n)
        return NULL;
    const char **list = arena_many(a, const char *, chosen.n + 1);
    memcpy(list, chosen.at, chosen.n * sizeof *list);
    return list;
}

bool board_chose_all(const BoardView *v, const char *const *chosen)
{
    size_t n = 0;
    for (size_t i = 0; chosen[i]; i++)
        n += !strchr(chosen[i], '/');
    return n == v->model->n;
}

static void add_known(int64_t *sum, int64_t n) // negative: unknown
{
    if (n >= 0 && __builtin_add_overflow(MAX(*sum, 0), n, sum))
        *sum = INT64_MAX;
}

BoardEntity board_category_sum(const BoardModel *m, size_t first, size_t *n)
{
    BoardEntity sum = {.name = m->items[first].category, .category = m->items[first].category, .source = -1,
                       .cache = -1, .target = -1, .last = m->items[first].last};
    *n = 0;
    for (size_t i = first; i < m->n && board_same_category(m, i, first); i++) {
        const BoardEntity *e = &m->items[i];
        (*n)++;
        sum.status = i == first ? e->status : board_weightier(sum.status, e->status);
        add_known(&sum.source, e->source);
        add_known(&sum.cache, e->cache);
        add_known(&sum.target, e->target);
        sum.rejected += e->rejected;
        sum.open += e->open;
        sum.took_s += MAX(e->took_s, 0);
        if (e->run && e->run >= sum.run) {
            sum.run = e->run;
            sum.last = e->last;
        }
        for (int k = 0; k < STAGES; k++) {
            BoardStage *stage = &sum.stages[k];
            if (!e->stages[k].there)
                continue;
            stage->status = stage->there ? board_weightier(stage->status, e->stages[k].status) : e->stages[k].status;
            stage->there = true;
        }
    }
    return sum;
}
