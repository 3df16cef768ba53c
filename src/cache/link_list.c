#include <string.h>

#include "base/intl.h"
#include "base/json_read.h"
#include "base/letters.h"
#include "cache/issue_filter.h"
#include "cache/link_store.h"

const char *const link_kind_words[] = {"link", "fuzzy_link", "create", NULL};
const char *const link_state_words[] = {"pending", "accepted", "relinked", "create_new", "ignored", NULL};

const char link_columns[] =
    "entity, key, label, code, type, category, price, used, kind, target, target_label, target_code,"
    " target_category, target_price, score, parts, new_category, threshold, state, changed, chosen, "
    "chosen_label,"
    " chosen_code, chosen_category, by, at, note, taken_from, revision, offers, gone";

static int word_of(const char *const *words, Str word)
{
    int i = 0;
    while (words[i] && !str_is(word, words[i]))
        i++;
    return words[i] ? i : 0;
}

static LinkScore score_of(Str parts, double score)
{
    LinkScore s = {.score = score};
    if (!parts.at)
        return s;
    s.label = json_as_num(json_member(parts, "label"), 0);
    s.name = json_as_num(json_member(parts, "name"), 0);
    s.expanded = json_as_bool(json_member(parts, "expanded"));
    s.equal = json_as_bool(json_member(parts, "equal"));
    s.words = json_as_bool(json_member(parts, "words"));
    s.category = json_as_bool(json_member(parts, "category"));
    return s;
}

LinkItem link_item(LiteStmt *s, Arena *a)
{
    const char *t[31];
    for (int i = 0; i < 31; i++)
        t[i] = str_keep(a, lite_text(s, i));
    return (LinkItem){
        .entity = t[0],
        .key = t[1],
        .label = t[2],
        .code = t[3],
        .type = t[4],
        .category = t[5],
        .price = t[6],
        .used = lite_int(s, 7),
        .kind = (LinkKind)word_of(link_kind_words, lite_text(s, 8)),
        .target = {t[9], t[10], t[11], t[12], t[13], score_of(lite_text(s, 15), lite_double(s, 14))},
        .new_category = t[16],
        .threshold = lite_double(s, 17),
        .state = (LinkState)word_of(link_state_words, lite_text(s, 18)),
        .changed = lite_int(s, 19) != 0,
        .chosen = {.id = t[20], .label = t[21], .code = t[22]},
        .chosen_category = t[23],
        .by = t[24],
        .at = t[25],
        .note = t[26],
        .from = t[27],
        .revision = lite_int(s, 28),
        .offers = (size_t)lite_int(s, 29),
        .gone = lite_int(s, 30) != 0,
    };
}

const char *link_words(Arena *a, const char *label)
{
    AUTO(buf_free) Buf words = {0};
    letters_words(&words, str_of(label ? label : ""));
    return str_keep(a, words.len ? buf_str(&words) : STR(""));
}

// ---- Filters ---------------------------------------------------------------------------

static void add_equal(Buf *sql, const char *column, const char *text)
{
    if (!text || !*text)
        return;
    buf_addf(sql, " AND %s = ", column);
    sql_quote(sql, text);
}

static void add_text(Buf *sql, const char *text)
{
    AUTO(buf_free) Buf folded = {0};
    if (!text)
        return;
    letters_fold(&folded, str_of(text));
    Str rest = buf_str(&folded), word;
    AUTO(arena_free_at) Arena *a = arena_new();
    while (str_cut(&rest, ' ', &word))
        if (word.len) {
            buf_add_text(sql, " AND instr(search, ");
            sql_quote(sql, str_keep(a, word));
            buf_add_text(sql, ") > 0");
        }
}

void link_where(const LinkFilter *f, Buf *sql)
{
    buf_add_text(sql, " WHERE true");
    add_equal(sql, "entity", f->entity);
    add_equal(sql, "key", f->key);
    if (f->state && strcmp(f->state, link_state_words[LINK_PENDING]) == 0)
        buf_add_text(sql, " AND " LINK_WAITS " AND NOT gone");
    else if (f->state && *f->state) {
        add_equal(sql, "state", f->state);
        buf_add_text(sql, " AND NOT changed");
    }
    add_equal(sql, "kind", f->kind);
    add_equal(sql, "category", f->category);
    if (f->at_least > 0)
        buf_addf(sql, " AND score >= %.17g", f->at_least);
    if (f->below > 0)
        buf_addf(sql, " AND score < %.17g", f->below);
    if (f->offered)
        buf_add_text(sql, " AND offers > 0");
    add_text(sql, f->text);
}

