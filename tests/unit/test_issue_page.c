#include "cache/issue_page.h"

#include <criterion/criterion.h>
#include <string.h>

#include "cache/issue_decide.h"
#include "tests/support/statement_watch.h"
#include "tests/support/temp_folder.h"

static Arena *arena;
static Control *control;
static Err err;

static void must(bool ok)
{
    cr_assert(ok, "%s", err.text);
}

static void change(const char *sql)
{
    must(lite_exec(control_db(control), sql, &err));
}

// Six thousand issues: of seven codes, three entities and all severities; every tenth has a cause of its own
// kind, every hundredth is ignored, one in a thousand came with the last run. Three runs.
static void set_up(void)
{
    arena = arena_new();
    statements_watch();
    control = control_open(temp_folder(arena), true, &err);
    must(control);
    for (int run = 1; run <= 3; run++) {
        RunRecord r = {.mode = "run", .options = "{}"};
        must(control_run_begin(control, &r, &err) &&
             control_run_end(control, r.run, "done", 0, NULL, 1, &err));
    }
    change(
        "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 5999)"
        " INSERT INTO issues(step, entity, key, field, code, severity, detail, first_run, last_run, state, "
        "by, fp,"
        " source_id, origin) SELECT format('e%d/validate', i % 3), format('e%d', i % 3), format('k%06d', i), "
        "'f',"
        " format('c%d', i % 7), CASE i % 7 WHEN 0 THEN 'fatal' WHEN 1 THEN 'error' WHEN 2 THEN 'information'"
        " ELSE 'warning' END, iif(i % 10 = 0, 'it''s odd', NULL), iif(i % 1000 = 999, 3, 1), 3,"
        " iif(i % 100 = 50, 'ignored', 'open'), iif(i % 100 = 50, 'ana', NULL), format('%016x', i),"
        " format('P-%d', i), i + 1 FROM n");
    statements_forget();
}

static void tear_down(void)
{
    control_close(control);
    arena_free(arena);
}

TestSuite(issue_page, .init = set_up, .fini = tear_down);

static IssuePage page(const IssueFilter *f, PageWay way, const IssueItem *from, size_t most)
{
    IssuePage p;
    must(issue_page(control, arena, f, way, from, most, &p, &err));
    return p;
}

// From one end to the other; gives what was met as the number of rows, each once and in order.
static size_t walk(const IssueFilter *f, bool back, const char **fps, size_t most)
{
    size_t n = 0;
    IssuePage p = page(f, back ? PAGE_LAST : PAGE_FIRST, NULL, most);
    for (;;) {
        for (size_t i = 0; i < p.n; i++)
            fps[n++] = p.items[back ? p.n - 1 - i : i].fp;
        if (!(back ? p.more_before : p.more_after))
            return n;
        p = page(f, back ? PAGE_BEFORE : PAGE_AFTER, &p.items[back ? 0 : p.n - 1], most);
        cr_assert(back ? p.more_after : p.more_before);
    }
}

Test(issue_page, pages_forwards_and_backwards_meet_every_issue_once)
{
    static const IssueFilter filters[] = {{0},
                                          {.code = "c3"},
                                          {.code = "c3", .entity = "e1"},
                                          {.state = "ignored"},
                                          {.severity = "error"},
                                          {.text = "p-12"},
                                          {.text = "P-1 c3", .without = "p-12 e1"},
                                          {.code = "c*", .entity = "e?"},
                                          {.cause = true, .field = "f", .detail = "it's odd"},
                                          {.fresh = true}};
    for (size_t k = 0; k < ARRAY_LEN(filters); k++) {
        const char **down = arena_many(arena, const char *, 6001),
                   **up = arena_many(arena, const char *, 6001);
        int64_t count;
        size_t n = walk(&filters[k], false, down, 37), m = walk(&filters[k], true, up, 41);
        must(issue_count(control, &filters[k], &count, &err));
        cr_assert(n == m && n == (size_t)count && n > 0, "filter %zu: %zu, %zu, %lld", k, n, m,
                  (long long)count);
        for (size_t i = 0; i < n; i++)
            cr_assert_str_eq(down[i], up[n - 1 - i]);
    }
}

