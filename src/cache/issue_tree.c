// The groups that issues fall into, as a tree: the leaves by one aggregate, the lines above them summed up
// here.
#include <stdlib.h>
#include <string.h>

#include "cache/issue_filter.h"
#include "cache/issue_page.h"

enum { DEPTHS = 3 };

// What a line of each depth is of, by bits; a line belongs to the one above with which it shares that one's.
enum { OF_SEVERITY = 1, OF_CODE = 2, OF_ENTITY = 4, OF_CAUSE = 8, OF_AGE = 16 };
static const struct {
    int depths;
    unsigned of[DEPTHS];
} views[ISSUE_VIEWS] = {
    [ISSUES_BY_SEVERITY] = {3, {OF_SEVERITY, OF_SEVERITY | OF_CODE, OF_SEVERITY | OF_CODE | OF_ENTITY}},
    [ISSUES_BY_ENTITY] = {2, {OF_ENTITY, OF_SEVERITY | OF_CODE | OF_ENTITY}},
    [ISSUES_BY_CAUSE] = {2, {OF_SEVERITY | OF_CODE, OF_SEVERITY | OF_CODE | OF_ENTITY | OF_CAUSE}},
    [ISSUES_FRESH_FIRST] = {2, {OF_AGE, OF_AGE | OF_SEVERITY | OF_CODE | OF_ENTITY}},
};

typedef struct {
    IssueNode node;
    const IssueNode *above[DEPTHS]; // the lines it belongs to
} Leaf;

static int rank(const char *severity)
{
    static const char *const words[] = {"fatal", "error", "warning"};
    for (int i = 0; i < (int)ARRAY_LEN(words); i++)
        if (severity && strcmp(words[i], severity) == 0)
            return i;
    return (int)ARRAY_LEN(words);
}

// The same of two lines, in what `of` names.
static bool alike(const IssueNode *x, const IssueNode *y, unsigned of)
{
    return (!(of & OF_AGE) || x->fresh_only == y->fresh_only) &&
           (!(of & OF_SEVERITY) || strcmp(x->severity, y->severity) == 0) &&
           (!(of & OF_CODE) || strcmp(x->code, y->code) == 0) &&
           (!(of & OF_ENTITY) || strcmp(x->entity, y->entity) == 0) &&
           (!(of & OF_CAUSE) || (strcmp(x->step, y->step) == 0 && strcmp(x->field, y->field) == 0 &&
                                 strcmp(x->detail, y->detail) == 0));
}

// ---- Leaves -------------------------------------------------------------------------------------

static void add_leaf(Buf *leaves, const IssueNode *node)
{
    const Leaf leaf = {.node = *node};
    if (node->count)
        buf_add(leaves, (Str){(const char *)&leaf, sizeof leaf});
}

// A row of the aggregate, which gives one leaf, or two when the new ones stand apart.
static void take_row(LiteStmt *s, Arena *a, IssueView view, Buf *leaves)
{
    const int64_t fresh_open = lite_int(s, 9), fresh_first = lite_int(s, 11);
    const char *first_step = str_keep(a, lite_text(s, 3)), *last_step = str_keep(a, lite_text(s, 4));
    IssueNode node = {
        .leaf = true,
        .severity = str_keep(a, lite_text(s, 0)),
        .code = str_keep(a, lite_text(s, 1)),
        .entity = str_keep(a, lite_text(s, 2)),
        .step = strcmp(first_step, last_step) == 0 ? first_step : NULL,
        .count = lite_int(s, 5),
        .open = lite_int(s, 6),
        .rejecting = lite_int(s, 7) > 0,
        .fresh = lite_int(s, 8),
        .first_run = lite_int(s, 10),
    };
    if (view == ISSUES_BY_CAUSE) {
        node.cause = true;
        node.field = str_keep(a, lite_text(s, 12));
        node.detail = str_keep(a, lite_text(s, 13));
    }
    if (view != ISSUES_FRESH_FIRST) {
        add_leaf(leaves, &node);
        return;
    }
    IssueNode fresh = node, old = node;
    fresh.fresh_only = old.old_only = true;
    fresh.count = node.fresh;
    fresh.open = fresh_open;
    fresh.first_run = fresh_first;
    old.count = node.count - node.fresh;
    old.open = node.open - fresh_open;
    old.fresh = 0;
    fresh.rejecting = node.rejecting && fresh.open;
    old.rejecting = node.rejecting && old.open;
    add_leaf(leaves, &fresh);
    add_leaf(leaves, &old);
}

