#include <criterion/criterion.h>
#include <string.h>

#include "tests/screen/screen_bench.h"
#include "ui/board.h"

enum { NOW, PLAN };

// ---- Models made by hand -----------------------------------------------------------------------

static BoardStage stage_as(char symbol, int64_t rows, int64_t done, int64_t rejected)
{
    static const char symbols[STEP_STATUSES + 1] = "+.o~x%#-";
    const char *at = strchr(symbols, symbol);
    BoardStage s = {.there = symbol != ' ', .status = at ? (StepStatus)(at - symbols) : STEP_PENDING, .rows = rows,
                    .done = done, .rejected = rejected, .took_s = 3, .eta_low_s = -1, .eta_high_s = -1, .cause = "",
                    .last = "09:12", .at = "2026-01-31T09:12:00Z"};
    s.run = s.there && symbol != '.' && symbol != '#' && symbol != '-' ? 42 : 0;
    if (!s.run)
        s.last = "never";
    return s;
}

// symbols: one for each stage, ' ': it has none
static BoardEntity entity_as(const char *category, const char *name, const char *symbols, int64_t source,
                             int64_t target, int64_t rejected, int64_t open)
{
    BoardEntity e = {.name = name, .category = category, .source = source, .cache = source, .target = target,
                     .rejected = rejected, .open = open, .last = "09:12", .took_s = 400, .run = 42};
    for (int i = 0; i < STAGES; i++)
        e.stages[i] = stage_as(symbols[i], source, target, rejected);
    if (!strchr(symbols, '+')) {
        e.run = 0;
        e.last = "never";
    }
    return e;
}

static void explain(Arena *a, BoardStage *s, const char *cause, const char *why, const char *holds)
{
    const char **texts = arena_many(a, const char *, 2), **held = arena_many(a, const char *, 6);
    texts[0] = why;
    s->why = texts;
    s->n_why = 1;
    s->cause = cause;
    for (size_t i = 0; holds && i < 6; i++)
        held[i] = holds;
    s->holds = held;
    s->n_holds = holds ? 6 : 0;
}

static BoardModel *pipeline(Arena *a)
{
    const BoardEntity items[] = {
        entity_as("Configuration", "center", "+ + ", 3, 3, 0, 0),
        entity_as("People", "professional", "++++", 61, 44, 0, 17),
        entity_as("People", "patient", "+%%+", 48213, 48151, 59, 148),
        entity_as("People", "patient_client_link", "+++ ", 92004, 91877, 0, 12),
        entity_as("Catalogue", "treatment_catalog_item", "+~~.", 1204, 987, 0, 9),
        entity_as("Catalogue", "treatment_catalog_variant", "+## ", 3410, 0, 0, 0),
        entity_as("Clinical", "applied_treatment", "++x#", 20118, 7500, 0, 7),
        entity_as("Clinical", "pharmacological_history", "+ # ", 130552, 0, 0, 21),
        entity_as("Clinical", "consent", ". . ", 8006, -1, 0, 0),
        entity_as("Agenda", "appointment", "....", 211390, -1, 0, 0),
        entity_as("Documents", "patient_document", "----", 14220, -1, 0, 0),
    };
    BoardModel *m = arena_one(a, BoardModel);
    m->n = ARRAY_LEN(items);
    m->items = arena_copy(a, items, sizeof items);
    explain(a, &m->items[6].stages[STAGE_INSERT], "error",
            "23503 foreign key: applied_treatment.professional_id -> professional, 7 records", "prescription/insert");
    explain(a, &m->items[4].stages[STAGE_VALIDATE], "mapping", "mapping treatment_catalog_item.yaml changed", NULL);
    explain(a, &m->items[5].stages[STAGE_VALIDATE], "decision",
            "treatment.without_price: 12 issues want a decision", NULL);
    m->items[4].stages[STAGE_VALIDATE].eta_low_s = 60;
    m->items[4].stages[STAGE_VALIDATE].eta_high_s = 150;
    board_sum(m);
    return m;
}

static void *typical(Arena *a, const char *screen, int what)
{
    BoardModel *m = pipeline(a);
    m->planned = what == PLAN;
    return strcmp(screen, "board") == 0 ? m : NULL;
}

