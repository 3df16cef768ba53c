// mudanza links build|list|what-if CLINIC: what the matcher proposes, item by item, and what another
// threshold would.
#include <string.h>

#include "base/intl.h"
#include "cli/commands.h"
#include "cli/grid.h"
#include "cli/link_call.h"
#include "cli/run_call.h"
#include "cli/run_records.h"
#include "config/config_values.h"

enum { ITEMS_UNLESS_SAID = 100, LABEL_WIDTH = 40, MOVED_SHOWN = 20 };

static void write_tally(JsonOut *j, const LinkTally *t)
{
    json_open(j, "totals");
    json_int(j, "items", t->items);
    json_int(j, "used", t->used);
    for (int i = 0; i < LINK_KINDS; i++)
        json_int(j, link_kind_words[i], t->kinds[i]);
    for (int i = 0; i < LINK_STATES; i++)
        json_int(j, link_state_words[i], t->states[i]);
    json_int(j, "changed", t->changed);
    json_int(j, "offered", t->offered);
    json_int(j, "pending_used", t->pending_used);
    json_text(j, "built_at", t->built_at);
    json_close(j);
}

static void print_tally(Cli *cli, const LinkTally *t)
{
    out_line(&cli->out, _("%lld items: %lld exact, %lld similar, %lld new"), (long long)t->items,
             (long long)t->kinds[LINK_EQUAL], (long long)t->kinds[LINK_FUZZY],
             (long long)t->kinds[LINK_CREATE]);
    out_line(&cli->out,
             _("pending %lld (%lld%% of use), accepted %lld, relinked %lld, new %lld, ignored %lld"),
             (long long)t->states[LINK_PENDING], (long long)(t->used ? t->pending_used * 100 / t->used : 0),
             (long long)t->states[LINK_ACCEPTED], (long long)t->states[LINK_RELINKED],
             (long long)t->states[LINK_CREATE_NEW], (long long)t->states[LINK_IGNORED]);
    if (t->changed)
        out_line(&cli->out, _("%lld of them were decided, but what they were decided on has changed"),
                 (long long)t->changed);
    if (t->offered)
        out_line(&cli->out, _("other clinics decided of %lld that are pending"), (long long)t->offered);
}

static void print_items(Cli *cli, const LinkItem *items, size_t n)
{
    const GridColumn columns[] = {
        {_("Key"), false, 0},  {_("Item"), false, LABEL_WIDTH},     {_("Code"), false, 12},
        {_("Used"), true, 0},  {_("Proposed"), false, LABEL_WIDTH}, {_("Score"), true, 0},
        {_("State"), false, 0}};
    Grid *grid = grid_new(cli->arena, columns, ARRAY_LEN(columns));
    for (size_t i = 0; i < n; i++) {
        grid_text(grid, items[i].key);
        grid_text(grid, items[i].label);
        grid_text(grid, items[i].code);
        grid_int(grid, items[i].used);
        grid_text(grid, link_proposal_shown(cli->arena, &items[i]));
        grid_text(grid, link_score_shown(cli->arena, &items[i]));
        grid_text(grid, link_state_shown(&items[i]));
    }
    grid_print(grid, &cli->out);
}

// ---- One item --------------------------------------------------------------------------

typedef struct {
    LinkItem item;
    LinkTarget *candidates;
    LinkOffer *offers;
    LinkEvent *events;
    size_t n_candidates, n_offers, n_events;
} Whole;

static bool read_whole(Cli *cli, Control *c, Whole *w, Err *err)
{
    Arena *a = cli->arena;
    return link_find(c, a, cli->args[1], &w->item, err) &&
           link_candidates(c, a, &w->item, &w->candidates, &w->n_candidates, err) &&
           link_offers(c, a, &w->item, &w->offers, &w->n_offers, err) &&
           link_history(c, a, &w->item, &w->events, &w->n_events, err);
}

static void write_whole(JsonOut *j, const Whole *w)
{
    json_open_list(j, "candidates");
    for (size_t i = 0; i < w->n_candidates; i++)
        json_link_target(j, NULL, &w->candidates[i], true);
    json_close_list(j);
    json_open_list(j, "offers");
    for (size_t i = 0; i < w->n_offers; i++) {
        const LinkOffer *o = &w->offers[i];
        json_open(j, NULL);
        json_text(j, "clinic", o->clinic);
        json_text(j, "state", link_state_words[o->state]);
        json_text(j, "target", o->target.id);
        json_text(j, "label", o->target.label);
        json_text(j, "category", o->category);
        json_text(j, "by", o->by);
        json_text(j, "at", o->at);
        json_text(j, "note", o->note);
        json_close(j);
    }
    json_close_list(j);
    json_open_list(j, "history");
    for (size_t i = 0; i < w->n_events; i++) {
        const LinkEvent *e = &w->events[i];
        json_open(j, NULL);
        json_text(j, "at", e->at);
        json_text(j, "by", e->by);
        json_text(j, "action", e->action);
        json_text(j, "before", link_state_words[e->before]);
        json_text(j, "after", link_state_words[e->after]);
        json_text(j, "target", e->target);
        json_text(j, "category", e->category);
        json_text(j, "note", e->note);
        json_close(j);
    }
    json_close_list(j);
}