// ---- Pages -----------------------------------------------------------------------------

static const char *const orders[][3] = {
    {"-used", "words", "key"}, {"score", "-used", "key"}, {"words", "key", "key"}};

static void bind_place(LiteStmt *s, LinkOrder order, const LinkItem *from, Arena *a)
{
    const Str words = str_of(link_words(a, from->label)), key = str_of(from->key);
    switch (order) {
    case LINKS_BY_USE:
        lite_bind_int(s, 0, -from->used);
        lite_bind_text(s, 1, words);
        break;
    case LINKS_BY_SCORE:
        lite_bind_double(s, 0, from->target.score.score);
        lite_bind_int(s, 1, -from->used);
        break;
    case LINKS_BY_LABEL:
        lite_bind_text(s, 0, words);
        lite_bind_text(s, 1, key);
        break;
    }
    lite_bind_text(s, 2, key);
}

// At most `most` items behind from (how >, >=), or before it (<), the nearest first; from NULL: of all.
static bool read_towards(Control *c, Arena *a, const LinkFilter *f, LinkOrder order, const LinkItem *from,
                         const char *how, bool back, size_t most, LinkItem **out, size_t *n, Err *err)
{
    AUTO(buf_free) Buf sql = {0};
    const char *const *by = orders[order], *down = back ? " DESC" : "";
    buf_addf(&sql, "SELECT %s FROM links", link_columns);
    link_where(f, &sql);
    if (from)
        buf_addf(&sql, " AND (%s, %s, %s) %s (?, ?, ?)", by[0], by[1], by[2], how);
    buf_addf(&sql, " ORDER BY %s%s, %s%s, %s%s LIMIT %zu", by[0], down, by[1], down, by[2], down, most);
    AUTO(lite_finish_at) LiteStmt *s = lite_prepare(control_db(c), buf_text(&sql), err);
    if (s && from)
        bind_place(s, order, from, a);
    *out = arena_many(a, LinkItem, most + 1);
    *n = 0;
    LiteStep step = LITE_FAILED;
    while (s && (step = lite_step(s, err)) == LITE_ROW)
        (*out)[(*n)++] = link_item(s, a);
    return step == LITE_DONE;
}

bool link_page(Control *c, Arena *a, const LinkFilter *f, LinkOrder order, PageWay way, const LinkItem *from,
               size_t most, LinkPage *out, Err *err)
{
    bool back = page_goes_back(way), whole = way == PAGE_FIRST || way == PAGE_LAST;
    LinkItem *items, *unused;
    size_t n, others = 0;
    *out = (LinkPage){0};
    if (!read_towards(c, a, f, order, whole ? NULL : from,
                      way == PAGE_FROM ? ">="
                      : back           ? "<"
                                       : ">",
                      back, most + 1, &items, &n, err))
        return false;
    *out = (LinkPage){.items = items, .n = MIN(n, most)};
    for (size_t i = 0; back && i < out->n / 2; i++) {
        LinkItem item = items[i];
        items[i] = items[out->n - 1 - i];
        items[out->n - 1 - i] = item;
    }
    const LinkItem *edge = !out->n ? from : back ? &items[out->n - 1] : &items[0];
    const char *how = back ? (out->n ? ">" : ">=") : (out->n || way == PAGE_FROM ? "<" : "<=");
    if (!whole && !read_towards(c, a, f, order, edge, how, !back, 1, &unused, &others, err))
        return false;
    out->more_before = back ? n > most : others > 0;
    out->more_after = back ? others > 0 : n > most;
    return true;
}

bool link_place(Control *c, const LinkFilter *f, LinkOrder order, const LinkItem *item, int64_t *before,
                Err *err)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    AUTO(buf_free) Buf sql = {0};
    const char *const *by = orders[order];
    buf_add_text(&sql, "SELECT count(*) FROM links");
    link_where(f, &sql);
    buf_addf(&sql, " AND (%s, %s, %s) < (?, ?, ?)", by[0], by[1], by[2]);
    AUTO(lite_finish_at) LiteStmt *s = lite_prepare(control_db(c), buf_text(&sql), err);
    if (!s)
        return false;
    bind_place(s, order, item, a);
    LiteStep step = lite_step(s, err);
    *before = step == LITE_ROW ? lite_int(s, 0) : 0;
    return step == LITE_ROW;
}

