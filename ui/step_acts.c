// What can be done with the rows of the step screen: opening records, deciding issues, trying, copying.
#include <string.h>

#include "base/intl.h"
#include "cache/issue_store.h"
#include "ui/decide.h"
#include "ui/record_list.h"
#include "ui/screens.h"
#include "ui/step.h"

// ---- Records ------------------------------------------------------------------------------------------

// The records of the list, and the one under the cursor: *at is its place. false: there is none.
static bool records(Arena *a, const StepScreen *s, RecordPage *out, size_t *at)
{
    const ListState *l = &s->list[s->tab];
    *out = (RecordPage){0};
    *at = (size_t)l->cursor;
    if (!l->count)
        return false;
    if (s->tab == TAB_SAMPLES) {
        const SamplePage *p = s->samples;
        *out = (RecordPage){arena_many(a, RecordPlace, p->n), 0, p->more_before, p->more_after || p->stopped};
        for (; out->n < p->n; out->n++)
            out->places[out->n] = record_of_sample(a, s->entity, &p->rows[out->n]);
    } else if (s->tab == TAB_ISSUES) {
        const IssuePage *p = &s->issues->page;
        *out = (RecordPage){.more_before = p->more_before, .more_after = p->more_after};
        out->places = records_of_issues(a, p->items, p->n, at, &out->n);
    } else if (s->tab == TAB_DIFF && s->diff) {
        const ComparedEntity *e = &s->diff->compared;
        *out = (RecordPage){.places = arena_many(a, RecordPlace, e->n_shown)};
        for (; out->n < e->n_shown; out->n++)
            out->places[out->n].id = arena_text(a, "%s:%s", s->entity, e->shown[out->n].key);
        *at = (size_t)s->lines[l->cursor].row;
    }
    return out->n > 0;
}

bool step_open_row(StepScreen *s, App *app)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    RecordPage page;
    size_t at;
    if (s->tab == TAB_HISTORY && s->known && s->known->n_runs) {
        app_push(app, report_screen(s->known->runs[s->list[TAB_HISTORY].cursor].run));
        return true;
    }
    if (!records(a, s, &page, &at))
        return false;
    const RecordList list = {.issues = s->tab == TAB_ISSUES,
                             .filter = step_issue_filter(s->entity, s->all_issues),
                             .entity = s->entity,
                             .text = s->find[TAB_SAMPLES],
                             .which = s->which};
    app_push(app, record_screen_in(&list, &page, at));
    return true;
}

// ---- Decisions ----------------------------------------------------------------------------------------

static void mark(StepScreen *s, const char *fp)
{
    const size_t len = strlen(fp);
    for (size_t i = 0; i + len <= s->marked.len; i += len)
        if (memcmp(s->marked.at + i, fp, len) == 0) {
            memmove(s->marked.at + i, s->marked.at + i + len, s->marked.len - i - len);
            s->marked.len -= len;
            return;
        }
    buf_add_text(&s->marked, fp);
}

bool step_mark(StepScreen *s, App *app, bool all)
{
    if (s->tab != TAB_ISSUES || !s->issues || !s->issues->page.n)
        return false;
    const IssuePage *p = &s->issues->page;
    if (!all) {
        mark(s, p->items[s->list[TAB_ISSUES].cursor].fp);
        return step_list_move(s, app, ACT_DOWN);
    }
    const bool none = s->marked.len == 0;
    buf_clear(&s->marked);
    for (size_t i = 0; none && i < p->n; i++)
        mark(s, p->items[i].fp);
    return true;
}

// The marked ones, else the one of the cursor.
bool step_decide(StepScreen *s, App *app, IssueAction action)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    if (s->tab != TAB_ISSUES || !s->issues || !s->issues->page.n)
        return false;
    const IssueItem *here = &s->issues->page.items[s->list[TAB_ISSUES].cursor];
    const size_t n = s->marked.len / ISSUE_FP;
    IssueChoice *choices = arena_many(a, IssueChoice, n + 1);
    for (size_t i = 0; i < n; i++)
        choices[i] = (IssueChoice){arena_text(a, "%.*s", ISSUE_FP, s->marked.at + i * ISSUE_FP), -1};
    if (!n)
        choices[0] = (IssueChoice){here->fp, here->revision};
    buf_clear(&s->marked);
    decide_issues(app, &s->base, STEP_DECIDE, action, &(DecideWhich){choices, MAX(n, 1u), NULL});
    return true;
}

// ---- Asking ------------------------------------------------------------------------------------------

static void take_dry(App *app, void *arg, int key)
{
    StepScreen *s = arg;
    const char *const select[] = {s->step, NULL};
    if (key == 't') {
        app_push(app, run_plan_overlay(app, "rehearse", select, NULL));
        return;
    }
    const char *const args[] = {"preview", NULL}, *const names[] = {app_clinic_name(app), s->entity, NULL};
    Err err = {0};
    if (!app_launch(app, &(Launch){.args = args, .names = names}, &err))
        app_say_err(app, &err);
    else
        app_say(app, SAY_INFO, _("Reading and checking %s anew; nothing is written to the target."),
                s->entity);
}

void step_dry_run(StepScreen *s, App *app)
{
    const Choice choices[] = {
        {'p', _("preview: read and check anew, compare; nothing is written")},
        {'t', _("try: the real statements in a transaction, rolled back")}};
    app_push(app, choice_overlay(_("Dry run"), "", choices, ARRAY_LEN(choices), take_dry, s));
}

static void take_copy(App *app, void *arg, int key)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    const StepScreen *s = arg;
    RecordPage page;
    size_t at;
    const bool row = records(a, s, &page, &at);
    const char *clinic = app_clinic(app) ? app_clinic(app)->typed : app_clinic_name(app);
    if (key == 'i' && row)
        app_copy(app, page.places[at].id);
    else if (key == 'c' && row)
        app_copy(app, arena_text(a, "mudanza inspect %s %s", clinic, shell_word(a, page.places[at].id)));
    else
        app_copy(app, arena_text(a, "mudanza plan %s %s -v", clinic, s->step));
}

void step_copy(StepScreen *s, App *app)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    RecordPage page;
    size_t at;
    const bool row = records(a, s, &page, &at);
    const Choice choices[] = {{'s', _("command that tells of this step")},
                              {'i', _("id of the row")},
                              {'c', _("command that shows the row")}};
    app_push(app, choice_overlay(_("Copy"), "", choices, row ? ARRAY_LEN(choices) : 1, take_copy, s));
}
