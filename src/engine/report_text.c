#include "engine/report_text.h"

#include <math.h>
#include <string.h>

#include "base/intl.h"
#include "engine/reason_shown.h"
#include "engine/report_page.h"
#include "engine/report_picture.h"
#include "engine/report_trouble.h"
#include "engine/report_verified.h"
#include "engine/words_shown.h"

static const char *number(Arena *a, int64_t n)
{
    AUTO(buf_free) Buf text = {0};
    number_shown(n, &text);
    return str_keep(a, buf_str(&text));
}

static const char *run_number(Arena *a, int64_t run)
{
    return run ? arena_text(a, "%lld", (long long)run) : NULL;
}

// 0:20:11, hours without limit.
static const char *duration(Arena *a, double seconds)
{
    if (seconds < 0)
        return NULL;
    int64_t s = llround(seconds);
    return arena_text(a, "%lld:%02d:%02d", (long long)(s / 3600), (int)(s / 60 % 60), (int)(s % 60));
}

static const char *verdict(Arena *a, const Report *r)
{
    const char *reason = r->run.reason ? arena_text(a, ": %s", reason_shown(a, r->run.reason)) : "";
    if (r->ended)
        return arena_text(a, _("exit code %d, %s%s"), r->run.exit_code, run_word(r->run.status), reason);
    return arena_text(a, _("no exit code, %s%s"), run_word(r->run.status), reason);
}

static void identity(Arena *a, const Report *r, Page *p)
{
    const Clinic *c = r->clinic;
    const RunRecord *run = &r->run;
    const char *by = run->by ? run->by : "?", *host = run->host ? run->host : "?";
    const Fact facts[] = {
        {_("clinic"), run->clinic_name ? arena_text(a, "%s (%s)", run->clinic_name, c->name) : c->name},
        {_("environment"), c->env},
        {_("profile"), c->profile},
        {_("source"), c->source_path},
        {_("target"), r->target},
        {_("run"), arena_text(a, "%lld (%s)", (long long)run->run, word_shown(run->mode))},
        {_("job"),
         r->job_status ? arena_text(a, "%lld (%s)", (long long)run->job, word_shown(r->job_status)) : run_number(a, run->job)},
        {_("goes on with"), run_number(a, run->resumes)},
        {_("undone by run"), run_number(a, run->undone_by)},
        {_("started"), run->started_at},
        {_("ended"), run->ended_at},
        {_("last seen"), r->killed ? r->seen_at : NULL},
        {_("took"), duration(a, r->took_s)},
        {_("by"), arena_text(a, "%s@%s", by, host)},
        {_("note"), run->note},
        {_("version"), run->version},
    };
    page_heading(p, _("Run"));
    page_facts(p, facts, ARRAY_LEN(facts));
    page_end_block(p);
}

enum { ACCOUNT_COLUMNS = 10 };

static void account_row(Arena *a, const char **cells, const char *name, const Account *one)
{
    const int64_t numbers[] = {one->source,  one->inserted, one->updated, one->unchanged, one->linked,
                               one->skipped, one->rejected, one->pending, one->raw};
    cells[0] = name;
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
        cells[i + 1] = number(a, numbers[i]);
}

static void account(Arena *a, const Report *r, Page *p)
{
    const char **cells = arena_many(a, const char *, ACCOUNT_COLUMNS *(r->n_accounts + 2));
    const char *const names[ACCOUNT_COLUMNS] = {_("entity"),    _("source"), _("inserted"), _("updated"),
                                                _("unchanged"), _("linked"), _("skipped"),  _("rejected"),
                                                _("pending"),   _("raw")};
    memcpy(cells, names, sizeof names);
    for (size_t i = 0; i < r->n_accounts; i++)
        account_row(a, &cells[(i + 1) * ACCOUNT_COLUMNS], r->accounts[i].entity, &r->accounts[i]);
    account_row(a, &cells[(r->n_accounts + 1) * ACCOUNT_COLUMNS], _("total"), &r->total);
    page_heading(p, _("Account"));
    page_table(p, cells, r->n_accounts + 2, ACCOUNT_COLUMNS, 1);
    // Scripts look for this line: it is the same in every language.
    page_line(p, "LOST %lld", (long long)r->total.lost);
    if (r->killed && r->n_accounts)
        page_line(p, "%s", _("counted after its end, by what it left in the cache and in the target"));
    if (r->total.absent)
        page_line(p, _("gone from the source or left out now, kept in the target: %lld"),
                  (long long)r->total.absent);
    picture_balance(r, p);
    page_end_block(p);
}

