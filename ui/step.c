#include "ui/step.h"

#include <string.h>

#include "base/intl.h"
#include "ui/decide.h"
#include "ui/glyphs.h"
#include "ui/screens.h"
#include "ui/when.h"

// ---- Reading ------------------------------------------------------------------------------------------

static void read_kind(StepScreen *s, App *app, int kind, FetchRead read)
{
    const char *const texts[] = {s->entity};
    AUTO(buf_free) Buf wish = {0};
    step_wish(&wish, (StepWish){.stage = s->stage, .unmask = app_unmasked(app)}, texts, ARRAY_LEN(texts));
    app_fetch(app, &s->base, kind, read, wish.at, wish.len);
}

// What takes its time is read when nobody is at work: a worker changes what it would look at.
static void read_slow(StepScreen *s, App *app)
{
    if (!app_worker(app) || !s->plan)
        read_kind(s, app, STEP_PLAN, step_read_plan);
    if ((s->tab == TAB_PLAN || s->tab == TAB_DIFF) &&
        (!app_worker(app) || !s->diff))
        read_kind(s, app, STEP_DIFF, step_read_diff);
}

// What a tab shows and nobody has asked for yet.
static void read_tab_first(StepScreen *s, App *app)
{
    if (s->tab == TAB_PLAN && !s->counts)
        read_kind(s, app, STEP_COUNTS, step_read_counts);
    if ((s->tab == TAB_PLAN || s->tab == TAB_SAMPLES) && !s->samples)
        step_read_tab(s, app, TAB_SAMPLES);
    if (s->tab == TAB_ISSUES && !s->issues)
        step_read_tab(s, app, TAB_ISSUES);
    if (s->tab == TAB_LOG && !s->log)
        step_read_tab(s, app, TAB_LOG);
    if ((s->tab == TAB_PLAN || s->tab == TAB_DIFF) && !s->diff &&
        !app_fetching(app, &s->base, STEP_DIFF))
        read_kind(s, app, STEP_DIFF, step_read_diff);
}

static void opened(Screen *screen, App *app)
{
    StepScreen *s = (StepScreen *)screen;
    read_kind(s, app, STEP_KNOWN, step_read_known);
    read_kind(s, app, STEP_PLAN, step_read_plan);
    read_tab_first(s, app);
}

static void changed(Screen *screen, App *app, unsigned what)
{
    StepScreen *s = (StepScreen *)screen;
    if (what & CHANGED_RUN && s->tab == TAB_LOG && s->log)
        step_read_tab(s, app, TAB_LOG);
    if (!(what & (CHANGED_RECORDS | CHANGED_CONFIG)))
        return;
    read_kind(s, app, STEP_KNOWN, step_read_known);
    if (s->counts || s->trouble[STEP_COUNTS])
        read_kind(s, app, STEP_COUNTS, step_read_counts);
    if (s->samples || s->trouble[STEP_SAMPLES])
        step_read_tab(s, app, TAB_SAMPLES);
    if (s->issues || s->trouble[STEP_ISSUES])
        step_read_tab(s, app, TAB_ISSUES);
    read_slow(s, app);
}

static void fetched(Screen *screen, App *app, int what, void *result, const Err *err)
{
    StepScreen *s = (StepScreen *)screen;
    if (what == STEP_DECIDE) {
        decide_fetched(app, result, err);
        return;
    }
    const bool first = what == STEP_KNOWN && !s->known;
    s->trouble[what] = result ? NULL : arena_text(screen->arena, "%s", err->text);
    switch (what) {
    case STEP_KNOWN: s->known = result; break;
    case STEP_COUNTS: s->counts = result; break;
    case STEP_PLAN: s->plan = result; break;
    case STEP_SAMPLES: s->samples = result; break;
    case STEP_DIFF: s->diff = result; break;
    case STEP_ISSUES: s->issues = result; break;
    default: s->log = result; break;
    }
    if (what == STEP_KNOWN)
        list_fit(&s->list[TAB_HISTORY], result ? (int64_t)s->known->n_runs : 0, *s->page);
    if (what == STEP_PLAN)
        s->list[TAB_WHY].count = s->plan && s->plan->step
                                     ? (int64_t)(3 * s->plan->step->n_causes + s->plan->step->n_reached) + 1
                                     : 1;
    if (what == STEP_DIFF)
        step_diff_lines(s);
    if (what == STEP_SAMPLES || what == STEP_ISSUES || what == STEP_LOG)
        step_page_came(s, app,
                       what == STEP_SAMPLES  ? TAB_SAMPLES
                       : what == STEP_ISSUES ? TAB_ISSUES
                                             : TAB_LOG);
    if (first && s->tab == TAB_LOG)
        read_tab_first(s, app); // now the run is known
}

// ---- What is shown -------------------------------------------------------------------------------------

