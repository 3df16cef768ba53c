// Links: which item of the target each item of the source's catalogues stands for, as proposed and as people
// decide it.
#include "ui/links_state.h"

#include <string.h>

#include "base/intl.h"

const LinkItem *links_at(const Links *s)
{
    return s->list && s->rows.cursor < (int64_t)s->list->n ? &s->list->items[s->rows.cursor] : NULL;
}

// ---- Reading ----------------------------------------------------------------------------------------

static LinkFilter kept(App *app, LinkFilter f)
{
    const char **texts[] = {&f.entity, &f.key, &f.state, &f.kind, &f.category, &f.text};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        *texts[i] = str_keep(app_arena(app), str_of(*texts[i]));
    return f;
}

static void read_list(Links *s, App *app)
{
    const LinksListWish wish = {s->filter, s->order};
    if (app_clinic(app))
        app_fetch(app, &s->base, LINKS_LIST, links_read_list, &wish, sizeof wish);
}

// What is read of it needs no more than its names; they live as long as the app.
static void read_item(Links *s, App *app)
{
    const LinkItem *at = links_at(s);
    s->item = NULL;
    if (!at)
        return;
    s->at = arena_text(app_arena(app), "%s", at->key);
    LinkItem wish = {.entity = arena_text(app_arena(app), "%s", at->entity), .key = s->at};
    wish.label = arena_text(app_arena(app), "%s", at->label);
    wish.type = at->type ? arena_text(app_arena(app), "%s", at->type) : NULL;
    app_fetch(app, &s->base, LINKS_ITEM, links_read_item, &wish, sizeof wish);
}

static void take_list(Links *s, App *app, const LinksList *list, const Err *err)
{
    s->trouble = list ? NULL : arena_text(s->base.arena, "%s", err->text);
    if (!list)
        return;
    s->list = list;
    list_fit(&s->rows, (int64_t)list->n, *s->page);
    for (size_t i = 0; s->at && i < list->n; i++)
        if (!strcmp(list->items[i].key, s->at))
            s->rows.cursor = (int64_t)i;
    list_fit(&s->rows, (int64_t)list->n, *s->page);
    read_item(s, app);
}

static void fetched(Screen *screen, App *app, int what, void *result, const Err *err)
{
    Links *s = (Links *)screen;
    const LinksItem *item = result;
    const LinkItem *at = links_at(s);
    if (!result && what != LINKS_LIST)
        app_say_err(app, err);
    if (what == LINKS_LIST)
        take_list(s, app, result, err);
    else if (what == LINKS_ITEM)
        s->item = item && at && !strcmp(item->key, at->key) ? item : NULL;
    else if (what == LINKS_PLACES && result) {
        s->places = result;
        links_places(s, app);
    } else if (what == LINKS_WHAT_IF && result)
        links_tell_what_if(app, result);
    else if (what == LINKS_DECIDE && result)
        links_decided(s, app, result, err);
}

static void opened(Screen *screen, App *app)
{
    read_list((Links *)screen, app);
}

static void changed(Screen *screen, App *app, unsigned what)
{
    if (what & (CHANGED_RECORDS | CHANGED_CONFIG))
        read_list((Links *)screen, app);
}

// ---- Marks, filter ----------------------------------------------------------------------------------

bool links_is_marked(const Links *s, const char *key)
{
    for (size_t i = 0; i < s->n_marked; i++)
        if (!strcmp(s->marked[i], key))
            return true;
    return false;
}

static void mark(Links *s, const LinkItem *item)
{
    if (s->n_marked == s->cap_marked) {
        const char **more = arena_many(s->base.arena, const char *, s->cap_marked = 2 * s->cap_marked + 64);
        if (s->n_marked)
            memcpy(more, s->marked, s->n_marked * sizeof *more);
        s->marked = more;
    }
    s->marked[s->n_marked++] = arena_text(s->base.arena, "%s", item->key);
}

