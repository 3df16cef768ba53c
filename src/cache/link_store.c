#include "cache/link_store.h"

#include <string.h>

#include "base/json_out.h"
#include "base/letters.h"

enum { LABEL_MAX = 255 }; // characters kept of a label

// A label as it is kept: without control characters, and not longer than anybody reads.
static const char *kept_label(Arena *a, const char *label)
{
    AUTO(buf_free) Buf clean = {0};
    letters_clean(&clean, str_of(label ? label : ""));
    Str first = letters_first(buf_str(&clean), LABEL_MAX);
    return arena_text(a, "%.*s%s", STR_ARG(first), first.len < clean.len ? "…" : "");
}

static const char *search_text(Arena *a, const char *label, const char *code, const char *other)
{
    AUTO(buf_free) Buf folded = {0};
    letters_fold(&folded, str_of(label ? label : ""));
    buf_add_char(&folded, ' ');
    letters_fold(&folded, str_of(code ? code : ""));
    buf_add_char(&folded, ' ');
    letters_fold(&folded, str_of(other ? other : ""));
    return str_keep(a, buf_str(&folded));
}

static void add_parts(JsonOut *j, const LinkScore *s)
{
    json_num(j, "label", s->label, 6);
    json_num(j, "name", s->name, 6);
    json_bool(j, "expanded", s->expanded);
    json_bool(j, "equal", s->equal);
    json_bool(j, "words", s->words);
    json_bool(j, "category", s->category);
}

static const char *parts_json(Arena *a, const LinkScore *s)
{
    AUTO(buf_free) Buf out = {0};
    JsonOut j = {.out = &out};
    json_open(&j, NULL);
    add_parts(&j, s);
    json_close(&j);
    return str_keep(a, buf_str(&out));
}

static const char *candidates_json(Arena *a, const LinkProposal *p)
{
    AUTO(buf_free) Buf out = {0};
    JsonOut j = {.out = &out};
    json_open_list(&j, NULL);
    for (size_t i = 0; i < p->n_candidates; i++) {
        const LinkTarget *t = &p->candidates[i];
        json_open(&j, NULL);
        json_text(&j, "id", t->id);
        json_text(&j, "label", t->label);
        json_text(&j, "code", t->code);
        json_text(&j, "category", t->category);
        json_text(&j, "price", t->price);
        json_num(&j, "score", t->score.score, 9);
        json_open(&j, "parts");
        add_parts(&j, &t->score);
        json_close(&j);
        json_close(&j);
    }
    json_close_list(&j);
    return str_keep(a, buf_str(&out));
}

static bool store_item(LiteStmt *s, Arena *a, const char *entity, const LinkProposal *p, Err *err)
{
    const LinkItem *i = &p->item;
    bool made = i->kind == LINK_CREATE;
    const LinkTarget none = {0}, *t = made ? &none : &i->target;
    const char *label = kept_label(a, i->label), *to = kept_label(a, t->label);
    const char *const texts[] = {entity,
                                 i->key,
                                 label,
                                 i->code,
                                 i->type,
                                 i->category,
                                 i->price,
                                 link_kind_words[i->kind],
                                 t->id,
                                 made ? NULL : to,
                                 t->code,
                                 t->category,
                                 t->price,
                                 parts_json(a, &t->score),
                                 i->new_category,
                                 candidates_json(a, p),
                                 link_words(a, i->label),
                                 search_text(a, label, i->code, made ? NULL : to)};
    for (size_t n = 0; n < ARRAY_LEN(texts); n++)
        lite_bind_text(s, (int)n, str_of(texts[n]));
    lite_bind_int(s, ARRAY_LEN(texts), i->used);
    lite_bind_double(s, ARRAY_LEN(texts) + 1, t->score.score);
    lite_bind_double(s, ARRAY_LEN(texts) + 2, i->threshold);
    return lite_run(s, err);
}

