// Tabs Samples, Issues and Log: a page of rows each.
#include <string.h>

#include "base/intl.h"
#include "base/text.h"
#include "engine/words_shown.h"
#include "ui/step.h"

// The rows of a list that are seen: all but `used` lines. Painting may come before the list is fitted to the
// page.
static ListState fitted(const StepScreen *s, int tab, int64_t count, const Canvas *c, int used)
{
    ListState l = s->list[tab];
    *s->page = MAX(c->rows - used, 1);
    list_fit(&l, count, *s->page);
    return l;
}

static void paint_foot(const StepScreen *s, Canvas *c, const char *what)
{
    const char *find = s->find[s->tab];
    if (find)
        canvas_textf(c, c->rows - 1, 1, -1, ROLE_DIM, _("%s   with \"%s\""), what, find);
    else
        canvas_text(c, c->rows - 1, 1, -1, ROLE_DIM, what);
}

// ---- Samples ------------------------------------------------------------------------------------------

static const char *which_word(SampleWhich which)
{
    static const char *const words[] = {[SAMPLE_ALL] = N_("all rows"),
                                        [SAMPLE_REJECTED] = N_("rejected rows"),
                                        [SAMPLE_CHANGED] = N_("rows the last run changed")};
    return _(words[which]);
}

const char *step_outcome_word(const char *outcome)
{
    return row_word(outcome);
}

static Role outcome_role(const char *outcome)
{
    return strcmp(outcome, "rejected") == 0 ? ROLE_WARN : ROLE_DIM;
}

enum { AT_ID = 14, AT_OUTCOME = 12, VALUE = 18 };

static void paint_sample(const StepScreen *s, Canvas *c, int y, const SampleRow *row)
{
    const SamplePage *p = s->samples;
    const bool made = p->n_made > 0;
    const char **values = made ? row->made : row->source;
    const size_t n = made ? p->n_made : p->n_source;
    canvas_text(c, y, 2, AT_ID, ROLE_TEXT, row->source_id ? row->source_id : row->at.key ? row->at.key : "-");
    canvas_text(c, y, 2 + AT_ID + 1, AT_OUTCOME, outcome_role(row->outcome), step_outcome_word(row->outcome));
    int x = 2 + AT_ID + 1 + AT_OUTCOME + 1;
    if (row->reason && !values) {
        canvas_text(c, y, x, -1, ROLE_WARN, row->reason);
        return;
    }
    for (size_t i = (size_t)s->left; values && i < n && x < c->cols; i++, x += VALUE)
        canvas_text(c, y, x, MIN(VALUE - 1, c->cols - x), values[i] ? ROLE_TEXT : ROLE_DIM,
                    values[i] ? values[i] : "NULL");
}

static void paint_sample_head(const StepScreen *s, Canvas *c)
{
    const SamplePage *p = s->samples;
    const char **names = p->n_made ? p->made : p->source;
    const size_t n = p->n_made ? p->n_made : p->n_source;
    canvas_text(c, 0, 2, AT_ID, ROLE_HEAD, _("SOURCE ID"));
    canvas_text(c, 0, 2 + AT_ID + 1, AT_OUTCOME, ROLE_HEAD, _("OUTCOME"));
    int x = 2 + AT_ID + 1 + AT_OUTCOME + 1;
    for (size_t i = (size_t)s->left; i < n && x < c->cols; i++, x += VALUE)
        canvas_text(c, 0, x, MIN(VALUE - 1, c->cols - x), ROLE_HEAD, names[i]);
}

void step_paint_samples(const StepScreen *s, const App *app, Canvas *c)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    const SamplePage *p = s->samples;
    if (step_paint_lack(s, STEP_SAMPLES, p, _("reading rows ..."), c, 0))
        return;
    ListState l = fitted(s, TAB_SAMPLES, (int64_t)p->n, c, 2);
    paint_sample_head(s, c);
    for (int i = 0; i < *s->page && l.top + i < l.count; i++) {
        paint_sample(s, c, 1 + i, &p->rows[l.top + i]);
        table_cursor(c, 1 + i, l.top + i == l.cursor, false);
    }
    if (!p->n)
        canvas_text(c, 1, 1, -1, ROLE_TEXT,
                    p->lack      ? p->lack
                    : p->stopped ? _("looking on takes longer: Down goes on")
                                 : _("There are none."));
    AUTO(buf_free) Buf total = {0};
    if (p->total >= 0)
        number_shown(p->total, &total);
    const char *masked = app_unmasked(app) ? _("values as they are") : _("masked");
    paint_foot(
        s, c,
        arena_text(a, "%s%s%s   %s", which_word(s->which), total.len ? ": " : "", buf_text(&total), masked));
}

// ---- Issues -------------------------------------------------------------------------------------------

enum { AT_SEVERITY, AT_CODE, AT_STAGE, AT_RECORD, AT_FIELD, AT_STATE, AT_OWNER, ISSUE_COLUMNS };
static const Column issue_columns[ISSUE_COLUMNS] = {
    {N_("SEVERITY"), 11, false, 3}, {N_("CODE"), 30, false, 0},  {"", 1, false, 6},
    {N_("RECORD"), 0, false, 0},    {N_("FIELD"), 20, false, 4}, {N_("STATE"), 10, false, 2},
    {N_("OWNER"), 10, false, 5},
};