static void *never_run(Arena *a, const char *screen, int what)
{
    BoardModel *m = arena_one(a, BoardModel);
    (void)screen;
    m->items = arena_many(a, BoardEntity, 3);
    if (what == PLAN) {
        m->items[m->n++] = entity_as("People", "professional", "....", -1, -1, 0, 0);
        m->items[m->n++] = entity_as("People", "patient", "....", -1, -1, 0, 0);
        m->items[m->n++] = entity_as("Other", "lab_order", ". . ", -1, -1, 0, 0);
        m->planned = true;
    }
    board_sum(m);
    return m;
}

static void *hostile(Arena *a, const char *screen, int what)
{
    BoardModel *m = pipeline(a);
    (void)screen, (void)what;
    m->items[1].name = "caf\xc3\xa9_\xe4\xbd\x9c\xe8\x80\x85_\x1b[31m_\xff_a_name_that_is_longer_than_any_column_of_it";
    m->items[1].source = m->items[1].cache = m->items[1].target = INT64_MAX;
    m->items[1].rejected = m->items[1].open = 1234567890;
    m->items[1].took_s = 1e9;
    explain(a, &m->items[6].stages[STAGE_INSERT], "error",
            "a reason \x1b]0;title\x07 of \xe2\x80\xae backwards and a tab\tand so on and on and on and on and on and on and on",
            "a_step_with_a_very_long_name_indeed/validate");
    return m;
}

static Screen *open_board(App *app)
{
    (void)app;
    return board_screen();
}

// ---- What it looks like ------------------------------------------------------------------------------

Test(board, typical)
{
    screen_golden("board", &(ScreenCase){.open = open_board, .model = typical});
}

Test(board, reading)
{
    screen_golden("board.reading", &(ScreenCase){.open = open_board});
}

Test(board, before_the_first_run)
{
    screen_golden("board.new", &(ScreenCase){.open = open_board, .model = never_run});
}

Test(board, folded_and_marked)
{
    screen_golden("board.folded", &(ScreenCase){.open = open_board, .model = typical, .keys = "z Home Right Down Space Space"});
}

Test(board, one_row_for_each_step)
{
    screen_golden("board.steps", &(ScreenCase){.open = open_board, .model = typical, .keys = "v"});
}

Test(board, only_what_failed)
{
    screen_golden("board.failed", &(ScreenCase){.open = open_board, .model = typical, .keys = "f", .read_only = true});
}

Test(board, hostile_names_and_huge_numbers)
{
    screen_golden("board.hostile", &(ScreenCase){.open = open_board, .model = hostile});
}

// ---- What keys do ----------------------------------------------------------------------------------------

static App *app;
static Arena *arena;

static void start(void)
{
    static const ScreenCase c = {.open = open_board, .model = typical};
    app = screen_app(&c, false);
    arena = arena_new();
}

static void end(void)
{
    app_free(app);
    arena_free(arena);
}

TestSuite(board_keys, .init = start, .fini = end);

static bool shows(const char *text)
{
    return strstr(screen_text(app, arena, 30, 100), text);
}

static bool cursor_on(const char *text)
{
    const char *row = strstr(screen_text(app, arena, 30, 100), "\n>");
    return row && strncmp(row + 2 + strspn(row + 2, " *"), text, strlen(text)) == 0;
}

Test(board_keys, the_cursor_begins_where_something_failed)
{
    cr_assert(cursor_on("applied_treatment"));
    cr_assert(shows("23503 foreign key"));
    cr_assert(shows("and 3 more"));
}

Test(board_keys, a_decision_that_is_wanted_names_its_key)
{
    screen_press(app, "Up Up");
    cr_assert(cursor_on("treatment_catalog_variant"));
    cr_assert(shows("W decide about its warnings"));
}

Test(board_keys, left_folds_and_right_unfolds)
{
    screen_press(app, "Left");
    cr_assert(cursor_on("+ Clinical (3)"));
    cr_assert_not(shows("applied_treatment"));
    screen_press(app, "Right");
    cr_assert(shows("applied_treatment"));
    screen_press(app, "Enter");
    cr_assert_not(shows("applied_treatment"));
}

Test(board_keys, folding_all_keeps_the_place)
{
    screen_press(app, "z");
    cr_assert(cursor_on("+ Clinical (3)"));
    cr_assert_not(shows("center"));
    screen_press(app, "z");
    cr_assert(shows("center"));
}

