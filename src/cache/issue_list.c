#include "cache/issue_list.h"

#include <string.h>

#include "base/intl.h"
#include "cache/issue_filter.h"
#include "cache/issue_store.h"

// By which columns of severity, code, entity, step, field and detail.
static const struct {
    const char *by, *columns, *group;
} groupings[] = {
    {NULL, "severity, code, entity, step, NULL, NULL", "severity, code, entity, step"},
    {"severity", "severity, NULL, NULL, NULL, NULL, NULL", "severity"},
    {"code", "severity, code, NULL, NULL, NULL, NULL", "severity, code"},
    {"entity", "NULL, NULL, entity, NULL, NULL, NULL", "entity"},
    {"cause", "severity, code, entity, step, field, detail", "severity, code, entity, step, field, detail"},
};

static void add(Buf *list, const void *item, size_t size)
{
    buf_add(list, (Str){item, size});
}

IssueGroup *issue_groups(Control *c, Arena *a, const IssueFilter *f, const char *by, size_t *n, Err *err)
{
    size_t how = 0;
    for (size_t i = 1; by && i < ARRAY_LEN(groupings); i++)
        how = strcmp(by, groupings[i].by) == 0 ? i : how;
    int64_t after = 0;
    *n = 0;
    AUTO(buf_free) Buf list = {0}, where = {0};
    if (!issue_since(c, &after, err) || !issue_where(c, f, &where, err))
        return NULL;
    AUTO(lite_finish_at)
    LiteStmt *s =
        lite_preparef(control_db(c), err,
                      "SELECT %s, count(*) AS n, sum(" OPEN "), sum(first_run > %lld), min(first_run),"
                      " max(last_run) FROM issues%s GROUP BY %s ORDER BY min(" SEVERITY_RANK
                      "), n DESC, code, entity, step",
                      groupings[how].columns, (long long)after, buf_text(&where), groupings[how].group);
    LiteStep step = LITE_FAILED;
    while (s && (step = lite_step(s, err)) == LITE_ROW) {
        const IssueGroup one = {
            .severity = str_keep(a, lite_text(s, 0)),
            .code = str_keep(a, lite_text(s, 1)),
            .entity = str_keep(a, lite_text(s, 2)),
            .step = str_keep(a, lite_text(s, 3)),
            .field = str_keep(a, lite_text(s, 4)),
            .detail = str_keep(a, lite_text(s, 5)),
            .count = lite_int(s, 6),
            .open = lite_int(s, 7),
            .fresh = lite_int(s, 8),
            .first_run = lite_int(s, 9),
            .last_run = lite_int(s, 10),
        };
        add(&list, &one, sizeof one);
        (*n)++;
    }
    return step == LITE_DONE ? arena_copy(a, buf_text(&list), list.len) : NULL;
}

bool issue_each(Control *c, const IssueFilter *f, int64_t limit,
                bool (*each)(void *arg, const IssueItem *item, Err *err), void *arg, Err *err)
{
    AUTO(arena_free_at) Arena *row = arena_new();
    AUTO(buf_free) Buf sql = {0};
    buf_add_text(&sql, "SELECT " ITEM_COLUMNS " FROM issues");
    if (!issue_where(c, f, &sql, err))
        return false;
    buf_addf(&sql, " ORDER BY step, key, field, code LIMIT %lld", (long long)limit);
    AUTO(lite_finish_at) LiteStmt *s = lite_prepare(control_db(c), buf_text(&sql), err);
    LiteStep step = LITE_FAILED;
    bool ok = s;
    while (ok && (step = lite_step(s, err)) == LITE_ROW) {
        arena_reset(row);
        const IssueItem item = issue_item(s, row);
        ok = each(arg, &item, err);
    }
    return ok && step == LITE_DONE;
}

