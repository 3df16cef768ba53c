#include <string.h>

#include "base/intl.h"
#include "cache/link_store.h"

enum { WEAKEST = 10 };

const char *const link_action_words[] = {"accept", "relink", "create", "ignore", "reset", "take", "note"};

// What becomes of an item.
typedef struct {
    LinkState state;
    LinkTarget target;
    const char *category, *from;
} Verdict;

typedef struct {
    Control *c;
    Arena *arena, *kept; // of one item; of what comes back
    const LinkDecision *d;
    const char *action, *now;
    Verdict given; // of relink and create
    bool undo, look;
    LinkOutcome *out;
    Buf clashes, before, weakest;
} Deciding;

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static bool find_target(Control *c, Arena *a, const char *entity, const char *word, LinkTarget *out, Err *err)
{
    AUTO(lite_finish_at)
    LiteStmt *s = lite_preparef(control_db(c), err,
                                "SELECT id, label, code, category FROM link_targets WHERE entity = %Q"
                                " AND %Q IN (id, code) ORDER BY id <> %Q LIMIT 1",
                                entity, word, word);
    LiteStep step = s ? lite_step(s, err) : LITE_FAILED;
    if (step == LITE_FAILED)
        return false;
    if (step != LITE_ROW) {
        err_set(err, ERR_USAGE, _("the target has no item with the id or code %s"), word);
        return err_hint(err, "%s", _("Build the proposals again if it is new."));
    }
    *out = (LinkTarget){.id = str_keep(a, lite_text(s, 0)),
                        .label = str_keep(a, lite_text(s, 1)),
                        .code = str_keep(a, lite_text(s, 2)),
                        .category = str_keep(a, lite_text(s, 3))};
    return true;
}

static bool check_category(Control *c, Arena *a, const char *entity, const char *category, Err *err)
{
    const char **known;
    size_t n;
    if (!link_categories(c, a, entity, &known, &n, err))
        return false;
    AUTO(buf_free) Buf list = {0};
    for (size_t i = 0; i < n; i++) {
        if (strcmp(known[i], category) == 0)
            return true;
        buf_addf(&list, "%s%s", i ? ", " : "", known[i]);
    }
    err_set(err, ERR_USAGE, _("the target has no category %s"), category);
    return err_hint(err, _("It has: %s"), buf_text(&list));
}

// What is the same for all items of a decision, checked once.
static bool prepare(Deciding *x, const char *entity, Err *err)
{
    const LinkDecision *d = x->d;
    switch (d->action) {
    case LINK_RELINK:
        x->given.state = LINK_RELINKED;
        return find_target(x->c, x->kept, entity, d->target, &x->given.target, err);
    case LINK_CREATE_IN:
        x->given = (Verdict){.state = LINK_CREATE_NEW, .category = d->category};
        return check_category(x->c, x->kept, entity, d->category, err);
    case LINK_IGNORE: x->given.state = LINK_IGNORED; return true;
    default: return true;
    }
}