Test(board_keys, only_what_matters)
{
    screen_press(app, "f");
    cr_assert(shows("applied_treatment"));
    cr_assert_not(shows("professional "));
    screen_press(app, "f");
    cr_assert(shows("treatment_catalog_item"));
    cr_assert_not(shows("applied_treatment"));
    screen_press(app, "f");
    cr_assert(shows("professional"));
    cr_assert_not(shows("consent"));
    screen_press(app, "f");
    cr_assert(shows("consent"));
}

Test(board_keys, a_filter_goes_with_esc)
{
    screen_press(app, "/ 'people' Enter");
    cr_assert(shows("patient"));
    cr_assert_not(shows("consent"));
    screen_press(app, "Esc");
    cr_assert(shows("consent"));
    cr_assert_str_eq(app_top(app)->type->name, "board");
}

Test(board_keys, marks_go_with_esc_too)
{
    screen_press(app, "Space");
    cr_assert(shows("1 marked"));
    screen_press(app, "* *");
    cr_assert(shows(" marked"));
    screen_press(app, "Esc");
    cr_assert_not(shows(" marked"));
}

Test(board_keys, every_bound_key_does_something)
{
    const ScreenType *type = app_top(app)->type;
    for (const Binding *b = type->bindings; b->keys; b++) {
        const ScreenCase c = {.open = open_board, .model = typical};
        App *one = screen_app(&c, false);
        const Screen *top = app_top(one);
        const char *before = screen_text(one, arena, 30, 100);
        screen_press(one, keys_first(arena, b->keys));
        cr_assert(app_top(one) != top || strcmp(before, screen_text(one, arena, 30, 100)) != 0, "%s does nothing",
                  b->keys);
        app_free(one);
    }
}

static int readings;
static void *counted(Arena *a, const char *screen, int what)
{
    readings += strcmp(screen, "board") == 0;
    return typical(a, screen, what);
}

Test(board_keys, below_another_screen_nothing_is_read)
{
    const ScreenCase c = {.open = open_board, .model = counted};
    App *one = screen_app(&c, false);
    Screen *board = app_top(one);
    readings = 0;
    app_changed(one, CHANGED_RECORDS);
    cr_assert_gt(readings, 0);
    readings = 0;
    app_changed(one, CHANGED_RUN);
    cr_assert_eq(readings, 0, "no step ended");
    app_push(one, clinics_screen());
    app_changed(one, CHANGED_RECORDS);
    cr_assert_eq(readings, 0);
    app_pop(one, app_top(one));
    cr_assert(app_top(one) == board && readings > 0);
    app_free(one);
}

Test(board_keys, unbound_keys_change_nothing)
{
    const char *before = screen_text(app, arena, 30, 100);
    screen_press(app, "b c e i m r t Del F4");
    cr_assert_str_eq(before, screen_text(app, arena, 30, 100));
}

// ---- The view alone -----------------------------------------------------------------------------------------

static BoardView view_of(Arena *a)
{
    BoardView v = {.arena = a, .model = pipeline(a)};
    board_view_fill(&v);
    return v;
}

Test(board_view, what_is_run_is_what_is_marked_else_the_row)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    BoardView v = view_of(a);
    const char *const *chosen = board_chosen(a, &v);
    cr_assert_str_eq(chosen[0], "applied_treatment");
    cr_assert_null(chosen[1]);
    board_fold(&v, true);
    chosen = board_chosen(a, &v);
    cr_assert_str_eq(chosen[0], "applied_treatment");
    cr_assert_str_eq(chosen[2], "consent");
    cr_assert_null(chosen[3]);
    board_view_move(&v, ACT_FIRST, 10);
    board_view_move(&v, ACT_DOWN, 10);
    board_mark(&v);
    chosen = board_chosen(a, &v);
    cr_assert_str_eq(chosen[0], "center");
    cr_assert_null(chosen[1]);
    cr_assert_not(board_chose_all(&v, chosen));
    v.marked.n = 0;
    board_mark_all(&v);
    cr_assert(board_chose_all(&v, board_chosen(a, &v)));
    v.marked.n = 0;
    board_view_move(&v, ACT_LAST, 10);
    board_view_switch(&v);
    chosen = board_chosen(a, &v);
    cr_assert_str_eq(chosen[0], "patient_document/extract");
    v.at = NULL;
    board_view_fill(&v);
    chosen = board_chosen(a, &v);
    cr_assert_str_eq(chosen[0], "applied_treatment/insert");
}

