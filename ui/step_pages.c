// Lists of the step screen that are read a page at a time: samples, issues, log. A page that follows begins
// with the rows that are seen, so that nothing jumps.
#include <string.h>

#include "ui/step.h"

static int kind_of(int tab)
{
    return tab == TAB_SAMPLES ? STEP_SAMPLES : tab == TAB_ISSUES ? STEP_ISSUES : STEP_LOG;
}

static int64_t count_of(const StepScreen *s, int tab)
{
    switch (tab) {
    case TAB_SAMPLES: return s->samples ? (int64_t)s->samples->n : 0;
    case TAB_ISSUES: return s->issues ? (int64_t)s->issues->page.n : 0;
    case TAB_LOG: return s->log ? (int64_t)s->log->n : 0;
    default: return s->list[tab].count;
    }
}

static bool more_of(const StepScreen *s, int tab, bool before)
{
    switch (tab) {
    case TAB_SAMPLES:
        return s->samples &&
               ((before ? s->samples->more_before : s->samples->more_after) || s->samples->stopped);
    case TAB_ISSUES: return s->issues && (before ? s->issues->page.more_before : s->issues->page.more_after);
    case TAB_LOG: return s->log && (before ? s->log->from > 0 : s->log->to < s->log->size);
    default: return false;
    }
}

// What a row is known by, whatever page it stands on.
static void name_of(const StepScreen *s, int tab, int64_t i, Buf *out)
{
    buf_clear(out);
    if (i < 0 || i >= count_of(s, tab))
        return;
    if (tab == TAB_SAMPLES)
        buf_addf(out, "%lld:%s", (long long)s->samples->rows[i].at.reject,
                 s->samples->rows[i].at.key ? s->samples->rows[i].at.key : "");
    else if (tab == TAB_ISSUES)
        buf_add_text(out, s->issues->page.items[i].fp);
    else if (tab == TAB_LOG)
        buf_addf(out, "%lld", (long long)s->log->lines[i].at);
}

void step_keep_cursor(StepScreen *s)
{
    if (count_of(s, s->tab) && (s->tab == TAB_SAMPLES || s->tab == TAB_ISSUES || s->tab == TAB_LOG))
        name_of(s, s->tab, s->list[s->tab].cursor, &s->at[s->tab]);
}

// ---- Asking -------------------------------------------------------------------------------------------

static void ask_samples(StepScreen *s, App *app, PageWay way, int64_t from)
{
    const SamplePage *p = s->samples;
    const SampleAt *at = !p                                ? NULL
                         : way == PAGE_AFTER && p->stopped ? &p->reached
                         : p->n                            ? &p->rows[from].at
                                                           : NULL;
    const char *texts[] = {s->entity, s->find[TAB_SAMPLES], at ? at->key : NULL};
    AUTO(buf_free) Buf wish = {0};
    const StepWish w = {.stage = s->stage,
                        .way = at                 ? way
                               : way == PAGE_LAST ? PAGE_LAST
                                                  : PAGE_FIRST,
                        .which = s->which,
                        .unmask = app_unmasked(app),
                        .number = at ? at->reject : 0};
    step_wish(&wish, w, texts, ARRAY_LEN(texts));
    app_fetch(app, &s->base, STEP_SAMPLES, step_read_samples, wish.at, wish.len);
}

static void ask_issues(StepScreen *s, App *app, PageWay way, int64_t from)
{
    const IssueItem *i = s->issues && s->issues->page.n ? &s->issues->page.items[from] : NULL;
    const char *texts[STEP_TEXTS] = {s->entity, NULL};
    AUTO(buf_free) Buf wish = {0};
    if (i) {
        const char *const row[] = {i->severity, i->code, i->entity, i->step, i->key, i->field};
        memcpy(texts + 2, row, sizeof row);
    }
    const StepWish w = {.stage = s->stage, .way = i ? way : PAGE_FIRST, .all = s->all_issues};
    step_wish(&wish, w, texts, ARRAY_LEN(texts));
    app_fetch(app, &s->base, STEP_ISSUES, step_read_issues, wish.at, wish.len);
}

