// What is decided of links: asked for, shown first where it is about many, done, taken back.
#include <stdlib.h>
#include <string.h>

#include "base/intl.h"
#include "base/text.h"
#include "ui/links_state.h"
#include "ui/pick.h"
#include "ui/run_words.h"

// Texts live as long as the app.
struct LinksUndo {
    const char *entity;
    const LinkBefore *before;
    size_t n;
    struct LinksUndo *below;
};

static const char *kept(App *app, const char *text)
{
    return text ? arena_text(app_arena(app), "%s", text) : NULL;
}

static void start(Links *s, App *app, const LinksDecision *d)
{
    if (app_fetching(app, &s->base, LINKS_DECIDE))
        app_say(app, SAY_WARN, "%s", _("The decision before is still being written; try again."));
    else
        app_fetch(app, &s->base, LINKS_DECIDE, links_decide_read, &d, sizeof d);
}

// The marked items of the cursor's catalogue; without marks the one of the cursor. NULL: there is none.
static LinksDecision *about_chosen(const Links *s, App *app, LinkAction action)
{
    const LinkItem *at = links_at(s);
    if (!at)
        return NULL;
    LinksDecision *d = arena_one(app_arena(app), LinksDecision);
    LinkChoice *choices = arena_many(app_arena(app), LinkChoice, s->n_marked + 1);
    d->entity = kept(app, at->entity);
    d->decision.action = action;
    for (size_t i = 0; i < s->list->n && s->n_marked; i++) {
        const LinkItem *item = &s->list->items[i];
        if (!strcmp(item->entity, at->entity) && links_is_marked(s, item->key))
            choices[d->n++] = (LinkChoice){kept(app, item->key), item->revision};
    }
    if (!s->n_marked)
        choices[d->n++] = (LinkChoice){kept(app, at->key), at->revision};
    d->choices = choices;
    return d->n ? d : NULL;
}

void links_decide(Links *s, App *app, LinkAction action, const char *target, const char *category)
{
    LinksDecision *d = about_chosen(s, app, action);
    if (!d)
        return;
    d->decision.target = kept(app, target);
    d->decision.category = kept(app, category);
    start(s, app, d);
}

static void note_given(App *app, void *arg, const char *text)
{
    LinksDecision *d = about_chosen(arg, app, LINK_NOTE);
    if (!d)
        return;
    d->decision.note = kept(app, text);
    start(arg, app, d);
}

void links_note(Links *s, App *app)
{
    const LinkItem *at = links_at(s);
    if (at)
        app_push(app, ask_overlay(_("Note"), at->label, at->note ? at->note : "", NULL, note_given, s));
}

// ---- Where to ------------------------------------------------------------------------------------------

void links_pick_place(Links *s, App *app, LinkAction action)
{
    const LinkItem *at = links_at(s);
    if (!at)
        return;
    s->asked = action;
    const LinksPlacesWish wish = {kept(app, at->entity), action == LINK_CREATE_IN};
    app_fetch(app, &s->base, LINKS_PLACES, links_read_places, &wish, sizeof wish);
}

static void picked(App *app, void *arg, size_t line)
{
    Links *s = arg;
    const LinksPlaces *p = s->places;
    if (p && line < p->n)
        links_decide(s, app, s->asked, p->categories ? NULL : p->targets[line].id,
                     p->categories ? p->names[line] : NULL);
}

void links_places(Links *s, App *app)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    const LinksPlaces *p = s->places;
    const LinkItem *at = links_at(s);
    const char **lines = arena_many(a, const char *, p->n + 1);
    size_t here = 0;
    if (!at || app_top(app) != &s->base)
        return;
    for (size_t i = 0; i < p->n; i++) {
        const LinkTarget *t = p->categories ? NULL : &p->targets[i];
        lines[i] = t ? arena_text(a, "%s%s%s%s%s", t->label, t->code ? "  " : "", t->code ? t->code : "",
                                  t->category ? "  " : "", t->category ? t->category : "")
                     : p->names[i];
        const char *now = t ? at->target.id : at->new_category ? at->new_category : at->category;
        if (now && !strcmp(t ? t->id : p->names[i], now))
            here = i;
    }
    if (!p->n)
        app_say(app, SAY_INFO, "%s", _("The target has nothing to link to yet."));
    else
        app_push(app, pick_overlay(p->categories ? _("A new item in which category?") : _("Link it to"), lines, p->n,
                                   here, picked, s));
}

// ---- Many at once -----------------------------------------------------------------------------------------

static bool read_score(const char *text, double *score)
{
    char *end;
    *score = strtod(text, &end);
    return end != text && !*end && *score >= 0 && *score <= 1;
}

static const char *check_score(void *arg, const char *text)
{
    double score;
    (void)arg;
    return read_score(text, &score) ? NULL : _("a score is a number from 0 to 1, such as 0.90");
}

static void bulk_given(App *app, void *arg, const char *text)
{
    Links *s = arg;
    const LinkItem *at = links_at(s);
    double score;
    if (!at || !read_score(text, &score))
        return;
    LinksDecision *d = arena_one(app_arena(app), LinksDecision);
    d->entity = kept(app, at->entity);
    d->filter = (LinkFilter){.entity = d->entity, .state = "pending", .at_least = score};
    d->decision.action = LINK_ACCEPT;
    d->look = true;
    start(s, app, d);
}

void links_bulk(Links *s, App *app)
{
    if (links_at(s))
        app_push(app, ask_overlay(_("Accept many"),
                                  _("Undecided items whose score is at least this are accepted as proposed. What "
                                    "that would be is shown first."),
                                  "0.90", check_score, bulk_given, s));
}