static const char *parts_shown(Arena *a, const LinkScore *s)
{
    if (s->equal)
        return _("the same words");
    return arena_text(a, _("%.0f%% of the label, %.0f%% of the name%s%s%s"), s->label * 100, s->name * 100,
                      s->expanded ? _(", abbreviations written out") : "",
                      s->words ? _(", all words of one side") : "",
                      s->category ? _(", of its category") : "");
}

static void print_whole(Cli *cli, const Whole *w)
{
    Arena *a = cli->arena;
    Output *out = &cli->out;
    print_items(cli, &w->item, 1);
    if (w->item.by)
        out_line(out, _("%s by %s on %s%s%s"), link_state_shown(&w->item), w->item.by, w->item.at,
                 w->item.note ? ": " : "", w->item.note ? w->item.note : "");
    const GridColumn columns[] = {{_("Candidate"), false, LABEL_WIDTH},
                                  {_("Code"), false, 0},
                                  {_("Category"), false, 0},
                                  {_("Score"), true, 0},
                                  {_("Why"), false, 0}};
    Grid *grid = grid_new(a, columns, ARRAY_LEN(columns));
    for (size_t i = 0; i < w->n_candidates; i++) {
        const LinkTarget *t = &w->candidates[i];
        grid_text(grid, t->label);
        grid_text(grid, t->code);
        grid_text(grid, t->category);
        grid_text(grid, arena_text(a, "%.2f", t->score.score));
        grid_text(grid, parts_shown(a, &t->score));
    }
    if (w->n_candidates) {
        out_line(out, "%s", "");
        grid_print(grid, out);
    }
    for (size_t i = 0; i < w->n_offers; i++) {
        const LinkOffer *o = &w->offers[i];
        out_line(out, _("%s: %s by %s on %s: %s%s"), o->clinic, link_state_words[o->state],
                 o->by ? o->by : "-", o->at ? o->at : "-",
                 o->state == LINK_RELINKED  ? o->target.label ? o->target.label : "-"
                 : o->state == LINK_IGNORED ? "-"
                                            : o->category,
                 o->state == LINK_RELINKED && !o->target.id ? _(" (not here)") : "");
    }
}

static int show_one(Cli *cli, const Clinic *clinic, Control *c, Err *err)
{
    Whole w;
    if (!c)
        return err_set(err, ERR_USAGE, _("%s has no proposals yet"), clinic->name), (int)err->kind;
    if (!read_whole(cli, c, &w, err))
        return (int)err->kind;
    if (!cli->out.json) {
        print_whole(cli, &w);
        return EXIT_OK;
    }
    LinkTally t;
    const LinkFilter all = {0};
    if (!link_tally(c, cli->arena, &all, &t, err))
        return (int)err->kind;
    JsonOut *j = out_document(&cli->out, "links.list");
    json_text(j, "clinic", clinic->name);
    write_tally(j, &t);
    json_open_list(j, "links");
    json_link(j, NULL, &w.item);
    json_close_list(j);
    write_whole(j, &w);
    out_document_end(&cli->out);
    return EXIT_OK;
}

// ---- The list ----------------------------------------------------------------------------

int cmd_links_list(Cli *cli, Err *err)
{
    static const char *const sorts[] = {"used", "score", "label"};
    const Clinic *clinic;
    Control *c;
    LinkFilter f;
    LinkTally t = {0};
    LinkPage page = {0};
    const LinkFilter all = {0};
    LinkOrder order = LINKS_BY_USE;
    if (!records_open(cli, &clinic, &c, err) || !link_filter(cli, NULL, &f, err))
        return (int)err->kind;
    if (cli->n_args > 1)
        return show_one(cli, clinic, c, err);
    for (int i = 0; cli_has(cli, FLAG_SORT) && i < (int)ARRAY_LEN(sorts); i++)
        if (strcmp(cli->flags[FLAG_SORT], sorts[i]) == 0)
            order = (LinkOrder)i;
    size_t most = (size_t)cli_number(cli, FLAG_ROWS, cli->out.json ? 1000000 : ITEMS_UNLESS_SAID);
    if (c && (!link_tally(c, cli->arena, &all, &t, err) ||
              !link_page(c, cli->arena, &f, order, PAGE_FIRST, NULL,
                         (size_t)MIN((int64_t)most, t.items + 1000), &page, err)))
        return (int)err->kind;
    if (cli->out.json) {
        JsonOut *j = out_document(&cli->out, "links.list");
        json_text(j, "clinic", clinic->name);
        write_tally(j, &t);
        json_open_list(j, "links");
        for (size_t i = 0; i < page.n; i++)
            json_link(j, NULL, &page.items[i]);
        json_close_list(j);
        out_document_end(&cli->out);
        return EXIT_OK;
    }
    if (!page.n)
        out_line(&cli->out, t.items ? _("%s has no such links") : _("%s has no proposals yet"), clinic->name);
    else
        print_items(cli, page.items, page.n);
    if (t.items)
        print_tally(cli, &t);
    if (!t.items)
        out_next(&cli->out, arena_text(cli->arena, "mudanza links build %s", clinic->typed),
                 _("make the proposals"));
    else if (t.states[LINK_PENDING])
        out_next(&cli->out,
                 arena_text(cli->arena, "mudanza links accept %s --min-score 0.9 --plan", clinic->typed),
                 _("what accepting the best ones would do"));
    return EXIT_OK;
}

