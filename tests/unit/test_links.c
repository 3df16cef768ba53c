#include "cache/link_store.h"

#include <criterion/criterion.h>
#include <string.h>

#include "tests/support/temp_folder.h"

#define ENTITY "treatment_catalog_item"

static Arena *arena;
static Control *control;
static Err err;

static void must(bool ok)
{
    cr_assert(ok, "%s", err.text);
}

static LinkTarget targets[] = {{.id = "t1", .label = "Corona metal", .code = "C1", .category = "a"},
                               {.id = "t2", .label = "Corona zirconio", .code = "C2", .category = "a"},
                               {.id = "t3", .label = "Endodoncia", .code = "E1", .category = "b"}};
static const char *categories[] = {"a", "b", "otra"};

static LinkProposal proposal(const char *key, const char *label, LinkKind kind, size_t target, double score,
                             int64_t used)
{
    LinkProposal p = {.item = {.entity = ENTITY,
                               .key = key,
                               .label = label,
                               .type = "22",
                               .kind = kind,
                               .used = used,
                               .threshold = 0.7,
                               .new_category = kind == LINK_CREATE ? "otra" : NULL}};
    p.candidates = arena_many(arena, LinkTarget, 2);
    p.candidates[0] = targets[target];
    p.candidates[0].score = (LinkScore){.score = score, .label = 1, .name = score, .category = true};
    p.n_candidates = 1;
    if (kind != LINK_CREATE)
        p.item.target = p.candidates[0];
    return p;
}

static LinkProposal items[5];

static void store(size_t n, size_t n_targets, const char *made_of)
{
    const LinkCatalogue c = {ENTITY, made_of, items, n, targets, n_targets, categories, 3};
    must(link_store(control, &c, &err));
}

static void set_up(void)
{
    arena = arena_new();
    control = control_open(temp_folder(arena), true, &err);
    must(control);
    items[0] = proposal("k1", "CORONA METAL", LINK_EQUAL, 0, 1, 5);
    items[1] = proposal("k2", "CORONA ZIRC", LINK_FUZZY, 1, 0.8, 40);
    items[2] = proposal("k3", "ENDO", LINK_FUZZY, 2, 0.75, 7);
    items[3] = proposal("k4", "Varios \x1b[2J\xE2\x80\xAE", LINK_CREATE, 0, 0.5, 40);
    items[4] = proposal("k5", "ENDO", LINK_CREATE, 2, 0.6, 0);
    store(5, 3, "one");
}

static void tear_down(void)
{
    control_close(control);
    arena_free(arena);
}

TestSuite(links, .init = set_up, .fini = tear_down);

static LinkItem item(const char *key)
{
    LinkItem i;
    must(link_find(control, arena, key, &i, &err));
    return i;
}

static LinkOutcome decide(const char *key, int64_t revision, LinkDecision d)
{
    LinkOutcome out;
    d.by = d.by ? d.by : "ana";
    must(link_decide(control, arena, ENTITY, &(LinkChoice){key, revision}, 1, &d, false, &out, &err));
    return out;
}

static LinkTally tally(void)
{
    LinkTally t;
    const LinkFilter all = {0};
    must(link_tally(control, arena, &all, &t, &err));
    return t;
}

Test(links, pages_go_by_use_and_both_ways)
{
    LinkPage page;
    const LinkFilter all = {0};
    must(link_page(control, arena, &all, LINKS_BY_USE, PAGE_FIRST, NULL, 2, &page, &err));
    cr_assert_eq(page.n, 2);
    cr_expect_eq(page.items[0].used, 40);
    cr_expect(page.more_after && !page.more_before);
    LinkItem last = page.items[1];
    must(link_page(control, arena, &all, LINKS_BY_USE, PAGE_AFTER, &last, 10, &page, &err));
    cr_assert_eq(page.n, 3);
    cr_expect_str_eq(page.items[2].key, "k5");
    cr_expect(page.more_before && !page.more_after);
    must(link_page(control, arena, &all, LINKS_BY_USE, PAGE_BEFORE, &page.items[0], 1, &page, &err));
    cr_expect_str_eq(page.items[0].key, last.key);
    int64_t before;
    must(link_place(control, &all, LINKS_BY_USE, &last, &before, &err));
    cr_expect_eq(before, 1);
}

Test(links, filters_choose_by_kind_score_and_words)
{
    LinkPage page;
    const LinkFilter fuzzy = {.kind = "fuzzy_link", .at_least = 0.78}, words = {.text = "zircónio coro"};
    must(link_page(control, arena, &fuzzy, LINKS_BY_SCORE, PAGE_FIRST, NULL, 9, &page, &err));
    cr_assert_eq(page.n, 1);
    cr_expect_str_eq(page.items[0].key, "k2");
    must(link_page(control, arena, &words, LINKS_BY_SCORE, PAGE_FIRST, NULL, 9, &page, &err));
    cr_assert_eq(page.n, 1);
    cr_expect_str_eq(page.items[0].key, "k2");
    const LinkFilter odd = {.text = "'; DROP TABLE links; --"};
    must(link_page(control, arena, &odd, LINKS_BY_LABEL, PAGE_FIRST, NULL, 9, &page, &err));
    cr_expect_eq(page.n, 0);
}