typedef struct {
    Links *screen;
    const LinksDecision *wish;
} Looked;

static void bulk_confirmed(App *app, void *arg)
{
    const Looked *looked = arg;
    LinksDecision *d = arena_one(app_arena(app), LinksDecision);
    *d = *looked->wish;
    d->look = false;
    start(looked->screen, app, d);
}

static void show_look(Links *s, App *app, const LinksDone *done)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    AUTO(buf_free) Buf text = {0};
    const LinkOutcome *o = &done->outcome;
    if (!o->changed) {
        app_say(app, SAY_INFO, "%s", _("No undecided item scores so much."));
        return;
    }
    Looked *looked = arena_one(app_arena(app), Looked);
    *looked = (Looked){s, done->wish};
    buf_addf(&text, ngettext("%s item is accepted, used %s times.", "%s items are accepted, used %s times.", (unsigned long)o->changed),
             number_words(a, o->changed), number_words(a, o->used));
    if (o->n_weakest)
        buf_addf(&text, "\n%s", _("The weakest of them:"));
    for (size_t i = 0; i < o->n_weakest; i++) {
        const LinkItem *item = &o->weakest[i];
        buf_addf(&text, "\n  %4s  ", links_score(a, item->kind, &item->target.score));
        text_clean(&text, str_of(item->label));
        buf_add_text(&text, " -> ");
        text_clean(&text, str_of(links_proposal(a, item)));
    }
    app_push(app, confirm_overlay(_("Accept many"), buf_text(&text), bulk_confirmed, looked));
}

// ---- What came of it ----------------------------------------------------------------------------------------

static void remember(Links *s, App *app, const LinksDone *done)
{
    const LinkOutcome *o = &done->outcome;
    if (done->wish->n_before) {
        s->undo = s->undo ? s->undo->below : NULL;
        return;
    }
    struct LinksUndo *undo = arena_one(app_arena(app), struct LinksUndo);
    LinkBefore *before = arena_many(app_arena(app), LinkBefore, o->n_before + 1);
    for (size_t i = 0; i < o->n_before; i++) {
        const LinkBefore *b = &o->before[i];
        before[i] = *b;
        before[i].key = kept(app, b->key);
        before[i].target = kept(app, b->target);
        before[i].target_label = kept(app, b->target_label);
        before[i].target_code = kept(app, b->target_code);
        before[i].category = kept(app, b->category);
        before[i].note = kept(app, b->note);
        before[i].from = kept(app, b->from);
    }
    *undo = (struct LinksUndo){done->wish->entity, before, o->n_before, s->undo};
    s->undo = undo;
}

void links_decided(Links *s, App *app, const LinksDone *done, const Err *err)
{
    const LinkOutcome *o = &done->outcome;
    (void)err;
    if (o->n_clashes) {
        app_say(app, SAY_WARN, _("%s was decided by %s meanwhile; nothing was changed"), o->clashes[0].label,
                o->clashes[0].by ? o->clashes[0].by : "?");
        app_changed(app, CHANGED_RECORDS);
        return;
    }
    if (done->wish->look) {
        show_look(s, app, done);
        return;
    }
    if (o->changed)
        remember(s, app, done);
    s->n_marked = 0;
    if (!o->changed)
        app_say(app, SAY_INFO, "%s", _("It was so already."));
    else if (done->trouble.kind != ERR_NONE)
        app_say_err(app, &done->trouble);
    else if (done->wish->n_before)
        app_say(app, SAY_GOOD,
                ngettext("%lld item is as it was before", "%lld items are as they were before", (unsigned long)o->changed),
                (long long)o->changed);
    else
        app_say(app, SAY_GOOD, ngettext("%lld item decided; u takes it back", "%lld items decided; u takes it back", (unsigned long)o->changed),
                (long long)o->changed);
    app_changed(app, CHANGED_RECORDS);
}

void links_take_back(Links *s, App *app)
{
    if (!s->undo) {
        app_say(app, SAY_INFO, "%s", _("Nothing was decided here yet."));
        return;
    }
    LinksDecision *d = arena_one(app_arena(app), LinksDecision);
    *d = (LinksDecision){.entity = s->undo->entity, .before = s->undo->before, .n_before = s->undo->n};
    start(s, app, d);
}

// ---- What if -----------------------------------------------------------------------------------------------------

static void score_given(App *app, void *arg, const char *text)
{
    Links *s = arg;
    LinksWhatIfWish wish = {.filter = {0}};
    if (read_score(text, &wish.score))
        app_fetch(app, &s->base, LINKS_WHAT_IF, links_read_what_if, &wish, sizeof wish);
}

void links_what_if(Links *s, App *app)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    const LinkItem *at = links_at(s);
    if (at)
        app_push(app, ask_overlay(_("What if"),
                                  _("What would be proposed were this the least score of a link? Nothing is changed."),
                                  arena_text(a, "%.2f", at->threshold), check_score, score_given, s));
}

void links_tell_what_if(App *app, const LinkWhatIf *w)
{
    app_say(app, SAY_INFO,
            _("with %.2f: %lld alike (now %lld), %lld new (now %lld), %lld would be proposed otherwise; of the "
              "undecided %lld score so much and %lld would wait"),
            w->score, (long long)w->would[LINK_FUZZY], (long long)w->kinds[LINK_FUZZY],
            (long long)w->would[LINK_CREATE], (long long)w->kinds[LINK_CREATE], (long long)w->total_moved,
            (long long)w->pass, (long long)w->wait);
}