Test(issue_page, every_word_has_to_be_there_and_none_of_the_others)
{
    const IssueFilter f = {.text = "c3 p-1", .without = "e1 p-12"};
    IssuePage p = page(&f, PAGE_FIRST, NULL, 6000);
    cr_assert(p.n > 0);
    for (size_t i = 0; i < p.n; i++)
        cr_assert(strcmp(p.items[i].code, "c3") == 0 && strncmp(p.items[i].source_id, "P-1", 3) == 0 &&
                  strcmp(p.items[i].entity, "e1") != 0 && strncmp(p.items[i].source_id, "P-12", 4) != 0);
}

Test(issue_page, the_most_severe_come_first)
{
    IssuePage p = page(&(IssueFilter){0}, PAGE_FIRST, NULL, 6000);
    cr_assert(p.n == 6000 && !p.more_before && !p.more_after);
    cr_assert_str_eq(p.items[0].severity, "fatal");
    cr_assert_str_eq(p.items[5999].severity, "information");
    cr_assert_str_eq(p.items[0].source_id, "P-0");
}

Test(issue_page, a_row_knows_its_place)
{
    const IssueFilter f = {.code = "c4", .state = "open"};
    IssuePage p = page(&f, PAGE_FIRST, NULL, 100);
    for (size_t i = 0; i < p.n; i += 33) {
        int64_t before;
        must(issue_place(control, &f, &p.items[i], &before, &err));
        cr_assert_eq(before, (int64_t)i);
        must(issue_place(control, &(IssueFilter){0}, &p.items[i], &before, &err));
        cr_assert_gt(before, (int64_t)i); // after the errors
    }
}

Test(issue_page, a_page_read_anew_holds_its_place_when_the_row_is_gone)
{
    const IssueFilter f = {.state = "open"};
    IssuePage p = page(&f, PAGE_FIRST, NULL, 5), again;
    change(arena_text(arena, "UPDATE issues SET state = 'asked' WHERE fp = '%s'", p.items[2].fp));
    again = page(&f, PAGE_FROM, &p.items[2], 2);
    cr_assert_str_eq(again.items[0].fp, p.items[3].fp);
    cr_assert(again.more_before && again.more_after);
    cr_assert_not(page(&f, PAGE_FROM, &p.items[0], 2).more_before);
}

Test(issue_page, behind_the_last_there_is_nothing_but_what_was_before)
{
    IssuePage p = page(&(IssueFilter){.code = "c5"}, PAGE_LAST, NULL, 3);
    cr_assert(p.n == 3 && p.more_before && !p.more_after);
    p = page(&(IssueFilter){.code = "c5"}, PAGE_AFTER, &p.items[2], 3);
    cr_assert(p.n == 0 && p.more_before && !p.more_after);
}

// The tenth page of a list of six thousand costs what the first does, and a list that is twice as long no
// more.
Test(issue_page, a_page_costs_no_more_far_down)
{
    static const IssueFilter filters[] = {
        {0}, {.state = "open"}, {.code = "c3"}, {.code = "c3", .entity = "e1", .state = "open"}};
    for (size_t k = 0; k < ARRAY_LEN(filters); k++) {
        IssuePage all = page(&filters[k], PAGE_FIRST, NULL, 6000);
        const IssueItem *middle = &all.items[all.n / 2];
        static const PageWay ways[] = {PAGE_FIRST, PAGE_LAST, PAGE_AFTER, PAGE_BEFORE, PAGE_FROM};
        for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
            statements_forget();
            page(&filters[k], ways[i], middle, 20);
            Statements s = statements_seen();
            cr_assert(!s.offset && s.all > 100 && s.all < 6000, "%lld steps: %s", (long long)s.all,
                      s.heaviest);
        }
    }
}

// ---- Groups -------------------------------------------------------------------------------------

