// The table of a run's steps.
#include "base/intl.h"
#include "ui/autopilot.h"
#include "ui/glyphs.h"
#include "ui/run_words.h"
#include "ui/when.h"

enum { WIDE = 100 };

enum { C_STEP, C_STAGE, C_STATUS, C_PROGRESS, C_RATE, C_ETA, C_TOOK };
static const Column wide_columns[] = {
    {N_("STEP"), 0, false, 0},      {N_("STAGE"), 9, false, 3}, {N_("STATUS"), 11, false, 0},
    {N_("PROGRESS"), 22, false, 0}, {N_("RATE"), 9, true, 2},   {N_("ETA"), 10, true, 1},
    {N_("TOOK"), 7, true, 0},
};
static const Column narrow_columns[] = {
    {N_("STEP"), 0, false, 0},      {" ", 1, false, 0},       {N_("STATUS"), 11, false, 0},
    {N_("PROGRESS"), 20, false, 1}, {N_("RATE"), 9, true, 3}, {N_("ETA/TOOK"), 11, true, 2},
};

// The last column of the narrow table serves both.
static size_t took_column(const Table *t)
{
    return t->n > C_TOOK ? C_TOOK : C_ETA;
}

static const char *eta_text(Arena *a, const RunFeed *f, const FeedStep *s)
{
    if (s->status == STEP_RUNNING && s->eta_high_s >= 0)
        return arena_text(a, "%s-%s", took_short(a, s->eta_low_s), took_short(a, s->eta_high_s));
    double about = s->status == STEP_PENDING ? feed_about_s(f, s) : -1;
    return about >= 0 ? arena_text(a, "~%s", took_short(a, about)) : NULL;
}

static void paint_progress(const Table *t, Canvas *c, int y, Arena *a, const RunFeed *f, const FeedStep *s)
{
    int x = t->x[C_PROGRESS], width = t->width[C_PROGRESS];
    int64_t rows = feed_rows(f, s);
    if (s->status == STEP_RUNNING && rows > 0 && width > 12) {
        double share = (double)s->done / (double)rows;
        paint_bar(c, y, x, width - 6, share);
        canvas_textf(c, y, x + width - 5, 5, ROLE_TEXT, "%4d%%", (int)(MIN(share, 1) * 100));
        return;
    }
    const char *text = s->status == STEP_PENDING || s->status == STEP_RUNNING
                           ? rows >= 0 ? arena_text(a, _("%s rows"), number_words(a, rows)) : ""
                       : s->current      ? _("nothing to do")
                       : s->rows < 0     ? ""
                       : s->rejected > 0 ? arena_text(a, _("%s, %s rejected"), number_words(a, s->done),
                                                      number_words(a, s->rejected))
                                         : arena_text(a, _("%s rows"), number_words(a, s->rows));
    table_cell(t, c, y, C_PROGRESS, ROLE_TEXT, text);
}

// In a run that is over nothing runs, and nothing waits for its turn.
static void paint_state(const Table *t, Canvas *c, int y, const FeedStep *s, bool over)
{
    int x = t->x[C_STATUS], width = t->width[C_STATUS];
    if (s->status == STEP_PENDING && !over)
        canvas_text(c, y, x, width, ROLE_TEXT, _(". queued"));
    else if (s->status == STEP_RUNNING && over)
        canvas_text(c, y, x, width, ROLE_BAD, _("x cut short"));
    else
        paint_status(c, y, x, width, s->status);
}

static void paint_step(const Table *t, Canvas *c, int y, Arena *a, const RunFeed *f, const FeedStep *s,
                       bool over)
{
    bool running = s->status == STEP_RUNNING, ended = !running && s->status != STEP_PENDING;
    table_cell(t, c, y, C_STEP, ROLE_TEXT, s->stage >= 0 && t->width[C_STAGE] ? s->entity : s->id);
    if (s->stage >= 0 && t->width[C_STAGE] == 1)
        canvas_textf(c, y, t->x[C_STAGE], 1, ROLE_TEXT, "%c", stage_letters[s->stage]);
    else if (s->stage >= 0)
        table_cell(t, c, y, C_STAGE, ROLE_TEXT, _(stage_words[s->stage]));
    paint_state(t, c, y, s, over);
    paint_progress(t, c, y, a, f, s);
    if (s->rate >= 1 && !s->current && (running || s->took_s >= 1))
        table_cell(t, c, y, C_RATE, ROLE_TEXT, arena_text(a, "%s/s", number_words(a, (int64_t)s->rate)));
    if (!ended && !over)
        table_cell(t, c, y, C_ETA, ROLE_TEXT, eta_text(a, f, s));
    else if (ended && !s->current)
        table_cell(t, c, y, took_column(t), ROLE_TEXT, took_short(a, s->took_s));
}