static bool store_items(Lite *db, const LinkCatalogue *c, Err *err)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    AUTO(lite_finish_at)
    LiteStmt *s = lite_prepare(
        db,
        "INSERT INTO links(entity, key, label, code, type, category, price, kind, target, target_label, "
        "target_code,"
        " target_category, target_price, parts, new_category, candidates, words, search, used, score, "
        "threshold)"
        " VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT DO UPDATE SET label = excluded.label,"
        " code = excluded.code, type = excluded.type, category = excluded.category, price = excluded.price,"
        " kind = excluded.kind, target = excluded.target, target_label = excluded.target_label,"
        " target_code = excluded.target_code, target_category = excluded.target_category,"
        " target_price = excluded.target_price, parts = excluded.parts, new_category = excluded.new_category,"
        " candidates = excluded.candidates, words = excluded.words, search = excluded.search, used = "
        "excluded.used,"
        " score = excluded.score, threshold = excluded.threshold, gone = 0",
        err);
    bool ok = s != NULL;
    for (size_t i = 0; ok && i < c->n; i++) {
        arena_reset(a);
        ok = store_item(s, a, c->entity, &c->items[i], err);
    }
    return ok;
}

static bool store_targets(Lite *db, const LinkCatalogue *c, Err *err)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    bool ok = lite_execf(db, err, "DELETE FROM link_targets WHERE entity = %Q", c->entity) &&
              lite_execf(db, err, "DELETE FROM link_categories WHERE entity = %Q", c->entity);
    for (size_t i = 0; ok && i < c->n_targets; i++) {
        const LinkTarget *t = &c->targets[i];
        arena_reset(a);
        const char *label = kept_label(a, t->label);
        ok = lite_execf(db, err, "INSERT OR REPLACE INTO link_targets VALUES(%Q, %Q, %Q, %Q, %Q, %Q, %Q)",
                        c->entity, t->id, label, t->code, t->category, t->price,
                        search_text(a, label, t->code, NULL));
    }
    for (size_t i = 0; ok && i < c->n_categories; i++)
        ok = lite_execf(db, err, "INSERT OR IGNORE INTO link_categories VALUES(%Q, %Q)", c->entity,
                        c->categories[i]);
    return ok;
}

// What was decided, against what there is now; and how many other clinics decided of each.
static bool settle(Lite *db, const char *entity, Err *err)
{
    return lite_execf(db, err, "DELETE FROM links WHERE entity = %Q AND gone AND revision = 0", entity) &&
           lite_execf(
               db, err,
               "UPDATE links SET changed = CASE state WHEN 'accepted' THEN chosen IS NOT target"
               " WHEN 'relinked' THEN NOT EXISTS (SELECT 1 FROM link_targets t WHERE t.entity = links.entity"
               " AND t.id = links.chosen) ELSE 0 END,"
               " offers = (SELECT count(*) FROM link_offers o WHERE o.entity = links.entity"
               " AND o.words = links.words AND o.type = coalesce(links.type, '')) WHERE entity = %Q",
               entity);
}

bool link_store(Control *c, const LinkCatalogue *catalogue, Err *err)
{
    Lite *db = control_db(c);
    AUTO(arena_free_at) Arena *a = arena_new();
    if (!lite_begin(db, err))
        return false;
    if (lite_execf(db, err, "UPDATE links SET gone = 1 WHERE entity = %Q", catalogue->entity) &&
        store_items(db, catalogue, err) && store_targets(db, catalogue, err) &&
        settle(db, catalogue->entity, err) &&
        control_note(c, arena_text(a, "links:%s", catalogue->entity), catalogue->made_of, err) &&
        control_note(c, "links:built", control_now(a), err) && lite_commit(db, err))
        return true;
    lite_rollback(db);
    return false;
}

bool link_stored(Control *c, Arena *a, const char *entity, const char **made_of, Err *err)
{
    return control_noted(c, a, arena_text(a, "links:%s", entity), made_of, err);
}

bool link_rules(Control *c, Arena *a, const char *entity, LinkRule **out, size_t *n, Err *err)
{
    AUTO(lite_finish_at)
    LiteStmt *s = lite_preparef(control_db(c), err,
                                "SELECT key, chosen, chosen_category, state FROM links WHERE entity = %Q"
                                " AND state IN ('relinked', 'create_new', 'ignored') ORDER BY key",
                                entity);
    Buf list = {0};
    LiteStep step = LITE_FAILED;
    *n = 0;
    while (s && (step = lite_step(s, err)) == LITE_ROW) {
        Str state = lite_text(s, 3);
        const LinkRule one = {
            str_keep(a, lite_text(s, 0)),
            str_keep(a, lite_text(s, 1)),
            str_keep(a, lite_text(s, 2)),
            str_is(state, "relinked")     ? LINK_RELINKED
            : str_is(state, "create_new") ? LINK_CREATE_NEW
                                          : LINK_IGNORED,
        };
        buf_add(&list, (Str){(const char *)&one, sizeof one});
        (*n)++;
    }
    *out = *n ? arena_copy(a, list.at, list.len) : NULL;
    buf_free(&list);
    return step == LITE_DONE;
}