static bool read_leaves(Control *c, Arena *a, const IssueFilter *f, IssueView view, Buf *leaves, Err *err)
{
    int64_t since = 0;
    bool cause = view == ISSUES_BY_CAUSE;
    AUTO(buf_free) Buf where = {0};
    if (!issue_since(c, &since, err) || !issue_where(c, f, &where, err))
        return false;
    const long long run = since;
    AUTO(lite_finish_at)
    LiteStmt *s = lite_preparef(
        control_db(c), err,
        "SELECT severity, code, entity, min(step), max(step), count(*), sum(" OPEN "), sum(" REJECTS
        " AND " ISSUE_STATE " <> 'ignored'), sum(first_run > %lld), sum(first_run > %lld AND " OPEN
        "), min(first_run), min(iif(first_run > %lld, first_run, NULL))%s FROM issues%s"
        " GROUP BY severity, code, entity%s",
        run, run, run, cause ? ", field, coalesce(detail, '')" : "", buf_text(&where),
        cause ? ", step, field, coalesce(detail, '')" : "");
    LiteStep step = LITE_FAILED;
    while (s && (step = lite_step(s, err)) == LITE_ROW)
        take_row(s, a, view, leaves);
    return step == LITE_DONE;
}

// ---- The tree -----------------------------------------------------------------------------------

static int compare_texts(const char *x, const char *y)
{
    return strcmp(x ? x : "", y ? y : "");
}

// Of two lines of one depth under the same line.
static int compare_lines(const IssueNode *x, const IssueNode *y, bool by_name)
{
    int by_rank = rank(x->severity) - rank(y->severity), order = 0;
    if (x->fresh_only != y->fresh_only)
        return x->fresh_only ? -1 : 1;
    if (by_name)
        return compare_texts(x->entity, y->entity);
    if (by_rank)
        return by_rank;
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    const char *const left[] = {x->severity, x->code, x->entity, x->step, x->field, x->detail},
                      *const right[] = {y->severity, y->code, y->entity, y->step, y->field, y->detail};
    for (size_t i = 0; i < ARRAY_LEN(left) && !order; i++)
        order = compare_texts(left[i], right[i]);
    return order;
}

// Leaves in the order in which they are shown: by the lines they belong to, from the outermost in.
static int compare_leaves(const void *left, const void *right)
{
    const Leaf *x = left, *y = right;
    int order = 0;
    for (int d = 0; d < DEPTHS && x->above[d] && !order; d++)
        if (x->above[d] != y->above[d])
            order = compare_lines(x->above[d], y->above[d],
                                  d == 0 && !x->above[d]->severity && x->above[d]->entity);
    return order ? order : compare_lines(&x->node, &y->node, false);
}

static int compare_counts(const void *left, const void *right)
{
    const Leaf *x = left, *y = right;
    int by_rank = rank(x->node.severity) - rank(y->node.severity);
    return by_rank ? by_rank : (x->node.count < y->node.count) - (x->node.count > y->node.count);
}

static IssueNode *line_of(Arena *a, const IssueNode *leaf, int depth, unsigned of)
{
    IssueNode *line = arena_one(a, IssueNode);
    *line = (IssueNode){
        .depth = depth,
        .severity = of & OF_SEVERITY ? leaf->severity : NULL,
        .code = of & OF_CODE ? leaf->code : NULL,
        .entity = of & OF_ENTITY ? leaf->entity : NULL,
        .fresh_only = of & OF_AGE && leaf->fresh_only,
        .old_only = of & OF_AGE && leaf->old_only,
        .first_run = leaf->first_run,
    };
    return line;
}

static void add_to(IssueNode *line, const IssueNode *leaf)
{
    line->count += leaf->count;
    line->open += leaf->open;
    line->fresh += leaf->fresh;
    line->rejecting |= leaf->rejecting;
    line->first_run = MIN(line->first_run, leaf->first_run);
}

// A depth has few lines but that of the leaves: each leaf looks for its own among those found so far.
static size_t add_lines(Arena *a, IssueView view, Leaf *leaves, size_t n)
{
    size_t made = 0;
    for (int d = 0; d < views[view].depths - 1; d++) {
        unsigned of = views[view].of[d];
        IssueNode **lines = arena_many(a, IssueNode *, n + 1);
        size_t n_lines = 0, k;
        for (size_t i = 0; i < n; i++) {
            for (k = 0; k < n_lines && !alike(lines[k], &leaves[i].node, of); k++)
                ;
            if (k == n_lines)
                lines[n_lines++] = line_of(a, &leaves[i].node, d, of);
            add_to(lines[k], &leaves[i].node);
            leaves[i].above[d] = lines[k];
        }
        made += n_lines;
    }
    return made;
}

