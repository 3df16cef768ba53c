#include "cache/issue_list.h"

#include <string.h>

#include "base/intl.h"
#include "cache/issue_store.h"

#define SEVERITY_RANK "CASE severity WHEN 'fatal' THEN 0 WHEN 'error' THEN 1 WHEN 'warning' THEN 2 ELSE 3 END"

// What only looks back (verify) finds nothing new. A preview reads and checks like the run after it; a run
// that goes on with another one belongs to it.
#define SINCE                                                                                                \
    "(WITH RECURSIVE last(run, mode, resumes) AS (SELECT run, mode, resumes FROM runs WHERE run ="           \
    " (SELECT max(run) FROM runs WHERE mode <> 'verify') UNION ALL SELECT r.run, r.mode, r.resumes"          \
    " FROM runs r JOIN last l ON r.run = l.resumes)"                                                         \
    " SELECT coalesce(max(run), 0) FROM runs WHERE mode NOT IN ('verify', 'preview', 'rehearse')"            \
    " AND run < (SELECT min(run) FROM last))"

#define OPEN "(present AND " ISSUE_STATE " = 'open')"

// The source's own findings keep no row out.
#define REJECTS "(present AND severity IN ('fatal', 'error') AND code NOT GLOB 'dpmf.*')"

// Parameters 1 to 10 are the filter's. Something open is there; what is decided may have gone meanwhile.
#define MATCHES                                                                                              \
    " WHERE (?1 = '' OR code GLOB ?1) AND (?2 = '' OR severity = ?2) AND (?3 = '' OR entity GLOB ?3)"        \
    " AND (?4 = '' OR step GLOB ?4) AND (?5 = '' OR key = ?5)"                                               \
    " AND (?6 = '' OR (" ISSUE_STATE " = ?6 AND (?6 <> 'open' OR present)))"                                 \
    " AND (?7 = 0 OR ?7 BETWEEN first_run AND last_run) AND (?8 < 0 OR first_run > ?8)"                      \
    " AND (NOT ?9 OR state IN ('ignored', 'asked') OR (state = 'resolved' AND by IS NOT NULL)"               \
    " OR owner IS NOT NULL"                                                                                  \
    " OR EXISTS (SELECT 1 FROM issue_history h WHERE h.fp = issues.fp AND h.action = 'note'))"               \
    " AND (?10 = '' OR owner GLOB ?10 OR (?10 = 'nobody' AND coalesce(owner, '') = ''))"
enum { FILTER_PARAMETERS = 10 };

static bool since(Control *c, int64_t *run, Err *err)
{
    return lite_one_int(control_db(c), run, NULL, err, "SELECT " SINCE);
}

