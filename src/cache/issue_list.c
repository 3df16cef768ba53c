#include "cache/issue_list.h"

#include <string.h>

// Parameters 0 to 4 are the filter's.
#define MATCHES                                                                                              \
    " WHERE (?1 = '' OR code GLOB ?1) AND (?2 = '' OR severity = ?2) AND (?3 = '' OR entity GLOB ?3)"        \
    " AND (?4 = '' OR step GLOB ?4) AND (?5 = 0 OR ?5 BETWEEN first_run AND last_run)"

static void bind_filter(LiteStmt *s, const IssueFilter *f)
{
    lite_bind_text(s, 0, str_of(f->code ? f->code : ""));
    lite_bind_text(s, 1, str_of(f->severity ? f->severity : ""));
    lite_bind_text(s, 2, str_of(f->entity ? f->entity : ""));
    lite_bind_text(s, 3, str_of(f->step ? f->step : ""));
    lite_bind_int(s, 4, f->run);
}

// Room for one more; the lists are short or limited.
static void *grown(Arena *a, void *items, size_t size, size_t n, size_t *cap)
{
    if (n < *cap)
        return items;
    *cap = *cap ? *cap * 2 : 64;
    void *more = arena_take_array(a, size, *cap);
    if (n)
        memcpy(more, items, n * size);
    return more;
}

IssueGroup *issue_groups(Control *c, Arena *a, const IssueFilter *f, size_t *n, Err *err)
{
    size_t cap = 0;
    *n = 0;
    IssueGroup *groups = grown(a, NULL, sizeof *groups, 0, &cap);
    AUTO(lite_finish_at)
    LiteStmt *s = lite_prepare(control_db(c),
                               "SELECT code, severity, entity, step, count(*), sum(state = 'open'), "
                               "min(first_run), max(last_run) FROM issues" MATCHES
                               " GROUP BY code, severity, entity, step ORDER BY 5 DESC, code, entity, step",
                               err);
    if (!s)
        return NULL;
    bind_filter(s, f);
    LiteStep step;
    while ((step = lite_step(s, err)) == LITE_ROW) {
        groups = grown(a, groups, sizeof *groups, *n, &cap);
        groups[(*n)++] = (IssueGroup){
            .code = str_keep(a, lite_text(s, 0)),
            .severity = str_keep(a, lite_text(s, 1)),
            .entity = str_keep(a, lite_text(s, 2)),
            .step = str_keep(a, lite_text(s, 3)),
            .count = lite_int(s, 4),
            .open = lite_int(s, 5),
            .first_run = lite_int(s, 6),
            .last_run = lite_int(s, 7),
        };
    }
    return step == LITE_DONE ? groups : NULL;
}

IssueItem *issue_items(Control *c, Arena *a, const IssueFilter *f, int64_t limit, size_t *n, Err *err)
{
    size_t cap = 0;
    *n = 0;
    IssueItem *items = grown(a, NULL, sizeof *items, 0, &cap);
    AUTO(lite_finish_at)
    LiteStmt *s = lite_prepare(control_db(c),
                               "SELECT code, severity, entity, step, key, field, detail, state, first_run, "
                               "last_run FROM issues" MATCHES " ORDER BY step, key, field, code LIMIT ?6",
                               err);
    if (!s)
        return NULL;
    bind_filter(s, f);
    lite_bind_int(s, 5, limit);
    LiteStep step;
    while ((step = lite_step(s, err)) == LITE_ROW) {
        items = grown(a, items, sizeof *items, *n, &cap);
        items[(*n)++] = (IssueItem){
            .code = str_keep(a, lite_text(s, 0)),
            .severity = str_keep(a, lite_text(s, 1)),
            .entity = str_keep(a, lite_text(s, 2)),
            .step = str_keep(a, lite_text(s, 3)),
            .key = str_keep(a, lite_text(s, 4)),
            .field = str_keep(a, lite_text(s, 5)),
            .detail = str_keep(a, lite_text(s, 6)),
            .state = str_keep(a, lite_text(s, 7)),
            .first_run = lite_int(s, 8),
            .last_run = lite_int(s, 9),
        };
    }
    return step == LITE_DONE ? items : NULL;
}