Test(links, a_hostile_label_is_kept_without_its_control_characters)
{
    cr_expect_null(strchr(item("k4").label, 0x1b));
    AUTO(buf_free) Buf huge = {0};
    for (int i = 0; i < 4096; i++)
        buf_add_text(&huge, "ñ");
    items[0] = proposal("k1", buf_text(&huge), LINK_CREATE, 0, 0, 1);
    store(5, 3, "two");
    cr_expect_eq(strlen(item("k1").label), 255 * 2 + strlen("…"));
}

Test(links, candidates_keep_the_parts_of_their_scores)
{
    LinkItem i = item("k2");
    LinkTarget *c;
    size_t n;
    must(link_candidates(control, arena, &i, &c, &n, &err));
    cr_assert_eq(n, 1);
    cr_expect_str_eq(c[0].label, "Corona zirconio");
    cr_expect_float_eq(c[0].score.label, 1, 1e-6);
    cr_expect_float_eq(c[0].score.name, 0.8, 1e-6);
    cr_expect(c[0].score.category && !c[0].score.equal);
}

Test(links, decisions_are_kept_told_and_taken_back)
{
    LinkOutcome out =
        decide("k2", -1, (LinkDecision){.action = LINK_RELINK, .target = "C1", .note = "so it is"});
    cr_expect_eq(out.changed, 1);
    LinkItem i = item("k2");
    cr_expect_eq(i.state, LINK_RELINKED);
    cr_expect_str_eq(i.chosen.id, "t1");
    cr_expect_str_eq(i.note, "so it is");
    cr_expect_eq(
        decide("k2", -1, (LinkDecision){.action = LINK_RELINK, .target = "t1", .note = "so it is"}).same, 1);
    LinkOutcome undone;
    must(link_undo(control, arena, ENTITY, out.before, out.n_before, "eva", &undone, &err));
    cr_expect_eq(item("k2").state, LINK_PENDING);
    LinkEvent *events;
    size_t n;
    i = item("k2");
    must(link_history(control, arena, &i, &events, &n, &err));
    cr_assert_eq(n, 2);
    cr_expect_str_eq(events[0].action, "relink");
    cr_expect_str_eq(events[1].action, "undo");
    cr_expect_str_eq(events[1].by, "eva");
    must(link_undo(control, arena, ENTITY, out.before, out.n_before, "eva", &undone, &err));
    cr_expect_eq(undone.n_clashes, 1); // it is not as that decision left it
}

Test(links, a_decision_on_what_somebody_changed_changes_nothing)
{
    decide("k1", 0, (LinkDecision){.action = LINK_IGNORE});
    LinkOutcome out = decide("k1", 0, (LinkDecision){.action = LINK_ACCEPT, .by = "eva"});
    cr_assert_eq(out.n_clashes, 1);
    cr_expect_str_eq(out.clashes[0].by, "ana");
    cr_expect_eq(item("k1").state, LINK_IGNORED);
    const LinkChoice both[] = {{"k2", 0}, {"k1", 0}};
    const LinkDecision accept = {.action = LINK_ACCEPT, .by = "eva"};
    must(link_decide(control, arena, ENTITY, both, 2, &accept, false, &out, &err));
    cr_expect_eq(out.changed, 0);
    cr_expect_eq(item("k2").state, LINK_PENDING);
}

Test(links, many_are_decided_at_once_after_a_look)
{
    const LinkFilter good = {.entity = ENTITY, .at_least = 0.75};
    const LinkDecision accept = {.action = LINK_ACCEPT, .by = "ana"};
    LinkOutcome out;
    must(link_decide_matching(control, arena, &good, &accept, true, &out, &err));
    cr_expect_eq(out.changed, 3);
    cr_expect_eq(out.used, 52);
    cr_assert_eq(out.n_weakest, 3);
    cr_expect_str_eq(out.weakest[0].key, "k3");
    cr_expect_eq(tally().states[LINK_PENDING], 5);
    decide("k3", -1, (LinkDecision){.action = LINK_IGNORE});
    must(link_decide_matching(control, arena, &good, &accept, false, &out, &err));
    cr_expect_eq(out.changed, 2); // what is decided is left alone
    LinkTally t = tally();
    cr_expect_eq(t.states[LINK_ACCEPTED], 2);
    cr_expect_eq(t.states[LINK_IGNORED], 1);
    cr_expect_eq(t.pending_used, 40);
}