// What the other clinics decided, when all that can be done here is one thing.
static bool take_offer(Deciding *x, const LinkItem *item, Verdict *out, bool *one, Err *err)
{
    LinkOffer *offers;
    size_t n, usable = 0;
    *one = true;
    if (!link_offers(x->c, x->arena, item, &offers, &n, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        const LinkOffer *o = &offers[i];
        if (o->state == LINK_RELINKED && !o->target.id)
            continue;
        const Verdict v = {o->state, o->target, o->category, o->clinic};
        if (!usable++)
            *out = v;
        else if (v.state != out->state || !same_text(v.target.id, out->target.id) ||
                 !same_text(v.category, out->category))
            *one = false;
    }
    *one = *one && usable > 0;
    return true;
}

// false in *does: the decision says nothing of this item.
static bool judge(Deciding *x, const LinkItem *item, Verdict *out, bool *does, Err *err)
{
    *out = x->given;
    *does = true;
    switch (x->d->action) {
    case LINK_ACCEPT:
        *out = (Verdict){.state = LINK_ACCEPTED};
        if (item->kind != LINK_CREATE)
            out->target = item->target;
        return true;
    case LINK_RESET: *out = (Verdict){.state = LINK_PENDING}; return true;
    case LINK_NOTE:
        *out = (Verdict){item->state, item->chosen, item->chosen_category, item->from};
        return true;
    case LINK_TAKE: return take_offer(x, item, out, does, err);
    default: return true;
    }
}

static void add_clash(Deciding *x, const LinkItem *now)
{
    const LinkClash clash = {str_keep(x->kept, str_of(now->key)),
                             str_keep(x->kept, str_of(now->label)),
                             str_keep(x->kept, str_of(now->by)),
                             str_keep(x->kept, str_of(now->at)),
                             now->state,
                             now->revision};
    buf_add(&x->clashes, (Str){(const char *)&clash, sizeof clash});
    x->out->n_clashes++;
}

static void remember(Deciding *x, const LinkItem *now)
{
    Arena *a = x->kept;
    const LinkBefore one = {
        .key = str_keep(a, str_of(now->key)),
        .state = now->state,
        .target = str_keep(a, str_of(now->chosen.id)),
        .target_label = str_keep(a, str_of(now->chosen.label)),
        .target_code = str_keep(a, str_of(now->chosen.code)),
        .category = str_keep(a, str_of(now->chosen_category)),
        .note = str_keep(a, str_of(now->note)),
        .from = str_keep(a, str_of(now->from)),
        .revision = now->revision + 1,
    };
    buf_add(&x->before, (Str){(const char *)&one, sizeof one});
    x->out->n_before++;
}

// The changed ones with the lowest scores, the lowest first; those without a score come last.
static void note_weak(Deciding *x, const LinkItem *item)
{
    LinkItem *list = (LinkItem *)(void *)x->weakest.at;
    size_t n = x->weakest.len / sizeof *list, at = n;
    double score = item->kind == LINK_CREATE ? 2 : item->target.score.score;
    while (at && (list[at - 1].kind == LINK_CREATE ? 2 : list[at - 1].target.score.score) > score)
        at--;
    if (at == WEAKEST)
        return;
    if (n < WEAKEST) {
        buf_add(&x->weakest, (Str){(const char *)item, sizeof *item});
        list = (LinkItem *)(void *)x->weakest.at;
        n++;
    }
    memmove(list + at + 1, list + at, (n - at - 1) * sizeof *list);
    list[at] = *item;
}

static bool write(Deciding *x, const LinkItem *now, const Verdict *v, Err *err)
{
    Lite *db = control_db(x->c);
    const LinkDecision *d = x->d;
    const char *state = link_state_words[v->state];
    return lite_execf(
               db, err,
               "INSERT INTO link_history(entity, key, at, by, action, before, after, target, category, note)"
               " VALUES(%Q, %Q, %Q, %Q, %Q, %Q, %Q, %Q, %Q, %Q)",
               now->entity, now->key, x->now, d->by, x->action, link_state_words[now->state], state,
               v->target.id, v->category, d->note) &&
           lite_execf(
               db, err,
               "UPDATE links SET state = %Q, changed = 0, chosen = %Q, chosen_label = %Q, chosen_code = %Q,"
               " chosen_category = %Q, taken_from = %Q, by = %Q, at = %Q, note = %Q, revision = revision + 1"
               " WHERE entity = %Q AND key = %Q",
               state, v->target.id, v->target.label, v->target.code, v->category, v->from, d->by, x->now,
               d->note, now->entity, now->key);
}

static bool is_so(const Deciding *x, const LinkItem *now, const Verdict *v)
{
    return !now->changed && v->state == now->state && same_text(v->target.id, now->chosen.id) &&
           same_text(v->category, now->chosen_category) && same_text(x->d->note, now->note);
}

static bool decide(Deciding *x, const LinkItem *now, const LinkChoice *seen, Err *err)
{
    Verdict v;
    bool does;
    if (seen->revision >= 0 && seen->revision != now->revision) {
        add_clash(x, now);
        return true;
    }
    if (!judge(x, now, &v, &does, err))
        return false;
    if (!does || is_so(x, now, &v)) {
        x->out->same++;
        return true;
    }
    x->out->changed++;
    x->out->used += now->used;
    remember(x, now);
    if (x->look) {
        LinkItem kept;
        Err ignored = {0};
        if (link_find(x->c, x->kept, now->key, &kept, &ignored))
            note_weak(x, &kept);
        return true;
    }
    return write(x, now, &v, err);
}

static Deciding deciding(Control *c, Arena *a, const LinkDecision *d, bool look, LinkOutcome *out)
{
    *out = (LinkOutcome){0};
    return (Deciding){.c = c,
                      .arena = arena_new(),
                      .kept = a,
                      .d = d,
                      .action = link_action_words[d->action],
                      .now = control_now(a),
                      .look = look,
                      .out = out};
}

static bool end(Deciding *x, bool ok, Err *err)
{
    LinkOutcome *out = x->out;
    Lite *db = control_db(x->c);
    out->before = out->n_before ? arena_copy(x->kept, x->before.at, x->before.len) : NULL;
    out->clashes = out->n_clashes ? arena_copy(x->kept, x->clashes.at, x->clashes.len) : NULL;
    out->n_weakest = x->weakest.len / sizeof *out->weakest;
    out->weakest = out->n_weakest ? arena_copy(x->kept, x->weakest.at, x->weakest.len) : NULL;
    if (out->n_clashes)
        out->changed = 0, out->used = 0, out->n_before = 0, out->n_weakest = 0;
    buf_free(&x->before);
    buf_free(&x->clashes);
    buf_free(&x->weakest);
    arena_free(x->arena);
    if (ok && !x->look && !out->n_clashes)
        return lite_commit(db, err);
    lite_rollback(db);
    return ok;
}

static bool begin(Deciding *x, Err *err)
{
    Lite *db = control_db(x->c);
    return x->look ? lite_exec(db, "BEGIN", err) : lite_begin(db, err);
}

bool link_decide(Control *c, Arena *a, const char *entity, const LinkChoice *choices, size_t n,
                 const LinkDecision *d, bool look, LinkOutcome *out, Err *err)
{
    Deciding x = deciding(c, a, d, look, out);
    bool ok = begin(&x, err) && prepare(&x, entity, err);
    for (size_t i = 0; ok && i < n; i++) {
        LinkItem now;
        arena_reset(x.arena);
        ok = link_find(c, x.arena, choices[i].key, &now, err) && decide(&x, &now, &choices[i], err);
    }
    return end(&x, ok, err);
}

// The keys of all items of a filter: the items themselves are read one by one, as they are changed.
static bool read_keys(Deciding *x, const LinkFilter *f, const char ***keys, size_t *n, Err *err)
{
    AUTO(buf_free) Buf sql = {0};
    Buf list = {0};
    LinkFilter undecided = *f;
    if (!f->state || !*f->state) // what somebody decided is not overruled unawares
        undecided.state = link_state_words[LINK_PENDING];
    buf_add_text(&sql, "SELECT key FROM links");
    link_where(&undecided, &sql);
    buf_add_text(&sql, " AND NOT gone ORDER BY key");
    AUTO(lite_finish_at) LiteStmt *s = lite_prepare(control_db(x->c), buf_text(&sql), err);
    LiteStep step = LITE_FAILED;
    *n = 0;
    while (s && (step = lite_step(s, err)) == LITE_ROW) {
        const char *key = str_keep(x->kept, lite_text(s, 0));
        buf_add(&list, (Str){(const char *)&key, sizeof key});
        (*n)++;
    }
    *keys = *n ? arena_copy(x->kept, list.at, list.len) : NULL;
    buf_free(&list);
    return step == LITE_DONE;
}

bool link_decide_matching(Control *c, Arena *a, const LinkFilter *f, const LinkDecision *d, bool look,
                          LinkOutcome *out, Err *err)
{
    Deciding x = deciding(c, a, d, look, out);
    const char **keys = NULL;
    size_t n = 0;
    bool ok = begin(&x, err) && prepare(&x, f->entity, err) && read_keys(&x, f, &keys, &n, err);
    for (size_t i = 0; ok && i < n; i++) {
        LinkItem now;
        arena_reset(x.arena);
        ok = link_find(c, x.arena, keys[i], &now, err) && decide(&x, &now, &(LinkChoice){keys[i], -1}, err);
    }
    return end(&x, ok, err);
}

bool link_undo(Control *c, Arena *a, const char *entity, const LinkBefore *before, size_t n, const char *by,
               LinkOutcome *out, Err *err)
{
    const LinkDecision who = {.action = LINK_RESET, .by = by};
    Deciding x = deciding(c, a, &who, false, out);
    (void)entity;
    x.action = "undo";
    bool ok = begin(&x, err);
    for (size_t i = 0; ok && i < n; i++) {
        const LinkBefore *b = &before[i];
        const LinkDecision d = {.action = LINK_NOTE, .by = by, .note = b->note};
        const Verdict v = {b->state,
                           {.id = b->target, .label = b->target_label, .code = b->target_code},
                           b->category,
                           b->from};
        LinkItem now;
        arena_reset(x.arena);
        ok = link_find(c, x.arena, b->key, &now, err);
        if (!ok)
            break;
        if (now.revision != b->revision) {
            add_clash(&x, &now);
            continue;
        }
        x.d = &d;
        out->changed++;
        remember(&x, &now);
        ok = write(&x, &now, &v, err);
        x.d = &who;
    }
    return end(&x, ok, err);
}
