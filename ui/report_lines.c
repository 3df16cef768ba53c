#include <string.h>

#include "base/intl.h"
#include "ui/report_model.h"
#include "ui/when.h"

typedef struct {
    Arena *arena;
    Buf list;
    ReportSection section;
    bool begun; // the section has lines
} Lines;

static void add(Lines *x, ReportKind kind, size_t i, const char *text)
{
    const ReportLine line = {x->section, kind, i, text};
    buf_add(&x->list, (Str){(const char *)&line, sizeof line});
    x->begun = true;
}

static void add_head(Lines *x, ReportKind kind, const char *text)
{
    if (x->begun)
        add(x, LINE_BLANK, 0, NULL);
    add(x, kind, 0, text);
}

static void add_rows(Lines *x, ReportKind kind, size_t n)
{
    for (size_t i = 0; i < n; i++)
        add(x, kind, i, NULL);
}

static void begin(Lines *x, ReportSection section)
{
    x->section = section;
}

static void account(Lines *x, const Report *r)
{
    begin(x, SECTION_ACCOUNT);
    if (!r->n_accounts)
        return;
    add_head(x, LINE_HEAD, NULL);
    add_rows(x, LINE_ACCOUNT, r->n_accounts);
    if (r->n_accounts > 1)
        add(x, LINE_TOTAL, 0, NULL);
    if (r->total.absent)
        add(x, LINE_TEXT, 0,
            arena_text(x->arena, _("gone from the source or left out now, kept in the target: %lld"),
                       (long long)r->total.absent));
}

static void target(Lines *x, const ReportShown *s)
{
    begin(x, SECTION_TARGET);
    if (s->report.n_verified) {
        add_head(x, LINE_HEAD, NULL);
        add_rows(x, LINE_VERIFIED, s->report.n_verified);
    }
    if (s->n_money) {
        add_head(x, LINE_MONEY_HEAD, NULL);
        add_rows(x, LINE_MONEY, s->n_money);
    }
}

static void issues(Lines *x, const Report *r)
{
    const IssueDelta *d = &r->delta;
    begin(x, SECTION_REJECTS);
    if (r->n_causes) {
        add_head(x, LINE_HEAD, NULL);
        add_rows(x, LINE_CAUSE, r->n_causes);
    }
    begin(x, SECTION_ISSUES);
    if (!r->n_issues && !d->fixed && !d->ignored)
        return;
    add_head(x, LINE_HEAD, NULL);
    add_rows(x, LINE_ISSUE, r->n_issues);
    add(x, LINE_TEXT, 0,
        arena_text(x->arena, _("in this run: %lld new, %lld gone, %lld come back"), (long long)d->fresh,
                   (long long)d->fixed, (long long)d->back));
    add(x, LINE_TEXT, 0,
        arena_text(x->arena, _("now: %lld open, %lld asked the clinic, %lld ignored by decision"),
                   (long long)d->open, (long long)d->asked, (long long)d->ignored));
}

static void add_stall(Lines *x, const Stall *s)
{
    add(x, LINE_TEXT, 0,
        arena_text(x->arena, _("nothing moved for %lld s%s%s: %s"), (long long)s->since_s,
                   s->step ? ", " : "", s->step ? s->step : "", s->cause ? _(s->cause) : "-"));
}

static bool is_done(const StepRecord *s)
{
    static const char *const words[] = {"done", "skipped", "partial"}; // whose rejected rows are told above
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (strcmp(s->status, words[i]) == 0)
            return true;
    return false;
}

static void times(Lines *x, const Report *r)
{
    bool any = false;
    begin(x, SECTION_TIME);
    for (size_t i = 0; i < STAGES; i++)
        any = any || r->stages[i].steps;
    if (any)
        add_head(x, LINE_HEAD, NULL);
    for (size_t i = 0; i < STAGES; i++)
        if (r->stages[i].steps)
            add(x, LINE_STAGE, i, NULL);
    for (size_t i = 0; i < r->n_stalls; i++)
        add_stall(x, &r->stalls[i]);
    for (size_t i = 0; i < r->n_retries; i++)
        add(x, LINE_TEXT, 0,
            arena_text(x->arena, ngettext("tried again %lld time, %s: %s", "tried again %lld times, %s: %s",
                                          (unsigned long)r->retries[i].times), (long long)r->retries[i].times,
                       r->retries[i].step ? r->retries[i].step : "-",
                       r->retries[i].reason ? r->retries[i].reason : "-"));
    for (size_t i = 0; i < r->n_steps; i++)
        if (!is_done(&r->steps[i]))
            add(x, LINE_STEP, i, NULL);
}

static void undone(Lines *x, const Report *r)
{
    begin(x, SECTION_ACCOUNT);
    add_head(x, LINE_HEAD, NULL);
    add_rows(x, LINE_UNDONE, r->rollback.n_tables);
    if (r->rollback.n_kept)
        add(x, LINE_TEXT, 0,
            arena_text(x->arena, ngettext("%zu row stays: people changed it since, or built upon it",
                                          "%zu rows stay: people changed them since, or built upon them",
                                          r->rollback.n_kept), r->rollback.n_kept));
}

static void next(Lines *x, const Report *r)
{
    begin(x, SECTION_NEXT);
    for (size_t i = 0; i < r->n_files; i++) {
        if (i == 0)
            add_head(x, LINE_TEXT, _("still on disk, with patients' data in clear:"));
        add(x, LINE_TEXT, 0,
            arena_text(x->arena, _("  %s: %s in %s"), _(r->files[i].what),
                       bytes_short(x->arena, r->files[i].bytes), r->files[i].path));
    }
    bool resumes = r->resume;
    for (size_t i = 0; resumes && i < r->n_next; i++)
        resumes = strcmp(r->next[i].command, r->resume) != 0;
    if (r->n_next || resumes)
        add_head(x, LINE_HEAD, NULL);
    add_rows(x, LINE_NEXT, r->n_next + resumes);
}

void report_lay_out(Arena *a, ReportShown *shown)
{
    const Report *r = &shown->report;
    Lines x = {.arena = a};
    if (r->is_rollback) {
        undone(&x, r);
    } else {
        account(&x, r);
        target(&x, shown);
        issues(&x, r);
        times(&x, r);
    }
    next(&x, r);
    shown->n_lines = x.list.len / sizeof(ReportLine);
    shown->lines = arena_copy(a, buf_text(&x.list), x.list.len);
    buf_free(&x.list);
}

bool report_can_stand(const ReportLine *line)
{
    switch (line->kind) {
    case LINE_BLANK:
    case LINE_HEAD:
    case LINE_MONEY_HEAD:
    case LINE_TEXT:
    case LINE_TOTAL: return false;
    default: return true;
    }
}