static Role severity_role(const char *severity)
{
    return strcmp(severity, "fatal") == 0 || strcmp(severity, "error") == 0 ? ROLE_BAD
           : strcmp(severity, "warning") == 0                               ? ROLE_WARN
                                                                            : ROLE_DIM;
}

// X, V, I or C of "patient/insert".
static const char *stage_letter(const char *step)
{
    static const char *const letters[STAGES] = {"X", "V", "I", "C"};
    const char *slash = strrchr(step, '/');
    for (int i = 0; slash && i < STAGES; i++)
        if (strcmp(slash + 1, stage_words[i]) == 0)
            return letters[i];
    return "";
}

bool step_marked(const StepScreen *s, const char *fp)
{
    size_t len = strlen(fp);
    for (size_t i = 0; i + len <= s->marked.len; i += len)
        if (memcmp(s->marked.at + i, fp, len) == 0)
            return true;
    return false;
}

static void paint_issue(const Table *t, Canvas *c, int y, const IssueItem *item)
{
    table_cell(t, c, y, AT_SEVERITY, severity_role(item->severity), word_shown(item->severity));
    table_cell(t, c, y, AT_CODE, ROLE_TEXT, item->code);
    table_cell(t, c, y, AT_STAGE, ROLE_DIM, stage_letter(item->step));
    table_cell(t, c, y, AT_RECORD, ROLE_TEXT, item->source_id ? item->source_id : item->key);
    table_cell(t, c, y, AT_FIELD, ROLE_TEXT, item->field);
    table_cell(t, c, y, AT_STATE, strcmp(item->state, "open") == 0 ? ROLE_TEXT : ROLE_DIM,
               word_shown(item->state));
    table_cell(t, c, y, AT_OWNER, ROLE_TEXT, item->owner);
}

void step_paint_issues(const StepScreen *s, const App *app, Canvas *c)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    (void)app;
    if (step_paint_lack(s, STEP_ISSUES, s->issues, _("reading issues ..."), c, 0))
        return;
    const IssuePage *p = &s->issues->page;
    const Table t = table_of(issue_columns, ISSUE_COLUMNS, c->cols);
    ListState l = fitted(s, TAB_ISSUES, (int64_t)p->n, c, 3);
    table_head(&t, c, 0);
    for (int i = 0; i < *s->page && l.top + i < l.count; i++) {
        paint_issue(&t, c, 1 + i, &p->items[l.top + i]);
        table_cursor(c, 1 + i, l.top + i == l.cursor, step_marked(s, p->items[l.top + i].fp));
    }
    AUTO(buf_free) Buf count = {0};
    number_shown(s->issues->count, &count);
    if (!p->n)
        canvas_text(c, 1, 1, -1, ROLE_TEXT, s->all_issues ? _("It never had any.") : _("None is open."));
    else if (p->items[l.cursor].detail)
        canvas_text(c, c->rows - 2, 1, -1, ROLE_TEXT, p->items[l.cursor].detail);
    paint_foot(s, c, arena_text(a, s->all_issues ? _("%s in all states") : _("%s open"), buf_text(&count)));
}

// ---- Log ----------------------------------------------------------------------------------------------

void step_paint_log(const StepScreen *s, const App *app, Canvas *c)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    const LogPage *p = s->log;
    enum { TIME = 12, TIME_AT = 11 }; // 09:31:20.123 of 2026-11-21T09:31:20.123Z
    (void)app;
    if (s->known && !s->known->ran) {
        canvas_text(c, 0, 1, -1, ROLE_TEXT, _("No run has worked on it yet."));
        return;
    }
    if (step_paint_lack(s, STEP_LOG, p, _("reading the log ..."), c, 0))
        return;
    if (!p->there || !p->n) {
        canvas_text(c, 0, 1, -1, ROLE_TEXT,
                    !p->there    ? _("The run has no log any more.")
                    : p->stopped ? _("looking on takes longer: Up goes on")
                                 : _("The log of the run has no line of this step."));
        return;
    }
    ListState l = fitted(s, TAB_LOG, (int64_t)p->n, c, 1);
    for (int i = 0; i < *s->page && l.top + i < l.count; i++) {
        const LogLine *line = &p->lines[l.top + i];
        const char *time = strlen(line->time) >= TIME_AT + TIME ? line->time + TIME_AT : line->time;
        const char *rest = line->text + strlen(line->time);
        canvas_str(c, i, 2, TIME, ROLE_DIM, (Str){time, MIN(strlen(time), (size_t)TIME)});
        canvas_text(c, i, 2 + TIME, -1, strstr(line->type, "fail") ? ROLE_BAD : ROLE_TEXT, rest);
        table_cursor(c, i, l.top + i == l.cursor, false);
    }
    paint_foot(s, c, arena_text(a, _("run #%lld; times are UTC"), (long long)s->known->last.run));
}