int cmd_links_build(Cli *cli, Err *err)
{
    RunCall call;
    LinkTally t = {0};
    const LinkFilter all = {0};
    if (!run_call_may_write(cli, err) || !run_call_begin(&call, cli, "preview", err))
        return (int)err->kind;
    call.options.listener = (Listener){0}; // what is done on the way to it is not the answer
    if (!links_build(cli->arena, &call.options, call.problems, err)) {
        run_call_refused(&call, err);
        return (int)err->kind;
    }
    Control *c = links_open(cli->arena, call.clinic, false, call.problems, err);
    if (!c || !link_tally(c, cli->arena, &all, &t, err))
        return (int)err->kind;
    if (cli->out.json) {
        JsonOut *j = out_document(&cli->out, "links.build");
        json_text(j, "clinic", call.clinic->name);
        write_tally(j, &t);
        out_document_end(&cli->out);
        return EXIT_OK;
    }
    print_tally(cli, &t);
    out_next(&cli->out, arena_text(cli->arena, "mudanza links list %s --state pending", call.clinic->typed),
             _("see them"));
    return EXIT_OK;
}

// ---- What if -----------------------------------------------------------------------------

static void write_what_if(Cli *cli, const Clinic *clinic, const LinkWhatIf *w)
{
    JsonOut *j = out_document(&cli->out, "links.what-if");
    json_text(j, "clinic", clinic->name);
    json_num(j, "score", w->score, 4);
    json_open(j, "now");
    for (int i = 0; i < LINK_KINDS; i++)
        json_int(j, link_kind_words[i], w->kinds[i]);
    json_close(j);
    json_open(j, "would");
    for (int i = 0; i < LINK_KINDS; i++)
        json_int(j, link_kind_words[i], w->would[i]);
    json_close(j);
    json_int(j, "pass", w->pass);
    json_int(j, "pass_used", w->pass_used);
    json_int(j, "wait", w->wait);
    json_int(j, "wait_used", w->wait_used);
    json_int(j, "moved", w->total_moved);
    json_open_list(j, "examples");
    for (size_t i = 0; i < w->n_moved; i++) {
        json_open(j, NULL);
        json_text(j, "key", w->moved[i].key);
        json_text(j, "label", w->moved[i].label);
        json_text(j, "from", link_kind_words[w->moved[i].kind]);
        json_text(j, "to", link_kind_words[w->moved_to[i]]);
        json_close(j);
    }
    json_close_list(j);
    out_document_end(&cli->out);
}

int cmd_links_what_if(Cli *cli, Err *err)
{
    const Clinic *clinic;
    Control *c;
    LinkFilter f;
    LinkWhatIf w = {0};
    double score;
    if (!score_parse(str_of(cli->args[1]), &score))
        return err_set(err, ERR_USAGE, _("a score is a number from 0 to 1, not \"%s\""), cli->args[1]),
               (int)err->kind;
    if (!records_open(cli, &clinic, &c, err) || !link_filter(cli, NULL, &f, err) ||
        (c && !link_what_if(c, cli->arena, &f, score, MOVED_SHOWN, &w, err)))
        return (int)err->kind;
    w.score = score;
    if (cli->out.json) {
        write_what_if(cli, clinic, &w);
        return EXIT_OK;
    }
    out_line(&cli->out, _("a threshold of %.2f: %lld similar instead of %lld, %lld new instead of %lld"),
             score, (long long)w.would[LINK_FUZZY], (long long)w.kinds[LINK_FUZZY],
             (long long)w.would[LINK_CREATE], (long long)w.kinds[LINK_CREATE]);
    out_line(
        &cli->out,
        _("--unreviewed %.2f: %lld pending would pass (used %lld times), %lld would wait (used %lld times)"),
        score, (long long)w.pass, (long long)w.pass_used, (long long)w.wait, (long long)w.wait_used);
    if (w.n_moved)
        print_items(cli, w.moved, w.n_moved);
    return EXIT_OK;
}