static void take_find(App *app, void *arg, const char *text)
{
    StepScreen *s = arg;
    s->find[s->tab] = *text ? arena_text(s->base.arena, "%s", text) : NULL;
    buf_clear(&s->at[s->tab]);
    s->list[s->tab] = (ListState){0};
    if (s->tab == TAB_SAMPLES)
        s->samples = NULL;
    else
        s->log = NULL;
    read_tab_first(s, app);
}

static bool find(StepScreen *s, App *app)
{
    if (s->tab == TAB_SAMPLES)
        app_push(app, ask_overlay(_("Find"), _("Rows with this in their source id or in a value are shown."),
                                  s->find[s->tab], NULL, take_find, s));
    else if (s->tab == TAB_LOG)
        app_push(app, ask_overlay(_("Find"), _("Lines with this in them are shown."), s->find[s->tab], NULL,
                                  take_find, s));
    return s->tab == TAB_SAMPLES || s->tab == TAB_LOG;
}

static bool other_view(StepScreen *s, App *app)
{
    if (s->tab == TAB_SAMPLES) {
        s->which = (SampleWhich)((s->which + 1) % (SAMPLE_CHANGED + 1));
        s->samples = NULL;
    } else if (s->tab == TAB_ISSUES) {
        s->all_issues = !s->all_issues;
        s->issues = NULL;
    } else {
        return false;
    }
    s->list[s->tab] = (ListState){0};
    buf_clear(&s->at[s->tab]);
    read_tab_first(s, app);
    return true;
}

// ---- Keys -----------------------------------------------------------------------------------------------

static bool go(StepScreen *s, App *app, int tab)
{
    s->tab = (tab + STEP_TABS) % STEP_TABS;
    read_tab_first(s, app);
    return true;
}

static bool scroll(StepScreen *s, int by)
{
    const SamplePage *p = s->samples;
    if (s->tab != TAB_SAMPLES || !p)
        return false;
    const int last = (int)(p->n_made ? p->n_made : p->n_source) - 1;
    s->left = MAX(MIN(s->left + by, last), 0);
    return true;
}

// Esc: what was looked for and marked first.
static bool close_innermost(StepScreen *s, App *app)
{
    if ((s->tab == TAB_SAMPLES || s->tab == TAB_LOG) && s->find[s->tab])
        take_find(app, s, "");
    else if (s->tab == TAB_ISSUES && s->marked.len)
        buf_clear(&s->marked);
    else
        return false;
    return true;
}

// What was shown goes at once when it is to be masked again.
static void unmask(StepScreen *s, App *app)
{
    const bool samples = s->samples, diff = s->diff;
    if (samples)
        step_read_tab(s, app, TAB_SAMPLES);
    if (!app_unmasked(app)) {
        s->samples = NULL;
        s->list[TAB_SAMPLES].count = 0;
        s->diff = NULL;
        step_diff_lines(s);
    }
    if (diff)
        read_kind(s, app, STEP_DIFF, step_read_diff);
}

static bool act(Screen *screen, App *app, int action)
{
    StepScreen *s = (StepScreen *)screen;
    const char *const select[] = {s->step, NULL};
    if (action >= ACT_TAB_1 && action <= ACT_TAB_9)
        return action - ACT_TAB_1 < STEP_TABS && go(s, app, action - ACT_TAB_1);
    switch (action) {
    case ACT_NEXT_TAB: return go(s, app, s->tab + 1);
    case ACT_PREV_TAB: return go(s, app, s->tab - 1);
    case ACT_WHY: return go(s, app, TAB_WHY);
    case ACT_BEHIND: return go(s, app, TAB_LOG);
    case ACT_OPEN: return s->tab == TAB_PLAN ? go(s, app, TAB_SAMPLES) : step_open_row(s, app);
    case ACT_RUN: app_push(app, run_plan_overlay(app, "run", select, NULL)); return true;
    case ACT_DRY_RUN: step_dry_run(s, app); return true;
    case ACT_MASK: unmask(s, app); return true;
    case ACT_VIEW: return other_view(s, app);
    case ACT_FILTER: return find(s, app);
    case ACT_LEFT: return scroll(s, -1);
    case ACT_RIGHT: return scroll(s, 1);
    case ACT_MARK: return step_mark(s, app, false);
    case ACT_MARK_ALL: return step_mark(s, app, true);
    case ACT_RESOLVE: return step_decide(s, app, ISSUE_RESOLVE);
    case ACT_IGNORE: return step_decide(s, app, ISSUE_IGNORE);
    case ACT_NOTE: return step_decide(s, app, ISSUE_NOTE);
    case ACT_ASK: return step_decide(s, app, ISSUE_ASK);
    case ACT_REOPEN: return step_decide(s, app, ISSUE_REOPEN);
    case ACT_UNDO: decide_undo(app, screen, STEP_DECIDE); return true;
    case ACT_COPY: step_copy(s, app); return true;
    case ACT_CLOSE: return close_innermost(s, app);
    default: return step_list_move(s, app, action);
    }
}

