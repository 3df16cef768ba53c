// How long what the screens read takes, on a clinic that has been run: wall and processor time of each call,
// the first one with nothing in SQLite's memory. Ends with 1 when one takes longer than LIMIT_MS of processor
// time.
//
// usage: screens WORKSPACE CLINIC [ENTITY]
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/date.h"
#include "cache/issue_page.h"
#include "cache/step_history.h"
#include "engine/inspect.h"
#include "engine/log_page.h"
#include "engine/overview.h"
#include "engine/rejects.h"
#include "engine/report_data.h"
#include "engine/sample_page.h"

enum { LIMIT_MS = 200, ROWS = 50 };

static struct {
    Arena *arena;
    const char *workspace, *entity;
    const Clinic *clinic;
    Control *control;
    bool slow;
} bench;

static double processor_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void measure(const char *what, bool (*call)(const void *arg, Err *err), const void *arg)
{
    Err err = {0};
    Instant began = steady_now();
    double before = processor_ms();
    bool ok = call(arg, &err);
    double took = processor_ms() - before;
    printf("%-44s %8.1f ms %8.1f ms processor%s%s%s\n", what, (double)(steady_now() - began) / 1e3, took,
           took > LIMIT_MS ? "  SLOW" : "", ok ? "" : "  FAILED: ", ok ? "" : err.text);
    bench.slow |= took > LIMIT_MS || !ok;
}

// ---- Overviews ----------------------------------------------------------------------------------

static bool clinics(const void *arg, Err *err)
{
    size_t n;
    (void)arg;
    (void)err;
    return overview_clinics(bench.arena, bench.workspace, NULL, &n);
}

static bool board(const void *arg, Err *err)
{
    size_t n;
    (void)arg;
    return overview_board(bench.arena, bench.clinic, &n, err);
}

static bool plan(const void *arg, Err *err)
{
    const RunOptions o = {.clinic = bench.clinic,
                          .mode = "run",
                          .max_rejects = -1,
                          .max_reject_ratio = -1,
                          .max_duration_s = -1};
    (void)arg;
    return engine_plan(bench.arena, &o, problems_new(bench.arena), err);
}

static bool history(const void *arg, Err *err)
{
    size_t n;
    bool more;
    (void)arg;
    return step_history(bench.control, bench.arena, arena_text(bench.arena, "%s/insert", bench.entity), 0,
                        ROWS, &n, &more, err);
}

static bool report(const void *arg, Err *err)
{
    Report r;
    (void)arg;
    return report_collect(bench.arena, bench.clinic, 0, &r, err);
}

static bool record(const void *arg, Err *err)
{
    const InspectWish wish = {.record = arg};
    return engine_inspect(bench.arena, bench.clinic, &wish, problems_new(bench.arena), err);
}

static bool rejects(const void *arg, Err *err)
{
    const RejectFilter all = {0};
    size_t n;
    (void)arg;
    return reject_causes(bench.arena, bench.clinic, bench.control, &all, &n, err);
}

static void measure_record(void)
{
    const SampleWish wish = {.entity = bench.entity, .most = 1};
    SamplePage page;
    Err err = {0};
    if (sample_page(bench.arena, bench.clinic, &wish, PAGE_FIRST, NULL, &page, &err) && page.n)
        measure("record", record, arena_text(bench.arena, "%s:%s", bench.entity, page.rows[0].at.key));
}

// ---- Issues -------------------------------------------------------------------------------------

typedef struct {
    IssueFilter filter;
    PageWay way;
    const IssueItem *from;
    IssueView view;
} IssueWish;

static bool totals(const void *arg, Err *err)
{
    IssueTotals t;
    (void)arg;
    return issue_totals(bench.control, &t, err);
}

static bool issues(const void *arg, Err *err)
{
    const IssueWish *w = arg;
    IssuePage p;
    return issue_page(bench.control, bench.arena, &w->filter, w->way, w->from, ROWS, &p, err);
}

static bool tree(const void *arg, Err *err)
{
    const IssueWish *w = arg;
    size_t n;
    bool more;
    return issue_tree(bench.control, bench.arena, &w->filter, w->view, 1000, &n, &more, err);
}

static bool causes(const void *arg, Err *err)
{
    const IssueWish *w = arg;
    size_t n;
    int64_t total;
    return issue_causes(bench.control, bench.arena, &w->filter, 5, 5, &n, &total, err);
}

static bool place(const void *arg, Err *err)
{
    const IssueWish *w = arg;
    int64_t before, n;
    return issue_place(bench.control, &w->filter, w->from, &before, err) &&
           issue_count(bench.control, &w->filter, &n, err);
}