static void paint_folded(const Table *t, Canvas *c, int y, Arena *a, const RunFeed *f, const int *rows,
                         size_t n)
{
    double took = 0;
    size_t folded = 0;
    for (size_t i = 0, shown = 0; i < f->n; i++) {
        while (shown < n && rows[shown] < (int)i)
            shown++;
        if ((shown < n && rows[shown] == (int)i) || !feed_shows(&f->steps[i]))
            continue;
        folded++;
        took += f->steps[i].took_s;
    }
    canvas_textf(c, y, t->x[C_STEP], t->x[C_STATUS] - t->x[C_STEP] - 1, ROLE_DIM, _("%zu more done"), folded);
    paint_status(c, y, t->x[C_STATUS], t->width[C_STATUS], STEP_DONE);
    table_cell(t, c, y, took_column(t), ROLE_TEXT, took_short(a, took));
}

static void paint_source(const Table *t, Canvas *c, int y, Arena *a, const RunFeed *f)
{
    double share = f->source.rows > 0 ? (double)f->source.done / (double)f->source.rows : 0;
    int width = t->width[C_PROGRESS];
    canvas_textf(c, y, t->x[C_STEP], t->x[C_STATUS] - t->x[C_STEP] - 1, ROLE_TEXT, "%s: %s", _("source"),
                 _(f->source.phase));
    paint_status(c, y, t->x[C_STATUS], t->width[C_STATUS], STEP_RUNNING);
    if (width > 12) {
        paint_bar(c, y, t->x[C_PROGRESS], width - 6, share);
        canvas_textf(c, y, t->x[C_PROGRESS] + width - 5, 5, ROLE_TEXT, "%4d%%", (int)(MIN(share, 1) * 100));
    }
    if (f->source.rate > 0)
        table_cell(t, c, y, C_RATE, ROLE_TEXT,
                   f->source.bytes ? arena_text(a, "%.1f MB/s", f->source.rate / 1e6)
                                   : arena_text(a, "%s/s", number_words(a, (int64_t)f->source.rate)));
}

void autopilot_paint_steps(const Autopilot *s, Canvas *c)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    const RunFeed *f = s->feed;
    bool wide = c->cols >= WIDE, over = f->ended || (s->caught_up && !(s->news && s->news->live));
    Table t = wide ? table_of(wide_columns, ARRAY_LEN(wide_columns), c->cols)
                   : table_of(narrow_columns, ARRAY_LEN(narrow_columns), c->cols);
    size_t n, cursor;
    int room = s->seen->room = MAX(c->rows - 1, 1);
    const int *rows = autopilot_rows(s, a, room, &n, &cursor);
    table_head(&t, c, 0);
    ListState l = {.cursor = (int64_t)cursor, .top = s->at ? s->top : MAX((int64_t)cursor - room / 3, 0)};
    list_fit(&l, (int64_t)n, room);
    if (!n && !f->ended)
        canvas_text(c, 1, 2, -1, ROLE_DIM, _("no step has begun yet"));
    for (int i = 0; i < room && l.top + i < l.count; i++) {
        int row = rows[l.top + i], y = i + 1;
        if (row == ROW_FOLDED)
            paint_folded(&t, c, y, a, f, rows, n);
        else if (row == ROW_SOURCE)
            paint_source(&t, c, y, a, f);
        else
            paint_step(&t, c, y, a, f, &f->steps[row], over);
        if (l.top + i == l.cursor && !s->log_focus)
            table_cursor(c, y, true, false);
    }
}