static void sums_hold(IssueView view)
{
    size_t n;
    bool more;
    int64_t count, top = 0, leaves = 0, below;
    IssueNode *tree = issue_tree(control, arena, &(IssueFilter){0}, view, 1000, &n, &more, &err);
    must(tree);
    cr_assert_not(more);
    for (size_t i = 0; i < n; i++) {
        IssueFilter f = issue_node_filter(&(IssueFilter){0}, &tree[i]);
        must(issue_count(control, &f, &count, &err));
        cr_assert_eq(count, tree[i].count, "view %d line %zu: %lld, %lld", view, i, (long long)count,
                     (long long)tree[i].count);
        f.state = "open";
        must(issue_count(control, &f, &count, &err));
        cr_assert_eq(count, tree[i].open);
        top += tree[i].depth == 0 ? tree[i].count : 0;
        leaves += tree[i].leaf ? tree[i].count : 0;
        below = 0;
        for (size_t k = i + 1; k < n && tree[k].depth > tree[i].depth; k++)
            below += tree[k].depth == tree[i].depth + 1 ? tree[k].count : 0;
        cr_assert(tree[i].leaf ? !below : below == tree[i].count);
    }
    cr_assert(top == 6000 && leaves == 6000);
}

Test(issue_page, every_line_of_a_tree_is_what_its_filter_gives)
{
    for (IssueView view = 0; view < ISSUE_VIEWS; view++)
        sums_hold(view);
}

Test(issue_page, trees_are_in_the_order_of_weight)
{
    size_t n;
    bool more;
    IssueNode *tree =
        issue_tree(control, arena, &(IssueFilter){0}, ISSUES_BY_SEVERITY, 1000, &n, &more, &err);
    cr_assert_str_eq(tree[0].severity, "fatal");
    cr_assert(tree[0].depth == 0 && tree[0].rejecting && !tree[0].code);
    cr_assert_str_eq(tree[1].code, "c0");
    cr_assert_str_eq(tree[2].entity, "e0");
    tree = issue_tree(control, arena, &(IssueFilter){0}, ISSUES_FRESH_FIRST, 1000, &n, &more, &err);
    cr_assert(tree[0].fresh_only && tree[0].count == 6 && tree[0].first_run == 3);
    tree = issue_tree(control, arena, &(IssueFilter){0}, ISSUES_BY_ENTITY, 1000, &n, &more, &err);
    cr_assert_str_eq(tree[0].entity, "e0");
    tree = issue_tree(control, arena, &(IssueFilter){.code = "c1"}, ISSUES_BY_CAUSE, 4, &n, &more, &err);
    cr_assert(more && n == 5);
}

Test(issue_page, causes_come_with_examples)
{
    size_t n;
    int64_t total;
    IssueCause *c = issue_causes(control, arena, &(IssueFilter){.code = "c1"}, 4, 2, &n, &total, &err);
    must(c);
    cr_assert(n == 4 && total == 6 && c[0].count > c[3].count && c[0].n_examples == 2);
    cr_assert_str_eq(c[3].detail, "it's odd");
    cr_assert_str_eq(c[3].examples[0].detail, "it's odd");
    cr_assert_str_eq(c[0].detail, "");
    cr_assert_null(c[0].examples[0].detail);
}

// All of them at once, as the screens do for those that are marked.
Test(issue_page, what_a_filter_shows_is_what_is_decided)
{
    IssueOutcome out;
    int64_t count;
    const IssueFilter f = {.code = "c3", .cause = true, .field = "f", .detail = "it's odd", .state = "open"};
    int64_t before;
    must(issue_count(control, &f, &before, &err));
    must(issue_decide_matching(
        control, arena, &f, &(Decision){.action = ISSUE_IGNORE, .text = "known", .by = "ana"}, &out, &err));
    must(issue_count(control, &f, &count, &err));
    cr_assert(before > 0 && count == 0);
}

Test(issue_page, what_is_fixed_and_back_is_counted)
{
    IssueTotals t;
    change("UPDATE issues SET present = 0, gone_run = 3, state = 'resolved' WHERE fp LIKE '%1';"
           "UPDATE issues SET back_run = 3 WHERE fp LIKE '%2'");
    must(issue_totals(control, &t, &err));
    cr_assert(t.since == 2 && t.fresh == 6 && t.fixed == 375 && t.back == 375, "%lld %lld %lld",
              (long long)t.since, (long long)t.fixed, (long long)t.back);
}