static void measure_issues(void)
{
    static const char *const views[ISSUE_VIEWS] = {"severity", "entity", "cause", "fresh first"};
    IssueWish w = {.filter = {.state = "open"}};
    IssuePage last, middle = {0};
    Err err = {0};
    measure("warnings: totals", totals, NULL);
    for (w.view = 0; w.view < ISSUE_VIEWS; w.view++)
        measure(arena_text(bench.arena, "warnings: tree by %s", views[w.view]), tree, &w);
    measure("warnings: first page", issues, &w);
    w.way = PAGE_LAST;
    measure("warnings: last page", issues, &w);
    if (!issue_page(bench.control, bench.arena, &w.filter, PAGE_LAST, NULL, 1, &last, &err) || !last.n)
        return;
    const IssueFilter most = {.code = last.items[0].code, .severity = last.items[0].severity};
    if (!issue_page(bench.control, bench.arena, &most, PAGE_FIRST, NULL, 10000, &middle, &err))
        return;
    w.from = &middle.items[middle.n / 2];
    w.way = PAGE_AFTER;
    measure("warnings: page behind a row far down", issues, &w);
    w.way = PAGE_BEFORE;
    measure("warnings: page before it", issues, &w);
    measure("warnings: its place, and how many there are", place, &w);
    w.filter = (IssueFilter){.state = "ignored"};
    w.way = PAGE_FIRST;
    measure("warnings: first page of few among many", issues, &w);
    w.filter = (IssueFilter){.text = "no such text"};
    measure("warnings: first page by a text that is nowhere", issues, &w);
    w.filter = most;
    measure("warnings: causes and examples of a code", causes, &w);
}

// ---- Samples and log ----------------------------------------------------------------------------

typedef struct {
    SampleWish wish;
    PageWay way;
    const SampleAt *from;
} SampleCall;

static bool samples(const void *arg, Err *err)
{
    const SampleCall *c = arg;
    SamplePage p;
    return sample_page(bench.arena, bench.clinic, &c->wish, c->way, c->from, &p, err);
}

static void measure_samples(void)
{
    const SampleAt far = {.key = "80000000-0000-0000-0000-000000000000"};
    SampleCall c = {.wish = {.entity = bench.entity, .most = ROWS}, .from = &far};
    measure("samples: first page", samples, &c);
    c.way = PAGE_LAST;
    measure("samples: last page", samples, &c);
    c.way = PAGE_AFTER;
    measure("samples: page behind a row far down", samples, &c);
    c.way = PAGE_BEFORE;
    measure("samples: page before it", samples, &c);
    c.way = PAGE_FIRST;
    c.wish.which = SAMPLE_REJECTED;
    measure("samples: rejected", samples, &c);
    c.wish.which = SAMPLE_ALL;
    c.wish.with_target = true;
    measure("samples: first page, with the target", samples, &c);
    c.wish.with_target = false;
    c.wish.text = "no such text";
    measure("samples: a text that is nowhere", samples, &c);
}

static bool lines(const void *arg, Err *err)
{
    const LogWish *w = arg;
    LogPage p;
    return log_page(bench.arena, bench.clinic, w, PAGE_LAST, 0, ROWS, &p, err);
}

static void measure_log(void)
{
    RunRecord run;
    Err err = {0};
    if (!control_run(bench.control, bench.arena, 0, &run, &err))
        return;
    LogWish w = {.run = run.run};
    measure("log: last page", lines, &w);
    w.step = arena_text(bench.arena, "%s/insert", bench.entity);
    measure("log: last page of a step", lines, &w);
    w.find = "no such text";
    measure("log: a text that is nowhere", lines, &w);
}

int main(int argc, char **argv)
{
    Err err = {0};
    if (argc < 3) {
        fprintf(stderr, "usage: screens WORKSPACE CLINIC [ENTITY]\n");
        return 2;
    }
    Arena *a = bench.arena = arena_new();
    Problems *problems = problems_new(a);
    bench.workspace = workspace_find(a, argv[1], &err);
    bench.entity = argc > 3 ? argv[3] : "patient";
    bench.clinic = bench.workspace ? clinic_load(a, bench.workspace, argv[2], NULL, problems) : NULL;
    bench.control = bench.clinic ? control_open(bench.clinic->state_folder, false, &err) : NULL;
    if (!bench.control) {
        fprintf(stderr, "screens: %s\n", err.kind ? err.text : "no such clinic, or it has not run");
        return 2;
    }
    measure("clinics: all of the workspace", clinics, NULL);
    measure("board", board, NULL);
    measure("board: the plan behind it", plan, NULL);
    measure_issues();
    measure_samples();
    measure("history of a step", history, NULL);
    measure_record();
    measure("report", report, NULL);
    measure("rejects: causes", rejects, NULL);
    measure_log();
    control_close(bench.control);
    arena_free(a);
    return bench.slow;
}
