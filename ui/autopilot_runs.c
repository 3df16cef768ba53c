// The list of runs, shown when nobody is at work.
#include "base/intl.h"
#include "engine/reason_shown.h"
#include "engine/words_shown.h"
#include "ui/autopilot.h"
#include "ui/run_words.h"
#include "ui/when.h"

enum { C_RUN, C_MODE, C_STATUS, C_BEGAN, C_TOOK, C_BY, C_EXIT, C_REASON };
static const Column columns[] = {
    {N_("RUN"), 6, true, 0},     {N_("WHAT"), 12, false, 3},        {N_("STATUS"), 14, false, 0},
    {N_("BEGAN"), 16, false, 0}, {N_("TOOK"), 8, true, 2},          {N_("BY"), 10, false, 4},
    {N_("EXIT"), 6, true, 1},    {N_("HOW IT ENDED"), 0, false, 0},
};

static const char *took(Arena *a, const RunRecord *r)
{
    Instant began, ended;
    bool has_offset;
    if (!r->ended_at || !instant_parse(str_of(r->started_at), &began, &has_offset) ||
        !instant_parse(str_of(r->ended_at), &ended, &has_offset))
        return "";
    return took_short(a, (double)(ended - began) / 1e6);
}

static const char *how_it_ended(Arena *a, const RunRecord *r)
{
    return r->undone_by ? arena_text(a, _("taken back by run %lld"), (long long)r->undone_by)
                        : reason_shown(a, r->reason);
}

static void paint_run(const Table *t, Canvas *c, int y, Arena *a, const RunRecord *r)
{
    table_number(t, c, y, C_RUN, ROLE_TEXT, r->run);
    table_cell(t, c, y, C_MODE, ROLE_TEXT, word_shown(r->mode));
    table_cell(t, c, y, C_STATUS, run_role(r->status),
               arena_text(a, "%s %s", run_symbol(r->status), run_word(r->status)));
    table_cell(t, c, y, C_BEGAN, ROLE_TEXT, when_whole(a, r->started_at));
    table_cell(t, c, y, C_TOOK, ROLE_TEXT, took(a, r));
    table_cell(t, c, y, C_BY, ROLE_TEXT, r->by);
    if (r->exit_code >= 0)
        table_number(t, c, y, C_EXIT, ROLE_TEXT, r->exit_code);
    table_cell(t, c, y, C_REASON, ROLE_TEXT, how_it_ended(a, r));
}

// Of the run under the cursor, whole.
static void paint_end(const RunRecord *r, Canvas *c)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    const char *text = how_it_ended(a, r);
    canvas_rule(c, 0);
    canvas_textf(c, 1, 1, -1, ROLE_STRONG, "#%lld  %s", (long long)r->run, r->by ? r->by : "");
    Canvas rest = canvas_part(c, 2, 1, c->rows - 2, c->cols - 2);
    if (text)
        canvas_wrap(&rest, 0, 0, ROLE_TEXT, text);
}

void autopilot_paint_runs(const Autopilot *s, Canvas *body)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    const RunList *list = s->runs;
    if (!list || list->trouble || !list->n) {
        Canvas part = canvas_part(body, 1, 2, body->rows - 1, body->cols - 4);
        canvas_wrap(&part, 0, 0, list && list->trouble ? ROLE_BAD : ROLE_DIM,
                    !list           ? _("reading ...")
                    : list->trouble ? list->trouble
                                    : _("No run yet. x plans the first one."));
        return;
    }
    enum { BELOW = 4, ROOMY = 12 };
    Table t = table_of(columns, ARRAY_LEN(columns), body->cols);
    const int below = body->rows >= ROOMY ? BELOW : 0;
    int room = s->seen->list_rows = MAX(body->rows - 1 - below, 1);
    ListState l = s->list;
    table_head(&t, body, 0);
    list_fit(&l, (int64_t)list->n, room);
    for (int i = 0; i < room && l.top + i < l.count; i++) {
        paint_run(&t, body, i + 1, a, &list->runs[l.top + i]);
        table_cursor(body, i + 1, l.top + i == l.cursor, false);
    }
    Canvas end = canvas_part(body, body->rows - below, 0, below, body->cols);
    if (below)
        paint_end(&list->runs[l.cursor], &end);
}

void autopilot_runs_read(Autopilot *s)
{
    for (size_t i = 0; s->run_at && i < s->runs->n; i++)
        if (s->runs->runs[i].run == s->run_at)
            s->list.cursor = (int64_t)i;
    list_fit(&s->list, (int64_t)s->runs->n, s->seen->list_rows);
}
