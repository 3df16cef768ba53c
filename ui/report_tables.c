// The tables of Report, line by line.
#include <stdio.h>
#include <string.h>

#include "base/intl.h"
#include "engine/words_shown.h"
#include "ui/glyphs.h"
#include "ui/report_state.h"

enum { WIDE = 100, MARGIN = 2 };

// ---- Numbers
// -----------------------------------------------------------------------------------------------

// before: of the run it is compared with; NULL: it is not.
static const char *number(Arena *a, int64_t n, const int64_t *before)
{
    AUTO(buf_free) Buf text = {0};
    int64_t shown = before ? n - *before : n;
    if (before && !shown)
        return "=";
    if (before)
        buf_add_char(&text, shown < 0 ? '-' : '+');
    number_shown(before && shown < 0 ? -shown : shown, &text);
    return str_keep(a, buf_str(&text));
}

static Role number_role(int64_t n, Role role)
{
    return n ? role : ROLE_DIM;
}

// ---- The account
// -------------------------------------------------------------------------------------------------

static const Column account_columns[] = {{N_("ENTITY"), 0, false, 0},   {N_("SOURCE"), 9, true, 0},
                                         {N_("INSERTED"), 9, true, 0},  {N_("UPDATED"), 7, true, 0},
                                         {N_("UNCHANGED"), 9, true, 0}, {N_("LINKED"), 6, true, 0},
                                         {N_("SKIPPED"), 7, true, 0},   {N_("REJECTED"), 10, true, 0},
                                         {N_("LOST"), 4, true, 0},      {N_("CHECK"), 8, false, 0}};
static const Column account_narrow[] = {{N_("ENTITY"), 0, false, 0},   {N_("SOURCE"), 9, true, 0},
                                        {N_("WRITTEN"), 9, true, 0},   {N_("SKIPPED"), 8, true, 2},
                                        {N_("REJECTED"), 10, true, 0}, {N_("LOST"), 5, true, 0},
                                        {N_("CHECK"), 8, false, 1}};

static Table account_table(const Canvas *c)
{
    return c->cols >= WIDE ? table_of(account_columns, ARRAY_LEN(account_columns), c->cols)
                           : table_of(account_narrow, ARRAY_LEN(account_narrow), c->cols);
}

static const Account *account_before(const ReportScreen *x, const Account *one)
{
    static const Account none;
    const Report *r = x->earlier ? &x->earlier->report : NULL;
    if (!r)
        return NULL;
    if (one == &x->shown->report.total)
        return &r->total;
    for (size_t i = 0; i < r->n_accounts; i++)
        if (strcmp(r->accounts[i].entity, one->entity) == 0)
            return &r->accounts[i];
    return &none;
}

static int64_t written(const Account *n)
{
    return n->inserted + n->updated + n->unchanged + n->linked;
}

static void paint_check(const Table *t, Canvas *c, int y, size_t column, const Account *n)
{
    const char *bad = glyph(c->surface, GLYPH_BAD), *good = glyph(c->surface, GLYPH_GOOD);
    char text[64];
    if (n->lost)
        snprintf(text, sizeof text, "%s %s", bad, _("LOST"));
    else
        snprintf(text, sizeof text, "%s %s", n->pending ? "." : good, n->pending ? _("waits") : _("ok"));
    table_cell(t, c, y, column, n->lost ? ROLE_BAD : n->pending ? ROLE_TEXT : ROLE_GOOD, text);
}