bool link_find(Control *c, Arena *a, const char *key, LinkItem *out, Err *err)
{
    AUTO(lite_finish_at)
    LiteStmt *s = lite_preparef(control_db(c), err,
                                "SELECT %s FROM links WHERE key >= %Q AND key < %Q || char(1114111)"
                                " ORDER BY key <> %Q, key LIMIT 2",
                                link_columns, key, key, key);
    LiteStep step = s ? lite_step(s, err) : LITE_FAILED;
    if (step == LITE_FAILED)
        return false;
    if (step != LITE_ROW)
        return err_set(err, ERR_USAGE, _("no item of a catalogue has the key %s"), key);
    *out = link_item(s, a);
    if (strcmp(out->key, key) != 0 && (step = lite_step(s, err)) == LITE_ROW)
        return err_set(err, ERR_USAGE, _("several items have a key that begins with %s"), key);
    return step != LITE_FAILED;
}

// ---- What belongs to an item -------------------------------------------------------------

LinkTarget *link_read_candidates(Arena *a, Str json, size_t *n)
{
    size_t most = 0;
    while (json.at && json_element(json, most).at)
        most++;
    LinkTarget *list = arena_many(a, LinkTarget, most + 1);
    for (*n = 0; *n < most; (*n)++) {
        Str one = json_element(json, *n);
        list[*n] = (LinkTarget){
            .id = json_as_text(a, json_member(one, "id")),
            .label = json_as_text(a, json_member(one, "label")),
            .code = json_as_text(a, json_member(one, "code")),
            .category = json_as_text(a, json_member(one, "category")),
            .price = json_as_text(a, json_member(one, "price")),
            .score = score_of(json_member(one, "parts"), json_as_num(json_member(one, "score"), 0)),
        };
    }
    return list;
}

bool link_candidates(Control *c, Arena *a, const LinkItem *item, LinkTarget **out, size_t *n, Err *err)
{
    const char *json;
    if (!lite_one_text(control_db(c), a, &json, err,
                       "SELECT candidates FROM links WHERE entity = %Q AND key = %Q", item->entity,
                       item->key))
        return false;
    *out = link_read_candidates(a, str_of(json), n);
    return true;
}

bool link_offers(Control *c, Arena *a, const LinkItem *item, LinkOffer **out, size_t *n, Err *err)
{
    AUTO(lite_finish_at)
    LiteStmt *s = lite_preparef(
        control_db(c), err,
        "SELECT o.clinic, o.by, o.at, o.note, o.state, o.target, o.target_label, o.target_code, o.category"
        " FROM link_offers o JOIN links l ON l.entity = o.entity AND l.words = o.words AND coalesce(l.type, "
        "'') = o.type"
        " WHERE l.entity = %Q AND l.key = %Q ORDER BY o.at DESC, o.clinic",
        item->entity, item->key);
    Buf list = {0};
    LiteStep step = LITE_FAILED;
    *n = 0;
    while (s && (step = lite_step(s, err)) == LITE_ROW) {
        const char *t[9];
        for (int i = 0; i < 9; i++)
            t[i] = str_keep(a, lite_text(s, i));
        const LinkOffer one = {
            .clinic = t[0],
            .by = t[1],
            .at = t[2],
            .note = t[3],
            .state = (LinkState)word_of(link_state_words, lite_text(s, 4)),
            .target = {.id = t[5], .label = t[6], .code = t[7]},
            .category = t[8],
        };
        buf_add(&list, (Str){(const char *)&one, sizeof one});
        (*n)++;
    }
    *out = *n ? arena_copy(a, list.at, list.len) : NULL;
    buf_free(&list);
    return step == LITE_DONE;
}