// 17, 204, 3311, ...; "" when nobody knows.
static const char *place_list(Arena *a, const Places *p)
{
    AUTO(buf_free) Buf text = {0};
    for (size_t i = 0; i < MIN(p->n, (size_t)REPORT_PLACES); i++)
        buf_addf(&text, "%s%lld", i ? ", " : "", (long long)p->at[i]);
    if (p->n > REPORT_PLACES)
        buf_add_text(&text, ", ...");
    return str_keep(a, buf_str(&text));
}

static void rejects(Arena *a, const Report *r, size_t most, Page *p)
{
    if (!r->n_causes)
        return;
    size_t shown = MIN(r->n_causes, most), columns = 3;
    for (size_t i = 0; i < shown; i++)
        columns = r->places[i].n ? 4 : columns;
    const char **cells = arena_many(a, const char *, columns *(shown + 1));
    const char *const names[] = {_("entity"), _("code"), _("rows"), _("positions in the source")};
    memcpy(cells, names, columns * sizeof *names);
    for (size_t i = 0; i < shown; i++) {
        const char **row = cells + columns * (i + 1);
        row[0] = r->causes[i].entity;
        row[1] = r->causes[i].code;
        row[2] = number(a, r->causes[i].rows);
        if (columns == 4)
            row[3] = place_list(a, &r->places[i]);
    }
    page_heading(p, _("Causes of rejects"));
    page_table(p, cells, shown + 1, columns, 2);
    if (shown < r->n_causes)
        page_line(p, _("less frequent causes, not shown: %zu"), r->n_causes - shown);
    page_end_block(p);
}

static void issues(Arena *a, const Report *r, Page *p)
{
    if (!r->n_issues)
        return;
    enum { COLUMNS = 5 };
    const char **cells = arena_many(a, const char *, COLUMNS *(r->n_issues + 1));
    const char *const names[] = {_("severity"), _("code"), _("rows"), _("new"), _("ignored")};
    memcpy(cells, names, sizeof names);
    for (size_t i = 0; i < r->n_issues; i++) {
        const char **row = cells + COLUMNS * (i + 1);
        row[0] = _(r->issues[i].severity);
        row[1] = r->issues[i].code;
        row[2] = number(a, r->issues[i].rows);
        row[3] = number(a, r->issues[i].fresh);
        row[4] = number(a, r->issues[i].ignored);
    }
    page_heading(p, r->newest ? _("Issues") : _("Issues, as later runs left them"));
    page_table(p, cells, r->n_issues + 1, COLUMNS, 2);
    page_end_block(p);
}

static void delta(Arena *a, const Report *r, Page *p)
{
    const IssueDelta *d = &r->delta;
    if (!r->n_issues && !d->fixed && !d->ignored)
        return;
    const Fact facts[] = {
        {_("new in this run"), number(a, d->fresh)},   {_("gone"), number(a, d->fixed)},
        {_("come back"), number(a, d->back)},          {_("open"), number(a, d->open)},
        {_("asked the clinic"), number(a, d->asked)},  {_("ignored by decision"), number(a, d->ignored)},
    };
    page_heading(p, _("What became of issues"));
    page_facts(p, facts, ARRAY_LEN(facts));
    page_end_block(p);
}