static void paint_account(const ReportScreen *x, Arena *a, Canvas *c, int y, const Account *n,
                          const char *name)
{
    Table t = account_table(c);
    const Account *b = account_before(x, n);
    const int64_t now[] = {n->inserted, n->updated, n->unchanged, n->linked}, all = written(n);
    size_t at = 0;
    table_cell(&t, c, y, at++, ROLE_TEXT, name);
    table_cell(&t, c, y, at++, ROLE_TEXT, number(a, n->source, b ? &b->source : NULL));
    if (c->cols >= WIDE) {
        const int64_t then[] = {b ? b->inserted : 0, b ? b->updated : 0, b ? b->unchanged : 0,
                                b ? b->linked : 0};
        for (size_t i = 0; i < ARRAY_LEN(now); i++)
            table_cell(&t, c, y, at++, number_role(now[i], ROLE_TEXT),
                       number(a, now[i], b ? &then[i] : NULL));
    } else {
        const int64_t then = b ? written(b) : 0;
        table_cell(&t, c, y, at++, ROLE_TEXT, number(a, all, b ? &then : NULL));
    }
    table_cell(&t, c, y, at++, number_role(n->skipped, ROLE_TEXT),
               number(a, n->skipped, b ? &b->skipped : NULL));
    table_cell(&t, c, y, at++, number_role(n->rejected, ROLE_WARN),
               number(a, n->rejected, b ? &b->rejected : NULL));
    table_cell(&t, c, y, at++, number_role(n->lost, ROLE_BAD), number(a, n->lost, b ? &b->lost : NULL));
    paint_check(&t, c, y, at, n);
}

// ---- The other tables
// -----------------------------------------------------------------------------------------------

static const Column verified_columns[] = {{N_("READ BACK"), 0, false, 0}, {N_("ROWS"), 10, true, 0},
                                          {N_("MISSING"), 9, true, 0},    {N_("DIFFERENT"), 10, true, 0},
                                          {N_("EDITED"), 9, true, 2},     {N_("ORPHANS"), 9, true, 1}};
static const Column money_columns[] = {{N_("MONEY"), 0, false, 0},
                                       {N_("YEAR"), 5, false, 0},
                                       {N_("MADE"), 17, true, 0},
                                       {N_("IN THE TARGET"), 17, true, 0},
                                       {N_("CHECK"), 10, false, 0}};
static const Column cause_columns[] = {{N_("REJECTED BECAUSE"), 0, false, 0},
                                       {N_("ENTITY"), 18, false, 0},
                                       {N_("ROWS"), 9, true, 0},
                                       {N_("PLACES IN THE SOURCE"), 20, false, 1}};
static const Column issue_columns[] = {{N_("ISSUES"), 0, false, 0},
                                       {N_("SEVERITY"), 11, false, 0},
                                       {N_("ROWS"), 10, true, 0},
                                       {N_("NEW"), 8, true, 0},
                                       {N_("IGNORED"), 9, true, 0}};
static const Column stage_columns[] = {{N_("STAGE"), 0, false, 0}, {N_("STEPS"), 7, true, 0},
                                       {N_("ROWS"), 10, true, 0},  {N_("REJECTED"), 10, true, 0},
                                       {N_("TOOK"), 10, true, 0},  {N_("ROWS/S"), 9, true, 0}};
static const Column next_columns[] = {{N_("NEXT"), 0, false, 0}};
static const Column undone_columns[] = {{N_("TABLE"), 0, false, 0},
                                        {N_("REMOVED"), 10, true, 0},
                                        {N_("PUT BACK"), 10, true, 0},
                                        {N_("KEPT"), 10, true, 0}};

static void paint_head(const ReportScreen *x, const ReportLine *line, Canvas *c, int y)
{
    static const struct {
        const Column *columns;
        size_t n;
    } tables[SECTIONS] = {
        [SECTION_TARGET] = {verified_columns, ARRAY_LEN(verified_columns)},
        [SECTION_REJECTS] = {cause_columns, ARRAY_LEN(cause_columns)},
        [SECTION_ISSUES] = {issue_columns, ARRAY_LEN(issue_columns)},
        [SECTION_TIME] = {stage_columns, ARRAY_LEN(stage_columns)},
        [SECTION_NEXT] = {next_columns, ARRAY_LEN(next_columns)},
    };
    Table t = account_table(c);
    if (line->kind == LINE_MONEY_HEAD)
        t = table_of(money_columns, ARRAY_LEN(money_columns), c->cols);
    else if (x->shown->report.is_rollback && line->section == SECTION_ACCOUNT)
        t = table_of(undone_columns, ARRAY_LEN(undone_columns), c->cols);
    else if (tables[line->section].n)
        t = table_of(tables[line->section].columns, tables[line->section].n, c->cols);
    table_head(&t, c, y);
}

