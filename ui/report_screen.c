// Report: what a run did with every row, what it found and how long it took; what lies behind each number.
#include <string.h>

#include "base/intl.h"
#include "engine/words_shown.h"
#include "ui/pick.h"
#include "ui/report_state.h"
#include "ui/when.h"

static void read_run(ReportScreen *x, App *app, int what, int64_t run)
{
    if (app_clinic(app))
        app_fetch(app, &x->base, what, report_read, &run, sizeof run);
}

// ---- Moving ----------------------------------------------------------------------------------------------

// The nearest line one can stand on, first in the direction of step.
static void stand(ReportScreen *x, int step)
{
    const ReportShown *s = x->shown;
    for (int turn = 0; turn < 2; turn++, step = -step)
        for (int64_t at = x->list.cursor; at >= 0 && at < (int64_t)s->n_lines; at += step)
            if (report_can_stand(&s->lines[at])) {
                x->list.cursor = at;
                return;
            }
}

static bool move(ReportScreen *x, int action)
{
    int64_t before = x->list.cursor;
    if (!x->shown || !list_move(&x->list, action, *x->rows))
        return false;
    stand(x, x->list.cursor < before || action == ACT_LAST ? -1 : 1);
    list_fit(&x->list, x->list.count, *x->rows);
    return true;
}

static void to_section(ReportScreen *x, int step)
{
    const ReportShown *s = x->shown;
    if (!s || !s->n_lines)
        return;
    int now = (int)s->lines[x->list.cursor].section;
    for (int i = 1; i <= SECTIONS; i++) {
        ReportSection to = (ReportSection)((now + step * i + SECTIONS) % SECTIONS);
        for (size_t at = 0; at < s->n_lines; at++)
            if (s->lines[at].section == to && report_can_stand(&s->lines[at])) {
                x->list.cursor = (int64_t)at;
                x->list.top = at ? (int64_t)at - 1 : 0; // with the head of its table
                list_fit(&x->list, x->list.count, *x->rows);
                return;
            }
    }
}

// ---- What lies behind
// -----------------------------------------------------------------------------------------

static void read_records(ReportScreen *x, App *app, const char *entity, const char *code)
{
    Arena *a = app_arena(app);
    const ReportRecordsWish wish = {arena_text(a, "%s", entity), code ? arena_text(a, "%s", code) : NULL};
    app_fetch(app, &x->base, REPORT_RECORDS, report_read_records, &wish, sizeof wish);
}

static void open_issues(App *app, const char *field, const char *value)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    app_push(app, warnings_screen_of(app, arena_text(a, "%s:%s state:all", field, value)));
}

static void open_step(App *app, const char *id)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    const char *slash = strchr(id, '/');
    for (int stage = 0; slash && stage < STAGES; stage++)
        if (strcmp(slash + 1, stage_words[stage]) == 0)
            app_push(app, step_screen(app, arena_text(a, "%.*s", (int)(slash - id), id), (Stage)stage, 1));
}

static void open_line(ReportScreen *x, App *app)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    if (!x->shown || !x->shown->n_lines)
        return;
    const ReportLine *line = &x->shown->lines[x->list.cursor];
    const Report *r = &x->shown->report;
    const size_t i = line->i;
    switch (line->kind) {
    case LINE_ACCOUNT:
        if (r->accounts[i].rejected)
            read_records(x, app, r->accounts[i].entity, NULL);
        else
            app_say(app, SAY_INFO, _("No row of %s was kept out."), r->accounts[i].entity);
        break;
    case LINE_CAUSE: read_records(x, app, r->causes[i].entity, r->causes[i].code); break;
    case LINE_VERIFIED: open_issues(app, "step", arena_text(a, "%s/verify", r->verified[i].entity)); break;
    case LINE_MONEY: open_issues(app, "step", arena_text(a, "%s/verify", x->shown->money[i].entity)); break;
    case LINE_ISSUE: open_issues(app, "code", r->issues[i].code); break;
    case LINE_STAGE: open_issues(app, "step", arena_text(a, "*/%s", r->stages[i].stage)); break;
    case LINE_STEP: open_step(app, r->steps[i].step); break;
    case LINE_NEXT: app_copy(app, i == r->n_next ? r->resume : r->next[i].command); break;
    default: break;
    }
}

// ---- Other runs
// --------------------------------------------------------------------------------------------------

static void to_run(ReportScreen *x, App *app, int64_t run)
{
    x->run = run;
    x->earlier = NULL;
    read_run(x, app, REPORT_RUN, run);
}

