#include "ui/links_data.h"

#include "base/intl.h"
#include "engine/link_decisions.h"
#include "engine/lock.h"

static void close_control(void *control)
{
    control_close(control);
}

// Closed with the arena. NULL with ERR_NONE: nothing was run yet.
static Control *open_control(Arena *open, const Clinic *clinic, Err *err)
{
    Control *c = clinic ? control_open(clinic->state_folder, false, err) : NULL;
    if (c)
        arena_defer(open, close_control, c);
    return c;
}

void *links_read_list(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err)
{
    (void)o;
    AUTO(arena_free_at) Arena *open = arena_new();
    const LinksListWish *w = wish;
    LinksList *list = arena_one(a, LinksList);
    LinkPage page;
    Control *c = open_control(open, clinic, err);
    if (!c && err->kind != ERR_NONE)
        return NULL;
    list->none = !c;
    if (!c)
        return list;
    if (!link_tally(c, a, &(LinkFilter){0}, &list->tally, err) ||
        !link_page(c, a, &w->filter, w->order, PAGE_FIRST, NULL, LINKS_MOST, &page, err))
        return NULL;
    list->none = !list->tally.items;
    list->items = page.items;
    list->n = page.n;
    list->more = page.more_after;
    return list;
}

void *links_read_item(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err)
{
    (void)o;
    AUTO(arena_free_at) Arena *open = arena_new();
    const LinkItem *item = wish;
    LinksItem *found = arena_one(a, LinksItem);
    Control *c = open_control(open, clinic, err);
    if (!c || !link_candidates(c, a, item, &found->candidates, &found->n, err) ||
        !link_offers(c, a, item, &found->offers, &found->n_offers, err))
        return NULL;
    found->key = arena_text(a, "%s", item->key);
    return found;
}

void *links_read_places(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err)
{
    (void)o;
    AUTO(arena_free_at) Arena *open = arena_new();
    const LinksPlacesWish *w = wish;
    LinksPlaces *places = arena_one(a, LinksPlaces);
    Control *c = open_control(open, clinic, err);
    places->categories = w->categories;
    if (!c || (w->categories ? !link_categories(c, a, w->entity, &places->names, &places->n, err)
                             : !link_targets(c, a, w->entity, NULL, LINKS_TARGETS_MOST, &places->targets,
                                             &places->n, err)))
        return NULL;
    return places;
}

void *links_read_what_if(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err)
{
    (void)o;
    AUTO(arena_free_at) Arena *open = arena_new();
    const LinksWhatIfWish *w = wish;
    LinkWhatIf *found = arena_one(a, LinkWhatIf);
    Control *c = open_control(open, clinic, err);
    return c && link_what_if(c, a, &w->filter, w->score, 10, found, err) ? found : NULL;
}

static bool decide(Arena *a, Control *c, const LinksDecision *w, const char *by, LinkOutcome *out, Err *err)
{
    LinkDecision d = w->decision;
    d.by = by;
    if (w->n_before)
        return link_undo(c, a, w->entity, w->before, w->n_before, by, out, err);
    return w->n ? link_decide(c, a, w->entity, w->choices, w->n, &d, w->look, out, err)
                : link_decide_matching(c, a, &w->filter, &d, w->look, out, err);
}

void *links_decide_read(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err)
{
    AUTO(arena_free_at) Arena *open = arena_new();
    const LinksDecision *w = *(const LinksDecision *const *)wish;
    LinksDone *done = arena_one(a, LinksDone);
    Problems *problems = problems_new(open);
    done->wish = w;
    Control *c = links_open(open, clinic, true, problems, err);
    if (!c && problems->n)
        err_set(err, ERR_CONFIG, "%s:%d: %s", problems->items->file, problems->items->line,
                problems->items->text);
    if (!c || !decide(a, c, w, o->user ? o->user : lock_user(a), &done->outcome, err))
        return NULL;
    const char *action = w->n_before ? "undo" : link_action_words[w->decision.action];
    if (!w->look && done->outcome.changed &&
        !links_written(open, clinic, c, arena_text(open, "links.%s", action), done->outcome.changed,
                       &done->trouble))
        *err = (Err){0};
    return done;
}