static void stages(Arena *a, const Report *r, Page *p)
{
    const char *cells[6 * (ARRAY_LEN(r->stages) + 1)] = {_("stage"),    _("steps"), _("rows"),
                                                         _("rejected"), _("took"),  _("rows/s")};
    size_t n = 1;
    for (size_t i = 0; i < ARRAY_LEN(r->stages); i++) {
        const StageTotal *s = &r->stages[i];
        if (!s->steps)
            continue;
        const char **row = &cells[6 * n++];
        row[0] = _(s->stage);
        row[1] = number(a, s->steps);
        row[2] = number(a, s->rows);
        row[3] = number(a, s->rejected);
        row[4] = arena_text(a, "%.1f s", s->took_s);
        row[5] = arena_text(a, "%.0f", report_rate(s));
    }
    if (n == 1)
        return;
    page_heading(p, _("Stages"));
    page_table(p, cells, n, 6, 1);
    picture_durations(a, r, p);
    page_end_block(p);
}

static void unfinished_steps(Arena *a, const Report *r, Page *p)
{
    Fact *facts = arena_many(a, Fact, r->n_steps + 1);
    size_t n = 0;
    for (size_t i = 0; i < r->n_steps; i++) {
        const StepRecord *s = &r->steps[i];
        if (strcmp(s->status, "done") != 0 && strcmp(s->status, "skipped") != 0)
            facts[n++] = (Fact){s->step, step_word(s->status)};
    }
    if (!n)
        return;
    page_heading(p, _("Steps that are not done"));
    page_facts(p, facts, n);
    page_end_block(p);
}

static void on_disk(Arena *a, const Report *r, Page *p)
{
    if (!r->n_files)
        return;
    Fact facts[ARRAY_LEN(r->files)];
    for (size_t i = 0; i < r->n_files; i++)
        facts[i] = (Fact){r->files[i].what, arena_text(a, _("%lld bytes in %s"), (long long)r->files[i].bytes,
                                                       r->files[i].path)};
    page_heading(p, _("Still on disk, with patients' data in clear"));
    page_facts(p, facts, r->n_files);
    page_end_block(p);
}

static void what_next(const Report *r, Page *p)
{
    page_heading(p, _("What to do next"));
    for (size_t i = 0; i < r->n_next; i++)
        page_command(p, (int)i + 1, r->next[i].command, r->next[i].why);
    page_end_block(p);
    if (!r->resume)
        return;
    page_heading(p, _("To go on"));
    page_command(p, 0, r->resume, NULL);
    page_end_block(p);
}

static void whole(Arena *a, const Report *r, Page *p)
{
    page_title(p, verdict(a, r));
    identity(a, r, p);
    if (r->is_rollback) {
        report_rollback(a, &r->rollback, p);
    } else {
        account(a, r, p);
        rejects(a, r, REPORT_CAUSES, p);
        issues(a, r, p);
        delta(a, r, p);
        report_verified(a, r, p);
        report_trouble(a, r, p);
        stages(a, r, p);
        unfinished_steps(a, r, p);
    }
    on_disk(a, r, p);
    what_next(r, p);
}

void report_text(Arena *a, const Report *r, bool markdown, Buf *out)
{
    whole(a, r, &(Page){.out = out, .markdown = markdown});
}

void report_html(Arena *a, const Report *r, Buf *out)
{
    Page p = {.out = out, .html = true};
    report_html_head(&p, arena_text(a, _("%s, run %lld"), r->clinic->name, (long long)r->run.run));
    whole(a, r, &p);
    report_html_foot(&p);
}

void report_summary(Arena *a, const Report *r, Buf *out)
{
    Page p = {.out = out};
    const Fact places[] = {
        {_("report"),
         arena_text(a, "%s/runs/%06lld/report.md", r->clinic->state_folder, (long long)r->run.run)},
        {_("target"), r->target},
        {_("took"), duration(a, r->took_s)},
    };
    page_title(&p, verdict(a, r));
    if (r->is_rollback) {
        report_rollback(a, &r->rollback, &p);
    } else {
        account(a, r, &p);
        rejects(a, r, SUMMARY_CAUSES, &p);
    }
    page_heading(&p, _("Where it is"));
    page_facts(&p, places, ARRAY_LEN(places));
    page_end_block(&p);
    what_next(r, &p);
}