// The item of this clinic that the other's means: of the same id, else of its code, else of its label alone.
#define TARGET_HERE                                                                                          \
    "coalesce((SELECT id FROM link_targets WHERE entity = %Q AND id = %Q),"                                  \
    " (SELECT id FROM link_targets WHERE entity = %Q AND code = %Q),"                                        \
    " (SELECT iif(count(*) = 1, min(id), NULL) FROM link_targets WHERE entity = %Q AND label = %Q))"

bool link_offers_store(Control *c, const char *entity, const char *clinic, const LinkElsewhere *list,
                       size_t n, Err *err)
{
    Lite *db = control_db(c);
    AUTO(arena_free_at) Arena *a = arena_new();
    bool ok =
        lite_begin(db, err) &&
        lite_execf(db, err, "DELETE FROM link_offers WHERE entity = %Q AND clinic = %Q", entity, clinic);
    for (size_t i = 0; ok && i < n; i++) {
        const LinkOffer *o = &list[i].offer;
        const LinkTarget *t = &o->target;
        arena_reset(a);
        ok = lite_execf(db, err,
                        "INSERT OR REPLACE INTO link_offers VALUES(%Q, %Q, %Q, %Q, %Q, " TARGET_HERE
                        ", %Q, %Q, %Q, %Q, %Q, %Q)",
                        entity, link_words(a, list[i].label), list[i].type ? list[i].type : "", clinic,
                        link_state_words[o->state], entity, t->id, entity, t->code, entity, t->label,
                        t->label, t->code, o->category, o->by, o->at, o->note);
    }
    if (ok && settle(db, entity, err) && lite_commit(db, err))
        return true;
    lite_rollback(db);
    return false;
}

bool link_restore(Control *c, const LinkItem *d, const char *importer, bool *changed, Err *err)
{
    Lite *db = control_db(c);
    AUTO(arena_free_at) Arena *a = arena_new();
    const char *state = link_state_words[d->state], *label = kept_label(a, d->label);
    int64_t differs = 0;
    *changed = false;
    if (!lite_execf(db, err,
                    "INSERT OR IGNORE INTO links(entity, key, label, code, type, kind, words, search, gone)"
                    " VALUES(%Q, %Q, %Q, %Q, %Q, 'create', %Q, %Q, 1)",
                    d->entity, d->key, label, d->code, d->type, link_words(a, d->label),
                    search_text(a, label, d->code, NULL)) ||
        !lite_one_int(
            db, &differs, NULL, err,
            "SELECT count(*) FROM links WHERE entity = %Q AND key = %Q AND coalesce(at, '') <= %Q AND"
            " (state, chosen, chosen_category, by, at, note) IS NOT (%Q, %Q, %Q, %Q, %Q, %Q)",
            d->entity, d->key, d->at, state, d->chosen.id, d->chosen_category, d->by, d->at, d->note))
        return false;
    if (!differs)
        return true;
    *changed = true;
    return lite_execf(
               db, err,
               "INSERT INTO link_history(entity, key, at, by, action, before, after, target, category, note)"
               " SELECT entity, key, %Q, %Q, 'import', state, %Q, %Q, %Q, %Q FROM links"
               " WHERE entity = %Q AND key = %Q",
               control_now(a), importer, state, d->chosen.id, d->chosen_category, d->note, d->entity,
               d->key) &&
           lite_execf(
               db, err,
               "UPDATE links SET state = %Q, chosen = %Q, chosen_label = %Q, chosen_code = %Q,"
               " chosen_category = %Q, by = %Q, at = %Q, note = %Q, taken_from = %Q, revision = revision + 1"
               " WHERE entity = %Q AND key = %Q",
               state, d->chosen.id, d->chosen.label, d->chosen.code, d->chosen_category, d->by, d->at,
               d->note, d->from, d->entity, d->key) &&
           settle(db, d->entity, err);
}