IssueNode *issue_tree(Control *c, Arena *a, const IssueFilter *f, IssueView view, size_t most, size_t *n,
                      bool *more, Err *err)
{
    AUTO(buf_free) Buf list = {0};
    int depths = views[view].depths;
    *n = 0;
    if (!read_leaves(c, a, f, view, &list, err))
        return NULL;
    size_t n_leaves = list.len / sizeof(Leaf);
    Leaf *leaves = arena_copy(a, buf_text(&list), list.len);
    *more = n_leaves > most;
    if (*more)
        qsort(leaves, n_leaves, sizeof *leaves, compare_counts);
    n_leaves = MIN(n_leaves, most);
    IssueNode *tree = arena_many(a, IssueNode, n_leaves + add_lines(a, view, leaves, n_leaves) + 1);
    qsort(leaves, n_leaves, sizeof *leaves, compare_leaves);
    for (size_t i = 0; i < n_leaves; i++) {
        for (int d = 0; d < depths - 1; d++)
            if (!i || leaves[i].above[d] != leaves[i - 1].above[d])
                tree[(*n)++] = *leaves[i].above[d];
        tree[*n] = leaves[i].node;
        tree[(*n)++].depth = depths - 1;
    }
    return tree;
}

IssueFilter issue_node_filter(const IssueFilter *f, const IssueNode *node)
{
    IssueFilter narrow = *f;
    const struct {
        const char **to, *from;
    } texts[] = {{&narrow.severity, node->severity}, {&narrow.code, node->code},
                 {&narrow.entity, node->entity},     {&narrow.step, node->step},
                 {&narrow.field, node->field},       {&narrow.detail, node->detail}};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        if (texts[i].from)
            *texts[i].to = texts[i].from;
    narrow.cause |= node->cause;
    narrow.fresh |= node->fresh_only;
    narrow.old |= node->old_only;
    return narrow;
}

// ---- Causes -------------------------------------------------------------------------------------

static bool find_examples(Control *c, Arena *a, const IssueFilter *f, IssueCause *cause, size_t most,
                          Err *err)
{
    IssueFilter narrow = *f;
    IssuePage page = {0};
    narrow.entity = cause->entity;
    narrow.step = cause->step;
    narrow.cause = true;
    narrow.field = cause->field;
    narrow.detail = cause->detail;
    if (most && !issue_page(c, a, &narrow, PAGE_FIRST, NULL, most, &page, err))
        return false;
    cause->examples = page.items;
    cause->n_examples = page.n;
    return true;
}

IssueCause *issue_causes(Control *c, Arena *a, const IssueFilter *f, size_t most, size_t examples, size_t *n,
                         int64_t *total, Err *err)
{
    AUTO(buf_free) Buf where = {0};
    IssueCause *list = arena_many(a, IssueCause, most + 1);
    *n = 0;
    *total = 0;
    if (!issue_where(c, f, &where, err))
        return NULL;
    LiteStmt *s = lite_preparef(control_db(c), err,
                                "SELECT entity, step, field, coalesce(detail, ''), count(*) AS n, sum(" OPEN
                                "), count(*) OVER () FROM issues%s GROUP BY 1, 2, 3, 4"
                                " ORDER BY n DESC, 1, 2, 3, 4 LIMIT %lld",
                                buf_text(&where), (long long)most);
    LiteStep step = LITE_FAILED;
    while (s && (step = lite_step(s, err)) == LITE_ROW) {
        list[(*n)++] = (IssueCause){
            .entity = str_keep(a, lite_text(s, 0)),
            .step = str_keep(a, lite_text(s, 1)),
            .field = str_keep(a, lite_text(s, 2)),
            .detail = str_keep(a, lite_text(s, 3)),
            .count = lite_int(s, 4),
            .open = lite_int(s, 5),
        };
        *total = lite_int(s, 6);
    }
    lite_finish(s);
    bool ok = step == LITE_DONE;
    for (size_t i = 0; i < *n && ok; i++)
        ok = find_examples(c, a, f, &list[i], examples, err);
    return ok ? list : NULL;
}