static const Binding bindings[] = {
    {"x F5", ACT_RUN, N_("run"), N_("run the step; the plan is shown first"), "mudanza run CLINIC STEP",
     true},
    {"d", ACT_DRY_RUN, N_("dry run"),
     N_("read and check anew, or try the real statements and roll them back"), "mudanza preview CLINIC STEP",
     true},
    {"Enter", ACT_OPEN, N_("record"), N_("the record of the row; of a run its report"),
     "mudanza inspect CLINIC ENTITY:ID", false},
    {"Tab", ACT_NEXT_TAB, N_("next tab"), N_("next tab; 1 to 7 go to one"), NULL, false},
    {"M", ACT_MASK, N_("unmask"),
     N_("show values, or mask them again; showing them is written to the audit log"),
     "mudanza inspect CLINIC ENTITY:ID --unmask", true},
    {"w", ACT_WHY, N_("why"), N_("why the step stands where it stands"), "mudanza plan CLINIC STEP -v",
     false},
    {"v", ACT_VIEW, N_("other rows"),
     N_("Samples: all rows, rejected ones, changed ones. Issues: open ones, or all"),
     "mudanza rejects list CLINIC", false},
    {"/ F3", ACT_FILTER, N_("find"), N_("Samples and Log: only rows or lines with a text; Esc takes it away"),
     "mudanza logs CLINIC --step STEP", false},
    {"r", ACT_RESOLVE, NULL, N_("Issues: resolved, the next run looks"),
     "mudanza warnings resolve CLINIC ISSUE", true},
    {"i", ACT_IGNORE, NULL, N_("Issues: they do not matter, with the reason"),
     "mudanza warnings ignore CLINIC ISSUE --reason TEXT", true},
    {";", ACT_NOTE, NULL, N_("Issues: a remark"), "mudanza warnings note CLINIC ISSUE --note TEXT", true},
    {"c", ACT_ASK, NULL, N_("Issues: the clinic has to be asked"), "mudanza warnings ask CLINIC ISSUE", true},
    {"O", ACT_REOPEN, NULL, N_("Issues: open again"), "mudanza warnings reopen CLINIC ISSUE", true},
    {"o", ACT_BEHIND, NULL, N_("what happened in the step, line by line"), "mudanza logs CLINIC --step STEP",
     false},
    {"y", ACT_COPY, N_("copy"), N_("copy the id of the row, or a command"), NULL, false},
    {0},
};

// ---- Painting -------------------------------------------------------------------------------------------

static void context(const Screen *screen, const App *app, Buf *line)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    const StepScreen *s = (const StepScreen *)screen;
    const StepKnown *k = s->known;
    const StepStatus status = step_status_now(s, app);
    if (!k)
        return;
    const Surface look = {.unicode = app_options(app)->unicode};
    buf_addf(line, "%s %s  ", status_symbol(&look, status), status_word(status));
    buf_addf(line, _("stage %d of %d"), (int)s->stage + 1, (int)STAGES);
    if (k->ran) {
        AUTO(buf_free) Buf done = {0}, rejected = {0};
        number_shown(k->last.done, &done);
        number_shown(k->last.rejected, &rejected);
        buf_addf(line, "  #%lld %s", (long long)k->last.run, when_whole(a, k->last.ended_at));
        buf_addf(line, ngettext("  %s done", "  %s done", (unsigned long)k->last.done), buf_text(&done));
        buf_addf(line, ngettext("  %s rejected", "  %s rejected", (unsigned long)k->last.rejected),
                 buf_text(&rejected));
    }
    AUTO(buf_free) Buf open = {0};
    number_shown(k->open, &open);
    buf_addf(line, ngettext("  %s issue", "  %s issues", (unsigned long)k->open), buf_text(&open));
}

static void close_step(Screen *screen)
{
    StepScreen *s = (StepScreen *)screen;
    for (int i = 0; i < STEP_TABS; i++)
        buf_free(&s->at[i]);
    buf_free(&s->marked);
    arena_free(s->lines_arena);
}

static const ScreenType step_type = {
    .name = "step",
    .title = N_("Step"),
    .bindings = bindings,
    .opened = opened,
    .paint = step_paint,
    .context = context,
    .act = act,
    .fetched = fetched,
    .changed = changed,
    .close = close_step,
};

Screen *step_screen(App *app, const char *entity, Stage stage, int tab)
{
    StepScreen *s = screen_new(StepScreen, &step_type);
    Arena *a = s->base.arena;
    (void)app;
    s->entity = arena_text(a, "%s", entity);
    s->stage = stage;
    s->step = arena_text(a, "%s/%s", entity, stage_words[stage]);
    s->base.subject = arena_text(a, "%s > %s", entity, _(stage_words[stage]));
    s->tab = MAX(MIN(tab, STEP_TABS), 1) - 1;
    s->lines_arena = arena_new();
    s->page = arena_one(a, int);
    *s->page = 1;
    return &s->base;
}