bool issue_find(Control *c, Arena *a, const char *beginning, IssueItem *out, Err *err)
{
    size_t len = strlen(beginning);
    if (len < 4 || len > ISSUE_FP || strspn(beginning, "0123456789abcdef") != len)
        return err_set(err, ERR_USAGE, _("an issue is named by 4 to %d digits 0-9a-f, not \"%s\""), ISSUE_FP,
                       beginning);
    AUTO(lite_finish_at)
    LiteStmt *s = lite_preparef(control_db(c), err, "SELECT " ITEM_COLUMNS " FROM issues WHERE fp >= %Q AND fp < '%qg' LIMIT 2", beginning,
                                beginning);
    LiteStep step = s ? lite_step(s, err) : LITE_FAILED;
    if (step == LITE_DONE)
        return err_set(err, ERR_USAGE, _("there is no issue %s"), beginning);
    if (step != LITE_ROW)
        return false;
    *out = issue_item(s, a);
    step = lite_step(s, err);
    if (step == LITE_ROW)
        return err_set(err, ERR_USAGE, _("%s is the beginning of more than one issue: %s, %.*s"), beginning,
                       out->fp, STR_ARG(lite_text(s, 0)));
    return step == LITE_DONE;
}

IssueEvent *issue_history(Control *c, Arena *a, const char *fp, size_t *n, Err *err)
{
    *n = 0;
    AUTO(buf_free) Buf list = {0};
    AUTO(lite_finish_at)
    LiteStmt *s = lite_preparef(control_db(c), err,
                                "SELECT at, by, action, before, after, text, until, run FROM issue_history"
                                " WHERE fp = %Q ORDER BY n",
                                fp);
    LiteStep step = LITE_FAILED;
    while (s && (step = lite_step(s, err)) == LITE_ROW) {
        const IssueEvent one = {
            .at = str_keep(a, lite_text(s, 0)),
            .by = str_keep(a, lite_text(s, 1)),
            .action = str_keep(a, lite_text(s, 2)),
            .before = str_keep(a, lite_text(s, 3)),
            .after = str_keep(a, lite_text(s, 4)),
            .text = str_keep(a, lite_text(s, 5)),
            .until = str_keep(a, lite_text(s, 6)),
            .run = lite_int(s, 7),
        };
        add(&list, &one, sizeof one);
        (*n)++;
    }
    return step == LITE_DONE ? arena_copy(a, buf_text(&list), list.len) : NULL;
}

// The first five by the index that pages are read by, the others by those of what came and went: an issue is
// read itself for none of them.
bool issue_totals(Control *c, IssueTotals *out, Err *err)
{
    *out = (IssueTotals){0};
    if (!issue_since(c, &out->since, err))
        return false;
    const long long run = out->since;
    AUTO(lite_finish_at)
    LiteStmt *s = lite_preparef(
        control_db(c), err,
        "SELECT total(" OPEN "), total(state = 'asked'), total(" ISSUE_STATE " = 'ignored'),"
        " total(state = 'resolved'), total(" REJECTS " AND " ISSUE_STATE " <> 'ignored'),"
        " total(" REJECTS " AND " ISSUE_STATE " = 'ignored'), total(first_run > %lld),"
        " (SELECT count(*) FROM issues WHERE gone_run > 0 AND gone_run > %lld AND NOT present AND state <> 'ignored'),"
        " (SELECT count(*) FROM issues WHERE back_run > 0 AND back_run > %lld AND present) FROM issues",
        run, run, run);
    int64_t *numbers[] = {&out->open,    &out->asked, &out->ignored, &out->resolved, &out->rejecting,
                          &out->excused, &out->fresh, &out->fixed,   &out->back};
    if (!s || lite_step(s, err) != LITE_ROW)
        return false;
    for (int i = 0; i < (int)ARRAY_LEN(numbers); i++)
        *numbers[i] = lite_int(s, i);
    return true;
}

const char *issue_data(Control *c, Arena *a, const char *fp, Err *err)
{
    const char *data = NULL;
    err->kind = ERR_NONE;
    return lite_one_text(control_db(c), a, &data, err, "SELECT data FROM issue_data WHERE fp = %Q", fp) ? data : NULL;
}