static void ask_log(StepScreen *s, App *app, PageWay way, int64_t from)
{
    const LogPage *p = s->log;
    const char *texts[] = {s->entity, s->find[TAB_LOG]};
    AUTO(buf_free) Buf wish = {0};
    if (!s->known || !s->known->ran)
        return;
    StepWish w = {.stage = s->stage, .way = way, .run = s->known->last.run};
    if (!p || !p->n)
        w.way = p && p->stopped ? PAGE_BEFORE : PAGE_LAST;
    if (p && w.way == PAGE_BEFORE)
        w.number = p->n ? p->lines[from].at : p->from;
    else if (p && p->n)
        w.number = p->lines[from].at;
    step_wish(&wish, w, texts, ARRAY_LEN(texts));
    app_fetch(app, &s->base, STEP_LOG, step_read_log, wish.at, wish.len);
}

static void ask(StepScreen *s, App *app, int tab, PageWay way, int64_t from)
{
    from = MAX(MIN(from, count_of(s, tab) - 1), 0);
    if (tab == TAB_SAMPLES)
        ask_samples(s, app, way, from);
    else if (tab == TAB_ISSUES)
        ask_issues(s, app, way, from);
    else if (tab == TAB_LOG)
        ask_log(s, app, way, from);
}

void step_read_tab(StepScreen *s, App *app, int tab)
{
    const bool at_end = tab == TAB_LOG && s->list[tab].cursor == count_of(s, tab) - 1;
    ask(s, app, tab, at_end ? PAGE_LAST : PAGE_FROM, s->list[tab].top);
}

// ---- Moving -------------------------------------------------------------------------------------------

// Where a move would go, as if the page had no end.
static int64_t aim(const StepScreen *s, int action)
{
    const ListState *l = &s->list[s->tab];
    const int64_t page = *s->page;
    switch (action) {
    case ACT_UP: return l->cursor - 1;
    case ACT_DOWN: return l->cursor + 1;
    case ACT_PAGE_UP: return l->cursor - page;
    case ACT_PAGE_DOWN: return l->cursor + page;
    case ACT_HALF_UP: return l->cursor - (page + 1) / 2;
    case ACT_HALF_DOWN: return l->cursor + (page + 1) / 2;
    case ACT_FIRST: return -1;
    case ACT_LAST: return l->count;
    default: return l->cursor;
    }
}

bool step_list_move(StepScreen *s, App *app, int action)
{
    const int tab = s->tab;
    ListState *l = &s->list[tab];
    if (action < ACT_UP || action > ACT_LAST || action == ACT_LEFT || action == ACT_RIGHT)
        return false;
    const int64_t to = aim(s, action);
    const bool before = to < 0, beyond = to < 0 || to >= l->count;
    if (!beyond || !more_of(s, tab, before)) {
        list_move(l, action, *s->page);
        step_keep_cursor(s);
        return true;
    }
    if (s->then[tab] != ACT_NONE && app_fetching(app, &s->base, kind_of(tab)))
        return true; // it is on its way
    s->then[tab] = action;
    const bool searched = tab == TAB_SAMPLES && s->samples->stopped && !before;
    const PageWay way = action == ACT_FIRST  ? PAGE_FIRST
                        : action == ACT_LAST ? PAGE_LAST
                        : before             ? PAGE_BEFORE
                        : searched           ? PAGE_AFTER
                                             : PAGE_FROM;
    ask(s, app, tab, way, before ? l->top + *s->page : l->top);
    return true;
}

void step_page_came(StepScreen *s, App *app, int tab)
{
    AUTO(buf_free) Buf name = {0};
    ListState *l = &s->list[tab];
    const int64_t n = count_of(s, tab), below_top = l->cursor - l->top;
    const int then = s->then[tab];
    int64_t found = -1;
    (void)app;
    for (int64_t i = 0; i < n && found < 0; i++) {
        name_of(s, tab, i, &name);
        if (s->at[tab].len && name.len == s->at[tab].len && memcmp(name.at, s->at[tab].at, name.len) == 0)
            found = i;
    }
    const bool to_end =
        then == ACT_LAST || (tab == TAB_LOG && (!s->at[tab].len || l->cursor == l->count - 1));
    if (found < 0)
        found = to_end ? n - 1 : then == ACT_NONE ? MIN(l->cursor, n - 1) : 0;
    if (to_end && then == ACT_NONE)
        found = n - 1;
    l->count = n;
    l->cursor = MAX(found, 0);
    l->top = l->cursor - below_top;
    list_fit(l, n, *s->page);
    s->then[tab] = ACT_NONE;
    if (then != ACT_NONE)
        list_move(l, then, *s->page);
    name_of(s, tab, l->cursor, &s->at[tab]);
}