static bool bind_filter(Control *c, LiteStmt *s, const IssueFilter *f, Err *err)
{
    const char *texts[] = {f->code, f->severity, f->entity, f->step, f->key, f->state};
    int64_t after = -1;
    if (!s || (f->fresh && !since(c, &after, err)))
        return false;
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        lite_bind_text(s, (int)i, str_of(texts[i] ? texts[i] : ""));
    lite_bind_int(s, 6, f->run);
    lite_bind_int(s, 7, after);
    lite_bind_int(s, 8, f->decided);
    lite_bind_text(s, 9, str_of(f->owner ? f->owner : ""));
    return true;
}

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
    if (!since(c, &after, err))
        return NULL;
    AUTO(buf_free) Buf list = {0};
    AUTO(lite_finish_at)
    LiteStmt *s =
        lite_preparef(control_db(c), err,
                      "SELECT %s, count(*) AS n, sum(" OPEN "), sum(first_run > %lld), min(first_run),"
                      " max(last_run) FROM issues" MATCHES " GROUP BY %s ORDER BY min(" SEVERITY_RANK
                      "), n DESC, code, entity, step",
                      groupings[how].columns, (long long)after, groupings[how].group);
    LiteStep step = LITE_FAILED;
    bool ok = bind_filter(c, s, f, err);
    while (ok && (step = lite_step(s, err)) == LITE_ROW) {
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

#define ITEM                                                                                                 \
    "SELECT fp, code, severity, entity, step, key, field, detail, " ISSUE_STATE                              \
    ", source_id, origin, present, first_run, last_run, gone_run, back_run, revision, by, at, reason,"       \
    " until, (SELECT text FROM issue_history h WHERE h.fp = issues.fp AND h.action = 'note'"                 \
    " ORDER BY n DESC LIMIT 1), owner, owner_by, owner_at FROM issues"

static IssueItem item_of(LiteStmt *s, Arena *a)
{
    IssueItem item = {
        .origin = lite_int(s, 10),
        .present = lite_int(s, 11),
        .first_run = lite_int(s, 12),
        .last_run = lite_int(s, 13),
        .gone_run = lite_int(s, 14),
        .back_run = lite_int(s, 15),
        .revision = lite_int(s, 16),
    };
    const struct {
        const char **to;
        int column;
    } texts[] = {
        {&item.fp, 0},  {&item.code, 1},  {&item.severity, 2}, {&item.entity, 3}, {&item.step, 4},
        {&item.key, 5}, {&item.field, 6}, {&item.detail, 7},   {&item.state, 8},  {&item.source_id, 9},
        {&item.by, 17}, {&item.at, 18},   {&item.reason, 19},  {&item.until, 20}, {&item.note, 21},
        {&item.owner, 22}, {&item.owner_by, 23}, {&item.owner_at, 24},
    };
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        *texts[i].to = str_keep(a, lite_text(s, texts[i].column));
    return item;
}

bool issue_each(Control *c, const IssueFilter *f, int64_t limit,
                bool (*each)(void *arg, const IssueItem *item, Err *err), void *arg, Err *err)
{
    AUTO(arena_free_at) Arena *row = arena_new();
    AUTO(lite_finish_at)
    LiteStmt *s = lite_prepare(control_db(c), ITEM MATCHES " ORDER BY step, key, field, code LIMIT ?11", err);
    LiteStep step = LITE_FAILED;
    bool ok = bind_filter(c, s, f, err);
    if (ok)
        lite_bind_int(s, FILTER_PARAMETERS, limit);
    while (ok && (step = lite_step(s, err)) == LITE_ROW) {
        arena_reset(row);
        const IssueItem item = item_of(s, row);
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
    LiteStmt *s = lite_preparef(control_db(c), err, ITEM " WHERE fp >= %Q AND fp < '%qg' LIMIT 2", beginning,
                                beginning);
    LiteStep step = s ? lite_step(s, err) : LITE_FAILED;
    if (step == LITE_DONE)
        return err_set(err, ERR_USAGE, _("there is no issue %s"), beginning);
    if (step != LITE_ROW)
        return false;
    *out = item_of(s, a);
    step = lite_step(s, err);
    if (step == LITE_ROW)
        return err_set(err, ERR_USAGE, _("%s is the beginning of more than one issue: %s, %.*s"), beginning,
                       out->fp, STR_ARG(lite_text(s, 0)));
    return step == LITE_DONE;
}

bool issue_choose(Control *c, const IssueFilter *f, Err *err)
{
    if (!lite_exec(control_db(c),
                   "CREATE TEMP TABLE IF NOT EXISTS chosen(fp TEXT PRIMARY KEY) WITHOUT ROWID;"
                   "DELETE FROM temp.chosen",
                   err))
        return false;
    AUTO(lite_finish_at)
    LiteStmt *s =
        lite_prepare(control_db(c), "INSERT OR IGNORE INTO temp.chosen SELECT fp FROM issues" MATCHES, err);
    return bind_filter(c, s, f, err) && lite_run(s, err);
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

bool issue_totals(Control *c, IssueTotals *out, Err *err)
{
    *out = (IssueTotals){0};
    if (!since(c, &out->since, err))
        return false;
    const long long run = out->since;
    AUTO(lite_finish_at)
    LiteStmt *s =
        lite_preparef(control_db(c), err,
                      "SELECT total(" OPEN "), total(state = 'asked'), total(" ISSUE_STATE " = 'ignored'),"
                      " total(state = 'resolved'), total(" REJECTS " AND " ISSUE_STATE " <> 'ignored'),"
                      " total(" REJECTS " AND " ISSUE_STATE " = 'ignored'),"
                      " total(first_run > %lld), total(NOT present AND gone_run > %lld AND state <> "
                      "'ignored'), total(present AND back_run > %lld)"
                      " FROM issues",
                      run, run, run);
    int64_t *numbers[] = {&out->open,    &out->asked, &out->ignored, &out->resolved, &out->rejecting,
                          &out->excused, &out->fresh, &out->fixed,   &out->back};
    if (!s || lite_step(s, err) != LITE_ROW)
        return false;
    for (int i = 0; i < (int)ARRAY_LEN(numbers); i++)
        *numbers[i] = lite_int(s, i);
    return true;
}