Test(links, what_was_decided_waits_again_when_it_does_not_hold)
{
    decide("k1", -1, (LinkDecision){.action = LINK_ACCEPT});
    decide("k2", -1, (LinkDecision){.action = LINK_RELINK, .target = "t3"});
    items[0] = proposal("k1", "CORONA METAL", LINK_FUZZY, 1, 0.9, 5); // the catalogue changed
    store(4, 2, "two");                                               // t3 is gone
    cr_expect(item("k1").changed);
    cr_expect(item("k2").changed);
    cr_expect_eq(tally().states[LINK_PENDING], 4);
    cr_expect_eq(tally().changed, 2);
    decide("k1", -1, (LinkDecision){.action = LINK_ACCEPT});
    cr_expect_not(item("k1").changed);
    cr_expect_not(link_find(control, arena, "k5", &(LinkItem){0}, &err)); // gone, and nobody decided of it
}

Test(links, wrong_targets_and_categories_are_refused)
{
    LinkOutcome out;
    LinkDecision d = {.action = LINK_RELINK, .target = "nowhere", .by = "ana"};
    const LinkChoice k1 = {"k1", -1};
    cr_expect_not(link_decide(control, arena, ENTITY, &k1, 1, &d, false, &out, &err));
    cr_expect_eq(err.kind, ERR_USAGE);
    d = (LinkDecision){.action = LINK_CREATE_IN, .category = "nowhere", .by = "ana"};
    cr_expect_not(link_decide(control, arena, ENTITY, &k1, 1, &d, false, &out, &err));
    const LinkChoice unknown = {"zzz", -1};
    d = (LinkDecision){.action = LINK_IGNORE, .by = "ana"};
    cr_expect_not(link_decide(control, arena, ENTITY, &unknown, 1, &d, false, &out, &err));
    cr_expect_eq(tally().states[LINK_PENDING], 5);
}

Test(links, another_threshold_proposes_and_lets_pass_otherwise)
{
    LinkWhatIf w;
    const LinkFilter all = {0};
    must(link_what_if(control, arena, &all, 0.78, 10, &w, &err));
    cr_expect_eq(w.kinds[LINK_FUZZY], 2);
    cr_expect_eq(w.would[LINK_FUZZY], 1);
    cr_expect_eq(w.pass, 2);
    cr_expect_eq(w.wait, 3);
    cr_assert_eq(w.n_moved, 1);
    cr_expect_str_eq(w.moved[0].key, "k3");
    must(link_what_if(control, arena, &all, 0.55, 1, &w, &err));
    cr_expect_eq(w.would[LINK_FUZZY], 3);
    int64_t n;
    const struct {
        const char *policy;
        int64_t waits;
    } policies[] = {{"block", 5}, {"exact", 4}, {"0.78", 3}, {"0.1", 2}, {"proposed", 0}};
    for (size_t i = 0; i < ARRAY_LEN(policies); i++) {
        must(link_waiting(control, ENTITY, policies[i].policy, &n, &err));
        cr_expect_eq(n, policies[i].waits, "%s: %lld", policies[i].policy, (long long)n);
    }
}

Test(links, other_clinics_offer_and_nothing_comes_of_it_before_it_is_taken)
{
    const LinkElsewhere list[] = {
        {ENTITY,
         "Endo.",
         "22",
         {.clinic = "luna",
          .by = "eva",
          .at = "2026-01-01T00:00:00.000Z",
          .state = LINK_RELINKED,
          .target = {.id = "elsewhere", .code = "E1", .label = "Endo"}}},
        {ENTITY,
         "corona zirc",
         "22",
         {.clinic = "luna",
          .by = "eva",
          .at = "2026-01-01T00:00:00.000Z",
          .state = LINK_RELINKED,
          .target = {.id = "elsewhere", .code = "X"}}},
        {ENTITY, "corona metal", "99", {.clinic = "luna", .by = "eva", .state = LINK_IGNORED}},
    };
    must(link_offers_store(control, ENTITY, "luna", list, 3, &err));
    cr_expect_eq(item("k3").offers, 1);
    cr_expect_eq(item("k1").offers, 0); // of another type
    LinkItem k3 = item("k3");
    LinkOffer *offers;
    size_t n;
    must(link_offers(control, arena, &k3, &offers, &n, &err));
    cr_assert_eq(n, 1);
    cr_expect_str_eq(offers[0].target.id, "t3"); // found by its code
    const LinkFilter all = {.entity = ENTITY};
    const LinkDecision take = {.action = LINK_TAKE, .by = "ana"};
    LinkOutcome out;
    must(link_decide_matching(control, arena, &all, &take, false, &out, &err));
    cr_expect_eq(out.changed, 2); // both items of that label; the other offer has no target here
    cr_expect_eq(item("k3").state, LINK_RELINKED);
    cr_expect_str_eq(item("k3").from, "luna");
    cr_expect_eq(item("k2").state, LINK_PENDING);
    LinkRule *rules;
    must(link_rules(control, arena, ENTITY, &rules, &n, &err));
    cr_assert_eq(n, 2);
    cr_expect_str_eq(rules[0].key, "k3");
    cr_expect_str_eq(rules[0].target, "t3");
}
