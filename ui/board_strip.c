#include <string.h>

#include "base/intl.h"
#include "ui/board.h"
#include "ui/glyphs.h"
#include "ui/when.h"

enum { NAMED = 3 }; // of the steps that are held up

// What to press for a row that stands so.
typedef struct {
    const char *key, *text;
} NextKey;

static const NextKey next_keys[STEP_STATUSES][2] = {
    [STEP_DONE] = {{"Enter", N_("what it did")}, {NULL, NULL}},
    [STEP_PENDING] = {{"x", N_("run it")}, {"d", N_("try it without writing")}},
    [STEP_RUNNING] = {{"A", N_("watch it")}, {NULL, NULL}},
    [STEP_STALE] = {{"w", N_("what changed")}, {"x", N_("run it again")}},
    [STEP_FAILED] = {{"o", N_("its log")}, {"x", N_("run it again")}},
    [STEP_PARTIAL] = {{"W", N_("why rows were kept out")}, {NULL, NULL}},
    [STEP_BLOCKED] = {{"w", N_("what it waits for")}, {NULL, NULL}},
    [STEP_SKIPPED] = {{"E", N_("where it is switched off")}, {NULL, NULL}},
};

static const NextKey *keys_for(const BoardStage *s, StepStatus status)
{
    static const NextKey decide[2] = {{"W", N_("decide about its warnings")}, {NULL, NULL}};
    static const NextKey link[2] = {{"L", N_("decide what its items stand for")}, {NULL, NULL}};
    static const NextKey look[2] = {{"W", N_("why rows were kept out")}, {"x", N_("run it again")}};
    if (status == STEP_BLOCKED && strcmp(s->cause, NEED_LINKS) == 0)
        return link;
    if (status == STEP_BLOCKED && strcmp(s->cause, "decision") == 0)
        return decide;
    return status == STEP_FAILED && s->rejected > 0 ? look : next_keys[status];
}

static void paint_next(Canvas *c, int y, const NextKey *keys)
{
    int x = 1 + canvas_text(c, y, 1, -1, ROLE_STRONG, _("NEXT")) + 2;
    for (int i = 0; i < 2 && keys[i].key; i++) {
        x += canvas_text(c, y, x, -1, ROLE_KEY, keys[i].key) + 1;
        x += canvas_text(c, y, x, -1, ROLE_TEXT, _(keys[i].text)) + 3;
    }
}

static void add_number(Buf *out, const char *before, int64_t n)
{
    buf_add_text(out, before);
    number_shown(n, out);
}

// "7,500 of 20,118 rows, 59 rejected"
static void add_rows(Buf *out, int64_t done, int64_t rows, int64_t rejected)
{
    int64_t all = rows > 0 && done != rows ? rows : MAX(done, 0);
    if (all != done) {
        number_shown(MAX(done, 0), out);
        buf_add_text(out, _(" of "));
    }
    number_shown(all, out);
    buf_add_text(out, ngettext(" row", " rows", (unsigned long)all));
    if (rejected > 0) {
        AUTO(buf_free) Buf n = {0};
        number_shown(rejected, &n);
        buf_addf(out, ngettext(", %s rejected", ", %s rejected", (unsigned long)rejected), buf_text(&n));
    }
}

static void first_line(Canvas *c, const BoardEntity *e, Stage stage, const WorkerSeen *worker)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    AUTO(buf_free) Buf text = {0};
    const BoardStage *s = &e->stages[stage];
    StepStatus status = board_status_now(e, stage, worker);
    int x = 1 + canvas_textf(c, 0, 1, -1, ROLE_STRONG, "%s / %s", e->name, _(stage_words[stage])) + 3;
    x += paint_status(c, 0, x, -1, status) + 3;
    if (status == STEP_RUNNING && worker && str_starts(str_of(worker->step), "source/")) { // one pass reads all
        buf_add_text(&text, _("the whole source is being read"));
    } else if (status == STEP_RUNNING && worker && worker->step[0]) {
        add_rows(&text, worker->done, worker->rows, worker->rejects);
        if (worker->rate > 0)
            buf_addf(&text, _("   %.0f rows a second"), worker->rate);
    } else if (s->run) {
        add_rows(&text, s->done, s->rows, s->rejected);
        buf_addf(&text, _("   in %s   run %lld, %s"), took_short(a, s->took_s), (long long)s->run, s->last);
    } else {
        buf_add_text(&text, _("never ran"));
    }
    canvas_text(c, 0, x, -1, ROLE_TEXT, buf_text(&text));
}