static void turn_mark(Links *s)
{
    const LinkItem *item = links_at(s);
    size_t before = s->n_marked;
    for (size_t i = 0; item && i < s->n_marked; i++)
        if (!strcmp(s->marked[i], item->key))
            s->marked[i] = s->marked[--s->n_marked];
    if (item && s->n_marked == before)
        mark(s, item);
}

static void mark_all(Links *s)
{
    bool any = s->n_marked;
    s->n_marked = 0;
    for (size_t i = 0; !any && s->list && i < s->list->n; i++)
        mark(s, &s->list->items[i]);
}

static bool is_word(const char *const *words, Str word)
{
    for (; *words; words++)
        if (str_is(word, *words))
            return true;
    return false;
}

// "state:pending composite": what is wrong with it, NULL: nothing.
static const char *read_filter(Arena *a, const char *typed, LinkFilter *out)
{
    AUTO(buf_free) Buf text = {0};
    Str rest = str_of(typed), word;
    *out = (LinkFilter){0};
    while (str_cut(&rest, ' ', &word)) {
        bool state = str_starts(word, "state:"), kind = str_starts(word, "kind:");
        size_t skip = state ? 6 : 5;
        if (state || kind) {
            word = (Str){word.at + skip, word.len - skip};
            if (!is_word(state ? link_state_words : link_kind_words, word))
                return state ? _("after state: stands pending, accepted, relinked, create_new or ignored")
                             : _("after kind: stands link, fuzzy_link or create");
            *(state ? &out->state : &out->kind) = str_keep(a, word);
        } else if (word.len) {
            buf_addf(&text, "%s%.*s", text.len ? " " : "", (int)word.len, word.at);
        }
    }
    out->text = text.len ? str_keep(a, buf_str(&text)) : NULL;
    return NULL;
}

static const char *check_filter(void *arg, const char *typed)
{
    (void)arg;
    AUTO(arena_free_at) Arena *a = arena_new();
    LinkFilter f;
    return read_filter(a, typed, &f);
}

static void filter_given(App *app, void *arg, const char *typed)
{
    Links *s = arg;
    LinkFilter f;
    AUTO(arena_free_at) Arena *a = arena_new();
    if (read_filter(a, typed, &f))
        return;
    s->typed = arena_text(app_arena(app), "%s", typed);
    s->filter = kept(app, f);
    s->rows.cursor = 0;
    s->at = NULL;
    read_list(s, app);
}

// ---- Keys ---------------------------------------------------------------------------------------------

static bool close_innermost(Links *s, App *app)
{
    if (s->n_marked)
        s->n_marked = 0;
    else if (*s->typed)
        filter_given(app, s, "");
    else
        return false;
    return true;
}

static void pick_candidate(Links *s, App *app, size_t i)
{
    if (s->item && i < s->item->n)
        links_decide(s, app, LINK_RELINK, s->item->candidates[i].id, NULL);
    else
        app_say(app, SAY_INFO, "%s", _("There is no candidate of this number."));
}

enum { ACT_ACCEPT = ACT_OWN, ACT_CREATE, ACT_PENDING, ACT_BULK, ACT_WHAT_IF, ACT_OFFERED };