static void paint_verified(const ReportScreen *x, size_t i, Canvas *c, int y)
{
    const Verified *v = &x->shown->report.verified[i];
    Table t = table_of(verified_columns, ARRAY_LEN(verified_columns), c->cols);
    const int64_t numbers[] = {v->rows, v->missing, v->different, v->edited, x->shown->orphans[i]};
    table_cell(&t, c, y, 0, ROLE_TEXT, v->entity);
    for (size_t k = 0; k < ARRAY_LEN(numbers); k++)
        table_number(&t, c, y, k + 1,
                     k == 0 ? ROLE_TEXT : number_role(numbers[k], k == 3 ? ROLE_WARN : ROLE_BAD), numbers[k]);
}

static void paint_money(const ReportScreen *x, Arena *a, size_t i, Canvas *c, int y)
{
    const ReportMoney *m = &x->shown->money[i];
    Table t = table_of(money_columns, ARRAY_LEN(money_columns), c->cols);
    table_cell(&t, c, y, 0, ROLE_TEXT, m->sum);
    table_cell(&t, c, y, 1, ROLE_TEXT, m->year);
    table_cell(&t, c, y, 2, ROLE_TEXT, m->made);
    table_cell(&t, c, y, 3, ROLE_TEXT, m->there);
    table_cell(&t, c, y, 4, m->balances ? ROLE_GOOD : ROLE_BAD,
               arena_text(a, "%s %s", glyph(c->surface, m->balances ? GLYPH_GOOD : GLYPH_BAD),
                          m->balances ? _("ok") : _("differs")));
}

static const char *places(Arena *a, const Report *r, size_t i)
{
    AUTO(buf_free) Buf text = {0};
    const Places *p = i < REPORT_CAUSES ? &r->places[i] : NULL;
    for (size_t k = 0; p && k < MIN(p->n, (size_t)REPORT_PLACES); k++)
        buf_addf(&text, "%s%lld", k ? ", " : "", (long long)p->at[k]);
    if (p && p->n > REPORT_PLACES)
        buf_add_text(&text, ", ...");
    return str_keep(a, buf_str(&text));
}

static int64_t rows_before(const ReportScreen *x, const IssueCount *one, bool reject)
{
    const Report *r = &x->earlier->report;
    const IssueCount *list = reject ? r->causes : r->issues;
    for (size_t i = 0; i < (reject ? r->n_causes : r->n_issues); i++)
        if (strcmp(list[i].code, one->code) == 0 && strcmp(list[i].severity, one->severity) == 0 &&
            (!reject || strcmp(list[i].entity, one->entity) == 0))
            return list[i].rows;
    return 0;
}

static const char *rows_of(const ReportScreen *x, Arena *a, const IssueCount *one, bool reject)
{
    int64_t before = x->earlier ? rows_before(x, one, reject) : 0;
    return number(a, one->rows, x->earlier ? &before : NULL);
}

static void paint_cause(const ReportScreen *x, Arena *a, size_t i, Canvas *c, int y)
{
    const IssueCount *one = &x->shown->report.causes[i];
    Table t = table_of(cause_columns, ARRAY_LEN(cause_columns), c->cols);
    table_cell(&t, c, y, 0, ROLE_TEXT, one->code);
    table_cell(&t, c, y, 1, ROLE_TEXT, one->entity);
    table_cell(&t, c, y, 2, ROLE_TEXT, rows_of(x, a, one, true));
    table_cell(&t, c, y, 3, ROLE_DIM, places(a, &x->shown->report, i));
}