Test(board_view, the_cursor_stays_on_its_row_when_rows_come)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    BoardView v = view_of(a);
    BoardModel *more = pipeline(a);
    more->items[0].category = "People";
    v.model = more;
    board_view_fill(&v);
    const BoardRow *row = board_view_row(&v);
    cr_assert_str_eq(more->items[row->entity].name, "applied_treatment");
}

Test(board_view, an_older_plan_is_kept_for_steps_nobody_worked_on)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    BoardModel *planned = pipeline(a), *now = pipeline(a);
    BoardStage *validate = &now->items[4].stages[STAGE_VALIDATE], *insert = &now->items[4].stages[STAGE_INSERT];
    validate->status = insert->status = STEP_DONE;
    insert->run = 43;
    board_keep_plan(now, planned);
    cr_assert_eq(validate->status, STEP_STALE);
    cr_assert_eq(insert->status, STEP_DONE);
}

Test(board_view, what_is_to_be_seen_to_outweighs_what_is_done)
{
    cr_assert_eq(board_weightier(STEP_DONE, STEP_FAILED), STEP_FAILED);
    cr_assert_eq(board_weightier(STEP_FAILED, STEP_STALE), STEP_FAILED);
    cr_assert_eq(board_weightier(STEP_SKIPPED, STEP_DONE), STEP_DONE);
    cr_assert_eq(board_weightier(STEP_PARTIAL, STEP_PENDING), STEP_PENDING);
}

Test(board_view, the_step_a_worker_is_on_runs_whatever_was_noted)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    AUTO(surface_free_at) Surface *s = surface_new(25, 100, false);
    AUTO(buf_free) Buf text = {0};
    BoardView v = view_of(a);
    WorkerSeen worker = {.run = 43, .step = "consent/extract", .done = 3200, .rows = 8006, .rate = 1200, .state = "running"};
    int page;
    BoardLook look = {.worker = &worker, .page = &page};
    v.at = "consent";
    board_view_fill(&v);
    Canvas c = canvas_of(s);
    board_paint(&v, &look, &c);
    surface_dump(s, false, &text);
    cr_assert(strstr(buf_text(&text), "o   .   o running"), "%s", buf_text(&text));
    cr_assert(strstr(buf_text(&text), "consent / extract   o running   3,200 of 8,006 rows   1200 rows a second"));
    cr_assert(strstr(buf_text(&text), "A watch it"));
    worker.step = "source/extract"; // of all at once: its numbers are not this entity's
    v.model = arena_copy(a, v.model, sizeof *v.model);
    for (size_t i = 0; i < v.model->n; i++)
        if (!strcmp(v.model->items[i].name, "consent"))
            v.model->items[i].stages[STAGE_EXTRACT].status = STEP_RUNNING;
    surface_clear(s);
    board_paint(&v, &look, &c);
    buf_clear(&text);
    surface_dump(s, false, &text);
    cr_assert(strstr(buf_text(&text), "consent / extract   o running   the whole source is being read"), "%s",
              buf_text(&text));
    for (size_t i = 0; i < v.model->n; i++)
        if (!strcmp(v.model->items[i].name, "consent"))
            v.model->items[i].stages[STAGE_EXTRACT].status = STEP_PENDING;
    worker.step = "consent_form/extract"; // another entity's
    surface_clear(s);
    board_paint(&v, &look, &c);
    buf_clear(&text);
    surface_dump(s, false, &text);
    cr_assert_not(strstr(buf_text(&text), "running"));
}

Test(board_view, what_cannot_be_read_says_why)
{
    AUTO(surface_free_at) Surface *s = surface_new(20, 60, false);
    AUTO(buf_free) Buf text = {0};
    BoardView v = {0};
    int page;
    BoardLook look = {.trouble = "control.db is damaged", .page = &page};
    Canvas c = canvas_of(s);
    board_paint(&v, &look, &c);
    surface_dump(s, false, &text);
    cr_assert(strstr(buf_text(&text), "control.db is damaged"));
}