static void run_picked(App *app, void *arg, size_t line)
{
    ReportScreen *x = arg;
    if (x->comparing)
        read_run(x, app, REPORT_EARLIER, x->listed[line]);
    else
        to_run(x, app, x->listed[line]);
}

// All runs there are; to compare with, all but the one that is shown.
static void choose_run(ReportScreen *x, App *app, bool comparing)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    size_t n = 0, at = 0;
    if (!x->shown || x->shown->no_run)
        return;
    const char **lines = arena_many(a, const char *, x->shown->n_runs);
    x->listed = arena_many(x->base.arena, int64_t, x->shown->n_runs);
    x->comparing = comparing;
    for (size_t i = 0; i < x->shown->n_runs; i++) {
        const RunRecord *r = &x->shown->runs[i];
        const bool here = r->run == x->shown->report.run.run;
        at = here ? MIN(n, x->shown->n_runs - 1) : at;
        if (here && comparing)
            continue;
        lines[n] = arena_text(a, _("run %lld  %s  %s  %s  %s"), (long long)r->run, when_whole(a, r->started_at),
                              word_shown(r->mode), run_word(r->status), r->by ? r->by : "");
        x->listed[n++] = r->run;
    }
    if (!n)
        app_say(app, SAY_INFO, "%s", _("There is no other run to compare with."));
    else
        app_push(app, pick_overlay(comparing ? _("Compare with run") : _("Report of another run"), lines, n, at,
                                   run_picked, x));
}

// The run beside this one in time. step 1: older.
static void to_neighbour(ReportScreen *x, App *app, int step)
{
    if (!x->shown || x->shown->no_run)
        return;
    for (size_t i = 0; i < x->shown->n_runs; i++) {
        size_t to = i + (size_t)step;
        if (x->shown->runs[i].run != x->shown->report.run.run)
            continue;
        if (to < x->shown->n_runs)
            to_run(x, app, x->shown->runs[to].run);
        else
            app_say(app, SAY_INFO, "%s",
                    step > 0 ? _("There is no older run.") : _("There is no newer run."));
        return;
    }
}

// ---- Into a file
// ----------------------------------------------------------------------------------------------------

static const struct {
    int key;
    const char *format, *file, *text;
} forms[] = {{'m', "md", "report.md", N_("md, for people")},
             {'h', "html", "report.html", N_("html, for a browser")},
             {'j', "json", "report.json", N_("json, for programs")},
             {'c', "csv", "balance.csv", N_("csv, the account alone")}};

static const char *check_path(void *arg, const char *text)
{
    (void)arg;
    return str_trim(str_of(text)).len ? NULL : _("a name of a file is needed");
}

static void path_given(App *app, void *arg, const char *text)
{
    ReportScreen *x = arg;
    if (!x->shown)
        return;
    const ReportFileWish wish = {x->shown->report.run.run, x->format,
                                 str_keep(app_arena(app), str_trim(str_of(text)))};
    app_fetch(app, &x->base, REPORT_FILE, report_write_file, &wish, sizeof wish);
}

static void form_chosen(App *app, void *arg, int key)
{
    ReportScreen *x = arg;
    AUTO(arena_free_at) Arena *a = arena_new();
    for (size_t i = 0; x->shown && i < ARRAY_LEN(forms); i++) {
        if (forms[i].key != key)
            continue;
        x->format = forms[i].format;
        const char *there = x->shown->folder
                                ? arena_text(a, _("It is there already: %s/%s. Into which other file?"),
                                             x->shown->folder, forms[i].file)
                                : _("Into which new file?");
        const char *name = arena_text(a, "%s-%lld-%s", app_clinic_name(app),
                                      (long long)x->shown->report.run.run, forms[i].file);
        app_push(app, ask_overlay(_("Export"), there, name, check_path, path_given, x));
    }
}

static void export_report(ReportScreen *x, App *app)
{
    Choice choices[ARRAY_LEN(forms)];
    if (!x->shown || x->shown->no_run)
        return;
    for (size_t i = 0; i < ARRAY_LEN(forms); i++)
        choices[i] = (Choice){forms[i].key, _(forms[i].text)};
    app_push(app, choice_overlay(_("Export"), "", choices, ARRAY_LEN(choices), form_chosen, x));
}