bool link_targets(Control *c, Arena *a, const char *entity, const char *text, size_t most, LinkTarget **out,
                  size_t *n, Err *err)
{
    AUTO(buf_free) Buf sql = {0};
    buf_add_text(&sql, "SELECT id, label, code, category, price FROM link_targets WHERE true");
    add_equal(&sql, "entity", entity);
    add_text(&sql, text);
    buf_addf(&sql, " ORDER BY search, id LIMIT %zu", most);
    AUTO(lite_finish_at) LiteStmt *s = lite_prepare(control_db(c), buf_text(&sql), err);
    LiteStep step = LITE_FAILED;
    *out = arena_many(a, LinkTarget, most + 1);
    *n = 0;
    while (s && (step = lite_step(s, err)) == LITE_ROW) {
        const char *t[5];
        for (int i = 0; i < 5; i++)
            t[i] = str_keep(a, lite_text(s, i));
        (*out)[(*n)++] =
            (LinkTarget){.id = t[0], .label = t[1], .code = t[2], .category = t[3], .price = t[4]};
    }
    return step == LITE_DONE;
}

bool link_categories(Control *c, Arena *a, const char *entity, const char ***out, size_t *n, Err *err)
{
    int64_t most = 0;
    if (!lite_one_int(control_db(c), &most, NULL, err,
                      "SELECT count(*) FROM link_categories WHERE entity = %Q", entity))
        return false;
    *out = arena_many(a, const char *, (size_t)most + 1);
    *n = 0;
    AUTO(lite_finish_at)
    LiteStmt *s =
        lite_preparef(control_db(c), err,
                      "SELECT category FROM link_categories WHERE entity = %Q ORDER BY category LIMIT %lld",
                      entity, (long long)most);
    LiteStep step = LITE_FAILED;
    while (s && (step = lite_step(s, err)) == LITE_ROW)
        (*out)[(*n)++] = str_keep(a, lite_text(s, 0));
    return step == LITE_DONE;
}

bool link_history(Control *c, Arena *a, const LinkItem *item, LinkEvent **out, size_t *n, Err *err)
{
    AUTO(lite_finish_at)
    LiteStmt *s =
        lite_preparef(control_db(c), err,
                      "SELECT at, by, action, target, category, note, before, after FROM link_history"
                      " WHERE entity = %Q AND key = %Q ORDER BY n",
                      item->entity, item->key);
    Buf list = {0};
    LiteStep step = LITE_FAILED;
    *n = 0;
    while (s && (step = lite_step(s, err)) == LITE_ROW) {
        const char *t[6];
        for (int i = 0; i < 6; i++)
            t[i] = str_keep(a, lite_text(s, i));
        const LinkEvent one = {
            .at = t[0],
            .by = t[1],
            .action = t[2],
            .before = (LinkState)word_of(link_state_words, lite_text(s, 6)),
            .after = (LinkState)word_of(link_state_words, lite_text(s, 7)),
            .target = t[3],
            .category = t[4],
            .note = t[5],
        };
        buf_add(&list, (Str){(const char *)&one, sizeof one});
        (*n)++;
    }
    *out = *n ? arena_copy(a, list.at, list.len) : NULL;
    buf_free(&list);
    return step == LITE_DONE;
}

bool link_tally(Control *c, Arena *a, const LinkFilter *f, LinkTally *out, Err *err)
{
    AUTO(buf_free) Buf sql = {0};
    *out = (LinkTally){0};
    buf_add_text(&sql, "SELECT kind, iif(changed, 'pending', state), count(*), sum(used), sum(changed),"
                       " sum(offers > 0) FROM links");
    link_where(f, &sql);
    buf_add_text(&sql, " AND NOT gone GROUP BY 1, 2");
    AUTO(lite_finish_at) LiteStmt *s = lite_prepare(control_db(c), buf_text(&sql), err);
    LiteStep step = LITE_FAILED;
    while (s && (step = lite_step(s, err)) == LITE_ROW) {
        int state = word_of(link_state_words, lite_text(s, 1));
        int64_t n = lite_int(s, 2), used = lite_int(s, 3);
        out->items += n;
        out->used += used;
        out->kinds[word_of(link_kind_words, lite_text(s, 0))] += n;
        out->states[state] += n;
        out->changed += lite_int(s, 4);
        if (state == LINK_PENDING) {
            out->offered += lite_int(s, 5);
            out->pending_used += used;
        }
    }
    return step == LITE_DONE && control_noted(c, a, "links:built", &out->built_at, err);
}