static void paint_issue(const ReportScreen *x, Arena *a, size_t i, Canvas *c, int y)
{
    const IssueCount *one = &x->shown->report.issues[i];
    Table t = table_of(issue_columns, ARRAY_LEN(issue_columns), c->cols);
    table_cell(&t, c, y, 0, ROLE_TEXT, one->code);
    table_cell(&t, c, y, 1, ROLE_TEXT, _(one->severity));
    table_cell(&t, c, y, 2, ROLE_TEXT, rows_of(x, a, one, false));
    table_number(&t, c, y, 3, number_role(one->fresh, ROLE_TEXT), one->fresh);
    table_number(&t, c, y, 4, number_role(one->ignored, ROLE_TEXT), one->ignored);
}

static void paint_stage(const ReportScreen *x, Arena *a, size_t i, Canvas *c, int y)
{
    const StageTotal *s = &x->shown->report.stages[i];
    Table t = table_of(stage_columns, ARRAY_LEN(stage_columns), c->cols);
    table_cell(&t, c, y, 0, ROLE_TEXT, _(s->stage));
    table_number(&t, c, y, 1, ROLE_TEXT, s->steps);
    table_number(&t, c, y, 2, ROLE_TEXT, s->rows);
    table_number(&t, c, y, 3, number_role(s->rejected, ROLE_WARN), s->rejected);
    table_cell(&t, c, y, 4, ROLE_TEXT, arena_text(a, "%.1f s", s->took_s));
    table_number(&t, c, y, 5, ROLE_TEXT, (int64_t)report_rate(s));
}

static void paint_next(const ReportScreen *x, size_t i, Canvas *c, int y)
{
    const Report *r = &x->shown->report;
    bool resume = i == r->n_next;
    int at = MARGIN + canvas_textf(c, y, MARGIN, -1, ROLE_KEY, "%zu", i + 1) + 1;
    at += canvas_text(c, y, at, -1, ROLE_STRONG, resume ? r->resume : r->next[i].command) + 3;
    canvas_text(c, y, at, -1, ROLE_TEXT, resume ? _("to go on") : r->next[i].why ? r->next[i].why : "");
}

static void paint_undone(const ReportScreen *x, size_t i, Canvas *c, int y)
{
    const RollbackTable *one = &x->shown->report.rollback.tables[i];
    Table t = table_of(undone_columns, ARRAY_LEN(undone_columns), c->cols);
    table_cell(&t, c, y, 0, ROLE_TEXT, one->table);
    table_number(&t, c, y, 1, ROLE_TEXT, one->removed);
    table_number(&t, c, y, 2, ROLE_TEXT, one->restored);
    table_number(&t, c, y, 3, number_role(one->kept, ROLE_WARN), one->kept);
}

void report_paint_line(const ReportScreen *x, Arena *a, const ReportLine *line, Canvas *c, int y)
{
    const Report *r = &x->shown->report;
    switch (line->kind) {
    case LINE_BLANK: break;
    case LINE_HEAD:
    case LINE_MONEY_HEAD:
        if (line->text)
            canvas_text(c, y, MARGIN, -1, ROLE_HEAD, line->text);
        else
            paint_head(x, line, c, y);
        break;
    case LINE_TEXT: canvas_text(c, y, MARGIN, -1, ROLE_TEXT, line->text); break;
    case LINE_ACCOUNT: paint_account(x, a, c, y, &r->accounts[line->i], r->accounts[line->i].entity); break;
    case LINE_TOTAL: paint_account(x, a, c, y, &r->total, _("all")); break;
    case LINE_VERIFIED: paint_verified(x, line->i, c, y); break;
    case LINE_MONEY: paint_money(x, a, line->i, c, y); break;
    case LINE_CAUSE: paint_cause(x, a, line->i, c, y); break;
    case LINE_ISSUE: paint_issue(x, a, line->i, c, y); break;
    case LINE_STAGE: paint_stage(x, a, line->i, c, y); break;
    case LINE_STEP:
        canvas_textf(c, y, MARGIN, -1, ROLE_WARN, _("%s is not done: %s"), r->steps[line->i].step,
                     step_word(r->steps[line->i].status));
        break;
    case LINE_NEXT: paint_next(x, line->i, c, y); break;
    case LINE_UNDONE: paint_undone(x, line->i, c, y); break;
    }
}