static void copy(const ReportScreen *x, App *app)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    if (x->shown && !x->shown->no_run && app_clinic(app))
        app_copy(app, arena_text(a, "mudanza report %s %lld", app_clinic(app)->typed,
                                 (long long)x->shown->report.run.run));
}

// ---- The screen
// --------------------------------------------------------------------------------------------------------

static bool act(Screen *s, App *app, int action)
{
    ReportScreen *x = (ReportScreen *)s;
    switch (action) {
    case ACT_OPEN: open_line(x, app); return true;
    case ACT_NEXT_TAB: to_section(x, 1); return true;
    case ACT_PREV_TAB: to_section(x, -1); return true;
    case ACT_COMPARE: choose_run(x, app, true); return true;
    case ACT_VIEW: choose_run(x, app, false); return true;
    case ACT_NEXT: to_neighbour(x, app, -1); return true;
    case ACT_PREVIOUS: to_neighbour(x, app, 1); return true;
    case ACT_PRINT: export_report(x, app); return true;
    case ACT_COPY: copy(x, app); return true;
    case ACT_CLOSE:
        if (!x->earlier)
            return false;
        x->earlier = NULL;
        return true;
    default: return move(x, action);
    }
}

static void take_run(ReportScreen *x, const ReportShown *shown, const Err *err)
{
    bool same = shown && x->shown && !shown->no_run && !x->shown->no_run &&
                shown->report.run.run == x->shown->report.run.run;
    x->trouble = shown ? NULL : arena_text(x->base.arena, "%s", err->text);
    x->shown = shown;
    if (!shown)
        return;
    if (!same)
        x->list = (ListState){0};
    list_fit(&x->list, (int64_t)shown->n_lines, *x->rows);
    if (shown->n_lines)
        stand(x, 1);
}

static void take_records(App *app, const ReportRecords *records)
{
    if (records->n)
        app_push(app, record_screen(records->ids, records->n, 0));
    else
        app_say(app, SAY_INFO, _("No row of %s is kept out any more."), records->entity);
}

static void fetched(Screen *s, App *app, int what, void *result, const Err *err)
{
    ReportScreen *x = (ReportScreen *)s;
    if (!result)
        app_say_err(app, err);
    if (what == REPORT_RUN)
        take_run(x, result, err);
    else if (what == REPORT_EARLIER)
        x->earlier = result;
    else if (what == REPORT_RECORDS && result)
        take_records(app, result);
    else if (result)
        app_say(app, SAY_GOOD, _("The report is written to %s."), (const char *)result);
}

static void opened(Screen *s, App *app)
{
    ReportScreen *x = (ReportScreen *)s;
    read_run(x, app, REPORT_RUN, x->run);
}

static void changed(Screen *s, App *app, unsigned what)
{
    ReportScreen *x = (ReportScreen *)s;
    if (what & (CHANGED_RECORDS | CHANGED_CONFIG))
        read_run(x, app, REPORT_RUN, x->run);
}

static const Binding bindings[] = {
    {"Enter", ACT_OPEN, N_("open row"),
     N_("what lies behind: the rejected rows, the issues, the step; a command is copied"),
     "mudanza rejects list CLINIC --entity ENTITY", false},
    {"Tab", ACT_NEXT_TAB, N_("section"),
     N_("next section: account, target, rejected rows, issues, durations, next"), NULL, false},
    {"P", ACT_PRINT, N_("export"),
     N_("write the report as md, html, json or csv; it says where it is already"),
     "mudanza report CLINIC --format md", false},
    {"c", ACT_COMPARE, N_("compare"),
     N_("show the numbers as changes since another run; Esc shows them as they are"),
     "mudanza report CLINIC RUN", false},
    {"v", ACT_VIEW, N_("other run"), N_("the report of another run"), "mudanza runs CLINIC", false},
    {"n", ACT_NEXT, NULL, N_("the report of the run after this one"), "mudanza report CLINIC RUN", false},
    {"p N", ACT_PREVIOUS, NULL, N_("the report of the run before this one"), "mudanza report CLINIC RUN",
     false},
    {0},
};

static const ScreenType type = {
    .name = "report",
    .title = N_("Report"),
    .bindings = bindings,
    .opened = opened,
    .paint = report_paint,
    .context = report_context,
    .act = act,
    .fetched = fetched,
    .changed = changed,
};

Screen *report_screen(int64_t run)
{
    ReportScreen *x = screen_new(ReportScreen, &type);
    x->run = run;
    x->rows = arena_one(x->base.arena, int);
    *x->rows = 20; // until it is painted
    return &x->base;
}