static bool act(Screen *screen, App *app, int action)
{
    Links *s = (Links *)screen;
    int64_t before = s->rows.cursor;
    if (action >= ACT_TAB_1 && action <= ACT_TAB_9) {
        pick_candidate(s, app, (size_t)(action - ACT_TAB_1));
        return true;
    }
    switch (action) {
    case ACT_ACCEPT: links_decide(s, app, LINK_ACCEPT, NULL, NULL); return true;
    case ACT_IGNORE: links_decide(s, app, LINK_IGNORE, NULL, NULL); return true;
    case ACT_PENDING: links_decide(s, app, LINK_RESET, NULL, NULL); return true;
    case ACT_OFFERED: links_decide(s, app, LINK_TAKE, NULL, NULL); return true;
    case ACT_OPEN:
    case ACT_ASSIGN: links_pick_place(s, app, LINK_RELINK); return true;
    case ACT_CREATE: links_pick_place(s, app, LINK_CREATE_IN); return true;
    case ACT_NOTE: links_note(s, app); return true;
    case ACT_BULK: links_bulk(s, app); return true;
    case ACT_WHAT_IF: links_what_if(s, app); return true;
    case ACT_UNDO: links_take_back(s, app); return true;
    case ACT_MARK:
        turn_mark(s);
        list_move(&s->rows, ACT_DOWN, *s->page);
        break;
    case ACT_MARK_ALL: mark_all(s); return true;
    case ACT_CLOSE: return close_innermost(s, app);
    case ACT_SORT:
        s->order = (s->order + 1) % (LINKS_BY_LABEL + 1);
        read_list(s, app);
        return true;
    case ACT_FILTER:
        app_push(app, ask_overlay(_("Filter"),
                                  _("Words of the item, its code or what is proposed; state: and kind: with a value."),
                                  s->typed, check_filter, filter_given, s));
        return true;
    default:
        if (!list_move(&s->rows, action, *s->page))
            return false;
    }
    if (s->rows.cursor != before)
        read_item(s, app);
    return true;
}

static const Binding bindings[] = {
    {"a", ACT_ACCEPT, N_("accept"), N_("as proposed: the item, or all that are marked"),
     "mudanza links accept CLINIC ITEM", true},
    {"t Enter", ACT_ASSIGN, N_("relink"), N_("link it to another item of the target"),
     "mudanza links relink CLINIC ITEM --with CODE", true},
    {"c", ACT_CREATE, N_("create"), N_("make a new item of it, in a category"),
     "mudanza links create CLINIC ITEM --in CATEGORY", true},
    {"i", ACT_IGNORE, N_("ignore"), N_("leave it out; what refers to it is told so"),
     "mudanza links ignore CLINIC ITEM", true},
    {"b", ACT_BULK, N_("bulk"), N_("accept all that score enough; how many and which is shown first"),
     "mudanza links accept CLINIC --min-score SCORE", true},
    {"=", ACT_WHAT_IF, N_("what if"), N_("what another threshold would propose, and what would wait"),
     "mudanza links what-if CLINIC SCORE", false},
    {"Space Ins", ACT_MARK, N_("mark"), N_("mark the row; what is decided then is about all marked ones"), NULL,
     false},
    {"u", ACT_UNDO, N_("undo"), N_("take back your last decision"), "mudanza links reset CLINIC ITEM", true},
    {"p", ACT_PENDING, NULL, N_("pending again: nobody has decided"), "mudanza links reset CLINIC ITEM", true},
    {"o", ACT_OFFERED, NULL, N_("as another clinic decided of the same item"),
     "mudanza links accept CLINIC --offered", true},
    {";", ACT_NOTE, NULL, N_("a remark"), "mudanza links accept CLINIC ITEM --note TEXT", true},
    {"1", ACT_TAB_1, NULL, N_("1 to 9: link it to this candidate"),
     "mudanza links relink CLINIC ITEM --with CODE", true},
    {"/ F3", ACT_FILTER, N_("filter"), N_("show only some; Esc shows all again"),
     "mudanza links list CLINIC --state pending", false},
    {"s", ACT_SORT, NULL, N_("the most used first, the lowest score first, or by name"),
     "mudanza links list CLINIC --sort score", false},
    {"*", ACT_MARK_ALL, NULL, N_("mark all that the filter shows; again: none"), NULL, false},
    {0},
};

static const ScreenType type = {
    .name = "links",
    .title = N_("Links"),
    .bindings = bindings,
    .opened = opened,
    .paint = links_paint,
    .context = links_context,
    .act = act,
    .fetched = fetched,
    .changed = changed,
};

Screen *links_screen(void)
{
    Links *s = screen_new(Links, &type);
    s->typed = "";
    s->page = arena_one(s->base.arena, int);
    *s->page = 10;
    return &s->base;
}