// What is to be done of it, and how long that takes.
static void work_line(Canvas *c, int y, const BoardStage *s)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    AUTO(buf_free) Buf text = {0};
    const char *time = time_about(a, s->eta_low_s, s->eta_high_s);
    buf_add_text(&text, _("to do: "));
    number_shown(s->rows, &text);
    buf_add_text(&text, ngettext(" row", " rows", (unsigned long)s->rows));
    if (time)
        buf_addf(&text, _(", about %s"), time);
    if (s->perhaps)
        buf_add_text(&text, _(", only if what it reads comes out different"));
    canvas_text(c, y, 1, -1, ROLE_TEXT, buf_text(&text));
}

static void held_line(Canvas *c, int y, const BoardStage *s)
{
    AUTO(buf_free) Buf text = {0};
    buf_add_text(&text, _("after it: "));
    for (size_t i = 0; i < MIN(s->n_holds, (size_t)NAMED); i++)
        buf_addf(&text, "%s%s", i ? ", " : "", s->holds[i]);
    if (s->n_holds > NAMED)
        buf_addf(&text, _(" and %zu more"), s->n_holds - NAMED);
    canvas_text(c, y, 1, -1, ROLE_DIM, buf_text(&text));
}

static void explain_step(const BoardEntity *e, Stage stage, const BoardLook *look, Canvas *c)
{
    const BoardStage *s = &e->stages[stage];
    StepStatus status = board_status_now(e, stage, look->worker);
    bool to_do = status == STEP_PENDING || status == STEP_STALE || status == STEP_FAILED;
    int y = 1, last = c->rows - 1;
    first_line(c, e, stage, look->worker);
    for (size_t i = 0; i < s->n_why && y < last; i++)
        y += canvas_text(c, y, 1, -1, status_role(status), s->why[i]) > 0;
    if (to_do && s->rows >= 0 && y < last)
        work_line(c, y++, s);
    if (s->n_holds && y < last)
        held_line(c, y++, s);
    if (last > 0)
        paint_next(c, MIN(y, last), keys_for(s, status));
}

static void explain_category(const BoardModel *m, size_t first, Canvas *c)
{
    AUTO(buf_free) Buf text = {0};
    size_t n, count[STEP_STATUSES] = {0};
    BoardEntity sum = board_category_sum(m, first, &n);
    for (size_t i = first; i < first + n; i++)
        count[m->items[i].status]++;
    int x = 1 + canvas_text(c, 0, 1, -1, ROLE_STRONG, board_category_word(sum.name)) + 3;
    buf_addf(&text, ngettext("%zu entity", "%zu entities", n), n);
    for (int i = 0; i < STEP_STATUSES; i++)
        if (count[i]) {
            buf_add_text(&text, ", ");
            add_status_count(&text, (StepStatus)i, count[i]);
        }
    canvas_text(c, 0, x, -1, ROLE_TEXT, buf_text(&text));
    buf_clear(&text);
    add_number(&text, _("source "), sum.source);
    add_number(&text, _("   target "), sum.target);
    add_number(&text, _("   rejected "), sum.rejected);
    add_number(&text, _("   open warnings "), sum.open);
    canvas_text(c, 1, 1, -1, ROLE_TEXT, buf_text(&text));
}

void board_strip(const BoardView *v, const BoardLook *look, Canvas *c)
{
    const BoardRow *row = board_view_row(v);
    if (!row || c->rows < 1)
        return;
    const BoardEntity *e = &v->model->items[row->entity];
    if (row->kind == BOARD_CATEGORY) {
        explain_category(v->model, row->entity, c);
        return;
    }
    Stage stage = row->kind == BOARD_STEP ? row->stage : e->telling;
    for (int i = 0; row->kind == BOARD_ENTITY && i < STAGES; i++)
        if (e->stages[i].there && board_status_now(e, (Stage)i, look->worker) == STEP_RUNNING)
            stage = (Stage)i;
    explain_step(e, stage, look, c);
}
